"""The report's wording as data: one file a language. Read it through ``Wording``."""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from expectations.codes import code_lists
from expectations.yaml12 import read_yaml
from reports.text import Text


class _Counting(string.Formatter):
    """``{n:return|returns}`` says the number with the word it takes, ``{n:/is|are}`` the word alone."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" not in format_spec:
            return str(format(value, format_spec))
        one, many = format_spec.removeprefix("/").split("|")
        word = one if str(value) == "1" else many
        return word if format_spec.startswith("/") else f"{value} {word}"


class Wording:
    """The sentences of one language."""

    def __init__(self, language: str, tree: dict[str, Any]) -> None:
        self.language = language
        self._tree = tree

    def __call__(self, path: str, **fields: object) -> str:
        """The sentence at ``path`` (``block.key``) with its fields filled; an unknown path or field is a KeyError."""
        return _Counting().vformat(str(self.at(path)), (), fields)

    def headings(self, path: str) -> list[tuple[str, str]]:
        """The (heading, second line) pairs of a table."""
        return [(one, "") if isinstance(one, str) else (one[0], one[1]) for one in self.at(path)]

    def text(self, text: Text) -> str:
        """A name of the facts in this language."""
        return text(self.language)

    def code(self, list_name: str, code: str) -> str:
        """The name of a code; what is no code of the list stays as it is."""
        found = next((one for one in code_lists()[list_name] if one.code == code), None)
        return code if found is None else found.en if self.language == "en" else found.name

    def names(self, names: Iterable[str]) -> str:
        """An enumeration."""
        return str(self.at("joints.names")).join(names)

    def clauses(self, clauses: Iterable[str]) -> str:
        """Parts of one sentence; blank ones are left out."""
        return str(self.at("joints.clauses")).join(filter(None, clauses))

    def sentences(self, *sentences: str) -> str:
        """Whole sentences in a row; blank ones are left out."""
        return str(self.at("joints.sentences")).join(filter(None, sentences))

    def at(self, path: str) -> Any:
        """What stands at a path: a sentence, a list or a branch; an unknown path is a KeyError."""
        found: Any = self._tree
        for part in path.split("."):
            found = found[part]
        return found


@cache
def wording(language: str) -> Wording:
    return Wording(language, read_yaml(Path(__file__).parent / f"{language}.yml"))
