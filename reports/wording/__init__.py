"""The report's wording as data: one file a language. Read it through ``Wording``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from expectations.yaml12 import read_yaml


class Wording:
    """The sentences of one language."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self._tree = tree

    def __call__(self, path: str, **fields: object) -> str:
        """The sentence at ``path`` (``block.key``) with its fields filled; an unknown path or field is a KeyError."""
        return str(self._at(path)).format_map(fields)

    def headings(self, path: str) -> list[tuple[str, str]]:
        """The (heading, second line) pairs of a table."""
        return [(one, "") if isinstance(one, str) else (one[0], one[1]) for one in self._at(path)]

    def _at(self, path: str) -> Any:
        found: Any = self._tree
        for part in path.split("."):
            found = found[part]
        return found


@cache
def wording(language: str) -> Wording:
    return Wording(read_yaml(Path(__file__).parent / f"{language}.yml"))
