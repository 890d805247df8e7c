"""text → doubt: letters that look like others, in names and numbers that are compared by their letters."""

from __future__ import annotations

import re

from expectations.form import Column

# Letters of other alphabets that look like Latin ones; a letter that does not (α, Ж) misleads nobody.
_CYRILLIC_TWINS = "АВЕЅІЈКМНОРСТУХаеѕіјорсухԁԛԝ"
_GREEK_TWINS = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲϳ"
_TWINS = frozenset(_CYRILLIC_TWINS + _GREEK_TWINS)
_FOREIGN_LETTER = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]+")
# Characters that registered names, which are in standard characters, are written with by mistake: 臺 for 台.
_VARIANTS = frozenset(
    "臺檯颱灣國廠業機電東風車馬鋼鐵銅鋁礦氣熱壓發動學會長張陽華輝龍聯興萬億達運遠寶貿資產區縣總"
)


def doubt_of(text: str, column: Column) -> str:
    """``look_alike`` for a letter that looks like another, ``variant`` for a name in other than standard characters."""
    if text.isascii():
        return ""
    if _FOREIGN_LETTER.search(text) and any(_misleads(word) for word in _WORD.findall(text)):
        return "look_alike"
    return "variant" if column.name.endswith("_name") and not _VARIANTS.isdisjoint(text) else ""


def _misleads(word: str) -> bool:
    """A word is a trap where a foreign letter stands among Latin ones, or where every letter has a Latin twin."""
    foreign = set(_FOREIGN_LETTER.findall(word)) & _TWINS
    return bool(foreign) and (bool(re.search(r"[A-Za-z]", word)) or set(word) <= _TWINS)
