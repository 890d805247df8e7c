"""Every byte of a sealed file is known: whichever is changed, it is found and named, and nothing breaks on it."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest

from tasks.sealed import Damaged, sealed, unsealed, zipped

MEMBERS = {"a/first.txt": b"one, two, three", "b/second.bin": bytes(range(64)), "third": b""}
ABOUT = {"format": 1, "name": "示例"}


def damage(content: bytes) -> dict[str, str]:
    with pytest.raises(Damaged) as caught:
        unsealed(content)
    assert str(caught.value)
    return caught.value.wrong


def test_what_was_sealed_comes_out_and_is_the_same_bytes_each_time() -> None:
    content = sealed(MEMBERS, ABOUT)
    manifest, members = unsealed(content)
    assert members == MEMBERS
    assert {name: manifest[name] for name in ABOUT} == ABOUT
    assert content == sealed(dict(reversed(MEMBERS.items())), ABOUT)


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_every_byte_counts(flip: int) -> None:
    content = sealed(MEMBERS, ABOUT)
    for offset in range(len(content)):
        changed = bytearray(content)
        changed[offset] ^= flip
        assert damage(bytes(changed)), offset


def test_the_member_that_was_changed_is_named() -> None:
    content = sealed(MEMBERS, ABOUT)
    for name, old in (
        ("a/first.txt", b"two"),
        ("b/second.bin", b"\x10\x11\x12"),
        ("manifest.json", b"sha256"),
    ):
        assert name in damage(content.replace(old, b"TWO" + old[3:], 1))


def test_a_change_that_keeps_the_zips_own_checks_is_named() -> None:
    """By someone who packs anew: the manifest knows better."""
    manifest = json.loads(zipfile.ZipFile(BytesIO(sealed(MEMBERS, ABOUT))).read("manifest.json"))
    listed = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    other = {**MEMBERS, "manifest.json": listed}
    assert list(damage(zipped({**other, "a/first.txt": b"one, two, four!"}))) == ["a/first.txt"]
    assert list(damage(zipped({**other, "more": b""}))) == ["more"]
    assert list(damage(zipped({name: one for name, one in other.items() if name != "third"}))) == ["third"]
    assert list(damage(zipped({**other, "manifest.json": b"[]"}))) == ["manifest.json"]


def test_bytes_around_and_between_are_found() -> None:
    content = sealed(MEMBERS, ABOUT)
    for changed in (content + b"x", b"x" + content, content[:-1], b"", b"PK"):
        assert damage(changed)


def test_what_would_leave_its_folder_or_grow_is_no_member() -> None:
    assert list(damage(sealed({"../out": b"x"}, ABOUT))) == ["../out"]
    assert list(damage(sealed({"/out": b"x"}, ABOUT))) == ["/out"]
    assert "a/first.txt" in damage(zipped({**MEMBERS, "manifest.json": b"{}"}, zipfile.ZIP_DEFLATED))
