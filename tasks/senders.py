"""Who may send whose return: addresses are bound to units, and centres' contacts to the returns for their centre."""

from __future__ import annotations

from expectations.findings import Finding, finding
from warehouse.records import Arrival
from warehouse.registry import Membership, Registry


def units_of(registry: Registry, address: str) -> tuple[str, ...]:
    """The units that an address is registered for."""
    return tuple(row.unit for row in registry.contacts if row.email.casefold() == address.casefold())


def centres_of(registry: Registry, address: str) -> tuple[str, ...]:
    """The centres whose contact an address is."""
    return tuple(row.centre for row in registry.centre_contacts if row.email.casefold() == address.casefold())


def is_known(registry: Registry, address: str) -> bool:
    return bool(units_of(registry, address) or centres_of(registry, address))


def answered_at(registry: Registry, address: str) -> tuple[str, ...]:
    """Where word about a mail from a known sender goes: to every address of its unit, so that a mail somebody else wrote in
    its name is noticed; of one who sends for several, to the address itself.
    """
    units = set(units_of(registry, address))
    if len(units) == 1 and not centres_of(registry, address):
        return registry.emails[units.pop()]
    registered = [row.email for row in registry.contacts] + [row.email for row in registry.centre_contacts]
    return tuple(dict.fromkeys(one for one in registered if one.casefold() == address.casefold()))


def sends_for(registry: Registry, arrival: Arrival) -> str | None:
    """The one unit that whatever came this way is from; None if several may send this way."""
    units = set(units_of(registry, arrival.sender)) if arrival.sender else {_owner(registry, arrival)}
    return units.pop() or None if len(units) == 1 and not centres_of(registry, arrival.sender) else None


def stranger(registry: Registry, arrival: Arrival) -> Finding | None:
    """What is wrong with a file by mail from somebody who is not registered. It does not say who: findings hold no
    addresses.
    """
    if arrival.sender and not is_known(registry, arrival.sender):
        return finding("refuse", "files.unknown_sender")
    return None


def not_theirs(registry: Registry, arrival: Arrival, member: Membership) -> Finding | None:
    """What is wrong with a return that came from somebody who does not send for that unit and centre."""
    if arrival.sender:
        allowed = units_of(registry, arrival.sender)
        if member.unit in allowed or member.centre in centres_of(registry, arrival.sender):
            return None
    else:
        owner = _owner(registry, arrival)
        allowed = (owner,) if owner else ()
        if member.unit in allowed or not allowed:
            return None
    found, centre = registry.unit[member.unit], member.centre
    return finding(
        "refuse",
        "files.not_theirs",
        found=f"{found.name}（{centre}）",
        found_en=f"{found.name_en} ({centre})",
    )


def _owner(registry: Registry, arrival: Arrival) -> str:
    """The unit that a source is for alone, blank if for all."""
    return next((row.unit for row in registry.sources if row.name == arrival.source), "")
