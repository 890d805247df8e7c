"""The address and secrets of a source, as Airflow keeps connections: from the environment, or from Airflow itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator


class NoConnection(Exception):
    """There is no connection of that id, or it cannot be read; never says what it holds."""


class Connection(BaseModel):
    """``extra`` holds what its kind of source needs besides: keys, host keys, an endpoint."""

    # An error must not quote what it is about.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
    host: str = ""
    port: int | None = None
    login: str = ""
    password: SecretStr = SecretStr("")
    extra: Mapping[str, Any] = Field(default_factory=dict, repr=False)

    @field_validator("host", "login", "password", "extra", mode="before")
    @classmethod
    def _none_is_blank(cls, value: object) -> object:
        return "" if value is None else value

    @field_validator("extra", mode="before")
    @classmethod
    def _extra_may_be_text(cls, value: object) -> object:
        return json.loads(value or "{}") if isinstance(value, str) else value

    def told(self, trouble: BaseException) -> str:
        """An error in words, without any secret of the connection, on one line."""
        text = " ".join(f"{type(trouble).__name__}: {trouble}".split()).rstrip(":")
        secrets = [self.password.get_secret_value(), *(str(value) for value in self.extra.values())]
        for secret in sorted((one for one in secrets if len(one) > 3), key=len, reverse=True):
            text = text.replace(" ".join(secret.split()), "***")
        return text[:300]


def connection_of(name: str, environment: Mapping[str, str]) -> Connection:
    """The connection of an id: ``AIRFLOW_CONN_<ID>``, a URI or JSON, and within a task also what was made in Airflow's
    pages. NoConnection if there is none.
    """
    written = environment.get(f"AIRFLOW_CONN_{name.upper()}")
    try:
        if written is not None:
            fields = json.loads(written) if written.lstrip().startswith("{") else _of_uri(written)
        else:
            fields = _of_airflow(name)
        return Connection.model_validate(fields)
    except (ValidationError, ValueError) as wrong:
        raise NoConnection(f"connection {name} cannot be read ({type(wrong).__name__})") from None


def _of_uri(written: str) -> dict[str, Any]:
    """As Airflow reads it: ``scheme://login:password@host:port/?key=value``, percent-encoded."""
    url = urlsplit(written)
    extra = dict(parse_qsl(url.query, keep_blank_values=True))
    return {
        "host": unquote(url.hostname or ""),
        "port": url.port,
        "login": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "extra": extra.get("__extra__", extra),
    }


def _of_airflow(name: str) -> dict[str, Any]:
    # Only a task has imported it already; a bare command line need not wait seconds to find no connection.
    if "airflow.sdk" not in sys.modules:
        raise NoConnection(f"AIRFLOW_CONN_{name.upper()} is not set")
    from airflow.sdk import Connection as AirflowConnection
    from airflow.sdk.exceptions import AirflowException

    try:
        found = AirflowConnection.get(name)
    except (AirflowException, PermissionError):  # none of that id, or it may not be looked at
        raise NoConnection(
            f"Airflow has no connection {name}, and AIRFLOW_CONN_{name.upper()} is not set"
        ) from None
    return {key: getattr(found, key) for key in ("host", "port", "login", "password", "extra")}
