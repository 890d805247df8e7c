"""Every half hour: is anything wrong that nobody else would notice? Alerts go out at once."""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from assets import POST
from steps import SETTINGS, house_in_real_time

DOC = """\
### 值守

每半小时查一遍，与收报互不依赖：收报停了，由它来说。同一原因只告警一次，解除后再发生另行告知；每种告警的含义和处置办法见
`docs/operations.md` 的 Runbook。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 巡查 `look` | 收报是否按时走完，信件是否寄不出，磁盘、备份、放假安排、审核是否拖延，收报进度是否落后于上季同期 | 台账（仅在出现或解除时） | 看台账数据库和登记表是否可读；重跑 |
| 寄送 `deliver` | 寄出告警和其他待发信件 | 发件箱 | 看邮件连接与证书；恢复后下一次自动寄出 |

任务失败、运行超时由各 DAG 自己的回调记入台账，信也由这里寄出。调度器本身停了，这里也不会运行：请用外部监控查看 `/ops/health`。
"""


@task(task_display_name="巡查 look")
def look(*, dag_run: Any = None) -> dict[str, int]:
    house = house_in_real_time(dag_run)
    from tasks.watch import watch

    return watch(house)


@task(task_display_name="寄送 deliver", pool=POST)
def deliver(*, dag_run: Any = None) -> dict[str, int]:
    house = house_in_real_time(dag_run)
    from tasks.deliver import deliver as deliver_queued

    return deliver_queued(house)


@dag(
    dag_id="watch_house",
    dag_display_name="值守 watch_house",
    description="每半小时巡查：收报是否停了，信、磁盘、备份、审核有无异常；寄出告警",
    doc_md=DOC,
    schedule=CronTriggerTimetable("15,45 * * * *", timezone="Asia/Shanghai"),
    tags=["晋创", "维护", "alerts"],
    **SETTINGS,
)
def watch_house() -> None:
    look() >> deliver()


watch_house()
