"""Recomputed from cells: units' own sheets, projects, outputs and the shares of credit in them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from tests.figures.from_cells import Place
from tests.figures.from_cells_made import Made, Maker, Row, by_unit, members, result
from tests.figures.recount_province import first_day, last_day

FUNDS = {"财政": "fiscal", "企业": "enterprise", "金融": "financial", "其他": "other"}


def _unit(row: Row, column: str) -> Made:
    assert row.own.table == "单位情况"
    return by_unit(row, row.of.unit, row.own[column])


def _lead(row: Row, column: str, over: str) -> Made | None:
    of = row.of
    leads = row.listed.role(of.centre, of.unit, of.quarter) == "运营主体"
    if not leads or not row.listed.belongs(of.centre, of.unit, last_day(of.quarter)):
        return None
    return by_unit(row, of.unit, row.own[column], row.own[over])


def _spend(row: Row) -> Made:
    spent = {fund: row.own[f"spend_{name}_wan_cny"] for fund, name in FUNDS.items()}
    chosen = row.part.removeprefix("fund:")
    key = f"{row.of.centre}|{row.of.unit}|{row.own['project_no']}"
    value = spent[chosen] if chosen else sum(spent.values(), Decimal(0))
    return by_unit(row, key, value, members=frozenset(f"fund:{fund}" for fund in FUNDS))


def _project(row: Row, technology: str = "") -> Made | None:
    """An active project, of all classes of technology or of one."""
    assert row.own.table == "研发项目"
    if row.own["status"] != "在研" or (technology and row.own["technology_class"] != technology):
        return None
    stage = row.own.cells.get("stage")
    return by_unit(row, f"{row.of.centre}|{row.own['project_no']}", members=members(stage=stage))


def _risen(row: Row) -> Made | None:
    own = row.own
    told = row.rest("研发项目")
    if told:
        assert {(one.sender.centre, one["project_no"]) for one in told} == {
            (row.of.centre, own["project_no"])
        }
        assert len({one.sender.quarter for one in told}) == 1
        assert told[0].sender.quarter < row.of.quarter
        before = max(one["trl_now"] for one in told)
    elif str(own["start_date"]) >= first_day(row.of.quarter):
        before = own["trl_start"]
    else:
        return None
    return by_unit(row, f"{row.of.centre}|{own['project_no']}") if own["trl_now"] > before else None


def _output(row: Row, kind: str = "", *, credited: bool = False) -> Made | None:
    own = row.own
    assert own.table == "研发产出"
    if kind and own["kind"] != kind:
        return None
    what = result(own)
    if credited:
        return by_unit(row, f"{row.of.unit}|{row.of.centre}|{what}", _credit(row, what))
    return by_unit(row, what, members=members(kind=own["kind"], level=own.cells.get("standard_level")))


def _credit(row: Row, what: str) -> Decimal:
    """A sole claimant's share, 1 if it gives none; of several each its own, if all gave one and they add up to 1 at most."""
    claims: dict[tuple[str, str], Place] = {}
    for one in sorted(
        (row.own, *row.rests), key=lambda one: (one.sender.quarter, one.sender.centre, one.row)
    ):
        assert result(one) == what
        claims.setdefault((one.sender.unit, one.sender.centre), one)
    shares = {who: one["credit_share"] for who, one in claims.items()}
    own = shares[row.of.unit, row.of.centre]
    if len(shares) == 1:
        return Decimal(1) if own is None else own
    return (
        own
        if all(share is not None for share in shares.values()) and sum(shares.values()) <= 1
        else Decimal(0)
    )


MADE: dict[str, Maker] = {
    "rd_spend_wan_cny": _spend,
    "unit_rd_spend_wan_cny": partial(_unit, column="rd_spend_wan_cny"),
    "rd_person_years": partial(_unit, column="rd_person_years"),
    "operating_rd_intensity": partial(_lead, column="rd_spend_wan_cny", over="total_cost_wan_cny"),
    "operating_rd_staff_share": partial(_lead, column="rd_technical_staff", over="employees"),
    "projects_active": _project,
    "projects_commissioned": lambda row: None if row.own["source"] == "自主" else _project(row),
    "projects_common_key": partial(_project, technology="共性关键技术"),
    "projects_frontier": partial(_project, technology="前沿技术"),
    "projects_applicable": partial(_project, technology="先进实用技术"),
    "trl_advances": _risen,
    "outputs": _output,
    "outputs_credited": partial(_output, credited=True),
    **{
        f"{code}{ending}": partial(_output, kind=kind, credited=bool(ending))
        for code, kind in {
            "invention_patents_granted": "发明专利授权",
            "standards_led": "标准",
            "key_breakthroughs": "关键技术突破",
        }.items()
        for ending in ("", "_credited")
    },
}
