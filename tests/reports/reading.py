"""How tests read what was rendered: the texts of a view, of a page, of a PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from pypdf import PdfReader

from reports.blocks import View
from reports.rich import plain

_SENTENCES = {
    "text",
    "note",
    "lead",
    "title",
    "label",
    "who",
    "sub",
    "value",
    "unit",
}  # and spark_note, which the mail does not carry
_DRAWN = {"drawing", "legend", "alt"}


def squeezed(text: str) -> str:
    """Text without any white space: line breaks of a layout do not count."""
    return "".join(text.split())


def sentences(value: Any) -> Iterator[str]:
    """Every text below ``value`` that is set as text (words inside charts are drawn)."""
    if isinstance(value, dict):
        for key, part in value.items():
            if isinstance(part, str):
                if key in _SENTENCES and part:
                    yield plain(part)
            elif key not in _DRAWN:
                yield from sentences(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from sentences(part)


def view_texts(view: View, mail: bool = False) -> list[str]:
    """What the chapters say; with ``mail`` only what the mail carries."""
    texts = [view.title, view.issuer, view.notice, view.edition.quarter_text, view.edition.number_text]
    texts.append(view.edition.known_at_text)
    for index, chapter in enumerate(view.chapters):
        if not mail or chapter.mail:
            found = sentences(chapter.model_dump())
            texts += [text for text in found if index or text != chapter.title]
    return texts


def pdf_text(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


class Html(HTMLParser):
    """Elements, ids and the text of a page, as a browser would see them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.parts: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.parts.append(data)

    @property
    def text(self) -> str:
        return squeezed("".join(self.parts))

    def tags(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in names]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (#RRGGBB) as WCAG counts it."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
