"""A file's name ends up in a subject and a sentence; whatever it is made of, it stays a name."""

from __future__ import annotations

import os

import pytest

from tasks.collect import collect
from tasks.deliver import deliver
from tasks.process import process
from tests.conftest import house_at
from tests.mail.conftest import posting

NAMES = {
    "headers": b"a\r\nBcc: victim@x.example\r\nX-Evil: 1\r\n\r\nbody.xlsx",
    "bare line feed": b"a\nBcc: victim@x.example\n.xlsx",
    "unicode line ends": "a\u2028Bcc: victim@x.example\u2029b\x85c\x0bd\x0ce\x1cf.xlsx".encode(),
    "encoded word": b"=?utf-8?b?QmNjOiB2aWN0aW1AeC5leGFtcGxl?=.xlsx",
    "control characters": b"a\x01\x07\x1b[31m\x7f.xlsx",
    "right to left": "a\u202ecod.slx\u2066.xlsx".encode(),
    "gb18030": "季报\r\n汇总.xlsx".encode("gb18030"),
    "neither encoding": b"a\xff\xfe\x80.xlsx",
    "markup": b"<script>alert(1)<.script><img src=x onerror=alert(1)>{{7*7}}.xlsx",
    "address": b'"x" <victim@x.example>, b@x.example;.xlsx',
    "long": "报".encode() * 80 + b".xlsx",
    "long and unbroken": b"x" * 250 + b".xlsx",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_hostile_name_stays_a_name(tmp_path, server, name):
    house = house_at(tmp_path / "house")
    house.inbox.mkdir()
    (house.inbox / os.fsdecode(name)).write_bytes(b"no workbook")
    collect(house)
    assert process(house) == {"refused": 1}
    assert deliver(posting(house, server.url, server.ca)) == {"sent": 1}

    ((recipients, _),) = server.behaviour.taken
    (message,) = server.behaviour.letters
    assert recipients == ("operator@office.example",)
    assert message["To"] == "operator@office.example"
    assert sorted(message.keys()) == sorted(
        ["Subject", "MIME-Version", "Content-Type", "From", "To", "Date", "Message-ID"]
    )
    assert not message.defects
    subject = str(message["Subject"])
    assert subject.startswith("【拒收】季报 ")
    assert len(subject.splitlines()) == 1
    assert subject.isprintable()
    html = message.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert "49.xlsx" not in html
