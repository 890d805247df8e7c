"""The report as data: a typed view of eight block kinds that every rendering reads and none adds to.

Text is final: numbers are formatted, sentences are written. ``**…**`` marks bold, nothing else is markup.
A renderer knows block kinds, never contents:
the same sentence stands letter for letter in page, PDF, mail and annex.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from reports.attached import AnnexSheet, Evidence
from reports.shapes import Drawing, Model


class Headline(Model):
    """The one sentence a reader takes away."""

    kind: Literal["headline"] = "headline"
    text: str


class Item(Model):
    """A labelled paragraph: finding (label = chapter) or decision (label = question, who = whom, by when)."""

    label: str
    text: str
    who: str = ""


class Prose(Model):
    """Labelled paragraphs. ``numbered`` lists are decisions asked of the reader."""

    kind: Literal["prose"] = "prose"
    title: str = ""
    numbered: bool = False
    items: tuple[Item, ...]


class Change(Model):
    """A comparison beside a figure, e.g. label 环比, text ``+38 家``."""

    label: str
    text: str


class Figure(Model):
    """One key figure; ``sign`` is a currency before its value. ``series`` is oldest first and ends with this quarter; None =
    no data that quarter.
    """

    code: str
    label: str
    value: str
    unit: str = ""
    sign: str = ""
    changes: tuple[Change, ...] = ()
    series: tuple[float | None, ...] = ()
    note: str = ""


class Figures(Model):
    """Key figures. ``spark_note`` explains the small lines: said before ``note`` where they are drawn. ``column``: what
    they are of, if not of the quarter.
    """

    kind: Literal["figures"] = "figures"
    title: str = ""
    column: str = ""
    figures: tuple[Figure, ...]
    note: str = ""
    spark_note: str = ""


class Heading(Model):
    """A table column: its name, a second smaller line, and whether numbers stand in it (right-aligned)."""

    label: str
    sub: str = ""
    number: bool = False


class Cell(Model):
    """A table cell: main text, a smaller second line, emphasis (accent and bold).

    ``code``: the indicator whose figure stands in it, so that it can be followed to its evidence.
    """

    text: str
    sub: str = ""
    strong: bool = False
    code: str = ""


class Table(Model):
    """A table; its title is its answer. ``mail``: whether a mail that carries its chapter carries it, too."""

    kind: Literal["table"] = "table"
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    mail: bool = True


class Chart(Model):
    """A chart titled with its answer; ``alt`` states the answer and the values."""

    kind: Literal["chart"] = "chart"
    name: str
    title: str
    drawing: Drawing
    alt: str
    note: str = ""
    mail: bool = False


State = Literal["accepted", "warned", "late", "nil", "returned", "held", "missing", "refused", "none"]


class MatrixRow(Model):
    label: str
    states: tuple[State, ...]
    strong: bool = False


class MatrixGroup(Model):
    label: str
    rows: tuple[MatrixRow, ...]


class Matrix(Model):
    """Who sent what, quarter by quarter. ``legend`` names each state that occurs, in reading order."""

    kind: Literal["matrix"] = "matrix"
    title: str
    columns: tuple[str, ...]
    groups: tuple[MatrixGroup, ...]
    legend: tuple[tuple[State, str], ...]
    note: str = ""


class Note(Model):
    kind: Literal["note"] = "note"
    text: str


class Contents(Model):
    """Links to the chapters, on the page; a PDF of more than five chapters lists them on its second page by itself."""

    kind: Literal["contents"] = "contents"


Block = Annotated[
    Headline | Prose | Figures | Table | Chart | Matrix | Note | Contents, Field(discriminator="kind")
]


class Chapter(Model):
    """One chapter. ``mail`` says whether the e-mail carries it in full."""

    id: str
    title: str
    lead: str = ""
    blocks: tuple[Block, ...]
    mail: bool = False


class Edition(Model):
    """Which edition this is. ``known_at`` is an aware instant; renderers print ``known_at_text``."""

    quarter: str
    quarter_text: str
    number: int
    number_text: str
    known_at: datetime
    known_at_text: str


class View(Model):
    """Everything one edition says, in one language. ``contact``: where to turn by answering the mail; ``write_to``: with
    page or PDF in hand.
    """

    lang: Literal["zh", "en"] = "zh"
    title: str
    issuer: str
    notice: str
    edition: Edition
    subject: str
    chapters: tuple[Chapter, ...]
    annex: tuple[AnnexSheet, ...]
    evidence: tuple[Evidence, ...] = ()
    attachments: str
    contact: str
    write_to: str
