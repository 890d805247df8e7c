"""The log's chain: nothing changed or taken out unnoticed, and two writers never follow the same row."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from tests.ledger.records import AT, a_letter, a_verdict, an_arrival
from warehouse.schema import metadata


@pytest.fixture
def five(ledger):
    """A ledger with five rows in its log, of which none hangs on another table but the first."""
    ledger.record_verdicts("2026-Q3", [a_verdict()], [a_letter(key=key) for key in "abcd"], AT)
    for key in "abcd":
        ledger.move_letter(key, "queued", "sent", AT)
    assert (ledger.last_seq(), ledger.broken_link()) == (5, None)
    return ledger


def tamper(ledger, statement: str) -> None:
    with ledger.engine.begin() as connection:
        assert connection.execute(sa.text(statement)).rowcount == 1


@pytest.mark.parametrize(
    "changed",
    [
        "at = '2020-01-01T00:00:00.000000+00:00'",
        "kind = 'edition'",
        "subject = 'x'",
        "body = replace(body, 'sent', 'failed')",
        f"hash = '{'0' * 64}'",
    ],
)
def test_a_changed_row_is_noticed(five, changed):
    tamper(five, f"update log set {changed} where seq = 3")
    assert five.broken_link() == 3


def test_a_changed_last_row_is_noticed(five):
    tamper(five, "update log set subject = 'x' where seq = 5")
    assert five.broken_link() == 5


def test_a_row_taken_out_is_noticed(five):
    tamper(five, "delete from log where seq = 3")
    assert five.broken_link() == 4


def test_rows_put_in_another_order_are_noticed(five):
    tamper(five, "update log set seq = 99 where seq = 3")
    assert five.broken_link() == 4


def test_a_row_made_up_is_noticed(five):
    tamper(
        five,
        "insert into log (seq, at, kind, subject, body, hash) select 6, at, kind, subject, body, hash from log "
        "where seq = 5",
    )
    assert five.broken_link() == 6


def test_two_writers_at_once_do_not_fork_the_chain(url, opened):
    """Four ledgers, as four processes would open them: each row follows the one before it."""
    ledgers = [opened(url) for _ in range(4)]
    start = threading.Barrier(4)

    def write(who: int) -> None:
        start.wait()
        for number in range(20):
            ledgers[who].record_arrivals([an_arrival(version=f"{who}-{number}")], AT)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert len(ledgers[0].arrivals()) == 80
    assert ledgers[0].broken_link() is None


def test_a_letter_is_taken_by_one_of_two_carriers(url, opened):
    ledgers = [opened(url) for _ in range(4)]
    keys = [f"letter-{number}" for number in range(15)]
    ledgers[0].record_verdicts("2026-Q3", [], [a_letter(key=key) for key in keys], AT)
    start = threading.Barrier(4)

    def carry(who: int) -> list[str]:
        start.wait()
        return [key for key in keys if ledgers[who].move_letter(key, "queued", "sending", AT)]

    with ThreadPoolExecutor(4) as pool:
        taken = [key for keys in pool.map(carry, range(4)) for key in keys]
    assert sorted(taken) == sorted(keys)
    assert ledgers[0].broken_link() is None


def test_readers_are_not_kept_waiting_by_a_writer(ledger):
    """The page inside Airflow reads while a task writes."""
    ledger.record_arrivals([an_arrival()], AT)
    with ledger._change("arrival", "unfinished", {}, AT), ThreadPoolExecutor(1) as pool:
        seen = pool.submit(ledger.last_seq).result(timeout=5)
    assert (seen, ledger.last_seq()) == (1, 2)


def test_the_log_tells_everything_a_verdict_said(five):
    with five.engine.connect() as connection:
        body = connection.execute(sa.select(metadata.tables["log"].c.body).limit(1)).scalar_one()
    for said in ('"unit": "U02"', '"verdict": "accepted"', '"parsed": "a.parquet"', '"findings": []'):
        assert said in body
