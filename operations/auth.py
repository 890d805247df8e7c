"""Who may do what in a deployment: Flask-AppBuilder's roles, and questions that are put to people by login name."""

from __future__ import annotations

from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager
from airflow.providers.fab.auth_manager.models import User


class AuthManager(FabAuthManager):
    """Flask-AppBuilder numbers people; ``registry/reviewers.csv`` names them as they log in, like the local Airflow."""

    def is_authorized_hitl_task(self, *, assigned_users: set[str], user: User) -> bool:
        return user.username in assigned_users
