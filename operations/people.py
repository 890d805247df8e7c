"""The first people of a deployment, one for each role: ``python -m operations.people FILE``, as often as one likes.

The file holds their passwords by login name, as JSON; who is not in it is not made. Who is there already stays as is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

ROLES = {"admin": "Admin", "ops": "Op", "reviewer": "User", "viewer": "Viewer"}


def settle(passwords: dict[str, str]) -> list[str]:
    """Make the roles and the people who are missing; returns the login names of the new ones."""
    with get_application_builder() as builder:
        people = builder.sm
        # A reviewer answers what is asked, so must find the page that lists it; by default operators only do.
        people.add_permission_to_role(
            people.find_role("User"), people.create_permission("menu_access", "HITL Detail")
        )
        missing = [name for name in ROLES if name in passwords and not people.find_user(name)]
        for name in missing:
            email, role = f"{name}@office.invalid", people.find_role(ROLES[name])
            if not people.add_user(name, name, ROLES[name], email, role, passwords[name]):
                raise RuntimeError(f"{name} could not be added")
        return missing


def main() -> None:
    added = settle(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    print("added:", ", ".join(added) or "nobody")


if __name__ == "__main__":
    main()
