"""One Airflow for all DAG tests: its home must be settled before anything imports airflow."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DAGS = REPOSITORY / "dags"

_HOME = tempfile.TemporaryDirectory(prefix="jinchuang-airflow-")
os.environ.update(
    AIRFLOW_HOME=_HOME.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__DEFAULT_TIMEZONE="Asia/Shanghai",
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{_HOME.name}/airflow.db",
    AIRFLOW__LOGGING__LOGGING_LEVEL="WARNING",
)


@pytest.fixture(scope="session")
def dags() -> Iterator[dict]:
    """The DAGs by id, as Airflow's own collector finds them."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    sys.path.insert(0, str(DAGS))  # as Airflow does with the bundle's folder
    initdb()
    bag = DagBag(dag_folder=str(DAGS))
    assert bag.import_errors == {}
    yield bag.dags
    sys.path.remove(str(DAGS))
    _HOME.cleanup()
