"""Cells written as no usual program writes them: what is read is what a person sees, or the file is refused."""

from __future__ import annotations

import re

import pytest

from expectations.form import the_form
from tasks.reader import read_workbook
from tests.reader.packages import LIBREOFFICE, SHEET, STRINGS, good
from tests.returns.filled import repacked

TABLE = f"xl/worksheets/sheet{the_form().by_name['diffusion'].no}.xml"
INLINE = '<c r="C7" t="inlineStr"><is>{}</is></c>'

TEXTS = {  # the cell of a technology's name → what a person sees
    INLINE.format("<t>甲乙</t>"): "甲乙",
    INLINE.format("<r><t>甲</t></r><r><rPr><b/></rPr><t>乙</t></r>"): "甲乙",
    INLINE.format('<t>甲乙</t><rPh sb="0" eb="1"><t>かな</t></rPh>'): "甲乙",
    INLINE.format('<t xml:space="preserve"> 甲 乙 </t>'): "甲 乙",
    INLINE.format("<t><![CDATA[甲乙]]></t>"): "甲乙",
    INLINE.format("<t>甲<!-- x -->乙</t>"): "甲乙",
    INLINE.format("<t>&#x7532;&#20057;&amp;&lt;</t>"): "甲乙&<",
    '<c r="C7" t="str"><f>"甲"&amp;"|乙!"</f><v>甲&amp;乙</v></c>': "甲&乙",
    '<c r="C7" t="str"><f>""</f><v></v></c>': None,
    '<c r="C7" t="s"/>': None,
}
NUMBERS = {  # the cell of the employees → the number a person sees
    '<c r="D6"><v>12</v></c>': "12",
    '<c r="D6"><v> 12 </v></c>': "12",
    '<c r="D6"><v>1.2E1</v></c>': "12",
    '<c r="D6"><f>6*2</f><v>12</v></c>': "12",
    "<c><v>12</v></c>": "12",
}
HIDDEN = {  # cells of which calamine reads another value than a person sees
    "a value cut by a comment": '<c r="D6"><v>1<!-- -->2</v></c>',
    "a value cut by an instruction": '<c r="D6"><v>1<?x y?>2</v></c>',
    "a digit as a reference": '<c r="D6"><v>1&#50;</v></c>',
    "a value in a CDATA section": '<c r="D6"><v><![CDATA[12]]></v></c>',
    "a text in a CDATA section": '<c r="D6" t="str"><v><![CDATA[12]]></v></c>',
    "a value in two pieces": '<c r="D6"><v>1</v><v>2</v></c>',
    "an element in a value": '<c r="D6"><v>1<b>2</b></v></c>',
    "a formula behind its value": '<c r="D6"><v>12</v><f>6*2</f></c>',
    "the cell twice": '<c r="D6"><v>12</v></c><c r="D6"><v>13</v></c>',
    "a foreign cell over it": '<c r="D6"><v>12</v></c><e:c xmlns:e="urn:e" r="D6"><e:v>99</e:v></e:c>',
    "a kind of cell there is not": '<c r="D6" t="zzz"><v>1</v></c>',
}
REPEATED = '<row r="6"><c r="D6"><v>99</v></c></row>'


def replaced(part: str, address: str, cell: str) -> bytes:
    pattern = re.compile(rf'<c r="{address}"[^>]*?(?:/>|>.*?</c>)')
    return repacked(good(), {part: lambda text: pattern.sub(lambda _: cell, text.decode()).encode()})


def read(content: bytes, sheet: str, address: str) -> str | None:
    """The value of one cell; nothing else may be said of the file."""
    cells, findings = read_workbook(content, "季报.xlsx", the_form())
    assert findings == []
    (cell,) = [cell for cell in cells if (cell.sheet, cell.cell) == (sheet, address)]
    assert cell.reason == ""
    return cell.value


def refused(content: bytes) -> tuple[str, str]:
    cells, (found,) = read_workbook(content, "季报.xlsx", the_form())
    assert (cells, found.severity) == ([], "refuse")
    return found.rule, found.cell


@pytest.mark.parametrize("cell", TEXTS)
def test_a_text_is_read_as_seen(cell: str) -> None:
    assert read(replaced(TABLE, "C7", cell), "diffusion", "C7") == TEXTS[cell]


@pytest.mark.parametrize("cell", NUMBERS)
def test_a_number_is_read_as_seen(cell: str) -> None:
    assert read(replaced(SHEET, "D6", cell), "unit", "D6") == NUMBERS[cell]


@pytest.mark.parametrize("case", HIDDEN)
def test_what_would_be_read_otherwise_is_refused(case: str) -> None:
    rule, cell = refused(replaced(SHEET, "D6", HIDDEN[case]))
    assert rule == "corrupt"
    assert cell in {"D6", ""}


@pytest.mark.parametrize(
    "rows", [REPEATED + "</sheetData>", f"</sheetData><sheetData>{REPEATED}</sheetData>"]
)
def test_a_row_that_stands_twice_is_refused(rows: str) -> None:
    content = repacked(good(), {SHEET: lambda text: text.replace(b"</sheetData>", rows.encode())})
    assert refused(content)[0] == "corrupt"


@pytest.mark.parametrize(
    "pattern", [rb' r="[A-Z]*[0-9]+"', rb'(?<=<c) r="[A-Z]+[0-9]+"', rb'(?<=<row) r="[0-9]+"']
)
def test_a_sheet_without_positions_is_read_in_order(pattern: bytes) -> None:
    content = repacked(good(), {SHEET: lambda text: re.sub(pattern, b"", text)})
    assert (read(content, "unit", "D6"), read(content, "unit", "D12")) == ("2650", "2910.25")


def test_a_formula_whose_result_is_blank_has_none() -> None:
    cells, _ = read_workbook(
        replaced(SHEET, "D6", '<c r="D6"><f>1+1</f><v> </v></c>'), "季报.xlsx", the_form()
    )
    assert [cell.reason for cell in cells if (cell.sheet, cell.cell) == ("unit", "D6")] == [
        "formula_no_value"
    ]


def test_names_with_a_prefix_are_the_same_names() -> None:
    def prefixed(text: bytes) -> bytes:
        return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", text).replace(b'xmlns="', b'xmlns:x="')

    assert read(repacked(good(), {SHEET: prefixed}), "unit", "D6") == "2650"


@pytest.mark.parametrize(
    "string",
    [
        '<r><t>厚板</t></r><r><t xml:space="preserve">焊接变形控制</t></r>',
        '<t>厚板焊接变形控制</t><rPh sb="0" eb="2"><t>あつい</t></rPh><phoneticPr fontId="1"/>',
        "<t><![CDATA[厚板焊接变形控制]]></t>",
        "<t>厚板<!-- x -->焊接变形控制</t>",
    ],
)
def test_a_shared_text_is_read_as_seen(string: str) -> None:
    pattern = re.compile("<t[^>]*>厚板焊接变形控制</t>")
    content = repacked(
        LIBREOFFICE.read_bytes(), {STRINGS: lambda text: pattern.sub(string, text.decode()).encode()}
    )
    assert read(content, "diffusion", "C7") == "厚板焊接变形控制"


def test_a_hyperlink_is_nothing_active() -> None:
    """Excel makes one of every e-mail address that is typed."""
    link = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"'
        b' Target="mailto:someone@unit.example" TargetMode="External"/></Relationships>'
    )
    content = repacked(
        good(), {"xl/_rels/workbook.xml.rels": lambda text: text.replace(b"</Relationships>", link)}
    )
    assert read(content, "cover", "D20") == "someone@unit.example"
