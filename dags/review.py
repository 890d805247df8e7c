"""Between a draft and its edition: propose → review (Required Actions) → settle. Nothing goes out that nobody approved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Param, task
from assets import WAREHOUSE, quarter_key, starters, year_key

# As the buttons read, and what the ledger keeps of them.
OPTIONS = {
    "批准印发 Approve": "approve",
    "驳回 Reject": "reject",
    "退回再收报一次 Collect again": "again",
}
# What the pages of the DAGs say of these steps.
REVIEW_ROWS = """\
| 送审 `propose` | 编出送审稿并写信给审核人；无人值守时，或内容未变时跳过 | `drafts/`、台账、发件箱 | 重跑；已在送审的不会再送 |
| 告知审核人 `tell` | 寄出等候审批的通知 | 发件箱 | 看邮件连接；审批不受影响 |
| 审批 `review` | 在“待处理操作”（Required Actions）中等候审核人：批准、驳回或退回再收报。启动本次编报（或通告它的那次收报）的人，对其中报表作过决定的人，不能审批；逾期告警上报，决不默认印发 | Airflow | 没有可审批的人：在 `reviewers.csv` 增加审核人后清除重跑 |
| 定夺 `settle` | 把决定写入台账；驳回则运行失败，并告知操作员 | 台账 | 驳回的：按意见处理，数据有变后自动重编 |
| 再收报 `collect_again` | 退回的：立即再收一次报，随后自动重编送审 | | 重跑 |"""
COMMENT = Param(None, type=["null", "string"], title="意见（驳回时必填）Comment (a rejection needs one)")


class Review(HITLOperator):
    """Asks the reviewers who may decide on a proposal, and nobody else."""

    def execute(self, context: Any) -> Any:
        from tasks.propose import question
        from tasks.settings import house

        asked = question(house(), context["ti"].xcom_pull(task_ids="propose"))
        self.subject, self.body = asked.title, asked.summary
        self.assigned_users = [{"id": user, "name": user} for user in asked.users]
        return super().execute(context)


@task(task_display_name="送审 propose", pool=WAREHOUSE)
def propose(*, yearly: bool, dag_run: Any = None, triggering_asset_events: Any = None) -> int | None:
    from airflow.sdk.exceptions import AirflowSkipException

    key = year_key(dag_run) if yearly else quarter_key(dag_run)
    from tasks.propose import propose as lay_before
    from tasks.settings import house

    if house().settings.unattended:
        raise AirflowSkipException("无人值守 · unattended: nobody is asked")
    seq = lay_before(house(), key, starters(dag_run, triggering_asset_events))
    if seq is None:
        raise AirflowSkipException("内容未变 · there is nothing new to say")
    return seq


@task.branch(task_display_name="定夺 settle", trigger_rule="none_failed", retries=0)
def settle(then: str, *, ti: Any = None) -> str:
    """Writes the reviewer's word into the ledger; a rejection makes the run red."""
    said = ti.xcom_pull(task_ids="review")
    if said is None:  # nobody was asked
        return then
    from airflow.sdk.exceptions import AirflowFailException

    from tasks.approve import answer
    from tasks.settings import house

    action = OPTIONS[said["chosen_options"][0]]
    comment = (said["params_input"] or {}).get("comment") or "未写意见 no comment given"
    by = said["responded_by_user"]["name"]
    answer(house(), ti.xcom_pull(task_ids="propose"), action, by, comment)
    if action == "reject":
        raise AirflowFailException(f"{by} 驳回 rejected: {comment}")
    return then if action == "approve" else "collect_again"


def reviewed(then: Any, *, yearly: bool = False) -> Any:
    """The steps before ``then``, the task that issues what was approved; returns the first of them."""
    from steps import deliver

    first = propose(yearly=yearly)
    ask = Review(
        task_id="review",
        task_display_name="审批 review",
        subject="",
        body="",
        options=list(OPTIONS),
        params={"comment": COMMENT},
        retries=1,  # an answer in the instant of the question fails the attempt
        retry_delay=timedelta(seconds=5),
    )
    again = TriggerDagRunOperator(
        task_id="collect_again",
        task_display_name="再收报 collect_again",
        trigger_dag_id="collect_submissions",
        retries=1,
    )
    first >> [ask, deliver.override(task_id="tell", task_display_name="告知审核人 tell")()]
    ask >> settle(then.operator.task_id) >> [then, again]
    return first
