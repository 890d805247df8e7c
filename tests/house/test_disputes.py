"""The life of a dispute: claimed, told, agreed or decided, counted once, credited by share; nobody learns a value."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from expectations.quarter import Quarter
from tasks.collect import collect
from tasks.disputes import dispute_facts
from tasks.known import known
from tasks.letters import compose
from tasks.load import load
from tasks.process import process
from tasks.settings import House
from tasks.settle import listed, settle
from tests.conftest import house_at
from tests.house.filing import send
from tests.returns.cases import Past
from warehouse.figures import Figures
from warehouse.records import Letter

Q3 = "2026-Q3"
# Whatever a unit says beside name and identifier must not reach another: titles, amounts, shares, recipients.
VALUES = (
    "777.25",
    "888.5",
    "0.55",
    "0.45",
    "机密技术甲",
    "机密技术乙",
    "机密题名甲",
    "机密题名乙",
    "示例学院",
)


def patent(number: str, written: str, title: str, share: float | None = None) -> dict[str, Any]:
    row = {"output_no": number, "kind": "发明专利授权", "identifier": written, "title": title}
    return row | {"output_date": "2026-07-21"} | ({"credit_share": share} if share else {})


def contract(number: str, written: str, technology: str, value: float, **more: Any) -> dict[str, Any]:
    about = {"event_no": number, "event_date": "2026-07-22", "technology": technology, "content": "新工艺"}
    about |= {"mode": "技术服务", "recipient_name": "示例学院", "recipient_kind": "高校", "city": "1401"}
    return about | {"contract_no": written, "contract_value_wan_cny": value} | more


def use(number: str, day: str) -> dict[str, Any]:
    return {"subject_no": number, "kind": "首次应用", "followup_date": day, "user_name": "示例学院"}


def judged(house: House, name: str, day: int, *returns: Past) -> tuple[dict[str, int], list[Letter]]:
    """A batch collected and judged: counts by verdict, and the letters to claimants that it queued."""
    queued = {one.key for one in house.ledger.letters()}
    for one in returns:
        content = one.workbook(house.registry)
        send(house, f"{name}-{one.unit}-{one.centre}.xlsx", content, f"2026-10-{day:02d}T09:00:00")
    collect(house)
    counts = process(house)
    return counts, [one for one in house.ledger.letters() if one.kind == "dispute" and one.key not in queued]


def of(unit: str, centre: str, **sheets: list[dict[str, Any]]) -> Past:
    return Past(unit, centre, Q3, "nil", dict(sheets))


INSTITUTE = {
    "outputs": [patent("EQ01-2026-077", "ZL 201710601862.3", "机密题名甲", 0.55)],
    "diffusion": [contract("EQ01-K-077", "HT-2026-0815", "机密技术甲", 777.25)],
    "followup": [use("EQ01-2026-077", "2026-08-01")],
}
MAGNESIUM = {
    "outputs": [patent("NM01-2026-088", "201710601862.3", "机密题名乙")],
    "diffusion": [contract("NM01-K-088", "ht-2026-0815", "机密技术乙", 888.5)],
    "followup": [use("NM01-2026-088", "2026-08-02")],
}
AGREED = {**MAGNESIUM, "outputs": [patent("NM01-2026-088", "201710601862.3", "机密题名乙", 0.45)]}


class Life:
    """A house through four steps, with the letters of each and the figures after the last two."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.first = judged(house, "first", 9, of("U03", "EQ01", **INSTITUTE))
        self.second = judged(house, "second", 10, of("U05", "NM01", **MAGNESIUM))
        self.open = self._figures()
        self.third = judged(house, "third", 12, of("U05", "NM01", **AGREED))
        self.agreed = self._figures()
        self.before = house.ledger.last_data_seq()
        queued = {one.key for one in house.ledger.letters()}
        shares = ["U03=0.75", "U05@NM01=0.25"]
        settle(house, "技术合同", "HT-2026-0815", shares, "示例处长甲", "双方合同原件")
        self.settled = [one for one in house.ledger.letters() if one.key not in queued]
        self.decided = self._figures()

    def _figures(self) -> Figures:
        load(self.house)
        with self.house.store.reading() as connection:
            return Figures(connection)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return Life(house_at(tmp_path_factory.mktemp("disputes")))


def read(life: Life, letter: Letter) -> tuple[str, str]:
    """Subject with text, and HTML."""
    message = compose(life.house, letter)
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain
    assert html
    return f"{message['Subject']}\n{plain.get_content()}", html.get_content()


def to(letters: list[Letter], unit: str, kind: str) -> Letter:
    (found,) = (one for one in letters if one.key.endswith(unit) and one.subject.startswith(kind))
    return found


def test_nobody_is_told_while_nobody_else_claims_the_same(life: Life) -> None:
    assert life.first == ({"accepted": 1}, [])


def test_what_several_claim_stays_accepted(life: Life) -> None:
    assert life.second[0] == life.third[0] == {"accepted": 1}


def test_the_earlier_claimant_is_told_in_the_transaction_of_the_later_one_s_verdict(life: Life) -> None:
    """Patent and contract, which the later one's answer warns of; the first use of the patent is told to both."""
    told = Counter((one.recipients, one.subject.split()[0]) for one in life.second[1])
    assert told == {
        (("u03@unit.example",), "发明专利授权"): 1,
        (("u03@unit.example",), "技术合同"): 1,
        (("u03@unit.example",), "首次应用"): 1,
        (("u05@unit.example",), "首次应用"): 1,
    }
    answers = [one for one in life.house.ledger.letters() if one.kind == "answer"]
    with life.house.ledger.engine.connect() as connection:
        seqs = dict(connection.exec_driver_sql("select key, seq from outbox").fetchall())
    verdicts = {one.sha256[:12]: one.seq for one in life.house.ledger.verdicts()}
    (second,) = {seqs[one.key] for one in life.second[1]}
    assert second in verdicts.values()
    assert sum(seqs[one.key] == second for one in answers) == 1


def test_it_learns_the_other_s_name_and_the_identifier_as_it_wrote_it_and_what_to_do(life: Life) -> None:
    text, html = read(life, to(life.second[1], "U03", "发明专利授权"))
    assert text.startswith(
        "【争议】发明专利授权 ZL 201710601862.3 另有单位或中心填报 · "
        "claimed by others: ZL 201710601862.3 (invention patent granted)\n示例省机械科学研究院：\n"
    )
    for part in (text, html):
        assert (
            "贵单位（EQ01，2026年第三季度）报送的发明专利授权“ZL 201710601862.3”，"
            "示例镁业股份有限公司（NM01，2026年第三季度）也填报了。"
        ) in part
        assert "请与对方商定贡献份额，合计不大于 1" in part
        assert "reported by you (EQ01, 2026 Q3), is also claimed by Example Magnesium" in part
        assert "Please agree on shares of credit" in part
        assert "returns@office.example" in part


def test_of_a_contract_the_office_is_to_be_told_the_shares(life: Life) -> None:
    """The form has no column for shares of a contract."""
    text, _ = read(life, to(life.second[1], "U03", "技术合同"))
    assert "技术合同“HT-2026-0815”" in text
    assert "把商定的份额告知主管部门" in text
    assert "tell the authority at the address below the shares you agreed on" in text
    assert "研发产出表" not in text


@pytest.mark.parametrize("step", ["second", "third", "settled"])
def test_no_letter_carries_a_value(life: Life, step: str) -> None:
    letters = life.settled if step == "settled" else getattr(life, step)[1]
    assert letters
    own = {"U03": "0.55", "U05": "0.45"}
    for one in letters:
        # Its own agreed share is credit, not a value of another.
        secret = [value for value in VALUES if value != own[one.key[-3:]] or step != "third"]
        said = "\n".join(read(life, one))
        assert [value for value in secret if value in said] == [], one.key
        assert [value for value in VALUES if value in one.subject] == []


def test_when_all_shares_agree_everybody_is_told_its_own(life: Life) -> None:
    assert {one.key[-3:] for one in life.third[1]} == {"U03", "U05"}
    assert {one.subject.split()[0] for one in life.third[1]} == {"发明专利授权"}  # the rest was told before
    text, _ = read(life, to(life.third[1], "U03", "发明专利授权"))
    assert "争议已商定" in text
    assert "计入贵单位的份额：0.55（EQ01）。" in text
    assert "Your credit: 0.55 (EQ01)." in text
    assert "示例镁业股份有限公司" in text


def test_when_the_office_decides_both_are_told_the_outcome(life: Life) -> None:
    assert {one.recipients for one in life.settled} == {("u03@unit.example",), ("u05@unit.example",)}
    text, _ = read(life, to(life.settled, "U05", "技术合同"))
    assert text.startswith("【争议已裁定】技术合同 ht-2026-0815 · ")
    assert "示例省机械科学研究院（EQ01，2026年第三季度）也填报了" in text
    assert "计入贵单位的份额：0.25（NM01）。" in text
    assert "双方合同原件" not in text  # why is the office's; a reason may speak of values


def credited(figures: Figures, code: str, centre: str) -> Decimal | None:
    return figures.value(code, Q3, level="centre", scope=centre)


def test_the_province_counts_one_and_centres_are_credited_only_by_shares_or_a_decision(life: Life) -> None:
    for figures in (life.open, life.agreed, life.decided):
        counted = [
            figures.value(one, Q3) for one in ("invention_patents_granted", "contracts", "first_applications")
        ]
        assert counted == [1, 1, 1]
        assert figures.value("contract_value_wan_cny", Q3) == Decimal("777.25")
    # Each is credited with its share of the value it reported itself, or it could work out the other's.
    patents, value = "invention_patents_granted_credited", "contract_value_credited_wan_cny"
    shown = [
        [credited(figures, code, centre) for code in (patents, value) for centre in ("EQ01", "NM01")]
        for figures in (life.open, life.agreed, life.decided)
    ]
    assert shown == [
        [0, 0, 0, 0],
        [Decimal("0.55"), Decimal("0.45"), 0, 0],
        [Decimal("0.55"), Decimal("0.45"), Decimal("582.9375"), Decimal("222.125")],
    ]


def test_what_is_open_and_what_was_settled_by_whom_is_listed(life: Life) -> None:
    found = {row["kind"]: row for row in listed(life.house, Q3)}
    assert {kind: row["state"] for kind, row in found.items()} == {
        "发明专利授权": "agreed",
        "技术合同": "decided",
        "首次应用": "open",
    }
    assert found["技术合同"]["settled"] == {
        "by": "示例处长甲",
        "reason": "双方合同原件",
        "at": "2026-10-26T09:00:00+08:00",
    }
    assert [(one["unit"], one["credit"]) for one in found["技术合同"]["claimants"]] == [
        ("U03", "0.75"),
        ("U05", "0.25"),
    ]
    assert listed(life.house, "2026-Q2") == []
    said = json.dumps(list(found.values()), ensure_ascii=False)
    assert [value for value in VALUES if value in said] == ["0.55", "0.45"]  # shares are credit


def test_the_report_s_facts_say_who_decided_and_when(life: Life) -> None:
    now = known(life.house)
    found = {one.kind.zh: one for one in dispute_facts(now, Quarter.parse(Q3))}
    one = found["技术合同"]
    assert (one.state, one.settled_by, str(one.settled_on)) == ("decided", "示例处长甲", "2026-10-26")
    assert [each.centre.en for each in one.claimants] == ["Heavy Machinery", "Light Alloys"]
    assert found["首次应用"].kind.en == "first application"
    assert dispute_facts(now, Quarter.parse("2026-Q2")) == ()


def test_as_known_before_the_decision_it_is_open_and_credited_to_nobody(life: Life) -> None:
    """What was published then comes out again."""
    then = known(life.house, life.before)
    (one,) = (one for one in dispute_facts(then, Quarter.parse(Q3)) if one.kind.zh == "技术合同")
    assert (one.state, one.settled_by, [each.credit for each in one.claimants]) == ("open", "", [0, 0])
    with then.reading() as connection:
        figures = Figures(connection)
    value = "contract_value_credited_wan_cny"
    assert [credited(figures, value, centre) for centre in ("EQ01", "NM01")] == [0, 0]
