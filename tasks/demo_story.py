"""The demo's story: what eleven invented returns a quarter have to tell, as values.

Each part draws from a generator seeded by what it describes, so a change in one return leaves others alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from expectations.quarter import Quarter
from tasks.demo_facts import (
    FIRMS_SERVED,
    MODES,
    MODES_OF,
    OUTPUT_KINDS,
    SCALE,
    TECHNOLOGIES,
    TITLES,
    Member,
    Row,
    dice,
    patent_number,
)
from tasks.demo_recipients import COLLEGE, LARGE_FIRM, POOL, UNKNOWN_SIZE, firm

QUARTERS = (Quarter(2026, 1), Quarter(2026, 2), Quarter(2026, 3))
LAST = QUARTERS[-1]
_GAP = (30, 200)  # days from a result to its transfer: shorter is a test order, longer is another project
_PATENT_KIND = {"发明专利申请": 1, "发明专利授权": 1, "实用新型授权": 2, "外观设计授权": 3}


@dataclass(frozen=True)
class Return:
    """What one unit has to tell of one quarter in one centre: records by column name, codes bare."""

    member: Member
    quarter: Quarter
    unit: Row
    outputs: tuple[Row, ...]
    diffusion: tuple[Row, ...]

    @property
    def nil(self) -> bool:
        return not self.outputs and not self.diffusion


@dataclass
class _Book:
    """What the centres' offices keep: running numbers, each unit's results, and which of them went out."""

    numbers: Counter[str] = field(default_factory=Counter)
    results: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    transferred: set[str] = field(default_factory=set)

    def next(self, series: str) -> int:
        self.numbers[series] += 1
        return self.numbers[series]

    def ready(self, member: Member, day: date) -> Row | None:
        """A result of this unit old enough on ``day``: the oldest that never went out, else the latest."""
        first, last = _GAP
        results = self.results.get((member.centre, member.unit), [])
        fit = [row for row in results if first <= (day - _day(row, "output_date")).days <= last]
        fresh = [row for row in fit if row["output_no"] not in self.transferred]
        return fresh[0] if fresh else (fit[-1] if fit else None)


def story(members: Sequence[Member]) -> list[Return]:
    """Every return of the three quarters, in the order of quarters and memberships."""
    book, returns = _Book(), []
    for quarter in QUARTERS:
        for member in members:
            outputs = _outputs(member, quarter, book)
            book.results.setdefault((member.centre, member.unit), []).extend(outputs)
            diffusion = _diffusion(member, quarter, book, _recipients(member, quarter, members))
            returns.append(Return(member, quarter, unit_figures(member.unit, quarter), outputs, diffusion))
    return returns


def unit_figures(unit: str, quarter: Quarter) -> Row:
    """Sheet 2. It depends on the unit alone, so a unit of two centres tells both the same."""
    employees, staff, share, revenue, rd_spend = SCALE[unit]
    rng, step = dice(f"unit {unit} {quarter}"), QUARTERS.index(quarter)
    earned = round(revenue * (1 + 0.03 * step) * rng.uniform(0.96, 1.04), 2)
    heads = round(staff * (1 + 0.02 * step))
    return {
        "employees": round(employees * (1 + 0.008 * step)),
        "rd_technical_staff": heads,
        "rd_person_years": round(heads * 0.25 * share * rng.uniform(0.97, 1.03), 2),
        "revenue_wan_cny": earned,
        "value_added_wan_cny": round(earned * rng.uniform(0.24, 0.33), 2),
        "total_cost_wan_cny": round(earned * rng.uniform(0.86, 0.94), 2),
        "rd_spend_wan_cny": round(rd_spend * (1 + 0.04 * step) * rng.uniform(0.96, 1.04), 2),
    }


def _outputs(member: Member, quarter: Quarter, book: _Book) -> tuple[Row, ...]:
    """Sheet 4: two or three results, a unit's kinds in turn; a result is numbered by its centre."""
    kinds = OUTPUT_KINDS[member.kind]
    if not kinds:
        return ()
    rng = dice(f"outputs {member.centre} {member.unit} {quarter}")
    count, step = (2 if member.kind == "高校" else 3), QUARTERS.index(quarter)
    rows: list[Row] = []
    for day in sorted(_some_day(rng, quarter) for _ in range(count)):
        serial = book.next(f"{member.centre} output")
        kind = kinds[(member.position + step * count + len(rows)) % len(kinds)]
        topic = serial % len(TECHNOLOGIES[member.field])
        row: Row = {
            "output_no": f"{member.centre}-{quarter.year}-{serial:03d}",
            "kind": kind,
            "title": TITLES[kind].format(TECHNOLOGIES[member.field][topic]),
            "output_date": day,
            "project_no": f"{member.centre}-P{topic + 1:02d}",
        }
        identifier = _identifier(kind, quarter.year, book)
        row |= {"identifier": identifier} if identifier else {}
        row |= {"standard_level": "团体"} if kind == "标准" else {}
        row |= (
            {"credit_share": 0.6} if serial % 7 == 0 else {}
        )  # the rest belongs to a partner outside the centre
        rows.append(row)
    return tuple(rows)


def _identifier(kind: str, year: int, book: _Book) -> str:
    """A number in a series that no office gives out (patent serials 99xxxxx, registrations 99xxxxx)."""
    if kind in _PATENT_KIND:
        applied = year if kind == "发明专利申请" else year - (2 if kind == "发明专利授权" else 1)
        number = patent_number(applied, _PATENT_KIND[kind], 9900000 + book.next("patent"))
        return number if kind == "发明专利申请" else f"ZL{number}"
    if kind == "软件著作权":
        return f"{year}SR99{book.next('software'):05d}"
    return f"T/SLXH {900 + book.next('standard')}-{year}" if kind == "标准" else ""


def _recipients(member: Member, quarter: Quarter, members: Sequence[Member]) -> list[Row]:
    """Whom a return serves: its firms of the quarter, and in the last quarter one special case each."""
    step = QUARTERS.index(quarter)
    rows = [firm(member, (step + k) % POOL) for k in range(FIRMS_SERVED[member.centre, member.unit][step])]
    if quarter != LAST:
        return rows
    match member.centre, member.unit:
        case "IT01", "U08":  # the firm that two centres serve: it is the first around U01 of EQ01
            return [firm(members[0], 0), *rows[1:], {**COLLEGE}]
        case "EQ01", "U01":
            return [*rows, {**LARGE_FIRM}]
        case "NM01", "U05":
            return [*rows, {**UNKNOWN_SIZE}]
        case "EQ01", "U04":  # a fellow member of the same centre: the transfer stays inside
            fellow = next(other for other in members if other.unit == "U02")
            employees = unit_figures(fellow.unit, quarter)["employees"]
            named: Row = {
                "recipient_name": fellow.unit_name,
                "recipient_uscc": fellow.uscc,
                "city": fellow.city,
            }
            return [*rows, {**LARGE_FIRM, **named, "recipient_employees": employees}]
    return rows


def _diffusion(member: Member, quarter: Quarter, book: _Book, recipients: Sequence[Row]) -> tuple[Row, ...]:
    """Sheet 5: one event for each recipient; once a contract of U01 covers two technologies."""
    rng = dice(f"diffusion {member.centre} {member.unit} {quarter}")
    days = sorted(_some_day(rng, quarter) for _ in recipients)
    rows = [_event(member, quarter, book, rng, *each) for each in zip(days, recipients, strict=True)]
    if quarter == LAST and member.position == 0:
        first = next(row for row in rows if "contract_no" in row)
        topic = rng.choice(TECHNOLOGIES[member.field])
        more: Row = {"event_no": _event_no(member, quarter, book), "technology": topic}
        # A second technology under the same contract: number, value and registration are said again.
        again = {name: cell for name, cell in first.items() if name not in {"output_no", "project_no"}}
        rows.insert(rows.index(first) + 1, {**again, **more})
    return tuple(rows)


def _event(member: Member, quarter: Quarter, book: _Book, rng: Random, day: date, recipient: Row) -> Row:
    modes = MODES_OF[member.kind]
    serial = book.next(f"{member.unit} events")
    mode = "培训" if recipient["recipient_kind"] == "高校" else modes[(member.position + serial) % len(modes)]
    contents, span = MODES[mode]
    source = book.ready(member, day) if mode not in {"培训", "技术咨询"} else None
    row: Row = {
        "event_no": _event_no(member, quarter, book),
        "event_date": day,
        "content": rng.choice(contents),
    }
    row |= {"mode": mode, "technology": rng.choice(TECHNOLOGIES[member.field]), **recipient}
    if source:
        book.transferred.add(str(source["output_no"]))
        row |= {"output_no": source["output_no"], "project_no": source["project_no"]}
        row["technology"] = TECHNOLOGIES[member.field][int(str(source["project_no"])[-2:]) - 1]
    if mode == "培训":
        row["people_trained"] = rng.randint(12, 85)
    return row | (_contract(member, quarter, book, rng, span) if span else {})


def _contract(member: Member, quarter: Quarter, book: _Book, rng: Random, span: tuple[int, int]) -> Row:
    value = rng.randint(*span) + rng.choice((0, 0, 0.5, 0.8))
    row: Row = {
        "contract_no": f"HT-{member.centre}-{quarter.year % 100}-{book.next(f'{member.centre} contract'):03d}"
    }
    row |= {
        "contract_value_wan_cny": value,
        "transaction_value_wan_cny": round(value * rng.uniform(0.7, 1), 1),
    }
    # Seven in ten are registered; 149900 is no place, so the number belongs to nobody.
    registered = rng.random() < 0.7
    return row | (
        {"registration_no": f"{quarter.year}149900{book.next('registration'):06d}"} if registered else {}
    )


def _event_no(member: Member, quarter: Quarter, book: _Book) -> str:
    return (
        f"{member.centre}-{quarter.year % 100}Q{quarter.number}-{book.next(f'{member.centre} {quarter}'):02d}"
    )


def _some_day(rng: Random, quarter: Quarter) -> date:
    return quarter.start + timedelta(days=rng.randint(1, (quarter.end - quarter.start).days - 2))


def _day(row: Row, name: str) -> date:
    cell = row[name]
    assert isinstance(cell, date)
    return cell
