"""Whoever still owes a return is reminded of exactly what is missing; later their centre is told, then the department."""

from __future__ import annotations

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from assets import WAREHOUSE, quarter_key, reminder_due
from steps import SETTINGS, deliver

DOC = """\
### 催报：只催还差的，说清差什么

到了登记表 `reminders.csv` 的日子（按截止日前后的天数，逢节假日顺延），由资产 `reminder_due` 的分区事件启动；
**分区键就是季度**。只写给还缺报、退回未改、待核或拒收的；准予迟报的不催。截止后依次告知中心和主管部门。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 催报 `remind` | 逐家写明还差哪份、为什么、怎么办；每个催报日只写一次 | 台账、发件箱 | 重跑；已写过的不会再写 |
| 寄送 `deliver` | 寄出 | 发件箱 | 看邮件连接与证书；“寄出与否不明”的信不会自动重寄，用 `jinchuang status` 查 |
"""


@task(task_display_name="催报 remind", pool=WAREHOUSE)
def remind(*, dag_run: Any = None) -> dict[str, int | None]:
    from tasks.remind import remind as write
    from tasks.settings import house

    return {"letters": write(house(), quarter_key(dag_run))}


@dag(
    dag_id="remind_units",
    dag_display_name="催报 remind_units",
    description="按催报日给还差报表的单位、中心和主管部门去信；分区键为季度",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(assets=reminder_due),
    tags=["晋创", "报送", "quarterly"],
    **SETTINGS,
)
def remind_units() -> None:
    remind() >> deliver()


remind_units()
