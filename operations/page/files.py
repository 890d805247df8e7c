"""Files that are handed out: what a unit sent, what it got back, editions and drafts. Only what the ledger names."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse

from expectations.raw import visible
from operations.page.access import reads
from operations.page.keeper import current
from tasks.annotated import annotated_path
from tasks.settings import House
from warehouse.records import Proposal
from warehouse.returns import Submission, submissions

TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".html": "text/html; charset=utf-8",
    ".png": "image/png",
    ".json": "application/json",
}
OCTETS = "application/octet-stream"
# A report is one file with its styles, fonts and pictures inside; it runs nothing and asks nobody for anything.
REPORT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_UNFIT = re.compile(r'[\\/:*?"<>|]')
_LONGEST = 120

router = APIRouter(dependencies=[Depends(reads)])
Current = Annotated[House, Depends(current)]


@router.get("/files/{sha256}")
def as_received(sha256: str, house: Current) -> FileResponse:
    """A file exactly as it came, under the name it came with."""
    return _handed_out(house.archive.raw_path(sha256), file_name(_found(house, sha256).arrival.name))


@router.get("/annotated/{sha256}")
def annotated(sha256: str, house: Current) -> FileResponse:
    """The copy that went back with the answer."""
    path = annotated_path(house, _found(house, sha256).judged)
    return _handed_out(path, path.name)


@router.get("/editions/{folder}/{name}")
def edition(folder: str, name: str, house: Current) -> FileResponse:
    """A file of an issued report."""
    known = {one.folder: one.outputs for one in house.ledger.editions(scope=None)}
    if name not in known.get(folder, {}):
        raise HTTPException(404, f"no edition {folder} has a file {name}")
    return _of_ours(house.editions / folder / name, folder)


@router.get("/drafts/{folder}/{name}")
def draft(folder: str, name: str, house: Current) -> FileResponse:
    """A file of a report that is laid before the reviewers."""
    drafts = house.drafts / folder
    if folder not in {one.folder for one in house.ledger.recorded(Proposal)} or name not in names_in(drafts):
        raise HTTPException(404, f"no draft {folder} has a file {name}")
    return _of_ours(drafts / name, folder)


def names_in(folder: Path) -> set[str]:
    """The regular files of a folder; none where there is no folder."""
    if not folder.is_dir():
        return set()
    return {path.name for path in folder.iterdir() if path.is_file() and not path.is_symlink()}


def file_name(name: str) -> str:
    """A stranger's file name as it may be given to a browser and a disk: its last part, without what has a meaning there."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem, dot, suffix = _UNFIT.sub("_", visible(last)).rpartition(".")
    return f"{stem[:_LONGEST]}{dot}{suffix[:10]}".strip(" .") or "file"


def _found(house: House, sha256: str) -> Submission:
    found = next((one for one in submissions(house.ledger) if one.judged.sha256 == sha256), None)
    if found is None:
        raise HTTPException(404, f"no file {sha256}")
    return found


def _handed_out(path: Path, name: str) -> FileResponse:
    """A file of a unit's, to be kept: no browser opens what a stranger sent."""
    if not path.is_file():
        raise HTTPException(404, f"{name} is gone")
    kind = TYPES.get(Path(name).suffix.lower(), OCTETS)
    return FileResponse(path, media_type=kind if kind == TYPES[".xlsx"] else OCTETS, filename=name)


def _of_ours(path: Path, folder: str) -> FileResponse:
    """A file of a report. Its page is looked at, walled off from everything around it; the rest is kept."""
    if not path.is_file():
        raise HTTPException(404, f"{path} is gone")
    page = path.suffix == ".html"
    answer = FileResponse(
        path,
        media_type=TYPES.get(path.suffix, OCTETS),
        filename=f"{folder}_{path.name}",
        content_disposition_type="inline" if page else "attachment",
    )
    if page:
        answer.headers["Content-Security-Policy"] = REPORT_POLICY
    return answer
