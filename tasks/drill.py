"""backup → proof that it can be used: restored into a folder of its own, proved, and held against the house."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from tasks.backup import Copy, copies, last_drilled, mark_drilled
from tasks.restore import NotRestored, restore
from tasks.settings import House
from tasks.verify import NotEqual, lines_at, verify

EVERY = timedelta(days=7)  # a drill reads every workbook again


def drill(house: House) -> Copy:
    """Restore the newest backup aside and compare it with the house as it stood at that seq.

    LookupError where there is no backup, NotRestored if it cannot be used or says something else.
    """
    with tempfile.TemporaryDirectory() as folder:
        alone = {"home": Path(folder), "ledger_url": None, "backup": house.backup}
        other = House(house.settings.model_copy(update=alone))
        try:
            used = restore(other, house.backup)
            restored = verify(other)
        except NotEqual as different:
            raise NotRestored(str(different)) from different
        finally:
            other.ledger.engine.dispose()
    with house.alone("writing"):
        differing = sorted({line.split()[1] for line in set(restored) ^ set(lines_at(house, used.seq))})
    if differing:
        raise NotRestored(f"other than the house: {', '.join(differing)}")
    mark_drilled(house)
    return used


def drill_due(house: House) -> bool:
    """Whether a week has passed since the last drill, by days: one at the same hour of the seventh day is due."""
    last = last_drilled(house)
    return bool(copies(house.backup)) and (last is None or house.now().date() - last.date() >= EVERY)
