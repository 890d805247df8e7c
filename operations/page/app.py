"""The operations page as one FastAPI application, which Airflow's api-server mounts under ``/ops``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from operations.page import actions, files, views
from operations.page.access import FORGED
from operations.page.looks import STATIC, shown, style
from operations.page.runs import last_success
from operations.page.words import COOKIE
from reports.view import LANGUAGES

OVERDUE = timedelta(hours=2)
# Nothing from elsewhere, nothing inline, and framed by Airflow's own pages alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "HX-Request, Accept-Language, Cookie",
}
_KEYS = {400: "unfit", 403: "forbidden", 409: "stale", 503: "busy"}
_YEAR = 365 * 24 * 3600

app = FastAPI(title="jinchuang", docs_url=None, redoc_url=None, openapi_url=None)
app.mount("/static", StaticFiles(directory=STATIC), name="static")
for part in (views, files, actions):
    app.include_router(part.router)


@app.get("/style.css")
def stylesheet() -> Response:
    """The look; its address changes with it."""
    return PlainTextResponse(style(), media_type="text/css", headers={"Cache-Control": "max-age=31536000"})


@app.get("/health")
def health(last: Annotated[datetime | None, Depends(last_success)]) -> JSONResponse:
    """For a monitor outside, without a login: whether returns were collected within the last two hours, and nothing more."""
    ok = last is not None and datetime.now(UTC) - last < OVERDUE
    return JSONResponse({"status": "ok" if ok else "late"}, 200 if ok else 503)


@app.middleware("http")
async def guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Headers that every answer has, unless it brings its own; and the reader's choice of language, kept."""
    answer = await call_next(request)
    for name, value in _HEADERS.items():
        answer.headers.setdefault(name, value)
    if (chosen := request.query_params.get("lang")) in LANGUAGES:
        path = request.scope["root_path"] or "/"
        answer.set_cookie(COOKIE, str(chosen), max_age=_YEAR, path=path, samesite="lax", httponly=True)
    return answer


@app.exception_handler(HTTPException)
async def refused(request: Request, why: HTTPException) -> Response:
    """A browser without a login is led to Airflow's; everybody else is told what is wrong."""
    if why.status_code == 401:
        return _to_login(request)
    key = "forged" if why.detail == FORGED else _KEYS.get(why.status_code, "gone")
    told = why.detail if key in {"stale", "unfit"} else ""
    return shown(request, "refused.html.j2", why.status_code, key=key, told=told)


def _to_login(request: Request) -> Response:
    """Airflow's own way in, whatever its auth manager, and back here afterwards; 401 for what is no browser's page."""
    root, here = request.scope["root_path"].removesuffix("/ops"), request.url
    back = f"{here.path}?{here.query}" if here.query else here.path
    if "hx-request" in request.headers:
        return Response(
            status_code=401, headers={"HX-Refresh": "true"}
        )  # the whole page, which leads to the login
    if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse(f"{root}/api/v2/auth/login?next={quote(back, safe='')}", status_code=303)
    return JSONResponse({"detail": "Not authenticated"}, 401)
