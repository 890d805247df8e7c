"""members ⇄ one sealed file: a zip without compression, times or order of its own, so that every byte of it is known."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tasks.package import DAMAGED

MANIFEST = "manifest.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_SAFE = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9_.@-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.@-]*)*"
)  # no way out of a folder


class Damaged(Exception):
    """A sealed file that is not as it was sealed: what differs (a member, or a part of the zip) → how."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {how}" for name, how in wrong.items()))
        self.wrong = dict(wrong)


def zipped(members: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of members in the order of their names; the bytes depend on nothing else."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.create_system, info.external_attr = 3, 0o644 << 16  # the same on every machine
            package.writestr(info, members[name], method)
    return buffer.getvalue()


def sealed(members: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """Members with a manifest that says what they are about, and size and sha256 of each."""
    listed = {
        name: {"sha256": _sha256(content), "size": len(content)} for name, content in sorted(members.items())
    }
    manifest = json.dumps({**about, "members": listed}, ensure_ascii=False, indent=1).encode()
    return zipped({**members, MANIFEST: manifest})


def unsealed(content: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What the manifest says, and the members. Damaged names whatever is not as it was sealed.

    Without compression nothing in it is larger than the file; all between the members is known, for it is made again.
    """
    members, wrong = _read(content)
    written = members.pop(MANIFEST, b"")
    manifest = _manifest(written, wrong)
    listed = manifest.get("members", {})
    for name in sorted(members.keys() | listed.keys()):
        if wrong.get(name) or not listed:
            continue
        if name not in listed:
            wrong[name] = "多出 not in the manifest"
        elif name not in members:
            wrong[name] = "缺少 missing"
        elif listed[name] != {"sha256": _sha256(members[name]), "size": len(members[name])}:
            wrong[name] = "内容与清单不符 its bytes are not those that were sealed"
    if not wrong:
        wrong = _between(content, zipped({**members, MANIFEST: written}))
    if wrong:
        raise Damaged(wrong)
    return manifest, members


def _read(content: bytes) -> tuple[dict[str, bytes], dict[str, str]]:
    members: dict[str, bytes] = {}
    wrong: dict[str, str] = {}
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            for info in package.infolist():
                name = info.filename
                if info.compress_type != zipfile.ZIP_STORED or not _SAFE.fullmatch(name):
                    wrong[name] = "不是封存的写法 not as members are sealed"
                    continue
                try:
                    members[name] = package.read(info)
                except DAMAGED as problem:
                    wrong[name] = f"损坏 damaged: {problem}"
    except DAMAGED as problem:
        raise Damaged({"zip": f"目录损坏 its directory is damaged: {problem}"}) from problem
    return members, wrong


def _manifest(content: bytes, wrong: dict[str, str]) -> dict[str, Any]:
    """What the manifest says; {} and a word in ``wrong`` where it is none."""
    try:
        manifest = json.loads(content)
        if isinstance(manifest, dict) and isinstance(manifest.get("members"), dict):
            return manifest
    except ValueError:
        pass
    wrong.setdefault(MANIFEST, "缺少或不可读 missing, or none")
    return {}


def _between(content: bytes, whole: bytes) -> dict[str, str]:
    """Where a file with the right members differs from the file that they make."""
    if content == whole:
        return {}
    same = zip(content, whole, strict=False)
    offset = next((n for n, (is_, was) in enumerate(same) if is_ != was), min(len(content), len(whole)))
    with zipfile.ZipFile(BytesIO(whole)) as package:
        begun = [
            one.filename for one in package.infolist() if one.header_offset <= offset < package.start_dir
        ]
    where = f"{begun[-1]}（zip 头 its zip header）" if begun else "zip 目录 directory"
    return {where: f"第 {offset} 字节被改动 byte {offset} was changed"}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
