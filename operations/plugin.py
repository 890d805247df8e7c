"""Airflow's plugin: the operations page under ``/ops`` and its entry in the navigation.

Every task process imports this, so the page itself is loaded with the first request that asks for it.
"""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin


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
