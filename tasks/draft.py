"""What is known → an edition of some scope: its files and its record, from nothing but knowledge and the editions before it."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import requires, version
from pathlib import Path

from expectations.quarter import Quarter
from reports.annex import render_annex
from reports.blocks import View
from reports.mail import render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from tasks.known import Known
from tasks.settings import ROOT
from warehouse.build import definitions_hash
from warehouse.indicators import indicators_hash
from warehouse.records import Edition

PAGE, PDF, ANNEX, MAIL = "report.html", "report.pdf", "annex.xlsx", "mail.json"
_CODE = ("expectations", "warehouse", "reports", "tasks")


def in_language(name: str, language: str) -> str:
    """What a file of an edition is called: ``report.pdf`` in Chinese, ``report.en.pdf`` in English."""
    stem, _, suffix = name.rpartition(".")
    return name if language == "zh" else f"{stem}.{language}.{suffix}"


@dataclass(frozen=True)
class Draft(ABC):
    """An edition that could be issued. ``history`` are the editions, of all quarters and scopes, issued before it.

    It is a function of knowledge, history, code and libraries: the same bytes whenever it is made. ``issued`` is False
    for one that answers a question about the past and is nobody's report: it says so on its face.
    """

    known: Known
    quarter: Quarter
    history: tuple[Edition, ...]
    issued: bool = True

    @property
    @abstractmethod
    def scope(self) -> str:
        """Whom it is for."""

    @property
    @abstractmethod
    def views(self) -> list[View]:
        """What it says, a view a language."""

    @property
    @abstractmethod
    def content_hash(self) -> str:
        """Of what it says of the quarter itself: equal hashes, nothing new to issue."""

    @cached_property
    def before(self) -> tuple[Edition, ...]:
        """The quarter's own editions of its scope before it, oldest first."""
        mine = (str(self.quarter), self.scope)
        return tuple(one for one in self.history if (one.quarter, one.scope) == mine)

    @property
    def number(self) -> int:
        return len(self.before) + 1

    @property
    def folder(self) -> str:
        return f"{self.quarter}-{self.scope}-e{self.number}"

    @property
    def input_hash(self) -> str:
        """What tells it from other editions: what it says, and its number."""
        return _numbered(self.number, self.content_hash)

    @property
    def says_nothing_new(self) -> bool:
        """Only the last edition counts: figures that go back to what an earlier one said are news to its readers."""
        last = self.before[-1] if self.before else None
        return last is not None and last.input_hash == _numbered(last.number, self.content_hash)

    def files(self, fonts: Path) -> dict[str, bytes]:
        """Every file of the edition by name."""
        return {name: content for view in self.views for name, content in _rendered(view, fonts).items()}

    def rests_on(self) -> dict[str, str]:
        """What else its bytes hang on, by name, beside code and libraries."""
        return {}

    def edition(self, outputs: dict[str, str]) -> Edition:
        """The record of it, once its files are written."""
        shown = {str(one) for one in self.known.shown(self.quarter)}
        used = [one.judged for one in self.known.in_force if one.judged.quarter in shown]
        return Edition(
            quarter=str(self.quarter),
            scope=self.scope,
            number=self.number,
            input_hash=self.input_hash,
            known_seq=self.known.inputs.seq,
            known_at=self.known.inputs.known_at,
            folder=self.folder,
            outputs=outputs,
            submissions=tuple(sorted(one.sha256 for one in used)),
            made_with=made_with(str(self.quarter)) | self.rests_on(),
        )


def _numbered(number: int, content: str) -> str:
    return hashlib.sha256(f"{number} {content}".encode()).hexdigest()


def _rendered(view: View, fonts: Path) -> dict[str, bytes]:
    """All files of an edition in the language of ``view``."""
    mail = render_mail(view, fonts)
    pictures = {cid: in_language(f"{cid}.png", view.lang) for cid in mail.inline}
    letter = {
        "title": view.title,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "inline": pictures,
    }
    files = {
        PAGE: render_page(view, fonts),
        PDF: render_pdf(view, fonts),
        ANNEX: render_annex(view),
        MAIL: json.dumps(letter, ensure_ascii=False, sort_keys=True).encode(),
    }
    named = {in_language(name, view.lang): content for name, content in files.items()}
    return named | {pictures[cid]: picture for cid, picture in mail.inline.items()}


def code_files() -> list[str]:
    """Every file that an edition's bytes may hang on, definitions among them, as paths below the checkout."""
    found = (path for folder in _CODE for path in sorted((ROOT / folder).rglob("*")))
    return [
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    ]


@cache
def made_with(quarter: str) -> dict[str, str]:
    """The versions an edition of a quarter hangs on to the byte: code, definitions, libraries, Python and machine."""
    digest = hashlib.sha256()
    for name in code_files():
        digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes() + b"\0")
    direct = {
        match[0]
        for one in requires("jinchuang") or ()
        if "extra ==" not in one and (match := _NAME.match(one))
    }
    return {
        "code": digest.hexdigest(),
        "definitions": definitions_hash(),
        "indicators": indicators_hash(quarter),
        "libraries": ", ".join(f"{name} {version(name)}" for name in sorted(direct)),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "machine": platform.machine(),
    }


def changed_since(edition: Edition) -> dict[str, tuple[str, str]]:
    """What an edition was made with and what there is now, by name, where they differ."""
    now = made_with(edition.quarter)
    return {
        name: (edition.made_with.get(name, ""), version)
        for name, version in now.items()
        if edition.made_with.get(name) != version
    }


_NAME = re.compile(r"[A-Za-z0-9._-]+")
