"""What the command line says: sentences as they are, errors in one line, a judged file with its findings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import DBAPIError

from expectations.raw import visible

out = Console()
errors = Console(stderr=True)
FAILED, WRONG_USE = 1, 2


@contextmanager
def spoken() -> Iterator[None]:
    """What a person asked wrongly (exit code 2) or the machine refused (1) is one sentence, not a traceback."""
    try:
        yield
    except (OSError, DBAPIError) as failed:
        said = failed.orig if isinstance(failed, DBAPIError) else failed
        complain(f"没有做成 could not do this: {said}")
        raise typer.Exit(FAILED) from failed
    except duckdb.Error as failed:
        complain(f"数据仓库不可用 the warehouse is of no use, run `jinchuang rebuild`: {failed}")
        raise typer.Exit(FAILED) from failed
    except (ValueError, LookupError) as wrong:
        complain(f"不能执行 cannot do this: {wrong}")
        raise typer.Exit(WRONG_USE) from wrong


def tell(text: str, style: str = "") -> None:
    """Print a sentence as it is: names of files and cells are neither markup nor wrapped."""
    out.print(text, style=style, highlight=False, markup=False, soft_wrap=True)


def complain(sentence: str) -> None:
    errors.print(" ".join(sentence.split()), highlight=False, markup=False, soft_wrap=True)


def print_result(result: dict[str, object]) -> None:
    from expectations.findings import SEVERITIES, VERDICTS

    zh, en = VERDICTS[result["verdict"]]  # type: ignore[index]
    out.print(
        f"[bold]{zh}[/bold] {en}  {escape(visible(str(result['file'])))}", highlight=False, soft_wrap=True
    )
    for finding in result["findings"]:  # type: ignore[attr-defined]
        where = f"{finding['sheet']} {finding['cell']}".strip()
        tell(f"  {SEVERITIES[finding['severity']][0]} {where}  {finding['zh']}")
        tell(f"      {finding['en']}", style="dim")
