"""The look, once: colours, weights and font stacks that page, mail, PDF and charts all read.

One accent and greys. Good and bad are words, shapes and weight, never red and green.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

FAMILY = "Bulletin Sans SC"
WEIGHTS = (400, 500, 700)
STACK = f'"{FAMILY}","PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
MAIL_STACK = (
    "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"  # mail clients drop embedded fonts
)


class Palette(BaseModel):
    """Colour tokens. Contrast with ``paper``: ink 16.6, sub 7.7, mute 5.0, accent 7.1 (light).

    The four classes of a map are pale, wash, tint and accent.
    """

    model_config = ConfigDict(frozen=True)

    ink: str
    sub: str
    mute: str
    accent: str
    ctx: str
    pale: str
    rule: str
    wash: str
    tint: str
    paper: str


LIGHT = Palette(
    ink="#1A1F24",
    sub="#4A545D",
    mute="#66717B",
    accent="#0B5A9D",
    ctx="#B3BCC4",
    pale="#E9EDF0",
    rule="#C9D0D6",
    wash="#CADDED",
    tint="#9DC1E0",
    paper="#FFFFFF",
)
DARK = Palette(
    ink="#E8ECEF",
    sub="#BAC4CC",
    mute="#9CA8B2",
    accent="#74B8F0",
    ctx="#5A6772",
    pale="#262F37",
    rule="#3B464F",
    wash="#22425C",
    tint="#2F6090",
    paper="#14191D",
)


class Theme(BaseModel):
    """How a chart is drawn: where the cut fonts are, the text size at the width shown, the colours."""

    model_config = ConfigDict(frozen=True)

    fonts: Path
    size: float
    palette: Palette = LIGHT
