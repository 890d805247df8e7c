"""Fonts: one variable CJK font → static weights for PDF and charts, and small web fonts for the page.

Static because a variable font inside an SVG is drawn at the wrong weight by the PDF compiler.
"""

from __future__ import annotations

import io
import tempfile
from functools import lru_cache
from pathlib import Path

import manimgx_fonts_cjk  # type: ignore[import-untyped]
import uharfbuzz as hb  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from reports.theme import FAMILY, WEIGHTS

SOURCE_FAMILY = "Noto Sans CJK SC"
_STYLES = {400: "Regular", 500: "Medium", 700: "Bold"}
_RANGES = (
    (0x20, 0x17F),  # Latin
    (0x2B0, 0x2FF),  # modifier letters
    (0x370, 0x3FF),  # Greek
    (0x2000, 0x27BF),  # punctuation, arrows, mathematics, boxes, shapes, dingbats
    (0x3000, 0x303F),  # CJK punctuation
    (0x3200, 0x33FF),  # enclosed and squared CJK
    (0x4E00, 0x9FFF),  # CJK Unified Ideographs
    (0xFF00, 0xFFEF),  # full-width forms
)


def font_file(folder: Path, weight: int) -> Path:
    """The path of a cut weight (400, 500 or 700), whether or not it is there yet."""
    return folder / f"BulletinSansSC-{_STYLES[weight]}.otf"


def cut_fonts(folder: Path) -> Path:
    """Cut the three static weights into ``folder`` unless they are there; returns ``folder``.

    About a second and 5.5 MB a weight. Safe beside another process doing the same: each file appears whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [weight for weight in WEIGHTS if not font_file(folder, weight).exists()]
    if missing:
        face = _source_face()
        for weight in missing:
            _write_whole(font_file(folder, weight), _rename(_cut(face, weight), weight))
    return folder


def web_font(folder: Path, weight: int, text: str) -> bytes:
    """A WOFF holding only the glyphs of ``text``: same text, same bytes.

    Not a WOFF2, which is an eighth smaller and takes forty times as long to pack, half of all a report took.
    """
    subset = hb.SubsetInput()
    subset.unicode_set.update({ord(char) for char in text if ord(char) >= 0x20})
    cut = subset.subset(hb.Face(hb.Blob.from_file_path(str(font_file(folder, weight)))))
    font = TTFont(io.BytesIO(bytes(cut.blob.data)), recalcTimestamp=False)
    font.flavor = "woff"
    packed = io.BytesIO()
    font.save(packed, reorderTables=True)
    return packed.getvalue()


@lru_cache(maxsize=20_000)  # line breaking asks for the same few widths again and again
def text_width(folder: Path, text: str, size: float, weight: int = 400) -> float:
    """How wide ``text`` is at ``size``, in the unit of ``size``."""
    if not text:
        return 0.0
    font = _metrics(font_file(folder, weight))
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    hb.shape(font, buffer)
    units: int = sum(position.x_advance for position in buffer.glyph_positions)
    upem: int = font.face.upem
    return units * size / upem


@lru_cache(maxsize=8)
def _metrics(path: Path) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))


def _source_face() -> hb.Face:
    collection = next(Path(manimgx_fonts_cjk.__file__).parent.glob("*.ttc"))
    blob = hb.Blob.from_file_path(str(collection))
    for index in range(hb.Face(blob).count):
        face = hb.Face(blob, index)
        if face.get_name(hb.OTNameIdPredefined.FONT_FAMILY) == SOURCE_FAMILY:
            return face
    raise LookupError(f"{collection} holds no face named {SOURCE_FAMILY}")


def _cut(face: hb.Face, weight: int) -> bytes:
    subset = hb.SubsetInput()
    # Static CFF2 shows no text inside an SVG.
    # Without layout closure the shapes of other regions stay out: half the size.
    subset.flags = hb.SubsetFlags.DOWNGRADE_CFF2 | hb.SubsetFlags.NO_LAYOUT_CLOSURE
    subset.pin_axis_location(face, "wght", weight)
    for first, last in _RANGES:
        subset.unicode_set.update(range(first, last + 1))
    return bytes(subset.subset(face).blob.data)


def _rename(data: bytes, weight: int) -> bytes:
    """Own family name, so that no installed font of the original name is taken instead."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    style = _STYLES[weight]
    postscript = f"BulletinSansSC-{style}"
    names = {1: FAMILY, 2: style, 3: postscript, 4: f"{FAMILY} {style}", 6: postscript, 16: FAMILY, 17: style}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in (0, 5, 13, 14)]
    for name_id, text in names.items():
        table.setName(text, name_id, 3, 1, 0x409)
    font["OS/2"].usWeightClass = weight
    font["head"].macStyle = 1 if weight == 700 else 0
    saved = io.BytesIO()
    font.save(saved)
    return saved.getvalue()


def _write_whole(path: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".cut-", delete=False) as part:
        part.write(data)
    whole = Path(part.name)
    whole.chmod(0o644)
    whole.replace(path)
