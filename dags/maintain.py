"""Every night: backup → proof → restore drill → pruning, and once a week a digest for the operator."""

from __future__ import annotations

from typing import Any

from airflow.sdk import CronTriggerTimetable, TriggerRule, dag, task
from assets import WAREHOUSE
from steps import SETTINGS, house_in_real_time

DOC = """\
### 备份、核对、恢复演练、清理、周报

每天 03:30 运行一次。各步失败都有告警，处置办法见 `docs/operations.md` 的 Runbook；前一步失败，核对和周报照做。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 备份 `backup` | 抄一份台账，再补抄它所指的原件、各期报告和公开版依据 | `JINCHUANG_BACKUP`（应在另一块磁盘上） | 看备份盘是否挂载、已满；修好后重跑 |
| 核对 `verify` | 另建一个仓库逐表比对，核对每份存档、每期报告的散列和台账的链 | 什么也不写 | 在查清以前不要印发报告；`jinchuang verify` 会列出不符之处 |
| 演练 `drill` | 每周一次：把最近的备份恢复到临时文件夹，重建仓库，与现有数据逐项比对；不到一周就跳过 | 备份盘上的 `drilled-at` | 按错误所列的文件核对备份盘；重跑 |
| 清理 `prune` | 清掉可重新生成的旧文件；原件、台账、各期报告和公开版依据从不清理 | 各处旧文件 | 看文件权限；重跑 |
| 周报 `digest` | 每周第一次运行时给操作员一封信：谁未报、什么待核、哪些告警未解除、接下来的日期；本周已写就跳过 | 发件箱 | 重跑；一周只有一封 |

手工：`jinchuang backup`、`jinchuang verify`、`jinchuang prune --dry-run`、`jinchuang restore 备份文件夹`。
"""


@task(task_display_name="备份 backup")
def backup(*, dag_run: Any = None) -> dict[str, int]:
    house = house_in_real_time(dag_run)
    from tasks.backup import backup as copy_out

    return {"seq": copy_out(house).seq}


@task(task_display_name="核对 verify", pool=WAREHOUSE, trigger_rule=TriggerRule.ALL_DONE)
def verify(*, dag_run: Any = None) -> dict[str, int]:
    house = house_in_real_time(dag_run)
    from tasks.verify import verify as prove

    return {"lines": len(prove(house))}


@task(task_display_name="演练 drill")
def drill(*, dag_run: Any = None) -> dict[str, int]:
    house = house_in_real_time(dag_run)
    from airflow.sdk.exceptions import AirflowSkipException

    from tasks.drill import drill as restore_aside
    from tasks.drill import drill_due

    if not drill_due(house):
        raise AirflowSkipException("不到一周以前演练过 · the last drill was less than a week ago")
    return {"seq": restore_aside(house).seq}


@task(task_display_name="清理 prune", pool=WAREHOUSE, trigger_rule=TriggerRule.NONE_FAILED)
def prune(*, dag_run: Any = None) -> dict[str, int]:
    house = house_in_real_time(dag_run)
    from tasks.prune import prune as clear_away

    return {"removed": len(clear_away(house))}


@task(task_display_name="周报 digest", trigger_rule=TriggerRule.ALL_DONE)
def digest(*, dag_run: Any = None) -> dict[str, bool]:
    house = house_in_real_time(dag_run)
    from airflow.sdk.exceptions import AirflowSkipException

    from tasks.digest import digest as write

    if not write(house):
        raise AirflowSkipException("本周的周报已经写好 · this week's digest was written before")
    return {"queued": True}


@dag(
    dag_id="maintain",
    dag_display_name="维护 maintain",
    description="每天备份、核对、恢复演练、清理；每周一封周报",
    doc_md=DOC,
    schedule=CronTriggerTimetable("30 3 * * *", timezone="Asia/Shanghai"),
    tags=["晋创", "维护", "daily"],
    **SETTINGS,
)
def maintain() -> None:
    backup() >> verify() >> drill() >> prune() >> digest()


maintain()
