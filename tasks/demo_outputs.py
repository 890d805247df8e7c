"""Sheet 4 of the demo: the results that come out of running projects."""

from __future__ import annotations

from datetime import date

from expectations.quarter import Quarter
from tasks.demo_book import Book
from tasks.demo_members import Member, Row, about, age, dice, patent_number, pick, some_day
from tasks.demo_projects import Project, projects_of
from tasks.demo_words import QUALIFIERS, TITLES

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
