"""The two parts of a letter to a unit: plain text and HTML, made of one set of fields."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def both_parts(stem: str, fields: Mapping[str, object]) -> tuple[str, str]:
    """The templates ``stem.txt.j2`` and ``stem.html.j2``, filled."""
    text, html = (
        _environment(kind).get_template(f"{stem}.{kind}.j2").render(fields) for kind in ("txt", "html")
    )
    return text, html


@cache
def _environment(kind: str) -> Environment:
    return Environment(
        loader=PackageLoader("reports"),
        autoescape=kind == "html",  # noqa: S701 - in the text part, markup is what stood in a cell
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
