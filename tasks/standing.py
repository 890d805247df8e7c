"""ledger → what stands beside the rules: exemptions that have not run out, returns excluded, what centres were asked and said."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.rulings import said_at
from tasks.settings import House
from warehouse.exemptions import LATE
from warehouse.records import Confirmation, Exemption
from warehouse.returns import submissions

_SAID = {"asked": "待答复", "silent": "逾期未答复", "confirmed": "确认", "objected": "有异议"}


def standing(house: House, quarter: str) -> list[str]:
    """A line each, for operators: what is allowed now in a quarter and until when, what is excluded from it, and by whom
    and why; what centres say.
    """
    return [*_exempted(house, quarter), *_excluded(house, quarter), *_confirmed(house, quarter)]


def _exempted(house: House, quarter: str) -> Iterator[str]:
    last = {
        (one.kind, one.unit, one.centre, one.quarter, one.rule): one
        for one in house.ledger.recorded(Exemption)
    }
    for one in last.values():
        if one.until >= house.now() and one.quarter in {"", quarter}:
            about = (
                f"准予延期 late {one.unit}@{one.centre}"
                if one.kind == LATE
                else f"豁免 waived {one.rule} {one.unit}"
            )
            yield f"{about}，至 until {said_at(one.until)}，{one.by}：{one.reason}"


def _excluded(house: House, quarter: str) -> Iterator[str]:
    decisions = house.ledger.decisions()
    for one in submissions(house.ledger):
        if one.excluded and one.judged.quarter == quarter:
            said = decisions[one.judged.sha256]
            yield f"剔除 excluded {one.id} {one.judged.unit}@{one.judged.centre}，{said.by}：{said.reason}"


def _confirmed(house: House, quarter: str) -> Iterator[str]:
    asked = [one for one in house.ledger.recorded(Confirmation) if one.quarter == quarter]
    for one in {each.centre: each for each in asked}.values():
        said = "，".join(filter(None, (one.by, one.comment)))
        about = f"限 by {said_at(one.until)}" if one.until else said
        yield f"中心审核 confirmation {one.centre}：{_SAID[one.state]} {one.state}，{about}"
