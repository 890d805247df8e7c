"""The indicator book in docs/ is what the definitions say."""

from __future__ import annotations

from warehouse.book import CHAPTERS, PAGE, book
from warehouse.indicators import indicators


def test_the_committed_book_is_made_from_the_indicators() -> None:
    assert PAGE.read_text("utf-8") == book(indicators().values()), "run make docs"


def test_the_book_names_every_indicator_once_under_its_chapter() -> None:
    chapters = book(indicators().values()).split("\n## ")[2:]
    headings = {
        title: [line for line in text.splitlines() if line.startswith("### ")]
        for title, text in zip(CHAPTERS, chapters, strict=True)
    }
    for one in indicators().values():
        assert f"### {one.zh} {one.en} `{one.code}`" in headings[one.chapter]
    assert sum(map(len, headings.values())) == len(indicators())


def test_every_definition_is_written_out_in_both_languages() -> None:
    for one in indicators().values():
        for text in (
            one.zh,
            one.en,
            one.unit,
            one.unit_en,
            one.formula,
            one.formula_en,
            one.basis,
            one.basis_en,
        ):
            assert text.strip(), one.code
        assert not any("一" <= c <= "鿿" for c in one.en + one.unit_en + one.formula_en + one.basis_en), (
            one.code
        )
