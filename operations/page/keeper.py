"""The house the page looks into: kept from request to request, its registry read again when a file of it changes."""

from __future__ import annotations

import logging
from functools import cache
from threading import Lock

from tasks.settings import House, house
from warehouse.registry import Registry

log = logging.getLogger(__name__)


class Keeper:
    """One house with its ledger's connections. ``fault`` says why the registry's files are not what is shown."""

    def __init__(self, kept: House) -> None:
        self._kept, self._lock = kept, Lock()
        self._seen: tuple[object, ...] | None = None
        self.fault = ""

    def look(self) -> House:
        """The house as it is now. A registry that cannot be read leaves the last good one in place, if there is one."""
        with self._lock:
            now = self._fingerprint()
            if now != self._seen:
                self._read_again()
                self._seen = now
        return self._kept

    def _fingerprint(self) -> tuple[object, ...]:
        files = sorted(self._kept.settings.registry.glob("*.csv"))
        return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)

    def _read_again(self) -> None:
        try:
            read = Registry.read(self._kept.settings.registry)
        except ValueError as wrong:
            if self._seen is None:
                raise
            log.warning("the registry cannot be read: %s", wrong)
            self.fault = str(wrong)
        else:
            vars(self._kept)["registry"] = read  # where the property keeps it
            self.fault = ""


@cache
def _keeper() -> Keeper:
    return Keeper(house())


def current() -> House:
    """The house the environment describes."""
    return _keeper().look()


def fault() -> str:
    """What is wrong with the registry's files, blank if nothing is."""
    return _keeper().fault
