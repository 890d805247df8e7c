"""One demo for the whole run: returns written, collected, judged and reported once, copied by tests that change it."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from datetime import datetime
from pathlib import Path

import pytest
from filelock import FileLock

from reports.fonts import cut_fonts
from tasks.demo_life import live
from tasks.demo_scale import excerpt
from tasks.settings import ROOT, House, Settings
from tests import ledgers
from tests.tracing import children_unmeasured, leave_libraries_out

NOW = datetime.fromisoformat("2026-10-26T09:00:00+08:00")
QUARTERS = ("2026-Q1", "2026-Q2", "2026-Q3")  # whose reports the small demo issues
EDITIONS = ("2026-Q1-e1", "2026-Q2-e1", "2026-Q2-e2", "2026-Q3-e1")  # what comes of it: one was revised
SMALL = ("EQ01", "NM01", "IT01")  # centres of the small demo
# The files that take half a minute or more, longest first: begun last, one would run on while the other core idles.
# No two neighbours prepare the same fixture, for whose maker the other worker would wait.
LONGEST = (
    "end_to_end/test_local_airflow.py",
    "disclosure/test_attack.py",
    "end_to_end/test_quarter.py",
    "house/test_demo_verdicts.py",
    "operations_page/test_in_airflow.py",
    "faults/test_kills.py",
    "end_to_end/test_compose.py",
    "house/test_annual.py",
    "returns/test_cases.py",
    "house/test_as_of.py",
    "dags/test_runs.py",
    "house/test_revise.py",
    "cli/test_promises.py",
    "house/test_bundle.py",
    "cli/test_commands.py",
    "house/test_verify.py",
    "faults/test_outbox.py",
    "cli/test_failures.py",
)


def pytest_configure(config: pytest.Config) -> None:
    if ledgers.on_postgresql():
        if not hasattr(config, "workerinput"):  # workers share the server of the process that started them
            stack = ExitStack()
            stack.enter_context(ledgers.server())
            config.add_cleanup(stack.close)
        ledgers.settle()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the rest as they stand."""
    order = {Path(__file__).parent / name: n for n, name in enumerate(LONGEST)}
    if gone := [str(path) for path in order if not path.exists()]:
        raise pytest.UsageError(f"LONGEST in tests/conftest.py names what is not there: {', '.join(gone)}")
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_collection_finish() -> None:
    # Great Expectations makes millions of small objects: looking through them again and again is an eighth of its time.
    gc.set_threshold(50_000, 20, 100)
    if sys.gettrace():
        leave_libraries_out()


def house_at(home: Path, **more: object) -> House:
    """A house below ``home`` with a fixed clock, whatever the environment says, and the fonts of this checkout."""
    home.mkdir(parents=True, exist_ok=True)
    fonts = home / "fonts"
    if not fonts.exists():
        fonts.symlink_to(cut_fonts(ROOT / "var" / "fonts"))
    defaults: dict[str, object] = {
        "registry": ROOT / "registry",
        "now": NOW,
        "settle_seconds": 0,
        "unattended": True,
    }
    return House(Settings.model_validate({"home": home, **defaults, **more}))


def copied(house: House, to: Path, **more: object) -> House:
    """A house with all it holds, yours to change, at another place."""
    shutil.copytree(house.home, to, symlinks=True)
    ledgers.copy(house.home, to)
    return house_at(to, **{"registry": house.settings.registry, **more})


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder made by the first worker of a run that needs it; the others wait and share it."""
    own = factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / name
    with FileLock(f"{folder}.lock"):
        if not folder.exists():
            make(folder.with_suffix(".part"))
            folder.with_suffix(".part").rename(folder)
            ledgers.move(folder.with_suffix(".part"), folder)
    return folder


def _reported(house: House, *quarters: str) -> None:
    with children_unmeasured():  # hundreds of workbooks are written and read; how is tested with fewer
        live(house, *quarters)


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The whole province, eight quarters, through to the reports of the last two. Never change it, copy it."""
    return house_at(
        _made_once(tmp_path_factory, "demo", lambda folder: _reported(house_at(folder), *QUARTERS[-2:]))
    )


@pytest.fixture(scope="session")
def small_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry of three centres and three quarters, as a folder of CSV files."""
    return _made_once(
        tmp_path_factory,
        "registry",
        lambda folder: excerpt(ROOT / "registry", folder, SMALL, len(QUARTERS)),
    )


@pytest.fixture(scope="session")
def small_house(tmp_path_factory: pytest.TempPathFactory, small_registry: Path) -> House:
    """The small demo, through to three issued reports: where one province is as good as another. Copy it, too."""
    made = _made_once(
        tmp_path_factory,
        "small",
        lambda folder: _reported(house_at(folder, registry=small_registry), *QUARTERS),
    )
    return house_at(made, registry=small_registry)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests mean the same on every machine."""
    for name in [name for name in os.environ if name.startswith("JINCHUANG_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _sqlite(request: pytest.FixtureRequest) -> Iterator[None]:
    with ledgers.in_the_house() if request.node.get_closest_marker("sqlite") else nullcontext():
        yield


@pytest.fixture
def house_copy(small_house: House, tmp_path: Path) -> House:
    """The small demo's house, yours to change."""
    return copied(small_house, tmp_path / "house")
