"""``jinchuang trace``: what it says for people and for programs, of which figure, and how it ends."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from tasks.settings import House
from tests.cli.typed import complaint, said
from tests.conftest import NOW, house_at
from tests.house.filing import send, workbook

VALUE = "contract_value_wan_cny"
FIGURE = [
    *("indicator", "name", "formula", "kind", "unit", "quarter", "period", "scope", "edition", "value"),
    *("printed", "numerator", "denominator", "n", "reproduces", "as_issued", "rows"),
]
PLACE = ["submission", "unit", "file", "sha256", "sheet", "row", "cells"]
ROW = [*PLACE, "quarter", "centre", "key", "counted", "part", "denominator", "n", "rests_on"]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, small_registry: Path) -> Any:
    """Name a home by the environment."""

    def name(home: Path) -> None:
        monkeypatch.setenv("JINCHUANG_HOME", str(home))
        monkeypatch.setenv("JINCHUANG_REGISTRY", str(small_registry))
        monkeypatch.setenv("JINCHUANG_NOW", NOW.isoformat())
        monkeypatch.setenv("JINCHUANG_UNATTENDED", "on")
        monkeypatch.setenv("JINCHUANG_SETTLE_SECONDS", "0")

    return name


@pytest.fixture
def house(small_house: House, named: Any) -> House:
    named(small_house.home)
    return small_house


@pytest.fixture
def changed(house_copy: House, named: Any) -> House:
    named(house_copy.home)
    return house_copy


def asked(*words: object, code: int = 0) -> dict[str, Any]:
    """What is printed as JSON."""
    ended, out, err = said("trace", *words, "--quarter", "2026-Q3", "--json")
    assert (ended, err) == (code, ""), err
    return json.loads(out)  # type: ignore[no-any-return]


def test_the_json_names_every_cell_and_adds_up(house: House) -> None:
    told = asked(VALUE)
    assert list(told) == FIGURE
    assert (told["quarter"], told["edition"]) == ("2026-Q3", 1)
    assert told["scope"] == {"level": "province", "code": "province", "part": ""}
    assert (told["reproduces"], told["as_issued"]) == (True, True)
    assert [list(row) for row in told["rows"]] == [ROW] * len(told["rows"])
    assert told["value"] == told["numerator"]
    assert sum(Decimal(row["part"]) for row in told["rows"]) == Decimal(told["value"]) > 0
    assert sum(row["counted"] for row in told["rows"]) == told["n"] < len(told["rows"])
    for row in told["rows"]:
        assert [list(cell) for cell in row["cells"]] == [["column", "cell", "value"]] * 3
        with house.archive.raw_path(row["sha256"]).open("rb") as handle:
            sheet = load_workbook(handle, data_only=True)[row["sheet"]]
        number, value = (
            sheet[cell["cell"]].value for cell in row["cells"] if cell["column"] in {"contract_no", VALUE}
        )
        assert number.upper().replace(" ", "").replace(".", "") == row["key"]
        assert Decimal(str(value)) == Decimal(row["part"]) or not row["counted"]
    assert f"{VALUE} = {told['printed']}" in said("measure", "2026-Q3")[1]


def test_people_read_figure_formula_cells_and_whether_it_adds_up(house: House) -> None:
    told = asked(VALUE)
    code, out, err = said("trace", VALUE, "--quarter", "2026-Q3")
    assert (code, err) == (0, "")
    heading, value, formula, made, *lines, last = out.splitlines()
    assert heading == "技术合同成交额 Technology contract value  2026-Q3 第1版"
    assert value.startswith(f"  {told['printed']}  ← {told['value']} 万元（印出时保留 0 位小数")
    assert told["formula"] in formula
    assert f"numerator {told['numerator']}" in made
    assert last == "  各行合计与所存数值相符 the rows come to what is stored"
    assert len(lines) == len(told["rows"])
    for line, row in zip(lines, told["rows"], strict=True):
        cell = row["cells"][-1]
        assert line.startswith(
            f"  {row['part']} " if row["counted"] else "  已计入另一行 counted in another row "
        )
        assert f"{row['file']}  {row['sheet']}  " in line
        assert line.endswith(f"{cell['column']}[{cell['cell']}]＝{cell['value']}")


def test_a_derived_figure_shows_the_rows_it_hangs_on(house: House) -> None:
    told = asked("days_output_to_transfer", "--period", "ytd")
    hung = [place for row in told["rows"] for place in row["rests_on"]]
    assert hung
    assert {place["sheet"] for place in hung} == {"研发产出"}
    assert [list(place) for place in hung] == [PLACE] * len(hung)
    out = said("trace", "days_output_to_transfer", "--quarter", "2026-Q3", "--period", "ytd")[1]
    assert out.count("据 rests on") == len(hung)


def test_a_missing_return_is_named_by_its_unit(house: House) -> None:
    told = asked("returns_missing")
    assert told["rows"]
    assert all((row["submission"], row["file"]) == (None, "") for row in told["rows"])
    out = said("trace", "returns_missing", "--quarter", "2026-Q3")[1]
    for row in told["rows"]:
        assert f"  1  {row['unit']}  报送台账  state＝missing" in out.splitlines()


# ── which figure
@pytest.mark.parametrize(
    ("option", "scope", "level"),
    [
        ("--centre", "EQ01", "centre"),
        ("--field", "EQ", "field"),
        ("--city", "1401", "city"),
        ("--unit", "U01", "unit"),
    ],
)
def test_a_scope_takes_its_own_rows(house: House, option: str, scope: str, level: str) -> None:
    whole, told = asked("rd_spend_wan_cny"), asked("rd_spend_wan_cny", option, scope)
    assert told["scope"] == {"level": level, "code": scope, "part": ""}
    homes = {one.unit: one.city for one in house.registry.units}
    fields = {one.centre: one.field for one in house.registry.centres}
    at = {
        "centre": lambda row: row["centre"],
        "field": lambda row: fields[row["centre"]],
        "city": lambda row: homes[row["unit"]],
        "unit": lambda row: row["unit"],
    }[level]
    assert told["rows"] == [row for row in whole["rows"] if at(row) == scope]
    assert 0 < len(told["rows"]) < len(whole["rows"])


def test_a_part_takes_the_rows_that_are_of_it(house: House) -> None:
    told = asked("diffusion_events", "--part", "content:共性技术")
    assert told["scope"]["part"] == "content:共性技术"
    contents = {cell["value"] for row in told["rows"] for cell in row["cells"] if cell["column"] == "content"}
    assert contents == {"共性技术"}
    assert int(told["value"]) < int(asked("diffusion_events")["value"])


def test_the_year_to_date_takes_the_rows_of_its_quarters(house: House) -> None:
    told = asked(VALUE, "--period", "ytd")
    assert {row["quarter"] for row in told["rows"]} == {"2026-Q1", "2026-Q2", "2026-Q3"}
    assert asked(VALUE, "--edition", "1") == asked(VALUE)


def test_before_the_first_edition_a_figure_is_told_as_known_now(tmp_path: Path, named: Any) -> None:
    named(tmp_path / "home")
    house = house_at(tmp_path / "home")
    send(house, "U01.xlsx", workbook("EQ01", "U01", rd_person_years=12.5), "2026-10-09T09:00:00")
    assert (said("collect")[0], said("process")[0]) == (0, 0)
    told = asked("rd_person_years")
    assert (told["edition"], told["value"], told["reproduces"], told["as_issued"]) == (
        None,
        "12.5",
        True,
        True,
    )
    assert [(row["unit"], row["cells"][0]["value"]) for row in told["rows"]] == [("U01", "12.5")]
    out = said("trace", "rd_person_years", "--quarter", "2026-Q3")[1]
    assert "尚未印发，按现有数据 not issued yet, as known now" in out


# ── what cannot be done
@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (("smes_servd",), "没有指标", "no such indicator: smes_servd"),
        ((VALUE, "--edition", "7"), "2026年第三季度没有第7版", "2026-Q3 has no edition 7"),
        (
            (VALUE, "--centre", "XX99"),
            "没有这个数",
            f"no such figure: {VALUE}, 2026-Q3, centre, XX99, quarter",
        ),
        ((VALUE, "--unit", "U99"), "没有这个数", "no such figure"),
        ((VALUE, "--part", "content:共性技术"), "没有这个数", "no such figure"),
        (("days_output_to_transfer", "--unit", "U01"), "没有这个数", "no such figure"),
        (
            (VALUE, "--centre", "EQ01", "--city", "1401"),
            "一次只问一个范围",
            "one scope at a time: centre, city",
        ),
        ((VALUE, "--period", "month"), "没有这种期间", "no such period: month; quarter | ytd | like"),
    ],
)
def test_what_is_not_there_is_one_sentence_and_exit_2(
    house: House, words: tuple[str, ...], zh: str, en: str
) -> None:
    code, sentence = complaint("trace", *words, "--quarter", "2026-Q3")
    assert code == 2
    assert zh in sentence
    assert en in sentence


@pytest.mark.parametrize(
    ("quarter", "why"), [("2026-Q9", "2026-Q3"), ("Q3", "2026-Q3"), ("2026-Q4", "没有这个数 no such figure")]
)
def test_a_quarter_that_is_none_or_not_held_is_one_sentence_and_exit_2(
    house: House, quarter: str, why: str
) -> None:
    code, sentence = complaint("trace", VALUE, "--quarter", quarter)
    assert code == 2
    assert why in sentence


# ── a number that was changed
def test_a_figure_that_is_not_the_issued_one_ends_with_exit_1(changed: House) -> None:
    path = changed.editions / "2026-Q3-e1" / "figures.parquet"
    rows = pq.read_table(path).to_pylist()
    for row in rows:
        if row["indicator"] == VALUE and row["level"] == "province":
            row["numerator"] += 1
            row["value"] += 1
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(path)), path)
    told = asked(VALUE, code=1)
    assert (told["reproduces"], told["as_issued"]) == (True, False)
    code, out, _ = said("trace", VALUE, "--quarter", "2026-Q3")
    assert code == 1
    assert f"与印发时的数值（{Decimal(told['value']) + 1}）不同" in out
    assert "NOT WHAT WAS ISSUED" in out
    # Others are as they were issued; a single unit's was not issued at all.
    assert asked(VALUE, "--centre", "EQ01")["as_issued"]
    assert asked("rd_spend_wan_cny", "--unit", "U01")["as_issued"]


def test_a_figure_its_rows_do_not_come_to_ends_with_exit_1(changed: House) -> None:
    path = changed.store.current()
    assert path
    with duckdb.connect(str(path)) as connection:
        connection.execute("update figures set value = value + 1 where indicator = ?", [VALUE])
    told = asked(VALUE, code=1)
    assert (told["reproduces"], told["as_issued"]) == (False, False)
    code, out, _ = said("trace", VALUE, "--quarter", "2026-Q3")
    assert code == 1
    assert "各行合计与所存数值不符 THE ROWS DO NOT COME TO WHAT IS STORED" in out
