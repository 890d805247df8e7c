"""A real Airflow for a test or the bench: its services started, ready, logged in, and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from operations.airflow_api import AirflowApi
from operations.airflow_services import Services, Site, running, site
from operations.local_airflow import make_ready, put_pools, start
from tests import ledgers


@dataclass(frozen=True)
class Running:
    """A site at work; ``ops`` is its operator, logged in."""

    site: Site
    services: Services
    ops: AirflowApi

    def logged_in(self, user: str) -> AirflowApi:
        api = AirflowApi(self.site.url, user, self.site.passwords[user])
        api.log_in()
        return api


@contextmanager
def airflow(folder: Path, variables: Mapping[str, str]) -> Iterator[Running]:
    """``variables`` are the program's own; Airflow's database is new."""
    where = site(folder, {**ledgers.variables(Path(variables["JINCHUANG_HOME"])), **variables})
    with running(where) as services:
        start(where, services)
        with AirflowApi(where.url, "ops", where.passwords["ops"]) as ops:
            make_ready(services, ops)
            put_pools(ops)
            yield Running(where, services, ops)
