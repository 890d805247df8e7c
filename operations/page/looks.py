"""Data → HTML: the templates, the marks of the matrix and the house's colours."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import get_args
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from expectations.raw import visible
from operations.page.words import Words, language_of, page_wording
from reports.blocks import State
from reports.marks import mark
from reports.rich import trusted
from reports.theme import DARK, LIGHT, STACK

_QUERY = ("quarter", "centre", "state", "q")
STATIC = Path(__file__).parent / "static"
# What the report has no mark for: not due yet, and a newer file that is not in use.
_OWN = {
    "awaited": f'<circle cx="9" cy="9" r="6.5" fill="none" stroke="{LIGHT.ctx}" stroke-width="1.6"/>',
    "newer": f'<path d="M9 0H18V9Z" fill="{LIGHT.accent}"/>',
}


def shown(request: Request, template: str, status: int = 200, **about: object) -> HTMLResponse:
    """A page in the reader's language; to htmx only the part that it puts in place."""
    say = Words(language_of(request))

    def query(**changes: str) -> str:
        """The address's query with some of it changed; what is blank is left out."""
        kept = {name: request.query_params.get(name, "") for name in _QUERY} | changes
        return urlencode({name: value for name, value in kept.items() if value})

    # Going back in the browser, htmx asks for the whole page.
    part = "hx-request" in request.headers and "hx-history-restore-request" not in request.headers
    body = (
        _environment()
        .get_template(template)
        .render(
            say=say,
            base=request.scope["root_path"],
            query=query,
            kinds=page_wording(say.language).at("letters"),
            frame="part.html.j2" if part else "whole.html.j2",
            version=_version(),
            marks=_marks(),
            **about,
        )
    )
    return HTMLResponse(body, status)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("operations.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["visible"] = visible
    return found


@cache
def style() -> str:
    """The stylesheet in the house's colours, for light and dark screens."""
    colours = {"light": LIGHT.model_dump(), "dark": DARK.model_dump(), "stack": trusted(STACK)}
    return _environment().get_template("style.css.j2").render(colours)


@cache
def _version() -> str:
    """What tells this stylesheet and these scripts from others, so that browsers may keep them."""
    scripts = b"".join(path.read_bytes() for path in sorted(STATIC.glob("*.js")))
    return hashlib.sha256(style().encode() + scripts).hexdigest()[:10]


@cache
def _marks() -> Markup:
    every = {state: mark(state, LIGHT) for state in get_args(State)} | _OWN
    symbol = Markup('<symbol id="m-{}" viewBox="0 0 18 18">{}</symbol>')
    return Markup("").join(symbol.format(state, trusted(inside)) for state, inside in every.items())
