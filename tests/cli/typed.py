"""What a person who types a command sees: its exit code and what it printed on either stream."""

from __future__ import annotations

import sys
from pathlib import Path

from typer.testing import CliRunner

from tasks.cli import app

COMMAND = Path(sys.executable).with_name("jinchuang")  # as installed


def said(*words: object) -> tuple[int, str, str]:
    """Run a command in this process; an exception other than its exit fails the test."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def complaint(*words: object) -> tuple[int, str]:
    """The same for a command that must say one sentence and nothing else."""
    code, out, err = said(*words)
    assert (out, len(err.splitlines())) == ("", 1), (out, err)
    return code, err
