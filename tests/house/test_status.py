"""How a run came out, for people."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from rich.cells import cell_len
from rich.console import Console

from reports.chapters.summary import KEY
from tasks.status import demo_summary, figure_lines, status, status_table
from tests.conftest import EDITIONS, house_at


def test_the_summary_of_a_demo_counts_and_says_where_things_lie(small_house, capsys):
    demo_summary(small_house)
    told = capsys.readouterr().out
    counted = {
        verdict: line
        for line in told.splitlines()
        for verdict in ("accepted", "returned", "held", "refused")
        if f" {verdict} " in line
    }
    assert {verdict: int(line.split("│")[3]) for verdict, line in counted.items()} == Counter(
        one.verdict for one in small_house.ledger.verdicts()
    )
    queued = len(small_house.ledger.letters("queued"))
    shown = [line.split("│")[2].strip() for line in told.partition("figures")[2].splitlines() if "│" in line]
    assert tuple(shown) == KEY, "the eight of the report's first page, not all there are"
    for _, name, value in figure_lines(small_house, "2026-Q3", KEY):
        assert re.search(rf"{re.escape(name)} .* {re.escape(value)} ", told)
    for said in (
        f"{queued} queued",
        "2026-Q3-e1/report.pdf",
        *EDITIONS,
    ):
        assert said in told


def test_before_anything_happened_it_counts_nothing(tmp_path, capsys):
    demo_summary(house_at(tmp_path / "home"))
    told = capsys.readouterr().out
    assert "accepted" in told
    assert "figures" not in told


def test_the_status_of_a_quarter_not_in_the_calendar_is_not_known(small_house):
    with pytest.raises(LookupError, match="not in the calendar"):
        status(small_house, "2031-Q1")


ROW = {
    "quarter": "2026-Q3", "centre": "EQ01", "role": "成员", "nil": False, "on_time": True,
    "first_received_at": None, "newest_file": None, "in_force": None, "errors": 0, "warnings": 0, "holds": 0,
}  # fmt: skip


def returned(
    number: int, state: str = "returned", verdict: str = "returned", reasons: int = 1
) -> dict[str, object]:
    return {
        **ROW,
        "unit": f"U{number:02d}",
        "name": f"示例山西重型机械与轨道交通装备制造集团股份有限公司第{number}分公司",
        "state": state,
        "newest": f"{number:012d}",
        "newest_verdict": verdict,
        "newest_received_at": "2026-10-12T09:42:11+08:00",
        "files": 2,
        "reasons": [
            f"单位情况 D{n}：R2.1：研发与技术人员不得多于从业人员，请核对后更正" for n in range(reasons)
        ],
    }


def printed(rows, width=80):
    """What a terminal of a width shows."""
    console = Console(width=width, force_terminal=False)
    with console.capture() as shown:
        console.print(status_table(rows))
    return shown.get()


def squeezed(text):
    return "".join(text.split())


@pytest.mark.parametrize("width", [80, 120])
def test_no_name_number_or_reason_is_cut(width):
    shown = printed([returned(1), returned(2, reasons=3)], width)
    assert all(cell_len(line) <= width for line in shown.splitlines())
    assert "…" not in shown
    columns = [line for line in shown.splitlines() if line.startswith("EQ01")]
    assert [line.split()[-1] for line in columns] == [f"{n:012d}" for n in (1, 2)]
    for row in (returned(1), returned(2, reasons=3)):
        for text in row["reasons"]:
            assert squeezed(text) in squeezed(shown)
    # A long name goes on below itself.
    assert "示例山西重型机械与轨道交通" in squeezed(shown)
    assert "分公司" in squeezed(shown)


def test_of_many_reasons_the_first_are_told_and_the_rest_counted():
    shown = squeezed(printed([returned(1, reasons=8)]))
    assert [f"D{n}：" in shown for n in range(8)] == [True] * 3 + [False] * 5
    assert "另有5项" in shown


def test_a_newer_file_than_the_one_in_force_is_told_apart():
    shown = printed([returned(1, state="accepted", verdict="held")])
    assert "采用后又收到的一份待核，共收 2 份：" in shown


def test_the_title_counts_the_states():
    rows = [returned(1), returned(2, state="accepted", verdict="accepted", reasons=0), returned(3)]
    assert printed(rows).splitlines()[0].strip() == "2026-Q3 报送状态：应报 3，采用 1，退回 2"


def test_what_is_held_or_returned_has_its_reason_and_what_is_accepted_has_none(small_house):
    rows = status(small_house, "2026-Q3")
    assert {bool(row["reasons"]) for row in rows if row["state"] in {"returned", "held"}} == {True}
    assert {tuple(row["reasons"]) for row in rows if row["state"] in {"accepted", "missing"}} == {()}
    (held,) = [row for row in rows if row["state"] == "held"]
    assert "晚于截止时间" in held["reasons"][0]
