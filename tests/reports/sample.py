"""A full, evidently invented edition (names marked 示例): what renderers are looked at and tested with."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from reports.attached import AnnexColumn, AnnexSheet
from reports.blocks import (
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
from reports.shapes import Bar, Bars, Columns, Step, Steps, Target

FINDINGS = (
    (
        "体系建设",
        "截至9月末已认定创新中心 **2 家**。规划2027年末达到 5 家，**还差 3 家，每季需 0.6 家**。",
    ),
    (
        "研发供给",
        "研发人员投入 **36.5 人年**，同比增长 13.8%；运营主体研发人员占比 52.4%，同比提高 1.0 个百分点。",
    ),
    ("技术扩散", "服务中小企业 **48 家**，同比增长 29.7%；技术合同成交额 **4,862 万元**，同比增长 32.1%。"),
    ("产业化", "产出到转移中位 **168 天**，比上年同期快 21 天；首次商业化应用 3 项，比上季多 1 项。"),
    ("各中心", "对照各自建设方案，2 家按期、1 家关注、**1 家落后**（示例碳纤维），1 家新认定、暂不评。"),
)
DECISIONS = (
    (
        "明确补齐 3 家的时限",
        "定在2026年末，每季须认定 3 家；定在2027年末，每季 0.6 家；按近八季速度，要到2030年第三季度。",
        "提请厅务会·11月15日前",
    ),
    (
        "是否约谈示例碳纤维创新中心",
        "建设方案六项中四项未达进度，股东资金到位 52%；研发投入占成本费用 12.8%。",
        "提请分管厅领导·10月31日前",
    ),
    (
        "督促 2 家单位补报",
        "缺报 1 家、退回待报 1 家；示例生物医药理工大学已连续两季缺报。",
        "技术创新处承办·10月31日前",
    ),
)
QUARTERS = (
    ("4季", "2024"),
    ("1季", "2025"),
    ("2季", "2025"),
    ("3季", "2025"),
    ("4季", "2025"),
    ("1季", "2026"),
    ("2季", "2026"),
    ("3季", "2026"),
)
CENTRES = (
    (
        "示例碳纤维创新中心",
        "新材料·示例东市·2022",
        "落后",
        "2/6",
        "股东资金到位",
        "52%",
        "1,528",
        "12.8%",
        "15",
    ),
    (
        "示例增材制造创新中心",
        "基础产业·示例西市·2023",
        "关注",
        "4/6",
        "服务中小企业",
        "78%",
        "545",
        "16.9%",
        "10",
    ),
    ("示例铝镁合金创新中心", "新材料·示例南市·2020", "按期", "6/6", "六项均达标", "", "3,998", "19.2%", "13"),
    (
        "示例轨道交通装备创新中心",
        "高端装备·示例北市·2019",
        "按期",
        "6/6",
        "六项均达标",
        "",
        "4,501",
        "26.8%",
        "8",
    ),
    (
        "示例信息安全创新中心",
        "信息技术·示例中市·2021",
        "按期",
        "5/6",
        "发明专利",
        "92%",
        "2,859",
        "36.1%",
        "7",
    ),
    (
        "示例人工智能创新中心",
        "信息技术·示例中市·2026",
        "暂不评",
        "1/1",
        "数据未满三项",
        "",
        "917",
        "9.1%",
        "—",
    ),
)
MATRIX: tuple[tuple[str, tuple[tuple[str, tuple[State, ...]], ...]], ...] = (
    (
        "示例碳纤维创新中心",
        (
            ("示例新材料股份公司", ("accepted", "warned", "warned")),
            ("示例省纤维研究院", ("late", "accepted", "missing")),
            ("示例理工大学", ("accepted", "accepted", "accepted")),
            ("示例产业基金", ("nil", "nil", "accepted")),
        ),
    ),
    (
        "示例增材制造创新中心",
        (
            ("示例增材股份公司", ("accepted", "accepted", "returned")),
            ("示例精密制造研究院", ("missing", "late", "warned")),
            ("示例工业大学", ("accepted", "accepted", "accepted")),
        ),
    ),
    (
        "示例人工智能创新中心",
        (
            ("示例智能科技公司", ("none", "none", "accepted")),
            ("示例计算研究院", ("none", "none", "held")),
            ("示例理工大学计算机学院", ("none", "refused", "accepted")),
        ),
    ),
)
LEGEND: tuple[tuple[State, str], ...] = (
    ("accepted", "通过"),
    ("warned", "通过，有提示"),
    ("late", "迟报，已采用"),
    ("nil", "零报"),
    ("returned", "退回待报"),
    ("held", "待核"),
    ("missing", "缺报"),
    ("refused", "拒收"),
    ("none", "尚未认定"),
)
NOT_USED = (
    (
        "示例增材股份公司",
        "示例增材制造",
        "退回待报",
        "研发人员人数大于从业人员人数（表二，E14）",
        "10月31日前重报",
    ),
    ("示例省纤维研究院", "示例碳纤维", "缺报", "未收到本季报表", "10月31日前补报"),
    ("示例计算研究院", "示例人工智能", "待核", "技术合同成交额比上季增加 9 倍（表四，H7）", "处内核实"),
)
DEFINITIONS = (
    ("已认定中心", "认定日期不晚于季末且未撤销的中心数", "规划第二阶段"),
    ("服务中小企业", "本季技术受让方去重计数，规模按2017年标准重算，含省外", "规划：技术输出"),
    ("技术合同成交额", "本季登记的技术合同成交额之和，同一合同只计一次", "技术合同登记"),
    ("研发人员投入", "各单位本季研发人员折合全时当量之和", "研发统计"),
    ("产出到转移中位天数", "本季转移的产出，自产出日到转移日的中位天数", "规划：产业化"),
    ("运营主体研发人员占比", "运营主体研发人员之和 ÷ 从业人员之和", "认定条件"),
    ("报送率", "采用的报表数 ÷ 应报数", "报送办法"),
)


def _bound(value: Any) -> Any:
    """A number never parts from its unit: U+00A0, in every text below ``value``."""
    if isinstance(value, str):
        return re.sub(r"(?<=\d) (?=[^\x00-\x7f])", "\u00a0", value)
    if isinstance(value, dict):
        return {key: _bound(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(_bound(part) for part in value)
    return value


def _figure(
    code: str,
    label: str,
    value: str,
    unit: str,
    quarter: str,
    year: str,
    series: tuple[float | None, ...],
    first: str = "环比",
) -> Figure:
    changes = (Change(label=first, text=quarter), Change(label="同比", text=year))
    return Figure(code=code, label=label, value=value, unit=unit, changes=changes, series=series)


def sample_figures() -> Figures:
    figures = (
        _figure("centres", "已认定中心", "2", "家", "+1 家", "+1 家", (0, 0, 1, 1, 1, 1, 1, 2)),
        _figure("smes", "服务中小企业", "48", "家", "+6 家", "+11 家", (28, 25, 31, 37, 39, 36, 42, 48)),
        _figure(
            "contracts",
            "技术合同成交额",
            "4,862",
            "万元",
            "+8.4%",
            "+32.1%",
            (3010, 2875, 3390, 3680, 4102, 3995, 4485, 4862),
        ),
        _figure(
            "rd_staff",
            "研发人员投入",
            "36.5",
            "人年",
            "−3.4%",
            "+13.8%",
            (None, None, 30.2, 32.1, 33.5, 36.0, 37.8, 36.5),
            first="同口径",
        ),
        _figure(
            "days",
            "产出到转移中位天数",
            "168",
            "天",
            "−12 天",
            "−21 天",
            (195, 201, 190, 189, 186, 184, 180, 168),
        ),
        _figure(
            "share",
            "运营主体研发人员占比",
            "52.4",
            "%",
            "−0.3 个百分点",
            "+1.0 个百分点",
            (50.1, 50.9, 51.2, 51.4, 51.9, 52.2, 52.7, 52.4),
        ),
        _figure(
            "coverage",
            "报送率",
            "90.0",
            "%",
            "持平",
            "首季",
            (None, None, None, None, None, None, 90.0, 90.0),
        ),
    )
    return Figures(
        title="七项数字",
        figures=figures,
        spark_note="小线为近八季；实点为本季，空点为上年同期。",
        note="环比与上季比，同比与上年同期比。",
    )


def sample_steps() -> Steps:
    return Steps(
        steps=(
            Step(at=date(2021, 1, 1), value=0),
            Step(at=date(2025, 4, 20), value=1),
            Step(at=date(2026, 8, 12), value=2),
        ),
        targets=(
            Target(at=date(2023, 12, 31), value=2, text="规划：2023年末 2 家"),
            Target(at=date(2027, 12, 31), value=5, text="规划：2027年末 5 家"),
        ),
        now=date(2026, 9, 30),
        now_text="实有 2 家",
        gap_text="还差 3 家",
    )


def _overview() -> Chapter:
    return Chapter(
        id="summary",
        title="一页看懂",
        mail=True,
        blocks=(
            Contents(),
            Headline(text="已认定 2 家，距2027年末目标还差 3 家；服务中小企业 48 家，同比增长 29.7%。"),
            Prose(title="本季要点", items=tuple(Item(label=label, text=text) for label, text in FINDINGS)),
            Prose(
                title="提请研究事项",
                numbered=True,
                items=tuple(Item(label=label, text=text, who=who) for label, text, who in DECISIONS),
            ),
            sample_figures(),
            Chart(
                name="pace",
                title="2023年目标晚到 32 个月，2027年目标还差 3 家",
                drawing=sample_steps(),
                alt="已认定中心：2025年4月 1 家，2026年8月 2 家；规划2023年末 2 家、2027年末 5 家。",
                note="菱形为规划目标，虚线为两个目标之间的匀速进度。",
                mail=True,
            ),
            Note(
                text="本期数据覆盖：应报 10 家单位，收到 9 家，采用 **8 家**（80%）；"
                "未采用的 2 家上季占全省研发投入 4.4%。"
            ),
        ),
    )


def _diffusion() -> Chapter:
    amounts = (28, 25, 31, 37, 39, 36, 42, 48)
    columns = Columns(
        bars=tuple(
            Bar(label=quarter, sub=year, value=amount, text=str(amount), strong=index == 7)
            for index, ((quarter, year), amount) in enumerate(zip(QUARTERS, amounts, strict=True))
        )
    )
    cities = (
        ("示例中市", 21, "+7"),
        ("示例东市", 12, "+1"),
        ("示例南市", 8, "−2"),
        ("示例北市", 5, "持平"),
        ("示例西市", 2, "−2"),
    )
    bars = Bars(
        bars=tuple(
            Bar(
                label=city,
                value=count,
                text=f"{count} 家",
                sub=f"环比 {change}" if change[0] in "+−" else f"环比{change}",
                strong=index == 0,
            )
            for index, (city, count, change) in enumerate(cities)
        )
    )
    stages = (
        ("立项", 186, ""),
        ("有产出", 121, "占立项 65%"),
        ("有转移", 64, "占立项 34%"),
        ("首次商业化应用", 19, "占立项 10%"),
    )
    funnel = Bars(
        bars=tuple(
            Bar(label=stage, value=count, text=f"{count} 项", sub=sub, strong=count == 19)
            for stage, count, sub in stages
        )
    )
    applied = (
        ("示例薄带连续退火工艺", "示例铝镁合金", "示例精密部件公司", "中型", "196 天"),
        ("示例井下巡检传感装置", "示例轨道交通装备", "示例矿山机电公司", "小型", "233 天"),
        ("示例数据脱敏工具", "示例信息安全", "示例物流科技公司", "微型", "88 天"),
    )
    return Chapter(
        id="diffusion",
        title="技术扩散",
        lead="本季服务中小企业 **48 家**，同比增长 29.7%；技术合同成交额 4,862 万元，同比增长 32.1%。"
        "增长主要来自示例中市，比上季多 7 家。",
        blocks=(
            Chart(
                name="funnel",
                title="186 个项目中 19 个走到首次商业化应用",
                drawing=funnel,
                alt="立项 186 项，有产出 121 项，有转移 64 项，首次商业化应用 19 项。",
                note="同一批项目（2023年第四季度至2025年第四季度立项）逐环跟踪。",
            ),
            Chart(
                name="smes",
                title="服务企业连续两季增加，本季 48 家",
                drawing=columns,
                alt="服务中小企业，2024年第四季度至2026年第三季度：28、25、31、37、39、36、42、48 家。",
                note="单位：家，同一企业一季只计一次。",
            ),
            Chart(
                name="cities",
                title="示例中市占 44%，示例西市降到 2 家",
                drawing=bars,
                alt="示例中市 21 家，示例东市 12 家，示例南市 8 家，示例北市 5 家，示例西市 2 家。",
                note="单位：家。未按各市企业总数折算，不宜直接评优劣。",
            ),
            Table(
                title="本季首次商业化应用 3 项，最快 88 天",
                headings=(
                    Heading(label="技术"),
                    Heading(label="中心"),
                    Heading(label="受让企业"),
                    Heading(label="规模"),
                    Heading(label="转移到首用", number=True),
                ),
                rows=tuple(tuple(Cell(text=text) for text in row) for row in applied),
            ),
        ),
    )


def _centres() -> Chapter:
    rows = []
    for name, place, status, met, worst, share, money, cost, smes in CENTRES:
        behind = status == "落后"
        rows.append(
            (
                Cell(text=name, sub=place),
                Cell(text=status, sub=f"{met} 项达标", strong=behind),
                Cell(text=worst, sub=share),
                Cell(text=money, sub="缺 1 家" if behind else ""),
                Cell(text=cost),
                Cell(text=smes),
            )
        )
    return Chapter(
        id="centres",
        title="各中心一览",
        blocks=(
            Table(
                title="三家按期；一家落后，最大差距是股东资金到位",
                headings=(
                    Heading(label="中心", sub="领域·市·认定"),
                    Heading(label="建设方案", sub="六项达标"),
                    Heading(label="差距最大项", sub="实绩÷应达"),
                    Heading(label="研发投入", sub="万元", number=True),
                    Heading(label="占成本费用", sub="参考线 10、30", number=True),
                    Heading(label="服务企业", sub="家", number=True),
                ),
                rows=tuple(rows),
                note="排序：状态、达标项数、最大差距。"
                "研发投入旁注“缺 1 家”的，该中心有单位未采用，数额不全。",
            ),
        ),
    )


def _quality() -> Chapter:
    matrix = Matrix(
        title="应报 10 家，采用 8 家；缺报 1 家、退回 1 家",
        columns=("26年1季", "26年2季", "本季"),
        groups=tuple(
            MatrixGroup(
                label=label,
                rows=tuple(
                    MatrixRow(label=unit, states=states, strong=states[-1] in ("missing", "returned"))
                    for unit, states in rows
                ),
            )
            for label, rows in MATRIX
        ),
        legend=LEGEND,
        note="每行一家单位，每格一季，自左至右为2026年第一季度至本季。迟报：超过季后 15 日。",
    )
    return Chapter(
        id="quality",
        title="数据质量",
        lead="本期采用 8/10 家，全省总数**可用**。示例碳纤维、示例增材制造各有单位未采用，数额不全。",
        blocks=(
            matrix,
            Table(
                title="未采用的报表 3 份，均已说明原因",
                headings=tuple(Heading(label=label) for label in ("单位", "中心", "状态", "原因", "处理")),
                rows=tuple(
                    tuple(
                        Cell(text=text, strong=column == 2 and text == "缺报")
                        for column, text in enumerate(row)
                    )
                    for row in NOT_USED
                ),
            ),
        ),
    )


def _definitions() -> Chapter:
    return Chapter(
        id="definitions",
        title="指标口径",
        blocks=(
            Table(
                title="七项指标的口径",
                headings=(Heading(label="指标"), Heading(label="算法"), Heading(label="依据")),
                rows=tuple(tuple(Cell(text=text) for text in row) for row in DEFINITIONS),
            ),
            Note(
                text="比率一律先求和再相除；无数据记“—”，不记 0；"
                "金额由万元汇总，百分比由未舍入数计算，故各项之和可能与合计略有出入。"
            ),
        ),
    )


def _annex() -> tuple[AnnexSheet, ...]:
    figures = AnnexSheet(
        name="指标",
        title="七项指标",
        columns=(
            AnnexColumn(label="指标", width=24),
            AnnexColumn(label="本季", width=14, format="decimal"),
            AnnexColumn(label="单位", width=10),
            AnnexColumn(label="同比", width=10, format="percent"),
        ),
        rows=(
            ("已认定中心", Decimal(2), "家", None),
            ("技术合同成交额", Decimal("4862.50"), "万元", Decimal("0.321")),
            ("研发人员投入", Decimal("36.5"), "人年", Decimal("0.138")),
            ("运营主体研发人员占比", Decimal("52.4"), "%", None),
        ),
        note="数额为万元的，保留到 0.01 万元。",
    )
    returns = AnnexSheet(
        name="报送",
        title="各单位报送情况",
        columns=(
            AnnexColumn(label="单位", width=28),
            AnnexColumn(label="中心", width=24),
            AnnexColumn(label="状态", width=12),
            AnnexColumn(label="收到日期", width=14, format="date"),
            AnnexColumn(label="从业人员", width=12, format="integer"),
        ),
        rows=(
            ("示例新材料股份公司", "示例碳纤维创新中心", "通过，有提示", date(2026, 10, 12), 1280),
            ("示例省纤维研究院", "示例碳纤维创新中心", "缺报", None, None),
            ("示例增材股份公司", "示例增材制造创新中心", "退回待报", date(2026, 10, 14), 342),
        ),
    )
    return (figures, returns)


def sample_view() -> View:
    """One edition with every block kind, as the wording would hand it over."""
    view = View(
        title="全省制造业创新中心建设进展",
        issuer="示例省工业和信息化厅 技术创新处",
        notice="示例数据：单位、中心、数值均为虚构，只用于说明版式",
        edition=Edition(
            quarter="2026Q3",
            quarter_text="2026年第三季度",
            number=2,
            number_text="第2版，替代第1版（10月20日）",
            known_at=datetime(2026, 10, 24, 18, 0, tzinfo=ZoneInfo("Asia/Shanghai")),
            known_at_text="数据截至2026年10月24日 18:00（北京时间）",
        ),
        subject="2026年第三季度 全省制造业创新中心建设进展（第2版）",
        chapters=(_overview(), _diffusion(), _centres(), _quality(), _definitions()),
        annex=_annex(),
        attachments="附件：全文（PDF）；网页版（单个文件，可离线打开）；数据表（Excel）。",
        contact="发现数字有误，请直接回复本邮件，写明指标和单位；更正后另发新版，并在修订说明中列出。",
        write_to="发现数字有误，请函告示例省工业和信息化厅，写明指标和单位；更正后另发新版。",
    )
    return View.model_validate(_bound(view.model_dump()))
