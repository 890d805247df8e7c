"""A year's report, started by the partition event of that year: review → annual → deliver. It closes the year."""

from __future__ import annotations

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from assets import WAREHOUSE, year_due, year_key
from review import REVIEW_ROWS, reviewed
from steps import WAITING, deliver

DOC = f"""\
### 编制年度报告并关账

次年第一季度报告日起，或已关账年度的数据又有变动时，由资产 `year_due` 的分区事件启动；**分区键就是年度**，写作 `2025`。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
{REVIEW_ROWS}
| 年报 `annual` | 汇总四个季度：全年流量、年末存量、各季报告的修订情况；印发即关账，此后该年各季的更正一律待决定 | `editions/<年度>-annual-e<期次>/`、台账 | 分区键写错会直接失败：看日志首行，改用正确的键重新触发；其余重跑 |
| 寄送 `deliver` | 寄给主管部门的收件人 | 发件箱 | 看邮件连接与证书；“寄出与否不明”的信不会自动重寄，用 `jinchuang status` 查 |

关账后经决定采用的更正，由 `revise_report` 修订季度报告，并通告年度报告随之修订。手工编报：`jinchuang annual 2025`。
"""


@task(task_display_name="年报 annual", pool=WAREHOUSE)
def annual(*, dag_run: Any = None) -> dict[str, str | None]:
    year = year_key(dag_run)
    from tasks.annual import annual as issue
    from tasks.settings import house

    return {"edition": issue(house(), year)}


@dag(
    dag_id="annual_report",
    dag_display_name="年度报告 annual_report",
    description="编制并寄送一个年度的报告并关账；分区键为年度",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(assets=year_due),
    tags=["晋创", "报告", "annual"],
    **WAITING,
)
def annual_report() -> None:
    issued = annual()
    reviewed(issued, yearly=True)
    issued >> deliver()


annual_report()
