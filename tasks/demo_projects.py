"""Sheet 3 of the demo: projects that rise in TRL, are paused now and then, and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from expectations.quarter import Quarter
from tasks.demo_members import LAST, Member, Row, dice, ordinal, pick, quarter_of, some_day
from tasks.demo_units import number, unit_figures
from tasks.demo_words import CLIENTS, PROJECTS, technologies

_FROM = Quarter(2024, 4)
_SLOTS = {
    "运营主体": (3, 4),
    "企业": (1, 3),
    "科研院所": (2, 3),
    "高校": (1, 3),
    "金融机构": (0, 0),
    "其他": (1, 1),
}
# how much of a unit's R&D spend goes into the centre's projects, and whose money that is
_SHARE = {"运营主体": 0.84, "企业": 0.2, "科研院所": 0.3, "高校": 0.16, "其他": 0.4}
_FUNDS = {
    "运营主体": (0.3, 0.54, 0.1, 0.06),
    "企业": (0.12, 0.78, 0.08, 0.02),
    "科研院所": (0.55, 0.36, 0.03, 0.06),
    "高校": (0.6, 0.32, 0, 0.08),
    "其他": (0.4, 0.4, 0.1, 0.1),
}
_SOURCES = {"自主": 0.6, "企业委托": 0.22, "高校委托": 0.05, "科研院所委托": 0.09, "其他委托": 0.04}
_CLASSES = {"共性关键技术": 0.44, "前沿技术": 0.2, "先进实用技术": 0.36}
_START = {"共性关键技术": (3, 4), "前沿技术": (2, 3), "先进实用技术": (4, 6)}


@dataclass(frozen=True)
class Project:
    """A project from its first quarter to its last, as it was planned; ``weight`` is its share of the budget."""

    number: str
    topic: str
    technology_class: str
    source: str
    start: date
    first: Quarter
    last: Quarter
    trl_start: int
    trl_end: int
    weight: float
    ends: str
    paused: Quarter | None

    def runs(self, quarter: Quarter) -> bool:
        return self.first <= quarter <= self.last

    def trl(self, quarter: Quarter) -> int:
        """The level at the end of a quarter: it rises evenly and stands still where work was paused."""
        passed = ordinal(quarter) - ordinal(self.first) + 1
        if self.paused and quarter >= self.paused:
            passed -= 1
        return self.trl_start + (self.trl_end - self.trl_start) * passed // self.quarters

    @property
    def quarters(self) -> int:
        return ordinal(self.last) - ordinal(self.first) + 1

    def status(self, quarter: Quarter) -> str:
        if quarter == self.last:
            return self.ends
        return "暂停" if quarter == self.paused else "在研"


@cache
def projects_of(member: Member) -> tuple[Project, ...]:
    """Every project of a membership up to the demo's present, in order of their numbers."""
    rng = dice(f"projects {member.centre} {member.unit}")
    least, most = _SLOTS[member.profile]
    found: list[Project] = []
    for slot in range(rng.randint(least, most)):
        first = max(_FROM.shift(-rng.randint(0, 6)), quarter_of(member.joined))
        if slot and rng.random() < 0.35:
            first = max(first, _FROM.shift(rng.randint(1, 6)))  # the portfolio grows
        while first <= LAST:
            found.append(_project(member, first, len(found)))
            first = found[-1].last.shift(1)
    return tuple(found)


def _project(member: Member, first: Quarter, index: int) -> Project:
    code = f"{member.centre}-P{member.seat + 1:02d}{index + 1:02d}"
    rng, topics = dice(f"project {code}"), technologies(member.branch)
    kind = pick(rng, _CLASSES)
    start, quarters = rng.randint(*_START[kind]), rng.randint(5, 8)
    stopped = rng.random() < 0.07
    return Project(
        number=code,
        topic=topics[(member.seat * 5 + index) % len(topics)],
        technology_class=kind,
        source=pick(rng, _SOURCES),
        start=some_day(rng, first, member.joined),
        first=first,
        last=first.shift(quarters - 1),
        trl_start=start,
        trl_end=min(start + rng.randint(2, 4), 9) if not stopped else start + 1,
        weight=rng.uniform(0.7, 1.4),
        ends="终止" if stopped else "已完成",
        paused=first.shift(rng.randint(2, quarters - 2)) if rng.random() < 0.06 else None,
    )


def project_rows(member: Member, quarter: Quarter, companions: Sequence[Member]) -> tuple[Row, ...]:
    """Sheet 3: the projects that run in the quarter, those that end in it once more."""
    running = [one for one in projects_of(member) if one.runs(quarter)]
    if not running:
        return ()
    research = number(unit_figures(member, quarter), "rd_spend_wan_cny")
    budget = research * _SHARE[member.profile] / member.seats
    whole = max(sum(one.weight for one in running), _SLOTS[member.profile][0])
    return tuple(_row(one, member, quarter, budget * one.weight / whole, companions) for one in running)


def _row(
    project: Project, member: Member, quarter: Quarter, money: float, companions: Sequence[Member]
) -> Row:
    trl = project.trl(quarter)
    row: Row = {
        "project_no": project.number,
        "project_name": project.topic + PROJECTS[project.technology_class],
        "field": member.field,
        "source": project.source,
        "technology_class": project.technology_class,
        "trl_start": project.trl_start,
        "trl_now": trl,
        "stage": "技术开发" if trl < 6 else "转移扩散" if trl < 8 else "首次商业化应用",
        "start_date": project.start,
        "planned_end_date": project.last.end - timedelta(days=project.start.day % 20),
        "status": project.status(quarter),
        **_spend(member, quarter, project, 0 if project.status(quarter) == "暂停" else money),
    }
    partner = _partner(project, companions)
    return row | ({"partner_units": partner} if partner else {})


def _spend(member: Member, quarter: Quarter, project: Project, money: float) -> Row:
    rng = dice(f"funds {project.number} {quarter}")
    parts = [share * rng.uniform(0.8, 1.2) for share in _FUNDS[member.profile]]
    names = ("fiscal", "enterprise", "financial", "other")
    whole = sum(parts)
    return {
        f"spend_{name}_wan_cny": round(money * part / whole, 2)
        for name, part in zip(names, parts, strict=True)
    }


def _partner(project: Project, companions: Sequence[Member]) -> str:
    """Who commissioned a project, a fellow member if there is one of its kind; with half of the own ones a partner."""
    rng = dice(f"partner {project.number}")
    if project.source == "自主":
        return rng.choice(companions).unit_name if companions and rng.random() < 0.5 else ""
    kind = project.source.removesuffix("委托")
    able = [one.unit_name for one in companions if one.kind == kind]
    return rng.choice(able) if able else CLIENTS[project.source]
