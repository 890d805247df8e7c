"""Who may see and who may do: Airflow's own logins and roles, asked about the DAG that collects; forged requests are refused."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag
from airflow.configuration import conf
from fastapi import Depends, HTTPException, Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from operations.page.keeper import current
from tasks.settings import House

COLLECT = "collect_submissions"
FORGED = "forged"
TOKEN = "token"  # noqa: S105 (the field's name)
_SECONDS = 12 * 3600  # a working day: how long a page may stand open before its forms are refused

reads = requires_access_dag("GET", param_dag_id=COLLECT)
decides = requires_access_dag("PUT", param_dag_id=COLLECT)
starts = requires_access_dag("POST", DagAccessEntity.RUN, param_dag_id=COLLECT)


def may_decide(request: Request, user: GetUserDep) -> bool:
    """Whether the user is offered the forms; what they send is checked again."""
    try:
        decides(request, user)
    except HTTPException:
        return False
    return True


def name_of(user: GetUserDep) -> str:
    """The name that what the user decides is recorded under."""
    return user.get_name()


def token_of(user: GetUserDep) -> str:
    """What a form carries to show that our page wrote it, for this user."""
    return str(_tokens().dumps(str(user.get_id())))


async def sent_form(
    request: Request, user: GetUserDep, house: Annotated[House, Depends(current)]
) -> dict[str, str]:
    """The fields of a form that our own page wrote for this user; 403 for whatever comes from elsewhere."""
    if request.method != "POST" or not _from_here(request, house.settings.base_url):
        raise HTTPException(403, FORGED)
    fields = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    try:
        whose = _tokens().loads(fields.pop(TOKEN, ""), max_age=_SECONDS)
    except BadSignature as forged:
        raise HTTPException(403, FORGED) from forged
    if whose != str(user.get_id()):
        raise HTTPException(403, FORGED)
    return fields


def _from_here(request: Request, base_url: str) -> bool:
    """Browsers say where a form was sent from; one that says neither is not a browser showing our page."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in {None, "same-origin"} or (site is None and origin is None):
        return False
    # A proxy may have put another Host in place of the one the browser knows.
    ours = {request.headers.get("host"), urlsplit(base_url).netloc}
    return origin is None or urlsplit(origin).netloc in ours


def _tokens() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(conf.get_mandatory_value("api", "secret_key"), salt="jinchuang-ops")
