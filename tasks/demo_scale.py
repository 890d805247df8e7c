"""registry → registry: the demo's province cut down, for tests, or grown by invented units, to measure with.

What the demo tells follows from the registry alone, so another registry is another demo.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, time, timedelta
from pathlib import Path

from expectations.quarter import SHANGHAI, Quarter
from tasks.demo_members import LAST, credit_code
from tasks.demo_words import FIRST, SECOND, TECHNOLOGIES
from warehouse.records import AUTHORITY, PUBLIC
from warehouse.registry import TABLES

Table = list[dict[str, str]]
_SEATS = 10  # members of an invented centre, the first of them its operating company
_SERIAL = 100_000  # credit codes of invented units count from here, those of recipients end before
_KINDS = ("企业", "科研院所", "企业", "高校", "企业", "企业", "金融机构", "企业", "高校", "企业")
_CITIES = tuple(f"14{number:02d}" for number in range(1, 12))


def excerpt(registry: Path, to: Path, centres: Collection[str], quarters: int) -> Path:
    """Write to a folder the registry of a few centres and of the last ``quarters`` quarters (and the one not yet due)."""
    tables = _read(registry)
    _keep(tables, lambda row: row["centre"] in centres)
    tables["calendar"] = _calendar(quarters)
    return _write(tables, to)


def grown(registry: Path, to: Path, units: int, quarters: int) -> Path:
    """Write to a folder a registry of ``units`` units, each with at least one membership, and of the last ``quarters``
    quarters: the committed units first, then invented ones in centres of ten.

    ValueError if either is below one.
    """
    if units < 1 or quarters < 1:
        raise ValueError(f"units and quarters count from 1: {units}, {quarters}")
    tables = _read(registry)
    names = {row["unit"] for row in tables["units"][:units]}
    _keep(tables, lambda row: row["unit"] in names)
    for number in range(units - len(names)):
        _invent(tables, number)
    tables["calendar"] = _calendar(quarters)
    return _write(tables, to)


def _keep(tables: dict[str, Table], wanted: Callable[[dict[str, str]], bool]) -> None:
    """Leave the memberships that are wanted, and of the other tables what belongs to them."""
    tables["memberships"] = [row for row in tables["memberships"] if wanted(row)]
    centres = {row["centre"] for row in tables["memberships"]}
    units = {row["unit"] for row in tables["memberships"]}
    for name, column, kept in (
        ("centres", "centre", centres),
        ("stages", "centre", centres),
        ("openings", "centre", centres),
        ("targets", "scope", centres | {"province"}),
        ("recipients", "scope", centres | {AUTHORITY, PUBLIC}),
        ("centre_contacts", "centre", centres),
        ("units", "unit", units),
        ("contacts", "unit", units),
    ):
        tables[name] = [row for row in tables[name] if row[column] in kept]


def _invent(tables: dict[str, Table], number: int) -> None:
    """Add one unit, and with the first of every ten its centre."""
    nth, seat = divmod(number, _SEATS)
    branches = tuple(TECHNOLOGIES)
    branch, city = branches[nth % len(branches)], _CITIES[nth % len(_CITIES)]
    centre, unit = f"ZZ{nth + 1:03d}", f"V{number + 1:05d}"
    fields = {row["branch"]: row["field"] for row in _committed(tables)}
    if seat == 0:
        place = {
            "field": fields.get(branch, "OT"),
            "branch": branch,
            "legal_form": "有限责任公司",
            "city": city,
        }
        names = _names(f"第{nth + 1}{branch}制造业创新中心", f"Innovation Centre {nth + 1}")
        tables["centres"].append({"centre": centre, **names, **place})
        tables["stages"].append({"centre": centre, "stage": "培育", "from": "2019-01-01", "to": ""})
        contact = {
            "centre": centre,
            "name": f"示例第{nth + 1}中心联络员",
            "email": f"contact@{centre.lower()}.example",
        }
        tables["centre_contacts"].append(contact)
        opening = {"centre": centre, "risk_fund_wan_cny": "100", "at": "2019-01-01"}
        tables["openings"].append(opening)
    style = FIRST[number % len(FIRST)] + SECOND[number // len(FIRST) % len(SECOND)]
    names = _names(f"{style}单位{number + 1}号", f"Unit {number + 1}")
    kind, code = _KINDS[seat], credit_code(city, _SERIAL + number)
    tables["units"].append({"unit": unit, "uscc": code, **names, "kind": kind, "city": city})
    role = "成员" if seat else "运营主体"
    member = {"centre": centre, "unit": unit, "role": role, "from": "2019-01-01", "to": ""}
    tables["memberships"].append(member)
    tables["contacts"].append({"unit": unit, "email": f"{unit.lower()}@unit.example"})


def _committed(tables: dict[str, Table]) -> Iterable[dict[str, str]]:
    return (row for row in tables["centres"] if not row["centre"].startswith("ZZ"))


def _names(zh: str, en: str) -> dict[str, str]:
    return {"name": f"示例{zh}", "short": zh, "name_en": f"Example {en}", "short_en": en}


def _calendar(quarters: int) -> Table:
    """The last quarters and the one after: due on the 15th, with three days of grace, reported on the 20th."""
    rows = []
    for quarter in (LAST.shift(step) for step in range(1 - quarters, 2)):
        opens = datetime.combine(quarter.shift(1).start, time(), SHANGHAI)
        rows.append(_term(quarter, opens))
    return rows


def _term(quarter: Quarter, opens: datetime) -> dict[str, str]:
    due, report = opens + timedelta(days=15, seconds=-1), opens + timedelta(days=19, hours=9)
    instants = {"opens": opens.isoformat(), "due": due.isoformat(), "report_at": report.isoformat()}
    return {"quarter": str(quarter), "grace_days": "3", **instants}


def _read(folder: Path) -> dict[str, Table]:
    tables = {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            tables[name] = list(csv.DictReader(lines))
    return tables


def _write(tables: dict[str, Table], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(lines, columns, lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(rows)
    return folder
