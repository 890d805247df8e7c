"""The report as data: a typed view of eight block kinds that every rendering reads and none adds to.

Text is final: numbers are formatted, sentences are written. ``**…**`` marks bold, nothing else is markup.
A renderer knows block kinds, never contents:
the same sentence stands letter for letter in page, PDF, mail and annex.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
    """One key figure. ``series`` is oldest first and ends with this quarter; None = no data that quarter."""

    code: str
    label: str
    value: str
    unit: str = ""
    changes: tuple[Change, ...] = ()
    series: tuple[float | None, ...] = ()
    note: str = ""


class Figures(Model):
    """Key figures. ``spark_note`` explains the small lines: said before ``note`` where they are drawn."""

    kind: Literal["figures"] = "figures"
    title: str = ""
    figures: tuple[Figure, ...]
    note: str = ""
    spark_note: str = ""


class Heading(Model):
    """A table column: its name, a second smaller line, and whether numbers stand in it (right-aligned)."""

    label: str
    sub: str = ""
    number: bool = False


class Cell(Model):
    """A table cell: main text, a smaller second line, emphasis (accent and bold)."""

    text: str
    sub: str = ""
    strong: bool = False


class Table(Model):
    """A table; its title is its answer."""

    kind: Literal["table"] = "table"
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


class Bar(Model):
    """One bar or column: label, value, printed value, second line, and whether it is the one to look at.

    ``before`` is drawn as a tick over the bar (last quarter's value); columns do not draw it.
    """

    label: str
    value: float
    text: str
    sub: str = ""
    strong: bool = False
    before: float | None = None


class Mark(Model):
    """A published threshold: a vertical line over all bars, with its printed label."""

    value: float
    text: str


class Step(Model):
    """The level from ``at`` on (a step line)."""

    at: date
    value: float


class Target(Model):
    """A diamond: what was planned by a date, with its printed label."""

    at: date
    value: float
    text: str


class Steps(Model):
    """What happened (steps) against what was planned (diamonds joined by dashes)."""

    shape: Literal["steps"] = "steps"
    steps: tuple[Step, ...]
    targets: tuple[Target, ...]
    now: date
    now_text: str
    gap_text: str = ""


class Bars(Model):
    """Horizontal bars, longest first as given; they start at 0.

    ``before_text`` says what the ticks of the bars are (上季); it is drawn as a legend when a bar has one.
    """

    shape: Literal["bars"] = "bars"
    bars: tuple[Bar, ...]
    before_text: str = ""
    marks: tuple[Mark, ...] = ()


class Columns(Model):
    """Vertical columns over quarters, oldest first; they start at 0."""

    shape: Literal["columns"] = "columns"
    bars: tuple[Bar, ...]


class Tile(Model):
    """A square of a tile map: name, printed number, second line (a change), place, class from 0 (least) to 3.

    A tile without number and second line names its row (the group of a matrix); give it column 0.
    """

    label: str
    text: str
    sub: str = ""
    row: int = Field(ge=0)
    column: int = Field(ge=0)
    shade: Literal[0, 1, 2, 3]
    strong: bool = False


class Tiles(Model):
    """A tile map (11 cities) or the matrix of the 26 field branches; rows and columns count from 0.

    Up to four columns are a map whose places are kept; wider ones are a matrix whose rows wrap on narrow paper.
    """

    shape: Literal["tiles"] = "tiles"
    columns: int = Field(ge=1)
    tiles: tuple[Tile, ...]


class StackPart(Model):
    """One part of a column; the label of the last column's part is printed beside it (a number in it is the text's)."""

    label: str
    value: float = Field(ge=0)


class Stack(Model):
    """One column: label, second line (a year), its parts from the floor up and the printed total."""

    label: str
    sub: str = ""
    parts: tuple[StackPart, ...] = Field(max_length=3)
    text: str
    strong: bool = False


class Stacks(Model):
    """Columns of at most three parts over the quarters, oldest first; all have the same parts in one order."""

    shape: Literal["stacks"] = "stacks"
    bars: tuple[Stack, ...]


Drawing = Annotated[Steps | Bars | Columns | Tiles | Stacks, Field(discriminator="shape")]


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


class AnnexColumn(Model):
    label: str
    width: int = 12
    format: Literal["text", "integer", "decimal", "percent", "date"] = "text"


class AnnexSheet(Model):
    """A sheet of native values (percent = fractions), each shown with as many decimals as it was given."""

    name: str
    title: str
    columns: tuple[AnnexColumn, ...]
    rows: tuple[tuple[str | int | Decimal | date | None, ...], ...]
    note: str = ""


class Edition(Model):
    """Which edition this is. ``known_at`` is an aware instant; renderers print ``known_at_text``."""

    quarter: str
    quarter_text: str
    number: int
    number_text: str
    known_at: datetime
    known_at_text: str


class View(Model):
    """Everything one edition says, in one language."""

    lang: Literal["zh", "en"] = "zh"
    title: str
    issuer: str
    notice: str
    edition: Edition
    subject: str
    chapters: tuple[Chapter, ...]
    annex: tuple[AnnexSheet, ...]
    attachments: str
    contact: str
