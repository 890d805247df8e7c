"""A report as long as a real one, in both languages: every drawing shape, long and wide tables, ten chapters.

Names and numbers are evidently invented (marked 示例, Example). The numbers follow from their place,
so that the same view comes out every time.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from reports.attached import AnnexColumn, AnnexSheet
from reports.blocks import (
    Block,
    Cell,
    Change,
    Chapter,
    Chart,
    Contents,
    Edition,
    Figure,
    Figures,
    Heading,
    Headline,
    Item,
    Matrix,
    MatrixGroup,
    MatrixRow,
    Note,
    Prose,
    State,
    Table,
    View,
)
from reports.shapes import (
    Bar,
    Bars,
    Columns,
    Drawing,
    Mark,
    Stack,
    StackPart,
    Stacks,
    Step,
    Steps,
    Target,
    Tile,
    Tiles,
)

Lang = Literal["zh", "en"]
Two = tuple[str, str]

CITIES: tuple[tuple[str, str, int, int, int, int], ...] = (
    ("大同", "Datong", 0, 2, 33, -2),
    ("朔州", "Shuozhou", 1, 1, 2, -2),
    ("忻州", "Xinzhou", 2, 1, 5, 0),
    ("吕梁", "Lüliang", 3, 0, 22, 2),
    ("太原", "Taiyuan", 3, 1, 118, 7),
    ("阳泉", "Yangquan", 3, 2, 9, -1),
    ("临汾", "Linfen", 4, 0, 31, 5),
    ("晋中", "Jinzhong", 4, 1, 62, 7),
    ("长治", "Changzhi", 4, 2, 41, 5),
    ("运城", "Yuncheng", 5, 0, 48, 7),
    ("晋城", "Jincheng", 5, 2, 18, 3),
)
BRANCHES: tuple[tuple[Two, tuple[Two, ...]], ...] = (
    (
        ("新一代信息技术", "New-generation information technology"),
        (
            ("大数据", "big data"),
            ("物联网", "internet of things"),
            ("云计算", "cloud computing"),
            ("人工智能", "artificial intelligence"),
            ("信息安全", "information security"),
        ),
    ),
    (
        ("智能制造及高端装备", "Intelligent manufacturing and equipment"),
        (
            ("轨道交通装备", "rail equipment"),
            ("重型机械", "heavy machinery"),
            ("能源装备", "energy equipment"),
            ("化工装备", "chemical equipment"),
            ("电子信息装备", "electronics equipment"),
            ("纺织机械", "textile machinery"),
            ("现代农业装备", "farm equipment"),
            ("机器人", "robots"),
        ),
    ),
    (
        ("新材料", "New materials"),
        (
            ("先进不锈钢", "advanced stainless steel"),
            ("铝镁合金", "aluminium and magnesium alloys"),
            ("碳纤维", "carbon fibre"),
            ("钕铁硼", "neodymium magnets"),
            ("化工新材料", "new chemical materials"),
        ),
    ),
    (
        ("新兴潜力产业", "Emerging industries"),
        (
            ("新能源及新能源汽车", "new energy and vehicles"),
            ("节能环保", "energy saving and environment"),
            ("生物医药", "biomedicine"),
            ("新型功能性食品", "functional food"),
        ),
    ),
    (
        ("基础产业", "Basic industries"),
        (
            ("机械基础件", "basic machine parts"),
            ("基础制造工艺", "basic processes"),
            ("基础材料", "basic materials"),
            ("增材制造", "additive manufacturing"),
        ),
    ),
)
CHAPTERS: tuple[tuple[str, str, str], ...] = (
    ("system", "体系建设", "The system of centres"),
    ("rd", "研发供给", "Research and development"),
    ("diffusion", "技术扩散", "Technology diffusion"),
    ("industrialisation", "产业化与首次应用", "Industrialisation and first applications"),
    ("finance", "金融与机制", "Finance and mechanisms"),
    ("outcome", "成效", "Outcomes"),
    ("centres", "各中心一览", "The centres at a glance"),
    ("quality", "数据质量", "Data quality"),
    ("method", "方法与指标定义", "Methods and definitions"),
)
OUTPUTS: tuple[Two, ...] = (
    ("发明专利授权", "Invention patents granted"),
    ("实用新型授权", "Utility models granted"),
    ("软件著作权", "Software copyrights"),
    ("标准（主导）", "Standards (as leader)"),
    ("样机样品", "Prototypes"),
    ("关键技术突破", "Key breakthroughs"),
)
_GLUE = "\u00a0"


class LongSample:
    """Builds the view in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def say(self, zh: str, en: str) -> str:
        return zh if self.lang == "zh" else en

    def count(self, value: float, zh: str, en: str) -> str:
        return f"{value:,.0f}{_GLUE}{self.say(zh, en)}"

    def quarters(self) -> list[tuple[str, str]]:
        found = []
        for index in range(8):
            year, quarter = divmod(3 + index, 4)
            found.append((self.say(f"{quarter + 1}季", f"Q{quarter + 1}"), str(2024 + year)))
        return found

    def view(self) -> View:
        chapters = [self.summary(), *(self.chapter(n) for n in range(len(CHAPTERS)))]
        return View(
            lang=self.lang,
            title=self.say("全省制造业创新中心建设进展", "Progress of the manufacturing innovation centres"),
            issuer=self.say(
                "示例省工业和信息化厅 技术创新处",
                "Example Province Department of Industry, Innovation Division",
            ),
            notice=self.say(
                "示例数据：单位、中心、数值均为虚构",
                "Example data: units, centres and figures are invented",
            ),
            edition=Edition(
                quarter="2026Q3",
                quarter_text=self.say("2026年第三季度", "Third quarter of 2026"),
                number=2,
                number_text=self.say(
                    "第2版，替代第1版（10月20日）", "Edition 2, replaces edition 1 of 20 October"
                ),
                known_at=datetime(2026, 10, 24, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
                known_at_text=self.say(
                    "数据截至2026年10月24日 18:00（北京时间）",
                    "Data as of 24 October 2026, 18:00 (Beijing time)",
                ),
            ),
            subject=self.say(
                "2026年第三季度 创新中心建设进展（第2版）", "Innovation centres, third quarter of 2026"
            ),
            chapters=tuple(chapters),
            annex=(self.annex(),),
            attachments=self.say(
                "附件：全文（PDF）；网页版；数据表（Excel）。",
                "Attached: full report (PDF), page, data (Excel).",
            ),
            contact=self.say(
                "发现数字有误，请直接回复本邮件，写明指标和单位。",
                "If a figure is wrong, reply to this mail and name the indicator and the unit.",
            ),
            write_to=self.say(
                "发现数字有误，请函告示例处，写明指标和单位。",
                "If a figure is wrong, write to the Example Division and name the indicator and the unit.",
            ),
        )

    def summary(self) -> Chapter:
        finding = self.say(
            "服务中小企业 **412\u00a0家**，同比增长 29.6%，首次服务 151\u00a0家；朔州、忻州、阳泉合计 16\u00a0家。",
            "**412\u00a0small firms** were served, 29.6% more than a year ago, 151 of them for the first time; "
            "Shuozhou, Xinzhou and Yangquan together had 16.",
        )
        decision = self.say(
            "定在2026年末，每季须认定 3\u00a0家；定在2027年末，每季 0.6\u00a0家。",
            "By the end of 2026: 3\u00a0centres a quarter; by the end of 2027: 0.6\u00a0a quarter.",
        )
        labels = [zh if self.lang == "zh" else en for _, zh, en in CHAPTERS[:5]]
        return Chapter(
            id="summary",
            title=self.say("摘要", "Summary"),
            mail=True,
            blocks=(
                Contents(),
                Headline(
                    text=self.say(
                        "已认定 12\u00a0家，比规划目标少 3\u00a0家；服务中小企业 412\u00a0家，同比增长 29.6%。",
                        "12\u00a0centres are recognised, 3\u00a0short of the plan; "
                        "412\u00a0small firms were served, 29.6% more than a year ago.",
                    )
                ),
                Prose(
                    title=self.say("本季要点", "Findings"),
                    items=tuple(Item(label=label, text=finding) for label in labels),
                ),
                Prose(
                    title=self.say("提请研究事项", "For decision"),
                    numbered=True,
                    items=tuple(
                        Item(
                            label=self.say(
                                "明确补齐 3\u00a0家的时限", "Set the date for the missing 3\u00a0centres"
                            ),
                            text=decision,
                            who=self.say("提请厅务会·11月15日前", "Department meeting, by 15 November"),
                        )
                        for _ in range(3)
                    ),
                ),
                self.figures(),
                Chart(
                    name="pace",
                    title=self.say(
                        "2020年目标如期达到，2025年目标差 3\u00a0家",
                        "The 2020 goal was met; 2025's is 3\u00a0short",
                    ),
                    drawing=self.steps(),
                    alt=self.say(
                        "已认定中心 12\u00a0家，规划15家。", "12\u00a0centres recognised, 15\u00a0planned."
                    ),
                    note=self.say("菱形为规划目标。", "Diamonds are planned."),
                    mail=True,
                ),
                Note(
                    text=self.say(
                        "本期数据覆盖：应报 80\u00a0家单位，采用 **76\u00a0家**（95%）。",
                        "Coverage: 80\u00a0units were due, **76** are used (95%).",
                    )
                ),
            ),
        )

    def figures(self) -> Figures:
        names = (
            ("已认定中心", "Centres recognised"),
            ("研发投入", "R&D spending"),
            ("服务中小企业", "Small firms served"),
        )
        made = []
        for index, name in enumerate((*names, *OUTPUTS[:3])):
            changes = (
                Change(label=self.say("环比", "on quarter"), text=self.say("持平", "Unchanged")),
                Change(label=self.say("同比", "on year"), text=self.say("+1.0\u00a0个百分点", "+1.0 points")),
            )
            series = tuple(float((index * 7 + step * 5) % 11 + step) for step in range(8))
            made.append(
                Figure(
                    code=f"f{index}",
                    label=self.say(*name),
                    value=f"{412 + index * 377:,}",
                    unit=self.say("万元", "CNY million"),
                    changes=changes,
                    series=series,
                )
            )
        return Figures(
            title=self.say("六项数字", "Six figures"),
            figures=tuple(made),
            spark_note=self.say("小线为近八季。", "Lines: eight quarters. "),
            note=self.say("环比与上季比，同比与上年同期比。", "Compared with last quarter and a year ago."),
        )

    def steps(self) -> Steps:
        recognised = (
            (2017, 0),
            (2018, 2),
            (2019, 3),
            (2020, 5),
            (2021, 7),
            (2023, 10),
            (2025, 11),
            (2026, 12),
        )
        return Steps(
            steps=tuple(Step(at=date(year, 7, 5), value=value) for year, value in recognised),
            targets=(
                Target(
                    at=date(2020, 12, 31),
                    value=5,
                    text=self.say("规划：2020年末 5\u00a0家", "Plan: 5 by end of 2020"),
                ),
                Target(
                    at=date(2025, 12, 31),
                    value=15,
                    text=self.say("规划：2025年末 15\u00a0家", "Plan: 15 by end of 2025"),
                ),
            ),
            now=date(2026, 9, 30),
            now_text=self.say("实有 12\u00a0家", "12\u00a0centres"),
            gap_text=self.say("期限已过，还差 3\u00a0家", "Overdue, 3\u00a0short"),
        )

    def tile_map(self) -> Tiles:
        tiles = []
        for zh, en, row, column, value, change in CITIES:
            moved = (
                self.say("持平", "unchanged") if not change else f"{'+' if change > 0 else '−'}{abs(change)}"
            )
            shade: Literal[0, 1, 2, 3] = 3 if value >= 60 else 2 if value >= 30 else 1 if value >= 10 else 0
            tiles.append(
                Tile(
                    label=self.say(zh, en),
                    text=str(value),
                    sub=f"{self.say('环比', 'on qtr')} {moved}{' ▼' if change < 0 else ''}",
                    row=row,
                    column=column,
                    shade=shade,
                    strong=change < 0,
                )
            )
        return Tiles(columns=3, tiles=tuple(tiles))

    def branch_matrix(self) -> Tiles:
        tiles = []
        for row, (group, branches) in enumerate(BRANCHES):
            tiles.append(Tile(label=self.say(*group), text="", row=row, column=0, shade=0))
            for column, branch in enumerate(branches, start=1):
                value = (row * 3 + column * 5) % 4
                shade: Literal[0, 1, 2, 3] = 0 if value == 0 else 1 if value == 1 else 2 if value == 2 else 3
                tiles.append(
                    Tile(label=self.say(*branch), text=str(value), row=row, column=column, shade=shade)
                )
        return Tiles(columns=9, tiles=tuple(tiles))

    def stacks(self, parts: int = 2) -> Stacks:
        names = (
            ("再次服务", "Served again"),
            ("首次服务", "First-time clients"),
            ("省外", "Other provinces"),
        )
        made = []
        for index, (label, year) in enumerate(self.quarters()):
            values = [160 + index * 12, 90 + (index * 37) % 61, 30 + index * 3][:parts]
            made.append(
                Stack(
                    label=label,
                    sub=year,
                    parts=tuple(
                        StackPart(
                            label=self.say(f"{name[0]} {value}\u00a0家", f"{name[1]} {value}"), value=value
                        )
                        for name, value in zip(names, values, strict=False)
                    ),
                    text=str(sum(values)),
                    strong=index == 7,
                )
            )
        return Stacks(bars=tuple(made))

    def columns(self, scale: int) -> Columns:
        return Columns(
            bars=tuple(
                Bar(label=label, sub=year, value=v, text=f"{v:,}", strong=index == 7)
                for index, (label, year) in enumerate(self.quarters())
                for v in [(28 + index * 7 + index * index % 9) * scale]
            )
        )

    def ticked(self) -> Bars:
        return Bars(
            bars=tuple(
                Bar(
                    label=self.say(*name),
                    value=value,
                    text=str(value),
                    sub=f"{'+' if value >= before else '−'}{abs(value - before)}",
                    before=before,
                    strong=not index,
                )
                for index, (name, value, before) in enumerate(
                    zip(OUTPUTS, (64, 47, 38, 11, 23, 6), (58, 49, 31, 9, 21, 4), strict=True)
                )
            ),
            before_text=self.say("竖线为上季", "The line is last quarter"),
        )

    def thresholds(self) -> Bars:
        shares = (41.3, 36.1, 31.3, 28.0, 26.8, 24.1, 21.8, 20.8, 19.2, 16.9, 12.8, 9.1)
        return Bars(
            bars=tuple(
                Bar(label=self.centre(n), value=share, text=f"{share}%", strong=share < 10)
                for n, share in enumerate(shares)
            ),
            marks=(
                Mark(value=10, text=self.say("不得分 10%", "no points 10%")),
                Mark(value=30, text=self.say("满分 30%", "full points 30%")),
            ),
        )

    def centre(self, n: int) -> str:
        group = BRANCHES[n % 5][1]
        zh, en = group[n % len(group)]
        return self.say(f"示例{zh}", f"Example {en}")

    def chart(self, name: str, title: Two, drawing: Drawing) -> Chart:
        return Chart(
            name=name,
            title=self.say(*title),
            drawing=drawing,
            alt=self.say("图中各值见附表。", "The values stand in the annex."),
            note=self.say("单位：家。同一企业一季只计一次。", "Firms; each counted once a quarter."),
        )

    def chapter(self, n: int) -> Chapter:
        code, zh, en = CHAPTERS[n]
        blocks: tuple[Block, ...]
        blocks = {
            "system": (
                self.chart(
                    "branches",
                    ("26 个分支已布局 19\u00a0个", "19 of 26 branches are covered"),
                    self.branch_matrix(),
                ),
                self.chart(
                    "joint",
                    ("股份制中心占 83%", "83% of the centres are joint-stock companies"),
                    self.columns(1),
                ),
                self.chart("units", ("成员单位 80\u00a0家", "80 member units"), self.stacks(3)),
            ),
            "diffusion": (
                self.chart(
                    "smes", ("服务企业连续两季增加", "More firms served for two quarters"), self.stacks()
                ),
                self.chart(
                    "map",
                    ("太原、晋中、运城占 59%", "Taiyuan, Jinzhong and Yuncheng have 59%"),
                    self.tile_map(),
                ),
            ),
        }.get(code, ())
        if code not in ("centres", "quality", "method"):
            blocks += (
                self.chart(
                    f"{code}-a",
                    ("发明专利授权 64\u00a0件", "64 invention patents were granted"),
                    self.ticked(),
                ),
                self.chart(
                    f"{code}-b", ("比上季多 6\u00a0件", "6 more than last quarter"), self.columns(3 + n)
                ),
                self.chart(
                    f"{code}-c",
                    ("12 家中 5\u00a0家超过满分线", "5 of 12 are above full points"),
                    self.thresholds(),
                ),
                self.chart(f"{code}-d", ("再次服务占多数", "Most had been served before"), self.stacks()),
                self.narrow(6 + n),
                self.wide(8, 6),
                Note(text=self.say("比率一律先求和再相除。", "Ratios are quotients of sums.")),
            )
        if code == "centres":
            blocks = (self.wide(12, 10), self.narrow(12), self.narrow(4))
        if code == "quality":
            blocks = (self.matrix(), self.wide(80, 7), self.narrow(20))
        if code == "method":
            blocks = (self.definitions(40), self.narrow(9), self.narrow(3))
        lead = self.say(
            "本季服务中小企业 **412\u00a0家**，同比增长 29.6%；增长主要来自太原。",
            "**412\u00a0small firms** were served this quarter, 29.6% more than a year ago; most of the growth is in Taiyuan.",
        )
        return Chapter(id=code, title=self.say(zh, en), lead=lead, blocks=blocks)

    def narrow(self, count: int) -> Table:
        headings = (
            Heading(label=self.say("中心", "Centre")),
            Heading(label=self.say("本季", "This quarter"), number=True),
            Heading(label=self.say("上季", "Last quarter"), number=True),
            Heading(label=self.say("同比", "On year"), number=True),
        )
        rows = tuple(
            tuple(Cell(text=text) for text in (self.centre(n), f"{n * 97:,}", f"{n * 91:,}", f"+{n}.2%"))
            for n in range(count)
        )
        return Table(title=self.say("各中心数额", "Amounts by centre"), headings=headings, rows=rows)

    def wide(self, count: int, columns: int) -> Table:
        names: tuple[Two, ...] = (
            ("研发投入", "R&D spending"),
            ("占成本费用", "Share of costs"),
            ("研发人员占比", "Share of R&D staff"),
            ("服务中小企业", "Small firms served"),
            ("成交额", "Contract value"),
            ("到账额", "Received"),
            ("首用", "First uses"),
            ("专利", "Patents"),
        )
        headings = (
            Heading(label=self.say("中心", "Centre"), sub=self.say("领域·市", "Field, city")),
            Heading(label=self.say("状态", "Status"), sub=self.say("六项达标", "of six met")),
            *(
                Heading(label=self.say(*name), sub=self.say("万元", "10,000 yuan"), number=True)
                for name in names[: columns - 2]
            ),
        )
        rows = tuple(
            (
                Cell(text=self.centre(n), sub=self.say("新材料·示例东市", "New materials, Example East")),
                Cell(
                    text=self.say("落后", "behind") if n % 4 == 0 else self.say("按期", "on time"),
                    sub="2/6",
                    strong=n % 4 == 0,
                ),
                *(Cell(text=f"{(n * 331 + c * 173) % 7919:,}", sub=f"+{c}.4%") for c in range(columns - 2)),
            )
            for n in range(count)
        )
        return Table(
            title=self.say(
                f"{count} 家中 {(count + 3) // 4}\u00a0家落后", f"{(count + 3) // 4} of {count} are behind"
            ),
            headings=headings,
            rows=rows,
            note=self.say("排序：状态、达标项数、最大差距。", "Sorted by status, items met, largest gap."),
        )

    def definitions(self, count: int) -> Table:
        headings = tuple(
            Heading(label=self.say(*name))
            for name in (("指标", "Indicator"), ("算法", "How it is counted"), ("依据", "Source"))
        )
        how = self.say(
            "本季技术受让方去重计数，规模按2017年标准重算，含省外；同一企业在两个中心只计一次",
            "Recipients of technology this quarter, each counted once even if two centres served it; "
            "size by the 2017 standard; other provinces included",
        )
        rows = tuple(
            tuple(
                Cell(text=text)
                for text in (self.say(*OUTPUTS[n % 6]), how, self.say("规划：技术输出", "Plan, section 4"))
            )
            for n in range(count)
        )
        return Table(
            title=self.say(f"{count} 项指标的口径", f"How {count} indicators are counted"),
            headings=headings,
            rows=rows,
        )

    def matrix(self) -> Matrix:
        states: tuple[State, ...] = (
            "accepted",
            "warned",
            "late",
            "nil",
            "returned",
            "held",
            "missing",
            "refused",
            "none",
        )
        words = (
            ("通过", "accepted"),
            ("通过，有提示", "accepted with a warning"),
            ("迟报，已采用", "late, used"),
            ("零报", "nil"),
            ("退回待报", "returned"),
            ("待核", "held"),
            ("缺报", "missing"),
            ("拒收", "refused"),
            ("尚未认定", "not yet recognised"),
        )
        groups = tuple(
            MatrixGroup(
                label=self.centre(n),
                rows=tuple(
                    MatrixRow(
                        label=self.say(
                            f"示例{'甲乙丙丁戊己庚'[unit]}公司", f"Example company {'ABCDEFG'[unit]}"
                        ),
                        states=tuple(
                            states[(n * unit + at) % 9 if (n + unit + at) % 5 == 0 else 0] for at in range(8)
                        ),
                    )
                    for unit in range(6 + n % 2)
                ),
            )
            for n in range(12)
        )
        return Matrix(
            title=self.say("应报 78\u00a0家，采用 74\u00a0家", "74 of 78 returns are used"),
            columns=tuple(f"{year[2:]}{self.say('年', ' ')}{label}" for label, year in self.quarters()),
            groups=groups,
            legend=tuple((state, self.say(*name)) for state, name in zip(states, words, strict=True)),
            note=self.say("每格一季。", "One square a quarter."),
        )

    def annex(self) -> AnnexSheet:
        return AnnexSheet(
            name=self.say("指标", "Indicators"),
            title=self.say("全部指标", "All indicators"),
            columns=(
                AnnexColumn(label=self.say("指标", "Indicator"), width=24),
                AnnexColumn(label=self.say("范围", "Scope"), width=24),
                AnnexColumn(label=self.say("本季", "This quarter"), width=14, format="decimal"),
            ),
            rows=tuple((self.say(*OUTPUTS[n % 6]), self.centre(n), n * 7) for n in range(4000)),
        )


def long_view(lang: Lang) -> View:
    """The long edition in one language."""
    return LongSample(lang).view()
