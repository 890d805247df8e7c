"""Both languages of every form of a long report: five seconds of one core at most, imports aside."""

from __future__ import annotations

import time
from pathlib import Path

from reports.annex import render_annex
from reports.mail import render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from tests.reports.long_sample import long_view


def test_all_forms_in_both_languages(fonts: Path) -> None:
    views = (long_view("zh"), long_view("en"))
    blocks = [block for chapter in views[0].chapters for block in chapter.blocks]
    assert sum(block.kind == "chart" for block in blocks) >= 30
    assert sum(block.kind == "table" for block in blocks) >= 20
    before = time.process_time()  # of all threads; other programs on the machine do not count
    for view in views:
        render_page(view, fonts)
        render_pdf(view, fonts)
        render_mail(view, fonts)
        render_annex(view)
    assert time.process_time() - before <= 5
