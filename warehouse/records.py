"""What the ledger remembers, one kind of record a class."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from expectations.findings import Finding, Verdict

# Scopes of editions: the classes of those who read them. A centre's is its code.
AUTHORITY = "authority"
PUBLIC = "public"
ANNUAL = "annual"  # of a year, for officials; its quarter is the fourth


@dataclass(frozen=True)
class Arrival:
    """A file as it was received; ``sender`` is the address it came from, where it came by mail."""

    source: str
    name: str
    version: str
    sha256: str
    size: int
    received_at: datetime
    sender: str = ""
    seq: int = 0


@dataclass(frozen=True)
class Sighting:
    """A file was first seen on a source ``at`` an instant that the source itself does not know, or a mail, with whatever was
    in it, was dealt with.
    """

    source: str
    name: str
    version: str
    at: datetime


@dataclass(frozen=True)
class Judged:
    """A verdict on one file. Unit, centre and quarter are None where the file did not say who it is from.

    ``arrival`` is the seq of the arrival that was judged, None in verdicts of before that was written down.
    """

    sha256: str
    verdict: Verdict
    quarter: str | None
    unit: str | None
    centre: str | None
    late: bool
    nil: bool
    parsed: str
    findings: tuple[Finding, ...] = ()
    seq: int = 0
    arrival: int | None = None


@dataclass(frozen=True)
class Decision:
    """What a person decided about a return: ``release`` or ``reject`` one that is held, ``exclude`` one that is accepted,
    ``include`` it again.
    """

    sha256: str
    action: str
    by: str
    reason: str
    seq: int = 0


@dataclass(frozen=True)
class Credit:
    """What a claimant, a unit in a centre, is credited with: a fraction of one."""

    unit: str
    centre: str
    share: Decimal


@dataclass(frozen=True)
class Settlement:
    """What a person decided about what several claim: the share of every claimant, adding up to at most 1."""

    kind: str
    identifier: str
    credits: tuple[Credit, ...]
    by: str
    reason: str
    seq: int = 0


@dataclass(frozen=True)
class Edition:
    """An issued report. ``outputs`` maps file name → sha256; ``submissions`` are the sha256 of the returns it rests on;
    ``made_with`` says with which code, definitions, libraries and machine, so that it can be made again.
    """

    quarter: str
    scope: str
    number: int
    input_hash: str
    known_seq: int
    known_at: datetime
    folder: str
    outputs: dict[str, str]
    submissions: tuple[str, ...] = ()
    made_with: dict[str, str] = field(default_factory=dict)
    seq: int = 0


@dataclass(frozen=True)
class Assessment:
    """What became known by ``known_seq`` was held against an edition, and nothing in it moved beyond its threshold.

    ``figures`` is the hash of the quarter's figures as they were known.
    """

    quarter: str
    number: int
    known_seq: int
    figures: str
    seq: int = 0


@dataclass(frozen=True)
class Milestone:
    """What the calendar calls for once a quarter and was done: ``opened``, ``reminded-7``, ``reminded+5``."""

    quarter: str
    kind: str
    seq: int = 0


@dataclass(frozen=True)
class Proposal:
    """A draft of an edition that waits for approval: what it says (``input_hash``), what it rests on (``known_seq``), the
    folder it can be looked at in, and the logins that started the run that made it, or the one that announced it (blank:
    the calendar).
    """

    quarter: str
    scope: str
    number: int
    input_hash: str
    known_seq: int
    folder: str
    started_by: str = ""
    seq: int = 0


@dataclass(frozen=True)
class Approval:
    """What a reviewer said of a proposal (its seq), once: ``approve``, ``reject``, or ``again`` after one more collection."""

    proposal: int
    action: str
    by: str
    comment: str = ""
    seq: int = 0


@dataclass(frozen=True)
class Confirmation:
    """A centre was ``asked`` about its units' returns of a quarter, to answer ``until`` an instant, or was ``silent`` until
    then; it ``confirmed`` them, or ``objected``.
    """

    quarter: str
    centre: str
    state: str
    by: str
    comment: str = ""
    until: datetime | None = None
    seq: int = 0


@dataclass(frozen=True)
class Exemption:
    """What a person allowed a unit up to an instant: to be ``late`` with a centre's return of a quarter, or the ``waiver`` of
    a rule in whatever it sends (centre and quarter are blank then).
    """

    kind: str
    unit: str
    until: datetime
    by: str
    reason: str
    centre: str = ""
    quarter: str = ""
    rule: str = ""
    seq: int = 0


@dataclass(frozen=True)
class Alert:
    """A cause of trouble was ``raised``, which one letter tells of, or ``cleared``; ``detail`` is JSON."""

    cause: str
    state: str
    detail: str = "{}"
    seq: int = 0


@dataclass(frozen=True)
class Letter:
    """A mail that is due, once: an ``answer`` about a file (subject = sha256), a ``report`` (subject = edition folder),
    a ``notice`` to the operator about a name in the inbox that is no file (subject = that name), word to a claimant
    of a ``dispute`` (subject = kind and identifier), a ``receipt`` for a mail (subject = its number), and what people and
    calendar call for: ``opening``, ``reminder``, ``review``, ``confirmation``, ``alert``, ``digest``. ``about`` is what it
    says, as JSON, where nothing else keeps that.

    ``seq`` is the change that made it due, ``changed_at`` the instant it came into its state; both are the ledger's.
    """

    key: str
    kind: str
    subject: str
    recipients: tuple[str, ...]
    state: str = "queued"
    error: str = ""
    about: str = ""
    seq: int = field(default=0, compare=False)
    changed_at: datetime | None = field(default=None, compare=False)
