"""A reported quarter whose returns have changed since: hold the report against what is known now, revise it if need be."""

from __future__ import annotations

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from assets import WAREHOUSE, ordered, quarter_key, report_revised, starters, year_due
from review import REVIEW_ROWS, reviewed
from steps import WAITING, deliver, publish, report

DOC = f"""\
### 核对并修订已印发的报告

报告印发以后，补采用的报表、更正的报表或主管部门的决定改变了它所依据的数据时，由资产 `report_revised` 的分区事件启动；
**分区键就是季度**，写作 `2026-Q2`。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 核对 `assess` | 与最近一版逐项比较：全省有指标的变动达到修订门槛（见指标手册）的，另编一版；未达门槛的只记录，不出新版，随后各步跳过 | 台账 | 重跑；已核对过的变动不会再次编报 |
{REVIEW_ROWS}
| 编报 `report` | 把批准的送审稿作为修订版存档，附修订说明 | `editions/<季度>-e<期次>/`、台账 | 重跑；内容相同不会另出一期 |
| 公开 `publish` | 公开版和各中心版随之修订，内容未变的不出新版 | `editions/<季度>-public-e<期次>/` 等、`public/`、台账 | 重跑；已出的版次不变 |
| 寄送 `deliver` | 按收件人登记表寄出，主题注明“修订版”和变动最大的指标 | 发件箱 | 看邮件连接与证书；“寄出与否不明”的信不会自动重寄，用 `jinchuang status` 查 |
| 通告年度 `announce_year` | 该年已关账、年度报告变动达到门槛的，通告修订年度报告；没有就跳过 | 资产 `year_due` | 重跑 |

某个数字由哪些报表的哪些单元格构成：`jinchuang trace 指标 --quarter 2026-Q2`；当时是怎么说的：`jinchuang report 2026-Q2 --as-of 时刻`。
"""


@task.short_circuit(task_display_name="核对 assess", pool=WAREHOUSE)
def assess(*, dag_run: Any = None) -> bool:
    from tasks.revise import assess as hold_against
    from tasks.settings import house

    return hold_against(house(), quarter_key(dag_run))


@task(task_display_name="通告年度 announce_year", outlets=[year_due], pool=WAREHOUSE)
def announce_year(
    *, dag_run: Any = None, triggering_asset_events: Any = None, outlet_events: Any = None
) -> dict[str, list[str]]:
    from tasks.annual import years_moved
    from tasks.settings import house

    nothing = "年度报告不受影响 · no annual report is affected"
    moved, by = years_moved(house(), quarter_key(dag_run)), starters(dag_run, triggering_asset_events)
    return ordered(outlet_events[year_due], moved, nothing, by)


@dag(
    dag_id="revise_report",
    dag_display_name="修订报告 revise_report",
    description="已印发的季度报告所依据的数据有变时，核对并出修订版；分区键为季度",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(assets=report_revised),
    tags=["晋创", "报告", "quarterly"],
    **WAITING,
)
def revise_report() -> None:
    issued = report()
    assess() >> reviewed(issued)
    issued >> publish() >> [deliver(), announce_year()]


revise_report()
