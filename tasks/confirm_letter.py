"""What a centre is told when it is asked to confirm: how its units' returns stand, its own figures, and how to answer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from expectations.quarter import Quarter
from reports.chapters.centres import CODES
from reports.numbers import said as as_printed
from reports.plain_letter import Item, PlainLetter, said
from reports.text import Text
from reports.view import LANGUAGES
from reports.wording import wording
from tasks.calendar_words import day, instant, quarter_of
from tasks.facts import measure_of
from tasks.known import Known
from tasks.owed import Owed
from tasks.remind import centre_text, told, told_lines, unit_text
from tasks.settings import House
from warehouse.figures import Figures
from warehouse.indicators import indicators
from warehouse.records import Letter

ANSWERS = {"确认": "confirmed", "异议": "objected"}  # the word in an answer's subject, and what it comes to


def told_centre(known: Known, quarter: Quarter, centre: str, mine: Iterable[Owed]) -> dict[str, Any]:
    """How a centre's returns stand and its figures as the report's table of centres prints them, as JSON keeps it."""
    with known.reading() as connection:
        figures = Figures(connection)
    measures = [measure_of(indicators()[code].at(str(quarter))) for code in CODES]
    values = [figures.value(code, str(quarter), level="centre", scope=centre) for code in CODES]
    return {
        "returns": [told(one) for one in mine],
        "figures": [
            [measure.name.zh, measure.name.en]
            + [as_printed(value, measure, wording(language)) for language in LANGUAGES]
            for measure, value in zip(measures, values, strict=True)
        ],
    }


def written_confirmation(house: House, letter: Letter) -> PlainLetter:
    """The letter, from what it was queued with and the registry's names."""
    name, centre = letter.subject.split()
    about = json.loads(letter.about)
    used = sum(one["state"] == "accepted" for one in about["returns"])
    fields: dict[str, Text | str] = {
        "quarter": quarter_of(Quarter.parse(name)),
        "until": day(datetime.fromisoformat(about["until"])),
        "now": instant(datetime.fromisoformat(about["at"])),
        "n": str(len(about["returns"])),
        "used": str(used),
    }
    figures = [
        said("confirm.figure", name=Text(zh, en), value=Text(value, value_en))
        for zh, en, value, value_en in about["figures"]
    ]
    return PlainLetter(
        subject=said("confirm.subject", **fields),
        who=centre_text(house, centre),
        paragraphs=(said("confirm.gist", **fields), said("confirm.what", **fields)),
        items=(
            Item(said("confirm.figures", **fields), tuple(figures)),
            *(Item(unit_text(house, one["unit"]), tuple(told_lines(one))) for one in about["returns"]),
        ),
        closing=(said("confirm.how", **fields),),
        links=tuple(
            (said(f"confirm.link_{state}"), _mailto(house, f"[{word} {name} {centre} {about['token']}]"))
            for word, state in ANSWERS.items()
        ),
        contact=Text(*house.registry.both("contact")),
    )


def _mailto(house: House, subject: str) -> str:
    return f"mailto:{house.settings.mail_from}?subject={quote(subject)}"
