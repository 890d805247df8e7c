"""A quarter opens: its templates go to every expected unit, by mail and into its folder."""

from __future__ import annotations

from typing import Any

from airflow.sdk import PartitionedAssetTimetable, dag, task
from assets import WAREHOUSE, quarter_key, quarter_opened
from steps import SETTINGS, deliver

DOC = """\
### 开季：给每家应报单位发预填模板

到了登记表 `calendar.csv` 的开季日（节假日顺延到上班日九点），由资产 `quarter_opened` 的分区事件启动；
**分区键就是季度**，写作 `2026-Q3`。每季只发一次；首次部署以前开季的季度不发。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 发模板 `open` | 为每家应报单位、每个中心各编一份预填模板，写好通知 | `templates/<季度>/<单位>/`、台账、发件箱 | 重跑；已发过的不会再发 |
| 寄送 `deliver` | 寄出通知和模板 | 发件箱 | 看邮件连接与证书；“寄出与否不明”的信不会自动重寄，用 `jinchuang status` 查 |
"""


@task(task_id="open", task_display_name="发模板 open", pool=WAREHOUSE)
def send_templates(*, dag_run: Any = None) -> dict[str, int]:
    from tasks.open_quarter import open_quarter
    from tasks.settings import house

    return {"templates": open_quarter(house(), quarter_key(dag_run))}


@dag(
    dag_id="open_quarter",
    dag_display_name="开季发模板 open_quarter",
    description="开季时给每家应报单位发预填模板；分区键为季度",
    doc_md=DOC,
    schedule=PartitionedAssetTimetable(assets=quarter_opened),
    tags=["晋创", "报送", "quarterly"],
    **SETTINGS,
)
def opening() -> None:
    send_templates() >> deliver()


opening()
