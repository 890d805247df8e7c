"""What the house knew as of one seq of its ledger: the returns, the registry, the findings, and the warehouse of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from expectations.findings import Finding
from expectations.quarter import Quarter
from tasks.parse import parse_files
from tasks.settings import House
from warehouse.archive import written_whole
from warehouse.build import Inputs, build_warehouse, definitions_hash
from warehouse.records import Exemption
from warehouse.registry import Registry
from warehouse.returns import Standing, Submission, in_force, standings, submissions
from warehouse.store import Connection, build_file, opened

SHOWN_QUARTERS = 8
_KEPT = 3  # generations of the past that are not made again for whoever asks next


@dataclass(frozen=True)
class Known:
    """The state of knowledge that one seq names; all that is told of it is the same for ever.

    ``upto`` is the seq that was asked for, ``inputs.seq`` the newest change up to it that a figure depends on.
    """

    house: House
    upto: int
    inputs: Inputs

    @property
    def registry(self) -> Registry:
        return self.inputs.registry

    def findings(self, sha256: str) -> list[Finding]:
        """The findings of the verdict on a file that stood then."""
        return self.house.ledger.findings(sha256, self.inputs.seq)

    @cached_property
    def finding_counts(self) -> dict[str, dict[str, int]]:
        return self.house.ledger.finding_counts(self.inputs.seq)

    @cached_property
    def exemptions(self) -> list[Exemption]:
        return self.house.ledger.recorded(Exemption, self.inputs.seq)

    @cached_property
    def in_force(self) -> list[Submission]:
        return in_force(self.inputs.submissions)

    def shown(self, quarter: Quarter) -> tuple[Quarter, ...]:
        """The quarters a report of ``quarter`` speaks of, oldest first, itself the last."""
        return tuple(one for one in self.inputs.quarters if one <= quarter)[-SHOWN_QUARTERS:]

    def must_have_opened(self, quarter: Quarter) -> None:
        """LookupError before the quarter opened."""
        if quarter not in self.inputs.quarters:
            raise LookupError(f"{quarter} had not opened yet, or nothing was collected since it did")

    def standings(self, quarter: Quarter) -> list[Standing]:
        return standings(self.registry, self.inputs.submissions, quarter)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection to the warehouse of what was known: the one in force, or one made for the occasion."""
        if self.house.store.made_of() == (self.inputs.seq, definitions_hash()):
            with self.house.store.reading() as connection:
                yield connection
        else:
            with opened(self._made()) as connection:
                yield connection

    def _made(self) -> Path:
        """The warehouse file of a past state; the last few are kept."""
        folder = self.house.home / "as-of"
        path = folder / f"warehouse-{self.inputs.seq:08d}-{definitions_hash()[:12]}.duckdb"
        if not path.exists():
            ensure_parsed(self.house, self.inputs)
            with written_whole(path) as temporary:
                build_file(temporary, lambda connection: build_warehouse(connection, self.inputs))
            older = sorted(folder.glob("warehouse-*.duckdb"), key=lambda one: one.stat().st_mtime)
            for old in older[:-_KEPT]:
                old.unlink(missing_ok=True)
        return path


def known(house: House, upto: int | None = None) -> Known:
    """What was known as of a seq (now without one); LookupError before anything was collected."""
    seq = house.ledger.last_data_seq(upto)
    content = house.ledger.snapshot("registry", seq)
    if content is None:
        raise LookupError("nothing was collected yet: run `jinchuang collect` first")
    inputs = Inputs(
        seq=seq,
        known_at=house.ledger.known_at(seq),
        registry=Registry.from_snapshot(content),
        submissions=submissions(house.ledger, seq),
        parsed=house.archive.parsed,
        form=house.form,
        settlements=house.ledger.settlements(seq),
        warned=frozenset(sha for sha, told in house.ledger.finding_counts(seq).items() if "warning" in told),
    )
    return Known(house, house.ledger.last_seq() if upto is None else upto, inputs)


def ensure_parsed(house: House, inputs: Inputs) -> None:
    """Make parsed files again where they are missing: the archive and the ledger are all that must be kept."""
    missing = [
        (one.judged.sha256, Path(one.arrival.name).name)
        for one in inputs.submissions
        if not (inputs.parsed / one.judged.parsed).exists()
    ]
    parse_files(missing, house.archive, house.form)
