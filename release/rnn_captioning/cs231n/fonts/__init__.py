"""Plots in Chinese: a font that has the characters."""

from __future__ import annotations

from pathlib import Path

import matplotlib
from matplotlib import font_manager

SHIPPED = Path(__file__).with_name("NotoSansSC-subset.otf")  # the characters of the course; see LICENSE.txt
KNOWN = (  # what systems have, with all characters: these go first
    *("PingFang SC", "Hiragino Sans GB", "Heiti SC", "Microsoft YaHei", "SimHei", "Noto Sans CJK SC", "Noto Sans SC"),
    *("Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
)


def use_chinese() -> list[str]:
    """Have plots take a font of the system's for Chinese, where it has one, and the course's own; returns all."""
    font_manager.fontManager.addfont(SHIPPED)
    shipped = font_manager.FontProperties(fname=SHIPPED).get_name()
    there = {font.name for font in font_manager.fontManager.ttflist}
    families = ["DejaVu Sans", *(name for name in KNOWN if name in there and name != shipped), shipped]
    matplotlib.rcParams["font.family"] = list(dict.fromkeys(families))
    return families
