"""What is looked at: the overview, one return's history, the runbook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from operations.page.access import may_decide, name_of, reads, token_of
from operations.page.files import names_in
from operations.page.history import history
from operations.page.keeper import current, fault
from operations.page.looks import shown
from operations.page.picture import NONE, OPEN, STATES, Asked, Picture, picture
from operations.page.runbook import runbook
from operations.page.runs import Collections, collections
from operations.page.todo import todo
from operations.page.words import language_of, page_wording
from reports.text import Text
from tasks.settings import House
from warehouse.registry_rows import Centre, Unit

KINDS = {".html": "page", ".pdf": "pdf", ".xlsx": "annex"}

router = APIRouter(dependencies=[Depends(reads)])


@router.get("/")
def overview(
    request: Request,
    house: Annotated[House, Depends(current)],
    runs: Annotated[Collections, Depends(collections)],
    token: Annotated[str, Depends(token_of)],
    decides: Annotated[bool, Depends(may_decide)],
    wrong: Annotated[str, Depends(fault)],
    quarter: str = "",
    centre: str = "",
    state: str = "",
    q: str = "",
) -> HTMLResponse:
    """Who is missing, what failed, what to do next; the matrix of all returns."""
    seen = picture(house, Asked(quarter, centre, state, q))
    due, language = todo(seen), language_of(request)
    return shown(
        request,
        "overview.html.j2",
        seen=seen,
        todo=due,
        runs=runs,
        token=token,
        decides=decides,
        fault=wrong,
        simulated=house.now() if house.simulated else None,
        rest=[(one, seen.counts[one]) for one in OPEN if seen.counts[one]],
        states=STATES,
        open_states=OPEN,
        legend=_legend(seen),
        names=page_wording(language).at("states"),
        unit=_short(house.registry.unit),
        centre=_short(house.registry.centre),
        delivers=house.settings.deliver and house.settings.smtp_url is not None,
        issued={one.folder: _readable(one.outputs, language) for one in due.editions},
        drafted={
            one.folder: _readable(names_in(house.drafts / one.folder), language) for one in due.proposals
        },
    )


@router.get("/returns/{quarter}/{centre}/{unit}")
def one_return(
    request: Request,
    quarter: str,
    centre: str,
    unit: str,
    house: Annotated[House, Depends(current)],
    runs: Annotated[Collections, Depends(collections)],
    token: Annotated[str, Depends(token_of)],
    decides: Annotated[bool, Depends(may_decide)],
    by: Annotated[str, Depends(name_of)],
) -> HTMLResponse:
    """Every file of a return with what was found, decided and written; what an operator can do about it."""
    about = history(house, quarter, centre, unit)
    return shown(
        request,
        "return.html.j2",
        about=about,
        runs=runs,
        token=token,
        decides=decides,
        by=by,
        now=house.now(),
    )


@router.get("/runbook")
def the_runbook(request: Request) -> HTMLResponse:
    """What to do about each kind of trouble."""
    return shown(request, "runbook.html.j2", text=runbook())


def _legend(seen: Picture) -> set[str]:
    """The states that occur, and ``newer`` where a mark stands for a newer file."""
    cells = [one for row in seen.cells.values() for one in row.values()]
    absent = {NONE} if len(cells) < len(seen.cells) * len(seen.quarters) else set()
    return {one.state for one in cells} | {"newer" for one in cells if one.newer} | absent


def _readable(names: Iterable[str], language: str) -> list[tuple[str, str, str]]:
    """What of an edition or draft is to be read: kind, language and name of each file, the reader's language first."""
    told = [
        (kind, "en" if ".en." in name else "zh", name)
        for name in names
        if (kind := KINDS.get(PurePath(name).suffix))
    ]
    return sorted(told, key=lambda one: (one[1] != language, list(KINDS.values()).index(one[0])))


def _short(named: Mapping[str, Unit | Centre]) -> Callable[[str], Text]:
    """What units or centres are called in a few words, by code."""
    return lambda code: Text(named[code].short, named[code].short_en)
