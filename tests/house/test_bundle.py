"""An edition sealed with all it was made of is made again from that alone; nobody's address is in it."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pypdf import PdfReader

from tasks import draft as editions
from tasks.bundle import Sealed, bundle
from tasks.draft import made_with
from tasks.parsed import CellRead
from tasks.redact import read_rows, redacted_copies
from tasks.replay import replay
from tasks.sealed import Damaged, sealed, unsealed
from tasks.settings import House
from tasks.verify import NotEqual
from tests.cli.typed import complaint, said
from tests.conftest import copied, house_at

PRIVATE = {"unit_head", "statistics_head", "filler", "phone", "email"}


@pytest.fixture(scope="module")
def sealing(small_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    return copied(small_house, tmp_path_factory.mktemp("sealing") / "house")


@pytest.fixture(scope="module")
def revised(sealing: House) -> tuple[Path, Sealed]:
    """The second edition of the second quarter."""
    path = sealing.home.parent / "revised.zip"
    return path, bundle(sealing, "2026-Q2", 2, path)


@pytest.fixture(scope="module")
def first(sealing: House) -> Path:
    """The first edition of the first quarter; of one of its 14 returns no copy could be made."""

    def all_but_one(files: Sequence[tuple[Path, str, Path]]) -> list[str]:
        return [*redacted_copies(files[:-1]), "示例缘由 an example's reason"]

    path = sealing.home.parent / "first.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.bundle.redacted_copies", all_but_one)
        assert list(bundle(sealing, "2026-Q1", 1, path).left_out.values()) == ["示例缘由 an example's reason"]
    return path


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("JINCHUANG_HOME", str(tmp_path / "empty"))
    return house_at(tmp_path / "empty", registry=tmp_path / "no registry of its own")


# ── made again
def test_a_centres_edition_is_made_again_with_the_public_one_it_rests_on(
    sealing: House, empty: House, tmp_path: Path
) -> None:
    path = tmp_path / "EQ01.zip"
    done = bundle(sealing, "2026-Q2", 1, path, "EQ01")
    assert done.members["public"] == 2
    made = replay(empty, path)
    assert made.equal, made.checks
    assert {one.what: one.compared for one in made.checks}["outputs"] == len(done.edition.outputs)


def test_a_revised_edition_is_made_again_in_an_empty_house(
    revised: tuple[Path, Sealed], sealing: House, empty: House
) -> None:
    path, done = revised
    made = replay(empty, path)
    assert made.equal, made.checks
    assert made.sha256 == done.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    compared = {one.what: one.compared for one in made.checks}
    edition = sealing.ledger.editions("2026-Q2")[1]
    assert compared["outputs"] == len(edition.outputs)
    assert compared["parsed"] == done.members["raw"] == len(sealing.ledger.verdicts(edition.seq)) == 29
    assert compared["warehouse"] > 30
    kept = {file.name: file.read_bytes() for file in (empty.editions / edition.folder).iterdir()}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in kept.items()} == edition.outputs
    # The house can be asked, up to that edition, and has nobody to write to.
    assert empty.ledger.editions() == sealing.ledger.editions(upto=edition.seq)
    assert empty.ledger.letters() == []
    question = ("trace", "contract_value_wan_cny", "--quarter", "2026-Q2", "--edition", 2)
    answer = said(*question)
    assert answer[0] == 0
    assert answer == _typed(sealing, *question)
    with pytest.raises(ValueError, match="is not empty"):
        replay(empty, path)


def test_a_first_edition_is_made_again_by_command(
    first: Path, empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = unsealed(first.read_bytes())[0]["made_with"]
    monkeypatch.setattr("tasks.draft.made_with", lambda _: then | {"machine": "another"})
    code, out, _ = said("replay", first)
    assert code == 0, out
    assert "全部散列相同 all hashes equal" in out
    assert "13/13" in out, "the return without a copy is taken as it was read, and named"
    assert "an example's reason" in out
    assert "although these have changed: machine" in out
    assert (empty.editions / "2026-Q1-e1" / "report.pdf").exists()


def test_where_the_code_has_changed_it_says_what_differs_and_why(
    first: Path, empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editions, "render_page", lambda *_: b"another page")
    monkeypatch.setattr(editions, "render_pdf", lambda *_: b"another PDF")
    then = made_with("2026-Q1")
    monkeypatch.setattr("tasks.draft.made_with", lambda _: then | {"libraries": "typst 99"})
    code, out, _ = said("replay", first)
    assert code == 1
    assert set(re.findall(r"differs: (.+)", out)) == {
        *("report.html", "report.en.html", "report.pdf", "report.en.pdf")
    }
    assert "all figures are the same" in out
    assert re.search(r"libraries: 印发时 then .*typst .*；现在 now typst 99", out)


def test_the_files_that_changed_are_named(first: Path, empty: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing need be made for this: a bundle that knows the code of its edition names each file that is another now."""
    manifest, members = unsealed(first.read_bytes())
    about = {name: value for name, value in manifest.items() if name != "members"}
    about["sealed_with"] = about["made_with"]
    about["code"] = {**about["code"], "warehouse/indicators.yml": "0" * 64, "tasks/gone.py": "0" * 64}
    path = first.with_name("other-code.zip")
    path.write_bytes(sealed(members, about))
    monkeypatch.setattr("tasks.replay._checks", lambda *_: ())
    assert {"warehouse/indicators.yml", "tasks/gone.py"} <= set(replay(empty, path).files)


def test_a_figure_that_comes_out_otherwise_is_named(first: Path, empty: House) -> None:
    """A bundle that was packed anew with another value in it is whole, and its edition cannot be made from it."""
    manifest, members = unsealed(first.read_bytes())
    verdicts = members["ledger/verdict.jsonl"].decode().splitlines()
    members["ledger/verdict.jsonl"] = "".join(
        line.replace('"accepted"', '"returned"') + "\n" for line in verdicts
    ).encode()
    path = first.with_name("other.zip")
    path.write_bytes(sealed(members, {name: value for name, value in manifest.items() if name != "members"}))
    made = replay(empty, path)
    differing = {one.what: one.differing for one in made.checks}
    assert not made.equal
    assert not made.only_rendering
    assert "led_submission" in differing["warehouse"]
    assert "figures.parquet" in differing["outputs"]


def test_a_file_that_was_not_issued_is_named(
    first: Path, empty: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, members = unsealed(first.read_bytes())
    members["outputs/annex.xlsx"] += b"x"
    path = first.with_name("other-annex.zip")
    path.write_bytes(sealed(members, {name: value for name, value in manifest.items() if name != "members"}))
    monkeypatch.setattr(editions, "_rendered", lambda *_: {})
    differing = {one.what: one.differing for one in replay(empty, path).checks}
    assert differing["kept"] == ("outputs/annex.xlsx",)


# ── sealed
def test_the_same_edition_is_the_same_bytes(revised: tuple[Path, Sealed], sealing: House) -> None:
    path, done = revised
    again = sealing.home.parent / "again.zip"
    code, out, _ = _typed(sealing, "bundle", "2026-Q2", "--edition", 2, "-o", again)
    assert code == 0
    assert f"sha256 {done.sha256}" in out
    assert again.read_bytes() == path.read_bytes()


def test_a_flipped_byte_in_any_member_is_found_and_named(revised: tuple[Path, Sealed], empty: House) -> None:
    content = revised[0].read_bytes()
    with zipfile.ZipFile(BytesIO(content)) as package:
        infos = package.infolist()
    assert {name.filename.split("/")[0] for name in infos} == {
        *("definitions", "earlier", "ledger", "manifest.json", "outputs", "parsed", "raw")
    }
    for info in infos:
        if not info.file_size:
            continue  # a table without rows: it has no byte
        inside = content.index(info.filename.encode(), info.header_offset) + len(info.filename)
        changed = bytearray(content)
        changed[inside + info.file_size // 2] ^= 0x01
        with pytest.raises(Damaged) as caught:
            unsealed(bytes(changed))
        assert list(caught.value.wrong) == [info.filename]


def test_a_damaged_bundle_is_named_by_command_and_nothing_is_made(
    revised: tuple[Path, Sealed], empty: House, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.zip"
    content = bytearray(revised[0].read_bytes())
    content[content.index(b"%PDF")] ^= 0x01
    damaged.write_bytes(content)
    code, out, err = said("replay", damaged)
    assert (code, err) == (1, "")
    assert "outputs/report.en.pdf" in out
    assert {path.name for path in empty.home.iterdir()} <= {"fonts", ".writing.lock"}


def test_what_cannot_be_sealed_or_replayed_is_said(
    sealing: House, empty: House, first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.zip"
    for words in (
        ("2026-Q2", "--edition", 9),
        ("2026-Q2", "--edition", 1, "--scope", "nobody"),
        ("Q2", "--edition", 1),
    ):
        monkeypatch.setenv("JINCHUANG_HOME", str(sealing.home))
        assert complaint("bundle", *words, "-o", out)[0] == 2
    monkeypatch.setenv("JINCHUANG_HOME", str(empty.home))
    monkeypatch.setenv("JINCHUANG_LEDGER_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    assert complaint("replay", first)[0] == 2
    assert not (tmp_path / "elsewhere.db").exists()
    assert said("replay", tmp_path / "nowhere.zip")[0] == 2


@pytest.mark.parametrize("what", ["raw", "edition"])
def test_what_is_no_longer_what_it_was_is_not_sealed(sealing: House, what: str, tmp_path: Path) -> None:
    edition = sealing.ledger.editions("2026-Q1")[0]
    path = {
        "raw": sealing.archive.raw_path(edition.submissions[0]),
        "edition": sealing.editions / edition.folder / "annex.xlsx",
    }[what]
    content = path.read_bytes()
    try:
        path.write_bytes(content + b"x")
        with pytest.raises(NotEqual, match=edition.submissions[0][:12] if what == "raw" else "annex.xlsx"):
            bundle(sealing, "2026-Q1", 1, tmp_path / "out.zip")
    finally:
        path.write_bytes(content)
    assert not (tmp_path / "out.zip").exists()


# ── nobody's address
def test_no_contact_is_anywhere_in_it(revised: tuple[Path, Sealed], sealing: House) -> None:
    _, members = unsealed(revised[0].read_bytes())
    contacts = contacts_of(sealing)
    assert len(contacts) > 20
    originals = [path.read_bytes() for path in sealing.archive.raw.iterdir() if not path.suffix]
    inside = "\n".join(text for one in originals for text in texts(one))
    assert sum(one in inside for one in contacts) > 10, "or the search would find nothing anywhere"
    for name, content in members.items():
        for text in texts(content):
            assert not [one for one in contacts if one in text], name
    assert "phone" in {one.column for one in kept_cells(members)}
    assert not [one for one in kept_cells(members) if one.column in PRIVATE and (one.found or one.value)]
    log = [json.loads(line) for line in members["ledger/log.jsonl"].decode().splitlines()]
    assert {row["kind"] for row in log if not row["body"]} <= {"outbox", "notice"}


def kept_cells(members: dict[str, bytes]) -> list[CellRead]:
    parsed = (content for name, content in members.items() if name.startswith("parsed/"))
    return [CellRead(**row) for one in parsed for row in pq.read_table(BytesIO(one)).to_pylist()]


def contacts_of(house: House) -> set[str]:
    """Everybody's: of the covers of all returns, and of the registry, whose officials also sign decisions by name."""
    found = {
        one.found
        for path in house.archive.parsed.iterdir()
        for one in read_rows(path)
        if one.column in PRIVATE and one.found
    }
    registry = house.registry
    # The demo's units all have the telephone number that the office prints on its report.
    found = {one for one in found if one not in registry.says("contact")}
    found |= {one.email for one in (*registry.contacts, *registry.recipients)}
    signed = {one.by for one in house.ledger.decisions().values()}
    found |= {one.name for one in registry.recipients} - signed
    return found | {registry.says("operator_email")}


def texts(content: bytes) -> Iterator[str]:
    """All that can be read in a file, and in the files within it."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            for name in package.namelist():
                yield name
                yield from texts(package.read(name))
    elif content.startswith(b"PAR1"):
        table = pq.read_table(BytesIO(content))
        yield json.dumps(table.to_pylist(), ensure_ascii=False, default=str)
        yield str(table.schema.metadata)
    elif content.startswith(b"%PDF"):
        yield "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    else:
        yield content.decode(errors="replace")


def _typed(house: House, *words: object) -> tuple[int, str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINCHUANG_HOME", str(house.home))
        return said(*words)
