"""What a chart shows, as data: five shapes whose values are only drawn and whose texts are final."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """A part of the view: never changed, nothing in it unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class Break(Model):
    """A dashed line in front of the column ``before`` (from 0): what follows is counted otherwise. ``text`` names it."""

    before: int = Field(ge=1)
    text: str


class Columns(Model):
    """Vertical columns over quarters, oldest first; they start at 0."""

    shape: Literal["columns"] = "columns"
    bars: tuple[Bar, ...]
    breaks: tuple[Break, ...] = ()


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
    breaks: tuple[Break, ...] = ()


Drawing = Annotated[Steps | Bars | Columns | Tiles | Stacks, Field(discriminator="shape")]
