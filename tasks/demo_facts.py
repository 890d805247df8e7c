"""The demo's invented facts: who reports, how large a unit is, what its centre can do and hand on."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

Cell = str | int | float | date
Row = dict[str, Cell]

# employees, R&D and technical staff, the share of their time that is R&D; revenue, R&D spend (万元 a quarter)
SCALE: dict[str, tuple[int, int, float, float, float]] = {
    "U01": (86, 58, 0.88, 1180, 365),
    "U02": (2650, 412, 0.80, 68200, 2910),
    "U03": (318, 236, 0.84, 6240, 2180),
    "U04": (2105, 690, 0.62, 21600, 4050),
    "U05": (1322, 168, 0.78, 41300, 1460),
    "U06": (118, 92, 0.86, 1930, 815),
    "U07": (64, 3, 0.60, 2100, 12),
    "U08": (212, 134, 0.85, 3350, 890),
    "U09": (864, 240, 0.55, 7900, 960),
    "U10": (156, 84, 0.82, 2460, 540),
}
# small and medium firms a membership serves in 2026-Q1, Q2 and Q3
FIRMS_SERVED: dict[tuple[str, str], tuple[int, int, int]] = {
    ("EQ01", "U01"): (2, 2, 5),
    ("EQ01", "U02"): (1, 2, 3),
    ("EQ01", "U03"): (2, 2, 3),
    ("EQ01", "U04"): (1, 2, 3),
    ("NM01", "U04"): (1, 1, 3),
    ("NM01", "U05"): (1, 2, 3),
    ("NM01", "U06"): (2, 2, 3),
    ("NM01", "U07"): (1, 1, 0),
    ("IT01", "U08"): (1, 2, 5),
    ("IT01", "U09"): (1, 1, 1),
    ("IT01", "U10"): (1, 1, 3),
}
TECHNOLOGIES: dict[str, tuple[str, ...]] = {
    "EQ": (
        *(
            "大型铸锻件成形模拟",
            "矿用电铲智能控制",
            "重载齿轮箱在线监测",
            "液压支架轻量化",
            "厚板焊接变形控制",
        ),
        *("起重机防摇控制", "穿孔机组数字孪生", "大型轴承表面强化", "风电主轴锻造", "刀盘耐磨修复"),
        *("重型装备远程运维", "铸件缺陷识别", "轧辊激光熔覆"),
    ),
    "NM": (
        *(
            "镁合金半连续铸造",
            "铝合金低压铸造",
            "镁合金微弧氧化",
            "高强铝合金挤压",
            "再生铝精炼除杂",
            "镁基储氢",
        ),
        *(
            "铝镁复合板轧制",
            "镁合金轮毂锻造",
            "压铸件热处理",
            "镁合金熔体净化",
            "轻合金丝材制备",
            "轻合金疲劳评价",
        ),
        "铝型材时效强化",
    ),
    "IT": (
        *("设备数据采集", "时序数据压缩", "质量缺陷预测", "能耗优化调度", "供应链协同", "工业知识图谱构建"),
        *("边缘计算控制", "生产排程优化", "设备故障诊断", "数据安全交换", "煤机远程监测", "产线视觉检测"),
        "工艺参数寻优",
    ),
}
# what each kind of output is called, and where it has one the shape of its identifier
TITLES = {
    "发明专利申请": "一种{}方法",
    "发明专利授权": "一种{}方法及系统",
    "实用新型授权": "一种{}装置",
    "外观设计授权": "{}操作台",
    "软件著作权": "{}软件V1.0",
    "论文": "{}研究",
    "标准": "{}技术规范",
    "样机样品": "{}样机",
    "新产品": "{}系统",
    "新工艺": "{}工艺",
    "新装备": "{}成套装备",
    "关键技术突破": "{}关键技术",
}
OUTPUT_KINDS: dict[str, tuple[str, ...]] = {
    "企业": (
        "新产品",
        "实用新型授权",
        "新工艺",
        "发明专利申请",
        "样机样品",
        "发明专利授权",
        "新装备",
        "软件著作权",
    ),
    "科研院所": ("关键技术突破", "标准", "发明专利授权", "样机样品", "发明专利申请", "新工艺"),
    "高校": ("论文", "发明专利申请", "软件著作权", "发明专利授权", "标准"),
    "金融机构": (),
}
# mode → contents it may carry, and the span of a contract's value in 万元 (none without a contract)
MODES: dict[str, tuple[tuple[str, ...], tuple[int, int] | None]] = {
    "技术开发": (("共性技术", "前沿技术"), (80, 320)),
    "技术转让": (("新工艺", "共性技术"), (60, 260)),
    "技术许可": (("新工艺", "新设备"), (30, 120)),
    "技术服务": (("共性技术", "新工艺"), (20, 90)),
    "技术咨询": (("新知识", "共性技术"), (12, 45)),
    "培训": (("新知识",), None),
    "示范推广": (("新设备", "新工艺"), None),
}
MODES_OF: dict[str, tuple[str, ...]] = {
    "企业": ("技术服务", "技术转让", "技术许可", "示范推广", "技术开发"),
    "科研院所": ("技术开发", "技术服务", "培训", "技术转让"),
    "高校": ("技术许可", "技术开发", "培训", "技术咨询"),
    "金融机构": ("培训",),
}


def dice(what: str) -> Random:
    """The generator of one thing: seeded by its name, so that a change elsewhere does not reach it."""
    return Random(what)  # noqa: S311 - an invented province needs repeatable numbers, not secret ones


@dataclass(frozen=True)
class Member:
    """One membership, with what the registry says of unit and centre; ``position`` is its row, from 0."""

    position: int
    centre: str
    centre_name: str
    centre_short: str
    field: str
    unit: str
    unit_name: str
    unit_short: str
    uscc: str
    kind: str
    role: str
    city: str


def _table(registry: Path, name: str) -> list[dict[str, str]]:
    with (registry / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def members(registry: Path) -> list[Member]:
    """The memberships in the registry's order, each of which owes a return a quarter."""
    units = {row["unit"]: row for row in _table(registry, "units")}
    centres = {row["centre"]: row for row in _table(registry, "centres")}
    return [
        Member(
            position=position,
            centre=row["centre"],
            centre_name=centres[row["centre"]]["name"],
            centre_short=centres[row["centre"]]["short"],
            field=centres[row["centre"]]["field"],
            unit=row["unit"],
            unit_name=units[row["unit"]]["name"],
            unit_short=units[row["unit"]]["short"],
            uscc=units[row["unit"]]["uscc"],
            kind=units[row["unit"]]["kind"],
            role=row["role"],
            city=units[row["unit"]]["city"],
        )
        for position, row in enumerate(_table(registry, "memberships"))
    ]


def patent_number(year: int, kind: int, serial: int) -> str:
    """An application number with its check digit (weights 2…9, then 2…5, modulo 11; 10 is X)."""
    body = f"{year}{kind}{serial:07d}"
    weights = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
    return f"{body}.{'0123456789X'[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]}"
