"""What a stranger wrote is quoted in sentences that go to people, terminals and mail programs."""

from __future__ import annotations

from expectations.findings import finding


def test_a_strangers_name_stays_on_one_line_steers_nothing_and_ends() -> None:
    title = "附\u202e表\n\x9b31m" + "长" * 3000
    said = finding("error", "returns.extra_sheet", sheet=title, found=title)
    for text in (said.sheet, said.found, said.zh, said.en):
        assert text.isprintable()
        assert "附·表··31m长" in text
        assert len(text) < 700


def test_an_english_value_stands_in_the_english_sentence_only() -> None:
    said = finding("refuse", "files.not_regular", name="a", name_en="b")
    assert ("a" in said.zh, "b" in said.en) == (True, True)
