"""The secrets of a deployment as files, random, made once: ``python3 operations/passwords.py [FOLDER]``.

Standard library only: the host that runs docker compose needs nothing installed. A file that is there stays as is.
"""

from __future__ import annotations

import base64
import json
import secrets
import sys
from collections.abc import Callable
from pathlib import Path

PEOPLE = ("admin", "ops", "reviewer", "viewer")


def written(folder: Path) -> list[str]:
    """Write what is missing; returns the names of the new files."""
    # The folder is closed to others, the files are not: in a container they belong to whoever owns them here, and are
    # read there by users of other numbers.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mail = secrets.token_hex(24)
    if (folder / "mail_password").exists():
        mail = (folder / "mail_password").read_text("ascii").strip()
    contents: dict[str, Callable[[], str]] = {
        "postgres_password": lambda: secrets.token_hex(24),
        "airflow_database_url": lambda: _database("airflow"),
        "airflow_fernet_key": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "airflow_jwt_secret": lambda: secrets.token_hex(32),
        "airflow_secret_key": lambda: secrets.token_hex(32),
        "jinchuang_ledger_url": lambda: _database("ledger"),
        "jinchuang_smtp_url": lambda: f"smtp+starttls://jinchuang:{mail}@mail:2525",
        "mail_password": lambda: mail,
        "people": lambda: json.dumps({name: secrets.token_urlsafe(12) for name in PEOPLE}, indent=1),
    }
    missing = [name for name in contents if not (folder / name).exists()]
    for name in missing:
        (folder / name).write_text(contents[name](), "ascii")  # Airflow takes a line's end for a part
        (folder / name).chmod(0o644)
    return missing


def _database(name: str) -> str:
    """The address of a database whose owner has its name."""
    return f"postgresql+psycopg2://{name}:{secrets.token_hex(24)}@postgres/{name}"


def main() -> None:
    folder = Path(sys.argv[1] if sys.argv[1:] else "secrets")
    print(f"{folder}: new:", ", ".join(written(folder)) or "nothing")


if __name__ == "__main__":
    main()
