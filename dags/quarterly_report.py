"""One quarter's report, started by the partition event of that quarter: measure → review → report → publish → deliver."""

from __future__ import annotations

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from assets import WAREHOUSE, quarter_key, report_due
from review import REVIEW_ROWS, reviewed
from steps import WAITING, deliver, publish, report

DOC = f"""\
### 编制并寄送一个季度的进展报告

由资产 `report_due` 的分区事件启动；**分区键就是季度**，写作 `2026-Q3`，此外不看任何日期。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 计量 `measure` | 台账有变的先重建仓库，再读出该季度各项指标 | 仓库 | 分区键写错会直接失败：看日志首行，改用正确的键重新触发 |
{REVIEW_ROWS}
| 编报 `report` | 把批准的送审稿作为一期（edition）存档：网页、PDF 与附表；内容与批准的不同则拒绝 | `editions/<季度>-e<期次>/`、台账 | 重跑；内容相同不会另出一期，没登记的半成品会被清走 |
| 公开 `publish` | 编出公开版和有收件人的各中心版：个别企业、中心的数据不予公布 | `editions/<季度>-public-e<期次>/` 等、`public/`、台账 | 重跑；已出的版次不变 |
| 寄送 `deliver` | 按收件人登记表寄出 | 发件箱 | 看邮件连接与证书；“寄出与否不明”的信不会自动重寄，用 `jinchuang status` 查 |

手工编报：界面上 Trigger，填 Partition Key，例如 `2026-Q3`；或 REST：

`POST /api/v2/dags/quarterly_report/dagRuns {{"logical_date": null, "partition_key": "2026-Q3"}}`
"""


@task(task_display_name="计量 measure", pool=WAREHOUSE)
def measure(*, dag_run: Any = None) -> dict[str, int]:
    quarter = quarter_key(dag_run)
    from tasks.measure import measure as measure_quarter
    from tasks.settings import house

    return {"figures": len(measure_quarter(house(), quarter))}


@dag(
    dag_id="quarterly_report",
    dag_display_name="季度报告 quarterly_report",
    description="编制并寄送一个季度的进展报告；分区键为季度",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(assets=report_due),
    tags=["晋创", "报告", "quarterly"],
    **WAITING,
)
def quarterly_report() -> None:
    issued = report()
    measure() >> reviewed(issued)
    issued >> publish() >> deliver()


quarterly_report()
