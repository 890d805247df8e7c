"""Airflow's plugin: the operations page under ``/ops`` and its entry in the navigation.

Every task process imports this, so the page itself is loaded with the first request that asks for it. The scheduler
loads it before it forks its workers: what tasks import is imported there once, and costs them nothing.
"""

from __future__ import annotations

import logging
import sys
from importlib import import_module
from typing import Any

from airflow.plugins_manager import AirflowPlugin

# The libraries of a run that take long to import. Our own modules are left to the tasks: what is mended in them is in
# force with the next task.
HEAVY = (
    "alembic",
    "altair",
    "duckdb",
    "fontTools.subset",
    "great_expectations",
    "openpyxl",
    "pandas",
    "scipy.optimize",
    "typst",
    "xlsxwriter",
)


def preload() -> None:
    logging.getLogger("great_expectations").setLevel(logging.WARNING)  # it tells how it decorates its methods
    for name in HEAVY:
        import_module(name)


if sys.argv[1:2] == ["scheduler"]:
    preload()


async def page(scope: Any, receive: Any, send: Any) -> None:
    """The page as an ASGI application."""
    from operations.page.app import app

    await app(scope, receive, send)


class Operations(AirflowPlugin):
    name = "jinchuang"
    fastapi_apps = [{"app": page, "url_prefix": "/ops", "name": "ops"}]  # noqa: RUF012 (Airflow's own way)
    external_views = [  # noqa: RUF012
        {
            "name": "报送状态",
            "href": "/ops/",
            "destination": "nav",
            "url_route": "ops",
            "nav_top_level": True,
            "icon": "/ops/static/icon.svg",
        }
    ]
