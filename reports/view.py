"""facts → view: the whole report as one typed object, in the order an official reads it."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from expectations.quarter import SHANGHAI
from reports import chapters, sentences
from reports.blocks import (
    AnnexSheet,
    Change,
    Chapter,
    Chart,
    Contents,
    Edition,
    Figure,
    Figures,
    Headline,
    Prose,
    Step,
    Steps,
    Target,
    View,
)
from reports.facts import Facts
from reports.numbers import bound, change, plain, printed, rounded
from reports.wording import Wording, wording

Row = tuple[str | int | Decimal | date | None, ...]


def build_view(facts: Facts, number: int, known_at: datetime, language: str = "zh") -> View:
    """Everything edition ``number`` says, from the facts known at an instant."""
    say = wording(language)
    local = known_at.astimezone(SHANGHAI)
    when = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
    head = sentences.headline(facts, say)
    view = View(
        title=say("title"),
        issuer=facts.issuer,
        notice=facts.notice,
        edition=Edition(
            quarter=str(facts.quarter),
            quarter_text=facts.quarter.zh,
            number=number,
            number_text=say("number", number=number),
            known_at=known_at,
            known_at_text=say("known_at", when=when),
        ),
        subject=say("subject", quarter=facts.quarter.zh, headline=head.rstrip("。")),
        chapters=(
            _summary(facts, say, head),
            chapters.diffusion(facts, say),
            chapters.centres(facts, say),
            chapters.quality(facts, say),
            chapters.definitions(facts, say),
        ),
        annex=_annex(facts, say),
        attachments=say("attachments"),
        contact=say("correction"),
    )
    return View.model_validate(bound(view.model_dump()))


def content_hash(view: View) -> str:
    """What the report says, apart from its number and date: equal hashes mean there is nothing new to issue."""
    said = view.model_dump_json(exclude={"edition": {"number", "number_text", "known_at", "known_at_text"}})
    return hashlib.sha256(said.encode()).hexdigest()


def _summary(facts: Facts, say: Wording, head: str) -> Chapter:
    return Chapter(
        id="summary",
        title=say("chapters.summary"),
        mail=True,
        blocks=(
            Contents(),
            Headline(text=head),
            Prose(title=say("blocks.findings"), items=sentences.findings(facts, say)),
            Prose(title=say("blocks.decisions"), numbered=True, items=sentences.decisions(facts, say)),
            Figures(
                title=say("blocks.figures", n=sentences.chinese_number(len(facts.measures))),
                figures=tuple(_figure(facts, code, say) for code in facts.measures),
                note=say(
                    "blocks.figures_note_like" if any(sentences.uneven(facts)) else "blocks.figures_note"
                ),
                spark_note=_spark_note(facts, say),
            ),
            *_pace(facts, say),
        ),
    )


def _spark_note(facts: Facts, say: Wording) -> str:
    """What the small lines are; with one quarter there are none."""
    n = len(facts.quarters)
    return say("blocks.spark_note", n=sentences.chinese_number(n)) if n > 1 else ""


def _figure(facts: Facts, code: str, say: Wording) -> Figure:
    measure, now = facts.measures[code], facts.value(code)
    value, unit = printed(now, measure)
    label, pair = say("blocks.change"), (now, facts.value(code, facts.quarter.shift(-1)))
    if any(sentences.uneven(facts)) and facts.reading(code, period="like"):
        label, pair = say("blocks.change_like"), sentences.like_for_like(facts, code)
    series = [facts.value(code, quarter) for quarter in facts.quarters]
    return Figure(
        code=code,
        label=measure.zh,
        value=value,
        unit=unit,
        changes=(
            Change(label=label, text=change(*pair, measure)),
            Change(
                label=say("blocks.change_year"),
                text=change(now, facts.value(code, facts.quarter.shift(-4)), measure),
            ),
        ),
        series=tuple(None if one is None else float(one) for one in series),
    )


def _pace(facts: Facts, say: Wording) -> tuple[Chart, ...]:
    """What was recognised against what was planned; no chart without a target."""
    target = sentences.next_target(facts)
    if target is None:
        return ()
    now = facts.value("centres_recognised") or Decimal(0)
    gap, by = target.value - now, f"{target.by.year}年"
    late = -sentences.quarters_between(facts.quarter.end, target.by)
    if gap <= 0:
        title = say("pace.met", by=by)
    else:
        title = say(
            "pace.overdue" if late > 0 else "pace.ahead" if late else "pace.due",
            by=by,
            gap=plain(gap, 0),
            late=late,
        )
    steps = _steps(facts)
    targets = tuple(
        Target(at=one.by, value=one.value, text=say("pace.target", by=f"{one.by.year}年", value=one.value))
        for one in facts.targets
    )
    said = "；".join(f"{one.at.year}年{one.at.month}月起 {one.value:g} 家" for one in steps)
    return (
        Chart(
            name="pace",
            title=title,
            drawing=Steps(
                steps=steps,
                targets=targets,
                now=facts.quarter.end,
                now_text=say("pace.now", value=plain(now, 0)),
                gap_text=say("pace.gap", gap=plain(gap, 0)) if gap > 0 else "",
            ),
            alt=say("pace.alt", title=title, steps=said, targets="；".join(one.text for one in targets)),
            note=say("pace.note"),
            mail=True,
        ),
    )


def _steps(facts: Facts) -> tuple[Step, ...]:
    """The number of recognised centres over time, from the plan's start."""
    moves = Counter(one.start for one in facts.recognitions)
    moves.subtract(one.end + timedelta(days=1) for one in facts.recognitions if one.end)
    level, steps = 0, [Step(at=facts.plan_start, value=0)]
    for day in sorted(day for day, move in moves.items() if move and day <= facts.quarter.end):
        level += moves[day]
        steps.append(Step(at=day, value=level))
    return tuple(steps)


def _annex_sheet(
    say: Wording, key: str, widths: str, formats: dict[int, str], rows: Iterable[Row], **fields: str
) -> AnnexSheet:
    labels = [label for label, _ in say.headings(f"annex.{key}.headings")]
    return AnnexSheet.model_validate(
        {
            "name": say(f"annex.{key}.name"),
            "title": say(f"annex.{key}.title", **fields),
            "columns": [
                {"label": label, "width": int(width), "format": formats.get(index, "text")}
                for index, (label, width) in enumerate(zip(labels, widths.split(), strict=True))
            ],
            "rows": list(rows),
            "note": say("annex.figures.note") if key == "figures" else "",
        }
    )


def _annex(facts: Facts, say: Wording) -> tuple[AnnexSheet, ...]:
    """Every figure of the quarter, every return shown, every definition."""
    numbers = {5: "decimal", 7: "integer", 8: "decimal", 9: "decimal"}
    returns = (
        (
            str(one.quarter),
            one.centre,
            one.unit,
            say(f"legend.{one.state}"),
            say(f"annex.used.{'yes' if one.in_use else 'no'}"),
            one.reason,
        )
        for one in facts.returns
    )
    definitions = ((one.zh, one.unit, one.formula, one.basis) for one in facts.measures.values())
    return (
        _annex_sheet(
            say,
            "figures",
            "22 10 12 8 30 14 8 10 16 16",
            numbers,
            _figure_rows(facts, say),
            quarter=facts.quarter.zh,
        ),
        _annex_sheet(say, "returns", "10 20 34 16 10 60", {}, returns, quarter=facts.quarter.zh),
        _annex_sheet(say, "definitions", "22 8 80 40", {}, definitions),
    )


def _figure_rows(facts: Facts, say: Wording) -> Iterator[Row]:
    for (code, quarter, period, level, scope), reading in facts.readings.items():
        if quarter != str(facts.quarter):
            continue
        measure, value = facts.measures[code], reading.value
        if value is not None:
            value = rounded(value * 100 if measure.kind == "ratio" else value, measure.decimals)
        yield (
            measure.zh,
            quarter,
            say(f"annex.periods.{period}"),
            say(f"annex.levels.{level}"),
            facts.scope_names.get((level, scope), scope),
            value,
            measure.unit,
            reading.n,
            reading.numerator.normalize() + 0,
            None if reading.denominator is None else reading.denominator.normalize() + 0,
        )
