"""What a reviewer said in Airflow becomes a word in the ledger and the way the run goes on; a no makes it red."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

HOUSE = SimpleNamespace()


@pytest.fixture
def settle(dags, monkeypatch):
    """The task's function, told what was answered; returns where the run goes on, and what was written."""
    written = []
    fakes = {"approve": {"answer": lambda *said: written.append(said)}, "settings": {"house": lambda: HOUSE}}
    for name, verbs in fakes.items():
        module = ModuleType(f"tasks.{name}")
        vars(module).update(verbs)
        monkeypatch.setitem(sys.modules, module.__name__, module)

    def settled(option, comment=None, dag="quarterly_report", then="report"):
        said = option and {
            "chosen_options": [option],
            "params_input": {"comment": comment},
            "responded_by_user": {"id": "7", "name": "reviewer"},
        }
        told = {"review": said, "propose": 53}
        ti = SimpleNamespace(xcom_pull=lambda task_ids: told[task_ids])
        written.clear()
        return dags[dag].get_task("settle").python_callable(then, ti=ti), written

    return settled


def test_approved_it_goes_on_with_the_edition(settle):
    assert settle("批准印发 Approve", "同意") == ("report", [(HOUSE, 53, "approve", "reviewer", "同意")])
    assert settle("批准印发 Approve", dag="annual_report", then="annual")[0] == "annual"


def test_sent_back_it_goes_on_with_one_more_collection(settle):
    on, written = settle("退回再收报一次 Collect again", "再等一等")
    assert (on, written[0][2:]) == ("collect_again", ("again", "reviewer", "再等一等"))


def test_a_rejection_is_written_down_and_makes_the_run_red(settle):
    from airflow.sdk.exceptions import AirflowFailException

    with pytest.raises(AirflowFailException, match="reviewer 驳回 rejected: 第三章与附表不符"):
        settle("驳回 Reject", "第三章与附表不符")


def test_where_nobody_was_asked_nothing_is_written(settle):
    assert settle(None) == ("report", [])


def test_every_button_has_its_word(dags):
    from review import OPTIONS

    for dag in ("quarterly_report", "revise_report", "annual_report"):
        assert dags[dag].get_task("review").options == list(OPTIONS)
    from tasks.approve import ACTIONS

    assert tuple(OPTIONS.values()) == ACTIONS
