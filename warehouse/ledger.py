"""What happened, in order: arrivals, verdicts, decisions, editions, outbox. One function and one transaction a change.

Every change takes one ``seq`` from the log; "as known at" means as of a ``seq``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa

from expectations.findings import Finding
from warehouse.arrivals import Arrivals
from warehouse.people import People
from warehouse.records import (
    AUTHORITY,
    Assessment,
    Decision,
    Edition,
    Judged,
    Letter,
    Settlement,
)
from warehouse.schema import (
    assessment,
    decision,
    edition,
    finding,
    log,
    settlement,
    snapshot,
    verdict,
)

_STRUCTURED = ("outputs", "submissions", "made_with")  # what of an edition is kept as JSON


class Ledger(People, Arrivals):
    """The ledger in one database: what the log's changes were, table by table."""

    # ── verdicts
    def record_verdicts(
        self, quarter: str, judged: Sequence[Judged], letters: Iterable[Letter], at: datetime
    ) -> None:
        """Write a batch's verdicts, findings and answers in one transaction."""
        body = [
            {
                **{k: v for k, v in vars(one).items() if k not in {"findings", "seq"}},
                "findings": [f.model_dump() for f in one.findings],
            }
            for one in judged
        ]
        with self._change("verdicts", quarter, body, at) as (connection, seq):
            for one in judged:
                row = {k: v for k, v in vars(one).items() if k not in {"findings", "seq"}}
                connection.execute(sa.insert(verdict).values(seq=seq, **row))
                rows = [
                    {"seq": seq, "sha256": one.sha256, "n": n, **f.model_dump()}
                    for n, f in enumerate(one.findings)
                ]
                if rows:
                    connection.execute(sa.insert(finding), rows)
            self._queue(connection, seq, letters, at)

    def verdicts(self, upto: int | None = None) -> list[Judged]:
        """The newest verdict on each file up to a seq, without findings."""
        return self._verdicts_at(sa.func.max(verdict.c.seq), upto)

    def first_verdicts(self, upto: int | None = None) -> list[Judged]:
        """The first verdict on each file that said whose return it is, up to a seq, without findings."""
        return self._verdicts_at(sa.func.min(verdict.c.seq), upto, verdict.c.quarter.is_not(None))

    def _verdicts_at(
        self, which: sa.ColumnElement[int], upto: int | None, *conditions: sa.ColumnElement[bool]
    ) -> list[Judged]:
        """Of each file the verdict at one seq of its own, oldest first."""
        seqs = sa.select(verdict.c.sha256, which.label("seq")).where(*conditions).group_by(verdict.c.sha256)
        if upto is not None:
            seqs = seqs.where(verdict.c.seq <= upto)
        chosen = seqs.subquery()
        query = sa.select(verdict).join(
            chosen, sa.and_(verdict.c.sha256 == chosen.c.sha256, verdict.c.seq == chosen.c.seq)
        )
        with self.engine.connect() as connection:
            return [
                Judged(**row._mapping)
                for row in connection.execute(query.order_by(verdict.c.seq, verdict.c.sha256))
            ]

    def turned_away(self, upto: int | None = None) -> list[tuple[str, int]]:
        """Each time a file was refused because no return could be told from it: sha256 and seq, oldest first."""
        query = sa.select(verdict.c.sha256, verdict.c.seq).where(
            verdict.c.verdict == "refused", verdict.c.quarter.is_(None)
        )
        if upto is not None:
            query = query.where(verdict.c.seq <= upto)
        with self.engine.connect() as connection:
            return [(row.sha256, row.seq) for row in connection.execute(query.order_by(verdict.c.seq))]

    def findings(self, sha256: str, upto: int | None = None) -> list[Finding]:
        """The findings of the newest verdict on a file up to a seq, in order."""
        newest = sa.select(sa.func.max(verdict.c.seq)).where(verdict.c.sha256 == sha256)
        if upto is not None:
            newest = newest.where(verdict.c.seq <= upto)
        columns = [finding.c[name] for name in Finding.model_fields]
        query = (
            sa.select(*columns)
            .where(finding.c.sha256 == sha256, finding.c.seq == newest.scalar_subquery())
            .order_by(finding.c.n)
        )
        with self.engine.connect() as connection:
            return [Finding(**row._mapping) for row in connection.execute(query)]

    def finding_counts(self, upto: int | None = None) -> dict[str, dict[str, int]]:
        """Number of findings of the newest verdict up to a seq, by file and severity."""
        seqs = sa.select(verdict.c.sha256, sa.func.max(verdict.c.seq).label("seq")).group_by(verdict.c.sha256)
        if upto is not None:
            seqs = seqs.where(verdict.c.seq <= upto)
        newest = seqs.subquery()
        query = (
            sa.select(finding.c.sha256, finding.c.severity, sa.func.count().label("n"))
            .join(newest, sa.and_(finding.c.sha256 == newest.c.sha256, finding.c.seq == newest.c.seq))
            .group_by(finding.c.sha256, finding.c.severity)
        )
        counts: dict[str, dict[str, int]] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                counts.setdefault(row.sha256, {})[row.severity] = row.n
        return counts

    # ── decisions and snapshots
    def record_decision(self, new: Decision, at: datetime) -> None:
        row = {key: value for key, value in vars(new).items() if key != "seq"}
        with self._change("decision", new.sha256, row, at) as (connection, seq):
            connection.execute(sa.insert(decision).values(seq=seq, **row))

    def decisions(self, upto: int | None = None) -> dict[str, Decision]:
        """The newest decision on each file."""
        return {one.sha256: one for one in self.decided(upto)}

    def decided(self, upto: int | None = None) -> list[Decision]:
        """All decisions up to a seq, oldest first."""
        query = sa.select(decision).order_by(decision.c.seq)
        if upto is not None:
            query = query.where(decision.c.seq <= upto)
        with self.engine.connect() as connection:
            return [Decision(**row._mapping) for row in connection.execute(query)]

    def record_settlement(self, new: Settlement, letters: Iterable[Letter], at: datetime) -> None:
        """Write a decision on what several claim, with the letters its claimants are due."""
        row = {key: value for key, value in vars(new).items() if key != "seq"}
        body = row | {"credits": [list(vars(one).values()) for one in new.credits]}
        with self._change("settlement", f"{new.kind} {new.identifier}"[:200], body, at) as (connection, seq):
            connection.execute(sa.insert(settlement).values(seq=seq, **row))
            self._queue(connection, seq, letters, at)

    def settlements(self, upto: int | None = None) -> list[Settlement]:
        """All decisions on what several claim up to a seq, oldest first."""
        query = sa.select(settlement).order_by(settlement.c.seq)
        if upto is not None:
            query = query.where(settlement.c.seq <= upto)
        with self.engine.connect() as connection:
            return [Settlement(**row._mapping) for row in connection.execute(query)]

    def record_snapshot(self, kind: str, content: str, at: datetime) -> None:
        """Keep ``content`` if it differs from the newest snapshot of its kind."""
        if self.snapshot(kind) == content:
            return
        digest = hashlib.sha256(content.encode()).hexdigest()
        with self._change("snapshot", kind, digest, at) as (connection, seq):
            connection.execute(sa.insert(snapshot).values(seq=seq, kind=kind, hash=digest, content=content))

    def snapshot(self, kind: str, upto: int | None = None) -> str | None:
        """The newest content of a kind up to a seq."""
        query = (
            sa.select(snapshot.c.content)
            .where(snapshot.c.kind == kind)
            .order_by(snapshot.c.seq.desc())
            .limit(1)
        )
        if upto is not None:
            query = query.where(snapshot.c.seq <= upto)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar()

    def last_data_seq(self, upto: int | None = None) -> int:
        """The newest seq, up to one, that the warehouse depends on; editions and mail change no figure."""
        kinds = ("arrival", "verdicts", "decision", "settlement", "snapshot", "exemption", "confirmation")
        query = sa.select(sa.func.max(log.c.seq)).where(log.c.kind.in_(kinds))
        if upto is not None:
            query = query.where(log.c.seq <= upto)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    # ── editions
    def record_edition(self, new: Edition, letters: Iterable[Letter], at: datetime) -> None:
        """Write an edition with the mails it is due in; the same inputs twice are an IntegrityError."""
        row = {key: value for key, value in vars(new).items() if key != "seq"}
        row |= {name: json.dumps(row[name]) for name in _STRUCTURED}
        with self._change("edition", f"{new.quarter} {new.scope} {new.number}", row, at) as (connection, seq):
            connection.execute(sa.insert(edition).values(seq=seq, **row))
            self._queue(connection, seq, letters, at)

    def editions(
        self, quarter: str | None = None, upto: int | None = None, scope: str | None = AUTHORITY
    ) -> list[Edition]:
        """Editions for officials, for another scope, or (None) for all, issued up to a seq; by quarter, oldest first."""
        query = sa.select(edition).order_by(edition.c.quarter, edition.c.number, edition.c.seq)
        if scope is not None:
            query = query.where(edition.c.scope == scope)
        if quarter is not None:
            query = query.where(edition.c.quarter == quarter)
        if upto is not None:
            query = query.where(edition.c.seq <= upto)
        with self.engine.connect() as connection:
            rows = [dict(row._mapping) for row in connection.execute(query)]
        read = [row | {name: json.loads(row[name]) for name in _STRUCTURED} for row in rows]
        return [Edition(**row | {"submissions": tuple(row["submissions"])}) for row in read]

    def record_assessment(self, new: Assessment, at: datetime) -> None:
        """Write down that an edition stands, though something of what it rests on has changed."""
        row = {key: value for key, value in vars(new).items() if key != "seq"}
        with self._change("assessment", f"{new.quarter} {new.number}", row, at) as (connection, seq):
            connection.execute(sa.insert(assessment).values(seq=seq, **row))

    def assessments(self) -> list[Assessment]:
        """All assessments, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(assessment).order_by(assessment.c.seq))
            return [Assessment(**row._mapping) for row in rows]
