"""One demo for the whole run: returns written, collected, judged and reported once, copied by tests that change it."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from reports.fonts import cut_fonts
from tasks.collect import collect
from tasks.demo import write_returns
from tasks.demo_scale import excerpt
from tasks.process import process
from tasks.report import report
from tasks.settings import ROOT, House, Settings

NOW = datetime.fromisoformat("2026-10-26T09:00:00+08:00")
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")  # whose reports the fixtures issue
SMALL = ("EQ01", "NM01", "IT01")  # centres of the small demo


def house_at(home: Path, **more: object) -> House:
    """A house below ``home`` with a fixed clock, whatever the environment says, and the fonts of this checkout."""
    home.mkdir(parents=True, exist_ok=True)
    fonts = home / "fonts"
    if not fonts.exists():
        fonts.symlink_to(cut_fonts(ROOT / "var" / "fonts"))
    defaults: dict[str, object] = {"registry": ROOT / "registry", "now": NOW, "settle_seconds": 0}
    return House(Settings.model_validate({"home": home, **defaults, **more}))


def _judged(house: House) -> House:
    write_returns(house.inbox, house.settings.registry)
    collect(house)
    process(house)
    return house


def _reported(house: House) -> House:
    for quarter in QUARTERS:
        report(house, quarter)
    return house


@pytest.fixture(scope="session")
def judged_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The whole province, eight quarters of returns judged. Shared by the whole session: never change it, copy it."""
    return _judged(house_at(tmp_path_factory.mktemp("demo")))


@pytest.fixture(scope="session")
def demo_house(judged_house: House) -> House:
    """The same, through to the reports of the last three quarters. Never change it, copy it."""
    return _reported(judged_house)


@pytest.fixture(scope="session")
def small_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry of three centres and three quarters, as a folder of CSV files."""
    return excerpt(ROOT / "registry", tmp_path_factory.mktemp("small") / "registry", SMALL, len(QUARTERS))


@pytest.fixture(scope="session")
def small_house(small_registry: Path) -> House:
    """The small demo, through to three issued reports: where one province is as good as another. Copy it, too."""
    return _reported(_judged(house_at(small_registry.parent / "house", registry=small_registry)))


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests mean the same on every machine."""
    for name in [name for name in os.environ if name.startswith("JINCHUANG_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def house_copy(demo_house: House, tmp_path: Path) -> House:
    """The demo's house, yours to change."""
    shutil.copytree(demo_house.home, tmp_path / "house", symlinks=True)
    return house_at(tmp_path / "house")


@pytest.fixture
def small_copy(small_house: House, tmp_path: Path) -> House:
    """The small demo's house, yours to change."""
    shutil.copytree(small_house.home, tmp_path / "house", symlinks=True)
    return house_at(tmp_path / "house", registry=small_house.settings.registry)
