"""demo → inbox: the story's returns filled into the template and left in a folder, as units would."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from expectations.form import the_form
from expectations.template import Records, template_workbook
from tasks.demo_arrivals import Planted, arrivals
from tasks.demo_facts import Cell
from tasks.demo_story import Return

_LOGIN_PAGE = """<!DOCTYPE html>
<html lang="zh"><head><meta charset="utf-8"><title>登录已超时</title></head>
<body><p>登录已超时，请重新登录后再导出报表。</p></body></html>
"""


def planted(registry: Path) -> list[Planted]:
    """Every file of the story and every return that never comes, in the order of quarters and memberships."""
    return [arrival.planted for arrival in arrivals(registry)]


def write_returns(inbox: Path, registry: Path) -> list[Path]:
    """Write the story's files into ``inbox/<quarter>/``, received when their modification time says so.

    A file that is there is left alone. Returns the paths of all files of the story, written now or before.
    """
    paths = []
    for arrival in arrivals(registry):
        received = arrival.planted.received
        if received is None:
            continue
        path = inbox / arrival.planted.quarter / arrival.planted.file
        paths.append(path)
        if not path.exists():
            content = arrival.content
            _place(path, _workbook(content, received) if content else _LOGIN_PAGE.encode(), received)
    return paths


def _place(path: Path, data: bytes, received: datetime) -> None:
    """Write beside the final name and rename, so that nobody collects half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    os.utime(part, (received.timestamp(), received.timestamp()))
    part.replace(path)


def _workbook(told: Return, received: datetime) -> bytes:
    """The template with every cell of a return filled in, as .xlsx bytes that depend on the return alone."""
    cover, unit = _cover(told, received), told.unit
    records: Records = {
        "cover": [cover],
        "unit": [unit],
        "outputs": told.outputs,
        "diffusion": told.diffusion,
    }
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
        "unit_head": f"示例{'甲乙丙丁戊己庚辛壬癸子'[serial]}",
        "statistics_head": "示例统计员",
        "filler": "示例填表人",
        "phone": f"000-0000{serial:03d}",
        "email": f"{told.member.unit.lower()}@unit.example",
        "filed_on": received.date(),
    }
