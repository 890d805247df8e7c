"""verdicts → data docs: what Great Expectations says of a quarter's returns, published for operators below ``data-docs/``."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from expectations.form import Sheet
from expectations.frames import relations_sql
from expectations.quarter import Quarter
from reports.data_docs import Failed, QuarterDocs, SheetDocs, describe, failed, index, page
from tasks.check import Candidate, load_frames
from tasks.parse import parse_files
from tasks.settings import House, one_at_a_time
from warehouse.archive import written_whole
from warehouse.returns import Submission, in_force, standings, submissions
from warehouse.store import Connection, scratch

FOLDER, INDEX, SUMMARY = "data-docs", "index.html", "summary.json"


@one_at_a_time("writing")
def publish_data_docs(house: House, quarter: str) -> Path:
    """Hold the newest version of every return of a quarter against the form, and write a page a sheet and the index.

    Returns the index. ValueError for a wrong key, LookupError for a quarter that is not in the calendar or of which
    no return could be read yet.
    """
    key = Quarter.parse(quarter)
    if str(key) not in house.registry.term:
        raise LookupError(f"{quarter} is not in the calendar")
    found = submissions(house.ledger)
    stand = standings(house.registry, _readable(found), key)
    newest = [one.newest for one in stand if one.newest is not None]
    if not newest:
        raise LookupError(f"no return of {quarter} could be read yet")
    _write_quarter(house, key, newest, found)
    return _write_index(house)


def publish_due(house: House) -> list[str]:
    """Publish the newest quarter that is due, if any. A run every hour makes one; earlier quarters follow in later runs."""
    due = data_docs_due(house)[-1:]
    for quarter in due:
        publish_data_docs(house, quarter)
    return due


def data_docs_due(house: House) -> list[str]:
    """Quarters whose returns were judged since their docs were made, in order."""
    made = {one.quarter: one.seq for one in _summaries(house)}
    found = _readable(submissions(house.ledger))
    quarters = sorted({one.judged.quarter for one in found if one.judged.quarter})
    return [quarter for quarter in quarters if made.get(quarter, 0) < _seq(found, quarter)]


def _readable(found: Iterable[Submission]) -> list[Submission]:
    return [one for one in found if one.judged.verdict != "refused"]


def _seq(found: Iterable[Submission], quarter: str) -> int:
    """The ledger's seq of the last verdict on a return of a quarter."""
    return max(one.judged.seq for one in found if one.judged.quarter == quarter)


def _write_quarter(house: House, quarter: Quarter, newest: list[Submission], found: list[Submission]) -> None:
    from expectations.suites import KEYS, batch_of, new_context, suite

    folder, form, now = house.home / FOLDER / str(quarter), house.form, house.now()
    of = {one.id: f"{one.judged.unit}（{one.judged.centre}）" for one in newest}
    how = {"result_format": "COMPLETE", "unexpected_index_column_names": KEYS}
    told, context = [], new_context()
    with scratch() as connection:
        _load(house, connection, quarter, newest, found)
        for sheet in form.sheets:
            frame = connection.execute(relations_sql(sheet, form)).df()
            asked = suite(sheet, quarter.end)
            count = len(asked.expectations)
            faults: tuple[Failed, ...] = ()
            if not frame.empty:
                describe(asked.expectations, sheet)
                result = batch_of(context, sheet, frame).validate(asked, result_format=how)
                faults = failed(result, sheet, form, of)
                _write(folder / f"{sheet.name}.html", page(result, sheet, str(quarter), now))
            told.append(_told(sheet, len(frame), count, faults))
    docs = QuarterDocs(
        quarter=str(quarter),
        made_at=now,
        returns=len(newest),
        seq=_seq(_readable(found), str(quarter)),
        sheets=tuple(told),
    )
    _write(folder / SUMMARY, docs.model_dump_json(indent=1))


def _told(sheet: Sheet, rows: int, asked: int, faults: tuple[Failed, ...]) -> SheetDocs:
    return SheetDocs(name=sheet.name, zh=sheet.zh, en=sheet.en, rows=rows, asked=asked, failed=faults)


def _load(
    house: House, connection: Connection, quarter: Quarter, newest: list[Submission], found: list[Submission]
) -> None:
    """The check frames' database, as the last check of the quarter had it."""
    past = [one for one in in_force(found) if (one.judged.quarter or "") <= str(quarter)]
    parsed = house.archive.parsed
    missing = [
        (one.judged.sha256, Path(one.arrival.name).name)
        for one in (*newest, *past)
        if not (parsed / one.judged.parsed).exists()
    ]
    parse_files(missing, house.archive, house.form)
    members = {(one.centre, one.unit): one for one in house.registry.expected(quarter)}
    batch = [
        Candidate(
            one.judged.sha256,
            members[one.judged.centre or "", one.judged.unit or ""],
            quarter,
            parsed / one.judged.parsed,
        )
        for one in newest
    ]
    load_frames(connection, batch, past, parsed, house.registry, house.form)


def _summaries(house: House) -> list[QuarterDocs]:
    found = (house.home / FOLDER).glob(f"*/{SUMMARY}")
    docs = [QuarterDocs.model_validate_json(path.read_text("utf-8")) for path in found]
    return sorted(docs, key=lambda one: one.quarter, reverse=True)


def _write_index(house: House) -> Path:
    target = house.home / FOLDER / INDEX
    _write(target, index(_summaries(house)))
    return target


def _write(path: Path, text: str) -> None:
    with written_whole(path) as temporary:
        temporary.write_text(text, "utf-8")
