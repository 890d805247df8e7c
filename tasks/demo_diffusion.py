"""Sheets 5 and 6 of the demo: whom results reach, and the money and first uses that follow quarters later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from expectations.quarter import Quarter
from tasks.demo_book import Book
from tasks.demo_members import Cell, Member, Row, about, age, dice, pick, quarter_of, some_day
from tasks.demo_recipients import fellow_member, firm, public_body
from tasks.demo_units import number
from tasks.demo_words import technologies
from warehouse.registry import Size

_GAP = (30, 330)  # days from a result to its transfer: shorter is a test order, longer is another project
_RATE = {"运营主体": 2.5, "企业": 0.8, "科研院所": 1.2, "高校": 0.9, "金融机构": 0.2, "其他": 0.5}
_SEASON = {1: 0.78, 2: 0.97, 3: 1.0, 4: 1.25}
# mode → contents it may carry, and the span of a contract's value in 万元 (none without a contract)
_MODES: dict[str, tuple[dict[str, float], tuple[int, int] | None]] = {
    "技术开发": ({"共性技术": 3, "前沿技术": 2}, (70, 280)),
    "技术转让": ({"新工艺": 3, "共性技术": 2, "新设备": 1}, (60, 240)),
    "技术许可": ({"新工艺": 2, "新设备": 2, "前沿技术": 1}, (30, 120)),
    "技术服务": ({"共性技术": 3, "新工艺": 2}, (20, 90)),
    "技术咨询": ({"新知识": 2, "共性技术": 1}, (12, 45)),
    "培训": ({"新知识": 1}, None),
    "示范推广": ({"新设备": 2, "新工艺": 1}, None),
}
_MODES_OF: dict[str, dict[str, float]] = {
    "运营主体": {
        "技术服务": 5,
        "技术转让": 3,
        "技术许可": 2,
        "技术开发": 3,
        "示范推广": 3,
        "技术咨询": 2,
        "培训": 2,
    },
    "企业": {"技术服务": 4, "技术转让": 2, "技术许可": 3, "示范推广": 3, "技术开发": 2},
    "科研院所": {"技术开发": 4, "技术服务": 4, "培训": 2, "技术转让": 2, "技术咨询": 1},
    "高校": {"技术许可": 3, "技术开发": 3, "培训": 3, "技术咨询": 2, "技术转让": 1},
    "金融机构": {"培训": 1},
    "其他": {"技术咨询": 1, "培训": 1},
}
_HANDED_ON = {
    "发明专利申请",
    "发明专利授权",
    "实用新型授权",
    "软件著作权",
    "样机样品",
    "新工艺",
    "新装备",
    "新产品",
    "关键技术突破",
}
_FIRST_USE = {
    "新产品": 0.6,
    "新工艺": 0.6,
    "新装备": 0.6,
    "样机样品": 0.3,
    "关键技术突破": 0.35,
    "发明专利授权": 0.2,
    "软件著作权": 0.25,
}


def diffusion_rows(
    member: Member, quarter: Quarter, book: Book, companions: Sequence[Member], sizes: Sequence[Size]
) -> tuple[Row, ...]:
    """Sheet 5: the quarter's new transfers in order of their days; now and then one contract covers two technologies."""
    rng = dice(f"diffusion {member.centre} {member.unit} {quarter}")
    busy = dice(f"busy {member.unit}").uniform(0.7, 1.35)
    rate = _RATE[member.profile] * busy * _SEASON[quarter.number] * 1.045 ** age(quarter)
    rows: list[Row] = []
    for day in sorted(some_day(rng, quarter) for _ in range(about(rng, rate))):
        recipient = _recipient(member, quarter, book, companions, sizes, rng)
        row = _event(member, day, book, rng, recipient)
        rows.append(row)
        if "contract_no" in row and rng.random() < 0.04:
            rows.append(_second_technology(member, quarter, book, rng, row))
    return tuple(rows)


def _recipient(
    member: Member,
    quarter: Quarter,
    book: Book,
    companions: Sequence[Member],
    sizes: Sequence[Size],
    rng: Random,
) -> Row:
    """Mostly a firm around the member, new or known; else a public body, a fellow member, another centre's client."""
    chance = rng.random()
    if chance < 0.07:
        return public_body(rng)
    firms = [one for one in companions if one.kind == "企业"]
    if chance < 0.1 and firms:
        return fellow_member(rng.choice(firms), quarter.year, sizes)
    elsewhere = [one for one in book.served[-60:] if one[0].centre != member.centre]
    if chance < 0.14 and elsewhere:
        other, index = rng.choice(elsewhere)
        return firm(other, index, quarter.year, sizes)
    known = book.clients[member.key]
    if known and rng.random() < 0.42:
        return firm(member, rng.choice(known), quarter.year, sizes)
    known.append(len(known))
    book.served.append((member, known[-1]))
    return firm(member, known[-1], quarter.year, sizes)


def _event(member: Member, day: date, book: Book, rng: Random, recipient: Row) -> Row:
    firm_served = recipient["recipient_kind"] == "企业"
    modes = _MODES_OF[member.profile] if firm_served else {"培训": 3, "技术咨询": 1}
    mode = pick(rng, modes)
    contents, span = _MODES[mode]
    source = _ready(member, day, book, rng) if mode not in {"培训", "技术咨询"} else None
    row: Row = {
        "event_no": _event_no(member, quarter_of(day), book),
        "event_date": day,
        "technology": rng.choice(technologies(member.branch)),
        "content": pick(rng, contents),
        "mode": mode,
        **recipient,
    }
    if source:
        book.transferred.add(str(source["output_no"]))
        row |= {
            "output_no": source["output_no"],
            "project_no": source["project_no"],
            "technology": source["title"],
        }
    if mode == "培训":
        row["people_trained"] = rng.randint(12, 85)
    return row | (_contract(member, quarter_of(day), book, rng, span) if span else {})


def _ready(member: Member, day: date, book: Book, rng: Random) -> Row | None:
    """A result of this unit old enough on ``day``, one that never went out if there is one."""
    first, last = _GAP
    fit = [
        row
        for row in book.results[member.key]
        if row["kind"] in _HANDED_ON and first <= (day - day_of(row, "output_date")).days <= last
    ]
    fresh = [row for row in fit if row["output_no"] not in book.transferred]
    return rng.choice(fresh or fit) if fit else None


def _contract(member: Member, quarter: Quarter, book: Book, rng: Random, span: tuple[int, int]) -> Row:
    value = round(rng.randint(*span) * (1 + 0.015 * age(quarter)) + rng.choice((0, 0, 0.5)), 1)
    serial = book.next(f"{member.centre} contract {quarter.year}")
    row: Row = {
        "contract_no": f"HT-{member.centre}-{quarter.year % 100}-{serial:03d}",
        "contract_value_wan_cny": value,
        "transaction_value_wan_cny": round(value * rng.uniform(0.7, 1), 1),
    }
    # Seven in ten are registered; 149900 is no place, so the number belongs to nobody.
    registered = rng.random() < 0.7
    return row | (
        {"registration_no": f"{quarter.year}149900{book.next('registration'):06d}"} if registered else {}
    )


def _second_technology(member: Member, quarter: Quarter, book: Book, rng: Random, row: Row) -> Row:
    """The same contract once more: number, value and registration are said again."""
    again = {name: cell for name, cell in row.items() if name not in {"output_no", "project_no"}}
    others = [one for one in technologies(member.branch) if one != row["technology"]]
    return {**again, "event_no": _event_no(member, quarter, book), "technology": rng.choice(others)}


def _event_no(member: Member, quarter: Quarter, book: Book) -> str:
    serial = book.next(f"{member.centre} {quarter}")
    return f"{member.centre}-{quarter.year % 100}Q{quarter.number}-{serial:02d}"


def promise_payments(member: Member, events: Sequence[Row], book: Book) -> None:
    """What will be received for the contracts of these events: most at signing, the rest as the work is done."""
    paid: set[Cell] = set()
    for row in events:
        if "contract_no" not in row or row["contract_no"] in paid:
            continue
        paid.add(row["contract_no"])
        rng, value = dice(f"payments {row['event_no']}"), number(row, "contract_value_wan_cny")
        signed, parts = day_of(row, "event_date"), (1.0,) if value < 30 else (0.5, 0.3, 0.2)
        days = (rng.randint(8, 50), rng.randint(110, 200), rng.randint(220, 340))
        left = value
        for part, after in zip(parts, days, strict=False):
            amount = round(value * part, 2) if part != parts[-1] else round(left, 2)
            left -= amount
            told: Row = {"subject_no": row["event_no"], "kind": "到账", "amount_wan_cny": amount}
            if after > 100 and rng.random() < 0.04:
                told = {"subject_no": row["event_no"], "kind": "终止"}
            book.promise(member, signed + timedelta(days=after), told)
            if told["kind"] == "终止":
                break


def promise_first_uses(
    member: Member, outputs: Sequence[Row], companions: Sequence[Member], book: Book
) -> None:
    """Which of these results somebody will use for the first time, and when."""
    for row in outputs:
        rng = dice(f"first use {row['output_no']}")
        if rng.random() >= _FIRST_USE.get(str(row["kind"]), 0):
            continue
        users = [one.unit_name for one in companions if one.kind == "企业"] or [member.unit_name]
        told: Row = {"subject_no": row["output_no"], "kind": "首次应用", "user_name": rng.choice(users)}
        book.promise(member, day_of(row, "output_date") + timedelta(days=rng.randint(70, 380)), told)


def followup_rows(member: Member, quarter: Quarter, book: Book) -> tuple[Row, ...]:
    """Sheet 6: what was promised for this quarter, in order of its days."""
    told = book.promised[member.key, quarter]
    return tuple(sorted(told, key=lambda row: (day_of(row, "followup_date"), str(row["subject_no"]))))


def day_of(row: Row, name: str) -> date:
    """A cell that holds a date; anything else is a mistake of the story."""
    cell = row[name]
    assert isinstance(cell, date), (name, cell)
    return cell
