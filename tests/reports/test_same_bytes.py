"""The same view makes the same bytes, now and in another process with another hash seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from reports.annex import render_annex
from reports.mail import Mail, render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from tests.reports.long_sample import long_view

ROOT = Path(__file__).parents[2]
SCRIPT = """
import hashlib, sys
from pathlib import Path
from reports.annex import render_annex
from reports.mail import render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from tests.reports.long_sample import long_view
from tests.reports.sample import sample_view
fonts = Path(sys.argv[1])
for view in (sample_view(), long_view("en")):
    mail = render_mail(view, fonts)
    made = [render_page(view, fonts), render_pdf(view, fonts), render_annex(view)]
    made += [mail.model_dump_json(exclude={"inline"}).encode(), *mail.inline.values()]
    print(*(hashlib.sha256(data).hexdigest() for data in made))
"""


def _hashes(page: bytes, pdf: bytes, annex: bytes, mail: Mail) -> list[str]:
    made = [page, pdf, annex, mail.model_dump_json(exclude={"inline"}).encode(), *mail.inline.values()]
    return [hashlib.sha256(data).hexdigest() for data in made]


def test_another_process_makes_the_same(page: str, pdf: bytes, annex: bytes, mail: Mail, fonts: Path) -> None:
    english = long_view("en")
    here = _hashes(page.encode(), pdf, annex, mail) + _hashes(
        render_page(english, fonts),
        render_pdf(english, fonts),
        render_annex(english),
        render_mail(english, fonts),
    )
    environment = os.environ | {
        "PYTHONHASHSEED": "7",
        "TZ": "America/New_York",
        "LANG": "C",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", SCRIPT, str(fonts)]
    there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
    assert there.stdout.split() == here
