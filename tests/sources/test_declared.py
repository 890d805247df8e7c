"""Sources as the registry declares them, and connections as the environment and Airflow hold them."""

from __future__ import annotations

import json
import sys
import types

import pytest
from pydantic import ValidationError

from tasks.connections import NoConnection, connection_of
from warehouse.registry import Registry

PASSWORD = "p@ss/w?口令"


def test_sources_are_in_the_snapshot_and_no_bundle(declare):
    house = declare({"office": "sftp:///in", "share": "file:///srv/share"}, units={"office": "U01"})
    assert [one.kind for one in house.registry.sources] == ["sftp", "file"]
    assert Registry.from_snapshot(house.registry.snapshot()) == house.registry
    assert house.registry.without_contacts().sources == ()


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"inbox": "file:///srv/inbox"}, "the same source stands twice"),
        ({"a": "ftp://host/in"}, "a source is file"),
        ({"a": "sftp://user:secret@host/in"}, "belong in its connection"),
        ({"a": "s3:///in"}, "belong in its connection"),
        ({"A b": "sftp:///in"}, "pattern"),
    ],
)
def test_what_cannot_be_a_source_is_refused(declare, sources, said):
    with pytest.raises(ValidationError, match=said):
        declare(sources).registry  # noqa: B018


def test_a_source_of_an_unknown_unit_is_refused(declare):
    with pytest.raises(ValidationError, match="U999"):
        declare({"a": "sftp:///in"}, units={"a": "U999"}).registry  # noqa: B018


@pytest.mark.parametrize(
    "written",
    [
        "sftp://u%40ser:p%40ss%2Fw%3F%E5%8F%A3%E4%BB%A4@host.example:2222/?host_key=ssh-ed25519+AAAA",
        "sftp://u%40ser:p%40ss%2Fw%3F%E5%8F%A3%E4%BB%A4@host.example:2222/?__extra__=%7B%22host_key%22%3A+%22ssh-ed25519+AAAA%22%7D",
        json.dumps(
            {
                "conn_type": "sftp",
                "host": "host.example",
                "port": 2222,
                "login": "u@ser",
                "password": PASSWORD,
                "extra": {"host_key": "ssh-ed25519 AAAA"},
            }
        ),
        json.dumps(
            {
                "host": "host.example",
                "port": "2222",
                "login": "u@ser",
                "password": PASSWORD,
                "extra": '{"host_key": "ssh-ed25519 AAAA"}',
            }
        ),
    ],
)
def test_a_connection_is_read_as_airflow_reads_it(written):
    found = connection_of("office", {"AIRFLOW_CONN_OFFICE": written})
    assert (found.host, found.port, found.login) == ("host.example", 2222, "u@ser")
    assert found.password.get_secret_value() == PASSWORD
    assert found.extra == {"host_key": "ssh-ed25519 AAAA"}
    assert PASSWORD not in repr(found)
    assert "AAAA" not in repr(found)
    assert found.told(OSError(f"no {PASSWORD}\nfor ssh-ed25519 AAAA")) == "OSError: no *** for ***"


@pytest.mark.parametrize("written", ['{"port": "s3cret"}', "{s3cret", "sftp://x:s3cret@h:port"])
def test_a_connection_that_cannot_be_read_says_nothing_of_what_it_holds(written):
    with pytest.raises(NoConnection) as wrong:
        connection_of("office", {"AIRFLOW_CONN_OFFICE": written})
    assert "s3cret" not in str(wrong.value)


def test_within_a_task_airflows_own_connections_are_asked(monkeypatch):
    from airflow import sdk
    from airflow.sdk.exceptions import AirflowNotFoundException

    made = types.SimpleNamespace(
        host="h", port=None, login="u", password=None, extra='{"endpoint_url": "http://x"}'
    )

    def get(name: str) -> object:
        if name != "store":
            raise AirflowNotFoundException(name)
        return made

    monkeypatch.setattr(sdk.Connection, "get", get)
    found = connection_of("store", {})
    assert (found.host, found.password.get_secret_value()) == ("h", "")
    assert found.extra == {"endpoint_url": "http://x"}
    with pytest.raises(NoConnection, match="no connection other"):
        connection_of("other", {})
    monkeypatch.delitem(sys.modules, "airflow.sdk")
    with pytest.raises(NoConnection, match="AIRFLOW_CONN_STORE is not set"):  # a bare command line
        connection_of("store", {})
