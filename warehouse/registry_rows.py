"""What one row of each registry table says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from warehouse.workdays import next_working


class Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Span(Row):
    """Something that holds from a day to a day (inclusive; open where blank)."""

    start: date = Field(alias="from")
    end: date | None = Field(alias="to")

    @field_validator("end", mode="before")
    @classmethod
    def _blank_is_open(cls, value: object) -> object:
        return None if value == "" else value

    def touches(self, first: date, last: date) -> bool:
        return self.start <= last and (self.end is None or self.end >= first)


class Centre(Row):
    centre: str
    name: str
    short: str
    name_en: str
    short_en: str
    field: str
    branch: str
    legal_form: str
    city: str


class Stage(Span):
    centre: str
    stage: str


class Unit(Row):
    unit: str
    uscc: str
    name: str
    short: str
    name_en: str
    short_en: str
    kind: str
    city: str


class Membership(Span):
    """``share`` is the unit's share of the centre's equity, a fraction; blank where it holds none or none is known."""

    centre: str
    unit: str
    role: str
    share: Decimal | None = Field(default=None, ge=0, le=1)

    @field_validator("share", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        return None if value == "" else value


class Term(Row):
    """The calendar of one quarter; instants carry their offset. ``planned`` is the deadline that a holiday moved."""

    quarter: str
    opens: datetime
    due: datetime
    grace_days: int = Field(ge=0)
    report_at: datetime
    planned: datetime | None = None

    @property
    def closes(self) -> datetime:
        """The last instant at which a return is in time: deadline plus grace."""
        return self.due + timedelta(days=self.grace_days)

    def moved(self, own: Mapping[date, bool]) -> Self:
        """The same with its deadline on a working day, and the report as many days later, on a working day too."""
        due = next_working(self.due, own)
        report_at = next_working(self.report_at + (due - self.due), own)
        planned = self.due if due != self.due else None
        return self.model_copy(update={"due": due, "report_at": report_at, "planned": planned})


class Workday(Row):
    """A day that is worked, or is not, whatever the published holidays say: the office's own notice."""

    day: date
    working: bool
    why: str


class Reminder(Row):
    """So many days after the deadline (before it: negative) whoever still owes a return is reminded; after it the centre
    may be told, and the authority (主管部门).
    """

    days: int
    tells: Literal["unit", "centre", "authority"]

    @property
    def milestone(self) -> str:
        return f"reminded{self.days:+d}"


class Reviewer(Row):
    """Who may approve a report: ``user`` is the name of the login in Airflow."""

    user: str
    name: str
    email: str


class CentreContact(Row):
    """Whom to write to about a centre's units. Where ``confirm_days`` is given, the centre is asked to confirm their
    returns, and has so many days to.
    """

    centre: str
    name: str
    email: str
    confirm_days: int | None = Field(default=None, ge=1)

    @field_validator("confirm_days", mode="before")
    @classmethod
    def _blank_is_none(cls, value: object) -> object:
        return None if value == "" else value


class Target(Row):
    """What is to be reached by a day: ``scope`` is ``province`` (policy) or a centre (its build plan 建设方案)."""

    indicator: str
    scope: str
    by: date
    value: Decimal
    source: str
    source_en: str


class Threshold(Row):
    """A published mark to hold a figure against: ``full`` marks from here, ``none`` below it, or a ``floor`` to be above.

    A ratio is given as a fraction.
    """

    indicator: str
    mark: Literal["full", "none", "floor"]
    value: Decimal
    valid_from: date
    source: str
    source_en: str


class Opening(Row):
    """What a centre's risk fund held when its returns began."""

    centre: str
    risk_fund_wan_cny: Decimal
    at: date


class Size(Row):
    """One class of the enterprise-size standard: both floors must be met."""

    industry: str
    size: str
    min_employees: int
    min_revenue_wan_cny: int
    valid_from: date


class Contact(Row):
    unit: str
    email: str


class SourceRow(Row):
    """Where returns come from besides the inbox: a folder ``file:///…``, ``sftp:///folder``, ``s3://bucket/prefix`` or a
    mailbox ``imap://INBOX``. ``connection`` is the id of an Airflow connection with address and secrets; what comes from a
    source with a ``unit`` can be that unit's only.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    url: str
    connection: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]*$")
    unit: str = ""

    @property
    def kind(self) -> str:
        return urlsplit(self.url).scheme

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        url = urlsplit(self.url)
        if url.scheme not in {"file", "sftp", "s3", "imap"}:
            raise ValueError("a source is file:///…, sftp:///…, s3://bucket/… or imap://FOLDER")
        if (url.scheme in {"s3", "imap"}) != bool(url.netloc) or "@" in url.netloc:
            raise ValueError("address and secrets of a source belong in its connection, not in its URL")
        if (url.scheme == "file") == bool(self.connection):
            raise ValueError("every source but a folder needs a connection")
        return self


INBOX = "inbox"  # the source that is always there


class Recipient(Row):
    """Who gets which edition, in which language: ``scope`` is his class, the ``authority`` (主管部门), the ``public`` (公开)
    or the code of a centre (中心).
    """

    name: str
    email: str
    scope: str
    language: Literal["zh", "en"] = "zh"


class Entry(Row):
    key: str
    value: str
