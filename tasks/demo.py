"""demo → inbox: the story's returns filled into the template and left in a folder, as units would."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from expectations.form import the_form
from expectations.template import Records, template_workbook
from tasks.demo_arrivals import arrivals
from tasks.demo_members import Cell
from tasks.demo_planted import Arrival, Planted
from tasks.demo_story import Return
from warehouse.registry import Registry

_ALONE = 40  # files that one process writes sooner than others have started
_PEOPLE = "甲乙丙丁戊己庚辛壬癸"


def planted(registry: Path) -> list[Planted]:
    """Every file of the story and every return that never comes, in the order of quarters and memberships.

    ``registry`` is the folder of its CSV files.
    """
    return [arrival.planted for arrival in arrivals(Registry.read(registry))]


def write_returns(inbox: Path, registry: Path, until: datetime | None = None) -> list[Path]:
    """Write the story's files into ``inbox/<quarter>/``, received when their modification time says so.

    ``until`` leaves those out that are received later. A file that is there is left alone. Returns the paths of all
    files of the story so far, written now or before.
    """
    sent = [
        one
        for one in arrivals(Registry.read(registry))
        if one.planted.received and (until is None or one.planted.received <= until)
    ]
    paths = [inbox / one.planted.quarter / one.planted.file for one in sent]
    due = [(path, one) for path, one in zip(paths, sent, strict=True) if not path.exists()]
    if len(due) <= _ALONE:
        for path, one in due:
            _write(path, one)
    else:
        with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
            list(pool.map(_write, *zip(*due, strict=True), chunksize=16))
    return paths


def _write(path: Path, arrival: Arrival) -> None:
    """Write beside the final name and rename, so that nobody collects half a file."""
    received = arrival.planted.received
    assert received is not None
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(_content(arrival, received))
    os.utime(part, (received.timestamp(), received.timestamp()))
    part.replace(path)


def _content(arrival: Arrival, received: datetime) -> bytes:
    if not isinstance(arrival.content, Return):
        return arrival.content or b""
    content = _workbook(arrival.content, received, arrival.reason)
    if arrival.broken:
        content = _with_error(content, *arrival.broken)
    return content[: len(content) * 2 // 3] if arrival.cut else content


def _workbook(told: Return, received: datetime, reason: str) -> bytes:
    """The template with every cell of a return filled in, as .xlsx bytes that depend on what is told alone."""
    cover = {**_cover(told, received), **({"revision_reason": reason} if reason else {})}
    records: Records = {"cover": [cover], **told.sheets}
    return template_workbook(the_form(), records, {"centre": told.member.centre_name})


def _cover(told: Return, received: datetime) -> Mapping[str, Cell]:
    """What a unit adds to the prefilled cover. The people are all called 示例; no such numbers exist."""
    member, serial = told.member, told.member.position
    return {
        "centre": member.centre,
        "unit_name": member.unit_name,
        "uscc": member.uscc,
        "unit_kind": member.kind,
        "role": member.role,
        "quarter": str(told.quarter),
        "nil_return": "是" if told.nil else "否",
        "estimate_share_pct": (0, 0, 5, 0, 2.5)[serial % 5],
        "unit_head": f"示例{_PEOPLE[serial % 10]}{_PEOPLE[serial // 10 % 10]}",
        "statistics_head": "示例统计员",
        "filler": "示例填表人",
        "phone": f"000-{serial:07d}",
        "email": f"{member.unit.lower()}@unit.example",
        "filed_on": received.date(),
    }


def _with_error(content: bytes, sheet: str, cell: str) -> bytes:
    """The workbook with one cell turned into a formula whose result is an error, as Excel would have saved it."""
    titles = [one.zh for one in the_form().sheets]
    part = f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"
    pattern = re.compile(rf'<c r="{cell}"( s="[0-9]+")?[^>]*>.*?</c>'.encode())
    spoilt = rf'<c r="{cell}"\1 t="e"><f>{cell[0]}1/0</f><v>#DIV/0!</v></c>'.encode()
    packed = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, pattern.sub(spoilt, data) if info.filename == part else data, ZIP_DEFLATED)
    return packed.getvalue()
