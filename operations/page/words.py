"""The page's wording: one file a language beside this one; the language is the reader's choice, or the browser's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from starlette.requests import Request

from expectations.findings import Finding
from expectations.quarter import SHANGHAI, Quarter
from expectations.yaml12 import read_yaml
from reports.dates import day_of_year, instant_text, quarter_short, quarter_text
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import Wording, wording

COOKIE = "ops_lang"
# In Chinese a number stays on one line with its unit and with the word that it counts.
_TOGETHER = re.compile(r"(?<=\d) (?=[份项封个天版])|(?<=[\u4e00-\u9fff]) (?=\d)")


@cache
def page_wording(language: str) -> Wording:
    return Wording(language, read_yaml(Path(__file__).parent / f"{language}.yml"))


def language_of(request: Request) -> str:
    """``?lang=``, else what was chosen before, else the first of the browser's languages that we speak."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    accepted = (one.strip()[:2].lower() for one in request.headers.get("accept-language", "").split(","))
    return next((one for one in accepted if one in LANGUAGES), LANGUAGES[0])


@dataclass(frozen=True)
class Words:
    """One language's sentences and its way of writing names, days and quarters."""

    language: str

    def __call__(self, path: str, **fields: object) -> str:
        return _TOGETHER.sub("\u00a0", page_wording(self.language)(path, **fields))

    def __getitem__(self, text: Text) -> str:
        return text(self.language)

    @property
    def _dates(self) -> Wording:
        return wording(self.language)

    def quarter(self, key: str) -> str:
        return quarter_text(Quarter.parse(key), self._dates)

    def quarter_short(self, key: str) -> str:
        return quarter_short(Quarter.parse(key), self._dates)

    def instant(self, at: datetime) -> str:
        return instant_text(at, self._dates)

    def day(self, at: datetime) -> str:
        """The day of an instant, its year left out."""
        return day_of_year(at.astimezone(SHANGHAI).date(), self._dates)

    def moment(self, at: datetime) -> str:
        """The same with the time: near instants need no year."""
        return f"{self.day(at)} {at.astimezone(SHANGHAI):%H:%M}"

    def finding(self, one: Finding) -> str:
        return one.en if self.language == "en" else one.zh

    def place(self, one: Finding) -> str:
        return f"{one.sheet} {one.cell}".strip()
