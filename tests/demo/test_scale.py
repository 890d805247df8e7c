"""Another registry is another demo: cut down for tests, grown to measure with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from stdnum.cn import uscc
from typer.testing import CliRunner

from tasks.cli import app
from tasks.demo_arrivals import arrivals
from tasks.demo_scale import excerpt, grown
from warehouse.registry import Registry

from .conftest import REGISTRY


def test_a_grown_registry_has_its_units_and_quarters_and_tells_a_clean_story(tmp_path: Path) -> None:
    registry = Registry.read(grown(REGISTRY, tmp_path, 300, 2))
    assert len(registry.units) == 300
    assert list(registry.term) == ["2026-Q2", "2026-Q3", "2026-Q4"]
    assert all(uscc.is_valid(unit.uscc) for unit in registry.units)
    assert len({unit.uscc for unit in registry.units}) == 300
    assert {row.unit for row in registry.memberships} == set(registry.unit)
    operating = Counter(row.centre for row in registry.memberships if row.role == "运营主体")
    assert set(operating) == set(registry.centre)
    assert set(operating.values()) == {1}
    sent = list(arrivals(registry))
    accepted = sum(one.planted.verdict == "accepted" for one in sent)
    assert len(registry.memberships) * 2 <= len(sent) < len(registry.memberships) * 2.1
    assert accepted > 0.94 * len(sent)
    assert sum(len(one.told.sheets["diffusion"]) for one in sent if one.told) > 300


def test_fewer_units_than_are_committed_leave_a_registry_that_can_be_read(tmp_path: Path) -> None:
    registry = Registry.read(grown(REGISTRY, tmp_path, 10, 1))
    assert [unit.unit for unit in registry.units] == [f"U{number:02d}" for number in range(1, 11)]
    assert {row.scope for row in registry.targets} == {"province", "EQ01", "NM01", "IT01"}


def test_all_units_and_quarters_are_the_registry_itself(tmp_path: Path) -> None:
    assert Registry.read(grown(REGISTRY, tmp_path, 80, 8)) == Registry.read(REGISTRY)


def test_an_excerpt_tells_of_its_centres_what_the_whole_does(tmp_path: Path) -> None:
    small = Registry.read(excerpt(REGISTRY, tmp_path, {"EQ01", "NM01", "IT01"}, 3))
    assert set(small.centre) == {"EQ01", "NM01", "IT01"}
    of_small = {one.planted.file for one in arrivals(small) if one.planted.quarter == "2026-Q3"}
    assert {one.planted.fault for one in arrivals(small)} >= {
        *("", "late", "missing", "nil", "revised", "correction", "three_errors", "no_workbook", "resent"),
        "patent_twice",
    }
    assert len(of_small) > 10


@pytest.mark.parametrize(("units", "quarters"), [(0, 1), (1, 0)])
def test_nothing_cannot_be_asked_for(tmp_path: Path, units: int, quarters: int) -> None:
    with pytest.raises(ValueError, match="count from 1"):
        grown(REGISTRY, tmp_path, units, quarters)


def test_the_command_writes_registry_and_inbox_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINCHUANG_HOME", str(tmp_path / "home"))
    result = CliRunner().invoke(
        app, ["demo", "--to", str(tmp_path / "demo"), "--units", "4", "--quarters", "1"]
    )
    assert result.exit_code == 0, result.output
    assert len(Registry.read(tmp_path / "demo" / "registry").units) == 4
    assert len(list((tmp_path / "demo" / "inbox" / "2026-Q3").glob("*.xlsx"))) >= 4
    assert not list((tmp_path / "home").rglob("*.xlsx"))
    alone = CliRunner().invoke(app, ["demo", "--units", "4"])
    assert alone.exit_code == 2
