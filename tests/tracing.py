"""What coverage leaves out: the inside of libraries, and processes and fixtures that prepare what is tested.

On Python 3.11 coverage slows every line of a thread, whoever wrote it. Tracing Great Expectations and openpyxl, in
which nothing of this project runs, would double the time of the whole suite and tell nothing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest


@contextmanager
def untraced() -> Iterator[None]:
    """A block whose lines in this thread are not measured; nothing happens where nothing is measured."""
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracing)


def unmeasured(environment: dict[str, str]) -> dict[str, str]:
    """An environment whose processes coverage does not follow."""
    return {name: value for name, value in environment.items() if not name.startswith("COV")}


@contextmanager
def children_unmeasured() -> Iterator[None]:
    """A block that starts processes which coverage does not follow."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - unmeasured(dict(os.environ)):
            patch.delenv(name)
        yield


def leave_libraries_out() -> None:
    """From here on the long calls into libraries run untraced. None of them calls back into this project."""
    with untraced():
        import great_expectations as gx
        from openpyxl.reader.excel import ExcelReader
        from openpyxl.workbook import Workbook
        from pypdf import PageObject

    owners = ((gx.ValidationDefinition, "run"), (ExcelReader, "read"), (Workbook, "save"))
    for owner, name in (*owners, (PageObject, "extract_text")):
        setattr(owner, name, _untraced(getattr(owner, name)))


def _untraced(call: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(call)
    def called(*args: Any, **kwargs: Any) -> Any:
        with untraced():
            return call(*args, **kwargs)

    return called
