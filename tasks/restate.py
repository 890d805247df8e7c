"""Two editions of a quarter → what moved between them, by how much, and which returns moved it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from decimal import Decimal

from expectations.quarter import SHANGHAI, Quarter
from reports.changes import (
    Cause,
    ChangedReturn,
    DisputeFact,
    MovedFigure,
    Revision,
    Track,
)
from reports.chapters.summary import KEY
from reports.text import Text
from tasks.disputes import dispute_facts
from tasks.known import Known, known
from tasks.restated import restated
from tasks.settings import House
from warehouse.figures import Figure, Figures, read_figures_file
from warehouse.indicators import indicators, indicators_hash
from warehouse.records import Edition
from warehouse.returns import Submission
from warehouse.trace import Traces

FIGURES = "figures.parquet"  # an edition's figures, kept in its folder
PERIODS = ("quarter", "ytd")  # whose figures of the province are told of when they move
_Return = tuple[str, str, str]  # quarter, centre, unit
_Pair = tuple[Figure, Figure]


def figures_issued(house: House, edition: Edition) -> list[Figure]:
    """The figures an edition was issued with; FileNotFoundError if its folder is gone."""
    return read_figures_file(house.editions / edition.folder / FIGURES)


def figures_known(state: Known, quarter: str) -> list[Figure]:
    """The figures of a quarter, units apart, as known in a state."""
    with state.reading() as connection:
        return Figures(connection).of(quarter)


def significant(
    before: Sequence[Figure], now: Sequence[Figure], periods: Container[str] = PERIODS
) -> list[_Pair]:
    """What a new edition is issued for: the province's totals that moved beyond the threshold of their indicator."""
    old = {one[:6]: one for one in before}
    return [
        (old[new[:6]], new)
        for new in now
        if (new.level, new.part) == ("province", "")
        and new.period in periods
        and new[:6] in old
        and indicators()[new.indicator].at(new.quarter).is_significant(old[new[:6]].value, new.value)
    ]


def revision(state: Known, quarter: Quarter, before: Edition, periods: Container[str] = PERIODS) -> Revision:
    """What an edition drafted from ``state`` changes in the one before it, and why; ``periods`` are those it tells of."""
    then = known(state.house, before.known_seq)
    pairs = significant(figures_issued(state.house, before), figures_known(state, str(quarter)), periods)
    changed = _changed(then, state, quarter)
    by_code: dict[str, list[_Pair]] = defaultdict(list)
    for pair in pairs:
        by_code[pair[1].indicator].append(pair)
    told = [
        found[0] for found in by_code.values()
    ]  # of the quarter, or where only that moved, of the year to date
    parts = list(
        zip(_added(then, [old for old, _ in told]), _added(state, [new for _, new in told]), strict=True)
    )
    return Revision(
        of=before.number,
        known_at=before.known_at,
        moved=tuple(
            MovedFigure(
                code,
                {new.period: (old.value, new.value) for old, new in found},
                _causes(*parts[i], changed),
            )
            for i, (code, found) in enumerate(by_code.items())
        ),
        returns=tuple(changed.values()),
        disputes=_new_disputes(then, state, quarter),
        restated=restated(state, {one.submission for one in changed.values() if one.how != "withdrawn"}),
        # An address that changed is nobody's figure.
        registry=then.registry.without_contacts() != state.registry.without_contacts(),
        definitions=before.made_with.get("indicators") != indicators_hash(str(quarter)),
    )


def _changed(then: Known, now: Known, quarter: Quarter) -> dict[_Return, ChangedReturn]:
    """The returns, up to the quarter, that are in force otherwise than they were."""
    old, new = _in_force(then, quarter), _in_force(now, quarter)
    reasons = _reasons(now)
    decisions = now.house.ledger.decisions(now.inputs.seq)
    found = {}
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        if before and after and before.judged.sha256 == after.judged.sha256:
            continue
        one = after or before
        assert one is not None
        unit, centre = now.registry.unit[key[2]], now.registry.centre[key[1]]
        decision = decisions.get(one.judged.sha256)
        found[key] = ChangedReturn(
            quarter=Quarter.parse(key[0]),
            centre=Text(centre.short, centre.short_en),
            unit=Text(unit.name, unit.name_en),
            how="withdrawn" if after is None else "revised" if before else "added",
            submission=one.id,
            received=one.arrival.received_at.astimezone(SHANGHAI).date(),
            reason=reasons.get(one.id, "") if after else "",
            decided=f"{decision.by}：{decision.reason}" if decision else "",
        )
    return found


def _in_force(state: Known, quarter: Quarter) -> dict[_Return, Submission]:
    found = {}
    for one in state.in_force:
        judged = one.judged
        if judged.quarter and judged.centre and judged.unit and judged.quarter <= str(quarter):
            found[judged.quarter, judged.centre, judged.unit] = one
    return found


def _new_disputes(then: Known, now: Known, quarter: Quarter) -> tuple[DisputeFact, ...]:
    known_before = {(one.kind, one.number) for one in dispute_facts(then, quarter)}
    return tuple(one for one in dispute_facts(now, quarter) if (one.kind, one.number) not in known_before)


def _reasons(state: Known) -> dict[str, str]:
    """What units said for themselves when they sent a return again, by submission."""
    with state.reading() as connection:
        query = "select submission, revision_reason from stg_return__cover where revision_reason is not null"
        return dict(connection.execute(query).fetchall())


def _added(state: Known, figures: Sequence[Figure]) -> list[dict[_Return, Decimal]]:
    """Of each figure what every return adds to its numerator; registry and ledger add under a blank key."""
    with state.reading() as connection:
        traced = Traces(connection).of(figures)
    found: list[dict[_Return, Decimal]] = [defaultdict(Decimal) for _ in figures]
    for sums, rows in zip(found, traced, strict=True):
        for row in rows:
            sums[row.quarter, row.centre or "", row.unit or ""] += row.numerator
    return found


def _causes(
    before: Mapping[_Return, Decimal],
    now: Mapping[_Return, Decimal],
    changed: Mapping[_Return, ChangedReturn],
) -> tuple[Cause, ...]:
    """What each changed return adds, the weightiest first; what others add otherwise than before comes last as one."""
    nothing = Decimal(0)
    causes = [
        Cause(one, before.get(key, nothing), now.get(key, nothing))
        for key, one in changed.items()
        if before.get(key, nothing) != now.get(key, nothing)
    ]
    rest = [
        sum((value for key, value in side.items() if key not in changed), nothing) for side in (before, now)
    ]
    causes.sort(key=lambda one: -abs(one.now - one.before))
    return (*causes, Cause(None, rest[0], rest[1])) if rest[0] != rest[1] else tuple(causes)


def tracks(house: House, history: Iterable[Edition], state: Known, quarter: Quarter) -> tuple[Track, ...]:
    """The key figures of every quarter that has been issued more than once (this edition counted), edition by edition."""
    told: dict[str, list[dict[str, Decimal | None]]] = defaultdict(list)
    for edition in history:
        told[edition.quarter].append(_key_values(figures_issued(house, edition)))
    told[str(quarter)].append(_key_values(figures_known(state, str(quarter))))
    return tuple(
        Track(Quarter.parse(one), code, tuple(values[code] for values in editions))
        for one, editions in sorted(told.items())
        for code in KEY
        if len(editions) > 1
    )


def year_tracks(
    house: House, history: Iterable[Edition], state: Known, quarters: Sequence[Quarter]
) -> tuple[Track, ...]:
    """The key figures of every quarter of a year that was issued: edition by edition, and last as they are known now."""
    told: dict[str, list[dict[str, Decimal | None]]] = defaultdict(list)
    for edition in history:
        if edition.quarter in map(str, quarters):
            told[edition.quarter].append(_key_values(figures_issued(house, edition)))
    return tuple(
        Track(one, code, tuple(values[code] for values in (*told[str(one)], now)))
        for one in quarters
        if str(one) in told
        for now in [_key_values(figures_known(state, str(one)))]
        for code in KEY
    )


def _key_values(figures: Sequence[Figure]) -> dict[str, Decimal | None]:
    found: dict[str, Decimal | None] = dict.fromkeys(KEY)
    for one in figures:
        if one.indicator in found and (one.level, one.period, one.part) == ("province", "quarter", ""):
            found[one.indicator] = one.value
    return found
