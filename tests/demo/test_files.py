"""The small demo's files: the same every time, and what stands in them is what was told."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from expectations.form import the_form
from expectations.quarter import Quarter
from expectations.values import read_value
from tasks.demo import _content, write_returns
from tasks.demo_planted import Arrival

from .conftest import records


def _path(inbox: Path, one: Arrival) -> Path:
    return inbox / one.planted.quarter / one.planted.file


def test_every_file_is_there_with_its_time_and_the_same_bytes_as_another_writing(
    small: list[Arrival], small_inbox: Path
) -> None:
    sent = [one for one in small if one.planted.received]
    assert len(sent) > 40
    for one in sent:
        path = _path(small_inbox, one)
        assert path.stat().st_mtime == one.planted.received.timestamp()
        assert path.read_bytes() == _content(one, one.planted.received)
    assert {path for path in small_inbox.rglob("*") if path.is_file()} == {
        _path(small_inbox, one) for one in sent
    }


def test_a_file_that_is_there_is_left_alone_and_one_that_is_gone_written(
    tmp_path: Path, small_registry: Path, small_inbox: Path
) -> None:
    for path in small_inbox.rglob("*.xlsx"):
        (tmp_path / path.relative_to(small_inbox)).parent.mkdir(exist_ok=True)
        os.link(path, tmp_path / path.relative_to(small_inbox))
    first, second, *_ = sorted(tmp_path.rglob("*.xlsx"))
    first.unlink()
    first.write_text("something else")
    second.unlink()
    write_returns(tmp_path, small_registry)
    assert first.read_text() == "something else"
    assert second.exists()


def test_every_value_can_be_read_as_its_column_wants_it(small: list[Arrival], small_inbox: Path) -> None:
    """Nothing needs to be normalised: units that fill in the template write what it asks for."""
    for one in small:
        if one.planted.verdict != "accepted":
            continue
        found = records(_path(small_inbox, one))
        for sheet in the_form().sheets:
            for record in found[sheet.name]:
                for column in sheet.columns:
                    value = read_value(record[column.name], column)
                    assert (value.reason, value.note) == ("", ""), (one.planted.file, column.name, record)
                    assert not (column.required and value.text is None), (one.planted.file, column.name)


def test_every_record_told_stands_in_the_file(small: list[Arrival], small_inbox: Path) -> None:
    for one in small:
        if one.told is None:
            continue
        found = records(_path(small_inbox, one))
        for name, told in one.told.sheets.items():
            assert len(found[name]) == len(told), (one.planted.file, name)
            for row, record in zip(told, found[name], strict=True):
                numbers = {key: cell for key, cell in row.items() if isinstance(cell, int | float | date)}
                assert {key: record[key] for key in numbers} == numbers


def test_people_and_addresses_are_evidently_invented(small: list[Arrival], small_inbox: Path) -> None:
    for one in small:
        if one.told is None:
            continue
        (cover,) = records(_path(small_inbox, one))["cover"]
        assert all(cover[name].startswith("示例") for name in ("unit_head", "statistics_head", "filler"))
        assert cover["phone"].startswith("000-")
        assert cover["email"].endswith(".example")
        assert cover["filed_on"] > Quarter.parse(one.planted.quarter).end
