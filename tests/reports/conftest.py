"""One cut of the fonts and one rendering of the sample for all tests of the renderers."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.annex import render_annex
from reports.blocks import View
from reports.fonts import cut_fonts
from reports.mail import Mail, render_mail
from reports.page import render_page
from reports.pdf import render_pdf
from tests.reports.sample import sample_view


@pytest.fixture(scope="session")
def fonts() -> Path:
    return cut_fonts(Path(__file__).parents[2] / "var" / "fonts")


@pytest.fixture(scope="session")
def view() -> View:
    return sample_view()


@pytest.fixture(scope="session")
def page(view: View, fonts: Path) -> str:
    return render_page(view, fonts).decode()


@pytest.fixture(scope="session")
def pdf(view: View, fonts: Path) -> bytes:
    return render_pdf(view, fonts)


@pytest.fixture(scope="session")
def mail(view: View, fonts: Path) -> Mail:
    return render_mail(view, fonts)


@pytest.fixture(scope="session")
def annex(view: View) -> bytes:
    return render_annex(view)
