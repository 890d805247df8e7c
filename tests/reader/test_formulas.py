"""Which formulas reach outside the workbook."""

from __future__ import annotations

import pytest

from tasks.formulas import LONGEST, is_active


@pytest.mark.parametrize(
    "formula",
    ["SUM(D6:D9)", '"a|b"', "'a|b'!A1", '"=WEBSERVICE(1)"', "RECALL", "研发产出!G8*1.13", "x" * LONGEST],
)
def test_a_formula_of_the_workbook(formula: str) -> None:
    assert not is_active(formula)


@pytest.mark.parametrize(
    "formula",
    [
        "1+cmd|'/C calc'!A0",
        "RTD(1)",
        "_xlfn.WEBSERVICE (A1)",
        "dde(1,2)",
        "x" * (LONGEST + 1),
        "A1&image(A2)",
    ],
)
def test_a_formula_that_reaches_out(formula: str) -> None:
    assert is_active(formula)
