"""A house whose mail is not to go out: what falls due in the shadow lapses when delivery is switched on."""

from __future__ import annotations

from datetime import datetime

from tasks.settings import House
from warehouse.archive import written_whole

_STAMP = "in-the-shadow"


def stay_in_the_shadow(house: House) -> None:
    """Whatever is queued by now is not sent when delivery is switched on: who needed it had it another way."""
    with written_whole(house.home / _STAMP) as path:
        path.write_text(house.now().isoformat(), "utf-8")


def leave_the_shadow(house: House) -> None:
    """Delivery is on: what was queued in the shadow lapses, once."""
    path = house.home / _STAMP
    if not path.exists():
        return
    until = datetime.fromisoformat(path.read_text("utf-8"))
    for letter in house.ledger.letters("queued"):
        if letter.changed_at is None or letter.changed_at <= until:
            why = "fell due while delivery was off"
            house.ledger.move_letter(letter.key, "queued", "lapsed", house.now(), why)
    path.unlink()
