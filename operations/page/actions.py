"""What an operator does: each form records one decision in the ledger, with the name of who is logged in and a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from urllib.parse import quote

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse
from filelock import Timeout

from operations.page.access import decides, reads, sent_form, starts
from operations.page.keeper import current
from operations.page.runs import collect_now
from tasks.decide import decide
from tasks.exempt import allow_late, end_of, waive
from tasks.settings import House

PATIENCE = 20.0  # seconds for which a form waits while a collection writes; then it is to be sent again
LONGEST_REASON = 1000

router = APIRouter(dependencies=[Depends(reads)])
Form = Annotated[dict[str, str], Depends(sent_form)]
Current = Annotated[House, Depends(current)]
METHODS = ["POST", "GET"]  # a link that looks like a form is refused as a forged one is, and said to be


@router.api_route("/decide", methods=METHODS, dependencies=[Depends(decides)])
def decided(request: Request, form: Form, house: Current, user: GetUserDep) -> RedirectResponse:
    """Release or reject a held return, exclude an accepted one or include it again."""

    def change() -> None:
        decide(house, form["submission"], form["action"], user.get_name(), _reason(form))

    return _recorded(request, form, house, change)


@router.api_route("/allow-late", methods=METHODS, dependencies=[Depends(decides)])
def allowed_late(request: Request, form: Form, house: Current, user: GetUserDep) -> RedirectResponse:
    """Let a return be late up to the end of a day."""

    def change() -> None:
        unit, centre, quarter = form["unit"], form["centre"], form["quarter"]
        allow_late(house, unit, centre, quarter, end_of(form["until"]), user.get_name(), _reason(form))

    return _recorded(request, form, house, change)


@router.api_route("/waive", methods=METHODS, dependencies=[Depends(decides)])
def waived(request: Request, form: Form, house: Current, user: GetUserDep) -> RedirectResponse:
    """Let what a unit sends break a rule up to the end of a day."""

    def change() -> None:
        waive(house, form["unit"], form["rule"], end_of(form["until"]), user.get_name(), _reason(form))

    return _recorded(request, form, house, change)


@router.api_route("/collect", methods=METHODS, dependencies=[Depends(starts)])
def collect(request: Request, form: Form, user: GetUserDep) -> RedirectResponse:
    """Collect and judge now instead of at the next full hour."""
    collect_now(user.get_name())
    return _back(request, form)


def _recorded(
    request: Request, form: dict[str, str], house: House, change: Callable[[], None]
) -> RedirectResponse:
    """Make one change; a collection that is writing is waited for so long and no longer. What cannot be recorded as it was
    filled in is told with the reason.
    """
    try:
        with house.alone("writing").acquire(timeout=PATIENCE):
            change()
    except Timeout as busy:
        raise HTTPException(503, "busy") from busy
    except LookupError as stale:
        raise HTTPException(409, str(stale)) from stale
    except ValueError as unfit:
        raise HTTPException(400, str(unfit)) from unfit
    return _back(request, form)


def _reason(form: dict[str, str]) -> str:
    """Why, on one line or several; ValueError if it is blank or a book."""
    reason = form.get("reason", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValueError(f"a reason of up to {LONGEST_REASON} characters is needed")
    return reason


def _back(request: Request, form: dict[str, str]) -> RedirectResponse:
    """To the return the form stood beside, or to the overview: what was recorded is read from the ledger there."""
    parts = [form.get(name, "") for name in ("quarter", "centre", "unit")]
    where = "returns/" + "/".join(quote(part, safe="") for part in parts) if all(parts) else ""
    return RedirectResponse(f"{request.scope['root_path']}/{where}", status_code=303)
