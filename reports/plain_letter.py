"""A letter of sentences and, where there are several things to do, a list of them: Chinese first, English second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from expectations.findings import finding
from reports.parts import both_parts
from reports.text import Text


@dataclass(frozen=True)
class Item:
    """One thing of several, and what there is to say about it."""

    head: Text
    lines: tuple[Text, ...] = ()


@dataclass(frozen=True)
class PlainLetter:
    """Everything the letter says. The first paragraph is what it comes to; ``links`` are labels with their address."""

    subject: Text
    who: Text
    paragraphs: tuple[Text, ...]
    items: tuple[Item, ...] = ()
    closing: tuple[Text, ...] = ()
    links: tuple[tuple[Text, str], ...] = ()
    attached: tuple[Path, ...] = ()
    contact: Text | None = None  # whom to ask; the authority need not be told


def render_plain_letter(letter: PlainLetter) -> tuple[str, str, str]:
    """Subject, plain text and HTML."""
    text, html = both_parts("letter", {"a": letter})
    return f"{letter.subject.zh} · {letter.subject.en}", text, html


def said(message: str, **fields: Text | str) -> Text:
    """A sentence of messages.yml, ``group.key``, in both languages; a Text among the fields is filled in by language."""
    values: dict[str, str] = {}
    for name, value in fields.items():
        zh, en = (value.zh, value.en) if isinstance(value, Text) else (value, value)
        values |= {name: zh, f"{name}_en": en}
    told = finding("note", message, **values)
    return Text(told.zh, told.en)


def joined(texts: tuple[Text, ...] | list[Text]) -> Text:
    """Names one after the other."""
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))
