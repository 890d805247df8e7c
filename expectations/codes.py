"""Code lists (codes.yml): what may stand in a coded column, and how each code is shown."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from expectations.yaml12 import read_yaml

HERE = Path(__file__).parent


class Code(BaseModel):
    """One code. ``zh`` is blank where the code is its own Chinese name; ``part_of`` is a code of a wider list."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    code: str
    zh: str = ""
    en: str
    valid_from: date
    valid_to: date | None = None
    part_of: str = ""

    @property
    def name(self) -> str:
        return self.zh or self.code

    @property
    def shown(self) -> str:
        """As printed in a drop-down: ``1401 太原``, or the code alone where it is a name."""
        return f"{self.code} {self.zh}" if self.zh else self.code

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def code_lists() -> dict[str, tuple[Code, ...]]:
    """Every list by name, in the order they are shown."""
    lists = read_yaml(HERE / "codes.yml")
    return {
        name: tuple(Code(**{"valid_from": body["valid_from"], **entry}) for entry in body["codes"])
        for name, body in lists.items()
    }


@cache
def spellings(list_name: str) -> dict[str, str]:
    """Every accepted spelling of a list's entries (code, name, ``code name``) → code."""
    return {
        spelling: entry.code
        for entry in code_lists()[list_name]
        for spelling in (entry.code, entry.name, entry.shown)
    }


def name_of(list_name: str, code: str, language: str = "zh") -> str:
    """The name of a code in Chinese or English; an unknown code is a StopIteration."""
    entry = next(entry for entry in code_lists()[list_name] if entry.code == code)
    return entry.en if language == "en" else entry.name


def claim_kinds() -> tuple[Code, ...]:
    """The kinds of what can be claimed: every kind of output, a contract, a contract's registration, a first use."""
    return (*code_lists()["output_kind"], *code_lists()["claim_kind"])


def codes_on(list_name: str, day: date) -> list[str]:
    """The codes of a list that are valid on a day, in the order they are shown."""
    return [entry.code for entry in code_lists()[list_name] if entry.valid_on(day)]


def shown_code(list_name: str, code: str) -> str:
    """A code as its drop-down shows it; what is no code of the list stays as it is."""
    return next((entry.shown for entry in code_lists()[list_name] if entry.code == code), code)
