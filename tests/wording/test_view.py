"""The whole view in both languages, for a full province and for the states in which there is little to say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from reports.blocks import Chart, Figures, Table, View
from reports.view import CHAPTERS, LANGUAGES, build_view, content_hash
from tests.wording.facts import MEASURES, facts, province

KNOWN_AT = datetime(2026, 10, 24, 10, tzinfo=UTC)
STATES = {
    "full": province,
    "first quarter": lambda: province(14, 1),
    "two quarters": lambda: province(14, 2),
    "one centre": lambda: province(1, 8),
    "one of all": lambda: province(1, 1),
    "forty centres": lambda: province(40, 8),
    "all missing": lambda: province(missing=True),
    "nothing at all": lambda: facts({}, {}),
}
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")


@pytest.fixture(scope="module")
def views() -> dict[tuple[str, str], View]:
    made = {}
    for name, state in STATES.items():
        told = state()
        made |= {(name, language): build_view(told, 2, KNOWN_AT, language) for language in LANGUAGES}
    return made


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings(part)]
    return [text for part in value for text in strings(part)] if isinstance(value, list | tuple) else []


@pytest.mark.parametrize("state", STATES)
def test_english_says_nothing_in_chinese(views, state):
    assert [text for text in strings(views[state, "en"].model_dump()) if CHINESE.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_nothing_reads_like_a_programs_nothing(views, state, language):
    texts = strings(views[state, language].model_dump())
    bad = re.compile(
        r"\b(None|nan|NaN|inf|Decimal|True|False)\b|[{}]|。。|，。|；。|；；|、、|：。|\.\.|, ,|; ;|  |\*\*\*\*|−0(?![.0-9])"
    )
    assert [text for text in texts if bad.search(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_chapter_has_something_to_show(views, state, language):
    chapters = views[state, language].chapters
    assert [one.id for one in chapters] == [one.__name__.rpartition(".")[2] for one in CHAPTERS]
    # 各中心一览 of a province without a centre says so in its lead.
    assert [one.id for one in chapters if not one.blocks and not one.lead] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["full", "first quarter", "one centre", "forty centres"])
def test_titles_of_charts_and_tables_carry_a_number(views, state, language):
    titles = [
        block.title
        for chapter in views[state, language].chapters
        for block in chapter.blocks
        if isinstance(block, Chart | Table)
    ]
    assert [title for title in titles if not re.search("[0-9]", title)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_indicator_is_printed_outside_the_definitions(views, language):
    chapters = [one for one in views["full", language].chapters if one.id != "definitions"]
    cells = {
        block_row[0].text
        for chapter in chapters
        for block in chapter.blocks
        if isinstance(block, Table)
        for block_row in block.rows
    }
    printed = {re.sub(r"[（(][^（(]*[）)]$", "", cell).strip() for cell in cells} | cells
    names = {code: one.name(language) for code, one in MEASURES.items()}
    assert {code for code, name in names.items() if name[:1].upper() + name[1:] not in printed} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_the_quarter_is_in_the_annex(language):
    told = province()
    view = build_view(told, 1, KNOWN_AT, language)
    sheet = view.annex[0]
    now = [key for key in told.readings if key[1] == str(told.quarter) and key[2] == "quarter"]
    assert len(sheet.rows) == len(now) > 2000
    first = {row[1]: row[3] for row in reversed(sheet.rows)}
    assert set(first.values()) == {"全省" if language == "zh" else "province"}, (
        "the whole stands before its parts"
    )
    assert all(len(row) == len(one.columns) for one in view.annex for row in one.rows)
    row = next(
        row
        for row in sheet.rows
        if row[1] == MEASURES["smes_served"].name(language) and row[3] in {"全省", "province"}
    )
    assert [str(one) for one in row[6:10]] == ["76", "228", "67", "66"]


def test_what_the_summary_says_stands_in_its_chapter_too(views):
    """The first page is shorter; every number it stresses is one the chapter's lead stresses."""
    for language in LANGUAGES:
        view = views["full", language]
        findings = view.chapters[0].blocks[2].items
        leads = {one.title: one.lead for one in view.chapters[1:]}
        for item, chapter in zip(findings, view.chapters[1:9], strict=True):
            stressed = re.findall(r"\*\*(.+?)\*\*", item.text)
            assert stressed, item.label
            assert [one for one in stressed if f"**{one}**" not in leads[chapter.title]] == []


def test_key_figures_have_both_changes(views):
    (block,) = [one for one in views["full", "zh"].chapters[0].blocks if isinstance(one, Figures)]
    assert len(block.figures) == 8
    assert all(len(one.changes) == 2 and len(one.series) == 8 for one in block.figures)


def test_both_languages_draw_the_same(views):
    """Numbers in charts, tables' sizes and order do not depend on the language."""
    for state in STATES:
        zh, en = (views[state, language] for language in LANGUAGES)
        for one, other in zip(zh.chapters, en.chapters, strict=True):
            assert [block.kind for block in one.blocks] == [block.kind for block in other.blocks]
            for mine, theirs in zip(one.blocks, other.blocks, strict=True):
                if isinstance(mine, Chart):
                    assert numbers(mine.drawing.model_dump()) == numbers(theirs.drawing.model_dump())
                if isinstance(mine, Table):
                    assert [len(row) for row in mine.rows] == [len(row) for row in theirs.rows]


def numbers(value: Any) -> list[float]:
    if isinstance(value, dict):
        return [one for part in value.values() for one in numbers(part)]
    if isinstance(value, list | tuple):
        return [one for part in value for one in numbers(part)]
    return [float(value)] if isinstance(value, int | float) else []


def test_a_hash_covers_both_languages_and_not_the_number():
    told = province(3, 2)
    first = [build_view(told, 1, KNOWN_AT, language) for language in LANGUAGES]
    second = [build_view(told, 2, datetime(2026, 11, 1, tzinfo=UTC), language) for language in LANGUAGES]
    assert content_hash(*first) == content_hash(*second)
    assert content_hash(*first) != content_hash(*build_both(province(3, 2, missing=True)))
    reworded = second[1].model_copy(update={"title": "x"})
    assert content_hash(*first) != content_hash(second[0], reworded)


def build_both(told: Any) -> list[View]:
    return [build_view(told, 1, KNOWN_AT, language) for language in LANGUAGES]
