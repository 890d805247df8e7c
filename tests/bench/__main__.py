"""Measure, print and keep in docs/bench.md. Figures of one machine differ by the day: what counts are the ratios."""

from __future__ import annotations

import os
import platform
import statistics
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.form import the_form
from expectations.quarter import SHANGHAI, Quarter
from expectations.suites import failures, new_context, suite
from reports.view import LANGUAGES, build_view
from tasks.demo import write_returns
from tasks.demo_scale import grown
from tasks.draft import _rendered
from tasks.facts import facts_of
from tasks.known import known
from tasks.settings import ROOT, House
from tasks.trace import trace
from tests.bench.floor import by_hand, floor
from tests.bench.runs import Run, judged_files, reader_peak, run
from tests.bench.scheduled import scheduled
from tests.conftest import house_at
from warehouse.indicators import indicators

ROUNDS, UNITS, MANY, HAND, SCHEDULED = 3, 300, 3000, 3, 120
QUARTER = Quarter(2026, 3)
PAGE = ROOT / "docs" / "bench.md"


def house_of(folder: Path, units: int) -> House:
    """A house whose inbox holds one quarter's returns of so many invented units."""
    registry = grown(ROOT / "registry", folder / "registry", units, 1)
    house = house_at(folder / "home", registry=registry)
    write_returns(house.inbox, registry)
    return house


def rounds(folder: Path, units: int, count: int) -> tuple[list[Run], list[tuple[float, float]], House]:
    """Runs of ours and of the floor, one after the other so that the machine's mood falls on both alike."""
    ours, floors = [], []
    for number in range(count):
        house = house_of(folder / f"{units}-{number}", units)
        ours.append(run(house))
        floors.append(floor(judged_files(house), the_form(), folder / f"floor-{units}-{number}.duckdb"))
    return ours, floors, house


def gx_cost() -> tuple[float, float, int]:
    """(milliseconds an expectation, seconds per million rows, expectations) of the unit sheet's suite."""
    import pandas as pd

    sheet, day = the_form().by_name["unit"], QUARTER.end
    row = {column.name: 1 for column in sheet.columns}
    row |= {f"{column.name}__text": "1" for column in sheet.columns} | {rule.no: True for rule in sheet.rules}
    count, spent = len(suite(sheet, day).expectations), {}
    for size in (100, 200_000):
        frame = pd.DataFrame({name: [value] * size for name, value in row.items()})
        frame = frame.assign(submission="s", row=range(size))
        took = []
        for _ in range(ROUNDS):
            context, began = new_context(), perf_counter()
            assert failures(context, sheet, frame, day) == []
            took.append(perf_counter() - began)
        spent[size] = statistics.median(took)
    slope = (spent[200_000] - spent[100]) / 0.1999
    return spent[100] / count * 1000, slope, count


def report_cost(house: House) -> float:
    """Seconds for all forms of a report in both languages, fonts cut and modules loaded."""
    state = known(house)
    facts, at = facts_of(state, QUARTER), state.inputs.known_at
    spent = []
    for _ in range(ROUNDS + 1):
        began = perf_counter()
        for language in LANGUAGES:
            _rendered(build_view(facts, 1, at, language), house.fonts)
        spent.append(perf_counter() - began)
    return statistics.median(spent[1:])


def trace_cost(house: House, indicators: Iterable[str]) -> tuple[str, float]:
    """The indicator whose total of the province takes longest to take apart, with its rows and cells, and the seconds."""
    spent = {}
    for code in indicators:
        began = perf_counter()
        traced = trace(house, code, str(QUARTER), {})
        spent[code] = perf_counter() - began
        assert traced.proof.holds
    worst = max(spent, key=lambda code: spent[code])
    return worst, spent[worst]


def of_most_rows(house: House, count: int = 6) -> list[str]:
    """The indicators that most rows stand behind."""
    with house.store.reading() as connection:
        found = connection.execute(
            "select indicator from parts where part = '' and definition = '' group by all order by count(*) desc limit ?",
            [count],
        ).fetchall()
    return [code for (code,) in found]


@dataclass(frozen=True)
class Line:
    """One line of the page. ``most`` is what was asked for at most; ``least`` instead, at least; of neither is it only shown."""

    name: str
    how: str
    figure: float
    most: float = 0
    least: float = 0

    @property
    def asked(self) -> str:
        return f"≥ {self.least:g}" if self.least else f"≤ {self.most:g}" if self.most else "—"

    @property
    def met(self) -> bool:
        return self.figure >= self.least and (not self.most or self.figure <= self.most)


def main() -> None:
    new_context()  # what Great Expectations loads on first use belongs to its import
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs, floors, house = rounds(folder, UNITS, ROUNDS)
        many, _, large = rounds(folder, MANY, 1)
        peak = (
            reader_peak()
        )  # now: a child that this process starts when it has grown counts as large as itself
        largest, large_trace = trace_cost(large, of_most_rows(large))
        demo = demo_house(folder)
        worst, demo_trace = trace_cost(demo, indicators())
        hand = by_hand(judged_files(house)[:HAND], the_form(), folder / "hand.duckdb") / HAND * UNITS
        airflow = scheduled(folder / "scheduled", SCHEDULED)
        ours, least = (statistics.median(one) for one in ([r.ours for r in runs], map(sum, floors)))
        whole = statistics.median(sum(one.steps.values()) for one in runs)
        middle = min(runs, key=lambda one: abs(one.ours - ours))
        an_expectation, a_million, rules = gx_cost()
        lines = [
            Line(
                "collected to loaded, imports and GX aside ÷ floor",
                f"{ours:.2f} s ÷ {least:.2f} s",
                ours / least,
                4,
            ),
            Line(
                f"the same of {MANY} ÷ {UNITS} returns",
                f"{many[0].ours:.1f} s ÷ {ours:.2f} s",
                many[0].ours / ours,
                10.5,
            ),
            Line(
                "hand-written ÷ ours, all in",
                f"{HAND} files scaled: {hand:.0f} s ÷ {whole:.1f} s",
                hand / whole,
                least=15,
            ),
            Line(
                "GX: ms an expectation",
                f"{middle.expectations} expectations, {middle.rows} rows: {middle.gx:.2f} s",
                middle.gx / middle.expectations * 1000,
                12,
            ),
            Line("GX: ms an expectation, 100 rows", f"{rules} expectations", an_expectation, 12),
            Line("GX: s a million rows", f"{rules} expectations, 200,000 rows", a_million, 10),
            Line(
                "reading child, MiB",
                f"largest child of all runs, {MANY} files in the last",
                peak,
                768,
            ),
            Line("all forms of the report, both languages, s", "the demo's province", report_cost(demo), 5),
            Line("trace of the slowest figure, s", f"the demo's {worst}, of all", demo_trace, 2),
            Line(f"the same of {MANY} returns a quarter, s", largest, large_trace),
            Line(
                f"scheduler: trigger to approval request, {SCHEDULED} units, s",
                f"returns collected, judged, loaded and the report announced after {airflow.announced:.0f} s",
                airflow.asked,
                90,
            ),
        ]
        text = page(lines, middle, floors)
    PAGE.write_text(text, "utf-8")
    print(text)


def demo_house(folder: Path) -> House:
    """The demo's province, loaded."""
    house = house_at(folder / "demo")
    write_returns(house.inbox, house.settings.registry)
    run(house)
    return house


def page(lines: list[Line], middle: Run, floors: list[tuple[float, float]]) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        trim_blocks=True,
        autoescape=False,
    )
    return environment.get_template("bench.md.j2").render(
        day=datetime.now(SHANGHAI).date().isoformat(),
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
        units=UNITS,
        rounds=ROUNDS,
        lines=lines,
        middle=middle,
        floors=floors,
    )


if __name__ == "__main__":
    main()
