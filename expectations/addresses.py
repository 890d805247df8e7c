"""Cell addresses: letters of a column and back. Everything that names a cell counts from 1."""

from __future__ import annotations

from functools import cache


@cache
def column_letters(index: int) -> str:
    """``1`` → ``A``, ``27`` → ``AA``."""
    letters = ""
    while index > 0:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@cache
def column_index(letters: str) -> int:
    """``A`` → ``1``, ``AA`` → ``27``; letters must be capital ones."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index


def place_of(address: str) -> tuple[int, int]:
    """Row and column of an address like ``B12``."""
    letters = address.rstrip("0123456789")
    return int(address[len(letters) :]), column_index(letters)
