"""Every hour, for all quarters: sources → verdicts → warehouse → answers → announce what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task
from alerts import late
from assets import (
    POST,
    WAREHOUSE,
    ordered,
    quarter_opened,
    reminder_due,
    report_due,
    report_revised,
    starters,
    year_due,
)
from steps import SETTINGS, house_in_real_time

DOC = """\
### 收报、审核、入库、答复

每小时整点运行一次，不分季度。每一步都可重复运行：没有新报表，就什么也不改。

| 任务 | 做什么 | 写到哪里 | 失败了怎么办 |
|---|---|---|---|
| 收取 `collect` | 从收件夹和登记的各来源（SFTP、S3、邮箱）取新到的报表，原样存档并登记；某来源不通只告警，其余照收 | 原始档、台账 | 看收件夹是否可读、磁盘是否已满，再清除（Clear）重跑；来源不通的，见告警信 |
| 审核 `judge` | 查验、解析、按审核关系判定：采用、退回、拒收、待核 | 台账 | 判定以季度为一批，一批要么全写要么不写；直接重跑 |
| 入库 `load` | 由台账建新一代数据仓库，核对后切换；记下走完的时刻，供 `watch_house` 查看 | 仓库 | 旧一代仍在用，报告不受影响；重跑。反复失败时用 `jinchuang rebuild` |
| 答复 `answer` | 把答复与批注过的工作簿寄给填报单位 | 发件箱 | 看邮件连接与证书；“寄出与否不明”的信不会自动重寄，用 `jinchuang status` 查 |
| 请中心审核 `ask_centres` | 截止（含宽限）后或报齐后，请登记为须审核的中心核对所属单位报表；到期未答复的记下 | 台账、发件箱 | 重跑；每季每个中心只问一次 |
| 通告开季 `announce_opening` | 到了开季日，通告应发模板的季度；没有就跳过 | 资产 `quarter_opened` | 重跑；已发过的季度不会再次通告 |
| 通告催报 `announce_reminder` | 到了催报日，通告应催报的季度；没有就跳过 | 资产 `reminder_due` | 重跑；已催过的不会再次通告 |
| 通告 `announce` | 比对日历与台账，通告应编报告的季度（分区事件）；没有就跳过 | 资产 `report_due` | 重跑；已编出报告的季度不会再次通告 |
| 通告修订 `announce_revised` | 比对已印发的报告与现有数据，通告应核对的季度；没有就跳过 | 资产 `report_revised` | 重跑；核对过的变动不会再次通告 |
| 通告年度 `announce_year` | 次年第一季度报告日起，通告应编年度报告并关账的年度；没有就跳过 | 资产 `year_due` | 重跑；已关账的年度不会再次通告 |
| 质检页 `docs` | 把最近一季各表的检验结果做成网页，供操作员查阅 | `data-docs/` | 重跑；不影响审核、入库和报告 |

- 日历推动一切：开季由 `open_quarter` 发模板，催报由 `remind_units` 寄信，各由分区事件启动，分区键就是季度；节假日顺延、宽限和催报日都在登记表里。
- 时钟是模拟的（演示、测试）时，整点的运行跳过，只在手工触发时收报。
- 各任务只返回件数，报表内容不进 XCom。
- 未设 `JINCHUANG_DELIVER=on` 时信件只排队，不寄出。
- 报告由 `quarterly_report` 编制，由 `report_due` 的分区事件启动，分区键就是季度；修订由 `revise_report` 办理，由 `report_revised` 启动。
"""


@task(task_display_name="收取 collect", pool=WAREHOUSE)
def collect(*, dag_run: Any = None) -> dict[str, int]:
    from tasks.collect import collect as collect_arrivals

    house = house_in_real_time(dag_run)
    # A draft that a reviewer sent back is due again after a collection that began later.
    return {"since": house.ledger.last_seq(), "arrivals": len(collect_arrivals(house))}


@task(task_display_name="审核 judge", pool=WAREHOUSE)
def judge() -> dict[str, int]:
    from tasks.process import process
    from tasks.settings import house

    return process(house())


@task(task_display_name="入库 load", pool=WAREHOUSE)
def load() -> dict[str, str]:
    from tasks.load import load as load_generation
    from tasks.settings import house
    from tasks.watch import mark_collected

    generation = load_generation(house())
    mark_collected(house())
    return {"generation": generation}


@task(task_display_name="答复 answer", pool=POST)
def answer() -> dict[str, int]:
    from tasks.deliver import deliver
    from tasks.settings import house

    return deliver(house())


@task(task_display_name="请中心审核 ask_centres", pool=WAREHOUSE)
def ask_centres() -> dict[str, int]:
    from tasks.confirm import ask_centres as ask
    from tasks.settings import house

    return {"asked": ask(house())}


@task(task_display_name="通告开季 announce_opening", outlets=[quarter_opened])
def announce_opening(*, outlet_events: Any = None) -> dict[str, list[str]]:
    from tasks.due import openings_due
    from tasks.settings import house

    return ordered(outlet_events[quarter_opened], openings_due(house()), "没有开季的季度 · no quarter opens")


@task(task_display_name="通告催报 announce_reminder", outlets=[reminder_due])
def announce_reminder(*, outlet_events: Any = None) -> dict[str, list[str]]:
    from tasks.due import reminders_due
    from tasks.settings import house

    return ordered(outlet_events[reminder_due], reminders_due(house()), "今天不催报 · no reminder is due")


@task(task_display_name="通告 announce", outlets=[report_due])
def announce(*, ti: Any = None, dag_run: Any = None, outlet_events: Any = None) -> dict[str, list[str]]:
    from tasks.due import reports_due
    from tasks.settings import house

    due = reports_due(house(), ti.xcom_pull(task_ids="collect")["since"])
    nothing = "没有应编的报告 · no report is due"
    return ordered(outlet_events[report_due], due, nothing, starters(dag_run, {}))


@task(task_display_name="通告修订 announce_revised", outlets=[report_revised])
def announce_revised(
    *, ti: Any = None, dag_run: Any = None, outlet_events: Any = None
) -> dict[str, list[str]]:
    from tasks.revise import revisions_due
    from tasks.settings import house

    due = revisions_due(house(), ti.xcom_pull(task_ids="collect")["since"])
    nothing = "已印发的报告均与数据相符 · every report still says what is known"
    return ordered(outlet_events[report_revised], due, nothing, starters(dag_run, {}))


@task(task_display_name="通告年度 announce_year", outlets=[year_due])
def announce_year(*, dag_run: Any = None, outlet_events: Any = None) -> dict[str, list[str]]:
    from tasks.annual import years_due
    from tasks.settings import house

    nothing = "没有应关账的年度 · no year is to be closed"
    return ordered(outlet_events[year_due], years_due(house()), nothing, starters(dag_run, {}))


@task(task_display_name="质检页 docs", pool=WAREHOUSE)
def docs() -> dict[str, list[str]]:
    from tasks.data_docs import publish_due
    from tasks.settings import house

    return {"published": publish_due(house())}


@dag(
    dag_id="collect_submissions",
    dag_display_name="收报审核 collect_submissions",
    description="每小时收取、审核、入库、答复，并通告应编的季度报告",
    doc_md=DOC,
    schedule=CronTriggerTimetable("0 * * * *", timezone="Asia/Shanghai"),
    tags=["晋创", "报送", "hourly"],
    **SETTINGS | {"deadline": late(timedelta(minutes=45))},
)
def collect_submissions() -> None:
    # A report needs no mail: while the mail server is down, answers wait and reports are announced all the same.
    (
        collect()
        >> judge()
        >> load()
        >> [
            answer(),
            ask_centres(),
            announce_opening(),
            announce_reminder(),
            announce(),
            announce_revised(),
            announce_year(),
            docs(),
        ]
    )


collect_submissions()
