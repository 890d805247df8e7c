"""Column letters and numbers are those of every spreadsheet."""

from __future__ import annotations

import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from expectations.addresses import column_index, column_letters, place_of


def test_letters_and_numbers_are_those_of_openpyxl() -> None:
    for index in range(1, 16_385):
        assert column_letters(index) == get_column_letter(index)
        assert column_index(column_letters(index)) == index


@pytest.mark.parametrize("address", ["A1", "Z9", "AA10", "XFD1048576"])
def test_an_address_is_a_row_and_a_column(address: str) -> None:
    assert place_of(address) == coordinate_to_tuple(address)
