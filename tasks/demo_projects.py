"""Sheets 3 and 4 of the demo: projects that rise in TRL and end, and the results that come out of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from expectations.quarter import Quarter
from tasks.demo_book import Book
from tasks.demo_members import (
    LAST,
    Member,
    Row,
    about,
    age,
    dice,
    ordinal,
    patent_number,
    pick,
    quarter_of,
    some_day,
)
from tasks.demo_units import number, unit_figures
from tasks.demo_words import CLIENTS, PROJECTS, QUALIFIERS, TITLES, technologies

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
_RATE = {"运营主体": 1.5, "企业": 1.1, "科研院所": 1.5, "高校": 1.4, "其他": 0.6}
_SEASON = {1: 0.8, 2: 1.0, 3: 1.0, 4: 1.25}
# kind → the TRL from which a project brings it forth
_FROM_TRL = {
    "论文": 1,
    "发明专利申请": 2,
    "软件著作权": 3,
    "关键技术突破": 4,
    "发明专利授权": 4,
    "实用新型授权": 4,
    "样机样品": 5,
    "外观设计授权": 6,
    "标准": 6,
    "新产品": 6,
    "新工艺": 6,
    "新装备": 6,
}
_KINDS: dict[str, dict[str, float]] = {
    "企业": {
        "实用新型授权": 5,
        "发明专利申请": 5,
        "发明专利授权": 4,
        "新产品": 5,
        "新工艺": 4,
        "样机样品": 4,
        "新装备": 3,
        "软件著作权": 3,
        "标准": 2,
        "外观设计授权": 1,
        "关键技术突破": 2,
    },
    "科研院所": {
        "关键技术突破": 4,
        "标准": 4,
        "发明专利授权": 5,
        "发明专利申请": 5,
        "样机样品": 3,
        "新工艺": 2,
        "论文": 3,
    },
    "高校": {"论文": 7, "发明专利申请": 6, "发明专利授权": 4, "软件著作权": 3, "关键技术突破": 2, "标准": 1},
}
_LEVELS = {"团体": 40, "行业": 20, "地方": 15, "国家": 12, "企业": 10, "国际": 3}
_PATENT_KIND = {"发明专利申请": 1, "发明专利授权": 1, "实用新型授权": 2, "外观设计授权": 3}


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


def output_rows(member: Member, quarter: Quarter, book: Book) -> tuple[Row, ...]:
    """Sheet 4: the quarter's results of running projects, numbered by the centre."""
    running = [one for one in projects_of(member) if one.runs(quarter) and one.status(quarter) != "暂停"]
    if not running:
        return ()
    rng = dice(f"outputs {member.centre} {member.unit} {quarter}")
    rate = _RATE[member.profile] * _SEASON[quarter.number] * 1.03 ** age(quarter)
    from_projects = [rng.choice(running) for _ in range(about(rng, rate))]
    days = [some_day(rng, quarter, project.start) for project in from_projects]
    pairs = sorted(zip(days, from_projects, strict=True), key=lambda pair: (pair[0], pair[1].number))
    return tuple(_output(member, quarter, project, day, book) for day, project in pairs)


def _output(member: Member, quarter: Quarter, project: Project, day: date, book: Book) -> Row:
    serial = book.next(f"{member.centre} output {quarter.year}")
    code = f"{member.centre}-{quarter.year}-{serial:03d}"
    rng, trl = dice(f"output {code}"), project.trl(quarter)
    kinds = _KINDS["企业" if member.profile not in _KINDS else member.profile]
    able = {kind: weight for kind, weight in kinds.items() if _FROM_TRL[kind] <= trl}
    if project.technology_class == "先进实用技术":
        able.pop("关键技术突破", None)
    kind = pick(rng, able or {"论文": 1})
    nth = book.next(f"{project.topic} {kind} {member.centre}") - 1
    row: Row = {
        "output_no": code,
        "kind": kind,
        "title": TITLES[kind].format(QUALIFIERS[nth % len(QUALIFIERS)] + project.topic),
        "output_date": day,
        "project_no": project.number,
    }
    level = pick(rng, _LEVELS) if kind == "标准" else ""
    identifier = _standard(level, quarter.year, book) if level else _identifier(kind, quarter.year, book)
    row |= {"identifier": identifier} if identifier else {}
    row |= {"standard_level": level} if level else {}
    # One in eight was won with somebody outside the centre.
    return row | ({"credit_share": rng.choice((0.5, 0.6, 0.7))} if rng.random() < 0.12 else {})


def _identifier(kind: str, year: int, book: Book) -> str:
    """A number in a series that no office gives out (patent serials 99xxxxx, registrations 99xxxxx)."""
    if kind in _PATENT_KIND:
        applied = year if kind == "发明专利申请" else year - (2 if kind == "发明专利授权" else 1)
        code = patent_number(applied, _PATENT_KIND[kind], 9900000 + book.next("patent"))
        return code if kind == "发明专利申请" else f"ZL{code}"
    return f"{year}SR99{book.next('software'):05d}" if kind == "软件著作权" else ""


def _standard(level: str, year: int, book: Book) -> str:
    serial = book.next("standard")
    return {
        "国际": f"ISO 99{serial:03d}:{year}",
        "国家": f"GB/T 99{serial:03d}-{year}",
        "行业": f"JB/T 99{serial:03d}-{year}",
        "地方": f"DB14/T 99{serial:03d}-{year}",
        "团体": f"T/SLXH 99{serial:03d}-{year}",
        "企业": f"Q/SLQY 99{serial:03d}-{year}",
    }[level]
