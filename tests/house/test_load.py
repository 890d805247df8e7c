"""A generation adds up to what the ledger accepted, or it is not published."""

from __future__ import annotations

import shutil

import pytest

from tasks.collect import collect
from tasks.load import load
from tasks.parsed import write_parsed
from tasks.verify import rebuild, verify
from tests.conftest import house_at
from warehouse.returns import in_force, submissions


def test_what_does_not_add_up_is_not_published(house_copy):
    """A parsed file lost its cells: the generation in force stays as it was."""
    before = house_copy.store.current().read_bytes()
    accepted = in_force(submissions(house_copy.ledger))[0]
    write_parsed(house_copy.archive.parsed / accepted.judged.parsed, [], [])
    with pytest.raises(RuntimeError, match=accepted.id):
        rebuild(house_copy)
    assert house_copy.store.current().read_bytes() == before
    assert not list(house_copy.home.glob(".warehouse*"))


def test_a_unit_taken_off_the_register_keeps_what_it_reported(house_copy):
    registry = house_copy.home / "registry"
    shutil.copytree(house_copy.settings.registry, registry)
    path = registry / "memberships.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("EQ01,U02")), "utf-8")
    house = house_at(house_copy.home, registry=registry)
    collect(house)
    load(house)
    verify(house)
    with house.store.reading() as connection:
        roles = connection.execute("select distinct role from led_submission where unit = 'U02'").fetchall()
        expected = connection.execute("select count(*) from led_return where unit = 'U02'").fetchone()
    assert (roles, expected) == ([("",)], (0,))
