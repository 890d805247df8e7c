"""The mail: parses as sent, stands without pictures, carries its chapters in full and nothing of the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

from reports.blocks import View
from reports.lines import columns
from reports.mail import Mail
from tests.reports.reading import Html, sentences, squeezed, view_texts


def _sent(mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = mail.subject
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    part = message.get_payload()[1]  # type: ignore[index]
    for cid, picture in mail.inline.items():
        part.add_related(picture, "image", "png", cid=f"<{cid}>")  # type: ignore[union-attr]
    parsed = message_from_bytes(message.as_bytes(policy=policy.SMTP), policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def test_it_arrives_as_text_html_and_pictures(mail: Mail, view: View) -> None:
    sent = _sent(mail)
    assert sent["Subject"] == view.subject
    kinds = [part.get_content_type() for part in sent.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "image/png"]


def test_both_parts_say_everything_meant_for_mail(mail: Mail, view: View) -> None:
    html, text = Html(mail.html).text, squeezed(mail.text)
    for sentence in [*view_texts(view, mail=True), view.attachments, view.contact]:
        assert squeezed(sentence) in html, sentence
        if len(sentence) > 1:
            assert squeezed(sentence) in text, sentence


def test_nothing_of_the_other_chapters(mail: Mail, view: View) -> None:
    wanted = {squeezed(text) for text in sentences(view.chapters[0].model_dump())}
    for chapter in view.chapters[1:]:
        for sentence in sentences(chapter.model_dump()):
            if len(sentence) > 12 and squeezed(sentence) not in wanted:
                assert squeezed(sentence) not in squeezed(mail.text) + Html(mail.html).text, sentence


def test_pictures_are_inside_and_named(mail: Mail) -> None:
    pictures = Html(mail.html).tags("img")
    assert [picture["src"] for picture in pictures] == [f"cid:{cid}" for cid in mail.inline]
    assert all(picture["alt"] and picture["width"] for picture in pictures)
    assert all(data.startswith(b"\x89PNG") for data in mail.inline.values())
    assert "http" not in mail.html.replace("http-equiv", "")


def test_it_stands_without_pictures(mail: Mail) -> None:
    html = Html(mail.html)
    assert "实有2家；规划：2027年末5家；还差3家" in html.text
    cells = [cell.get("class") for cell in html.tags("td")]
    assert (cells.count("on"), cells.count("off")) == (2, 3)
    assert "■■□□□" in mail.text


def test_plain_text_is_at_most_72_columns(mail: Mail) -> None:
    assert max(columns(line) for line in mail.text.split("\n")) <= 72
    assert "\n\n\n" not in mail.text
    assert all(line == line.rstrip() for line in mail.text.split("\n"))
    assert "一、本季要点" in mail.text
    assert "四、2023年目标" in mail.text


def test_a_comparison_of_another_kind_names_itself(mail: Mail) -> None:
    heads = next(line.split() for line in mail.text.split("\n") if line.lstrip().startswith("指标"))
    assert heads == ["指标", "本季", "环比", "同比"]
    assert "同口径−3.4%" in Html(mail.html).text
    assert "同口径 −3.4%" in mail.text


LINKED = """
import sys
from hashlib import sha256
from pathlib import Path
from reports.mail import render_mail
from tests.reports.sample import sample_view
fonts, linked = map(Path, sys.argv[1:])
linked.symlink_to(fonts)
render_mail(sample_view(), linked)
linked.unlink()
print(*(sha256(picture).hexdigest() for picture in render_mail(sample_view(), fonts).inline.values()))
"""


def test_pictures_keep_their_letters_when_a_house_written_for_before_is_gone(
    mail: Mail, fonts: Path, tmp_path: Path
) -> None:
    """In a process of its own: fonts are registered once and for all."""
    command = [sys.executable, "-c", LINKED, fonts, tmp_path / "fonts"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [sha256(picture).hexdigest() for picture in mail.inline.values()]
