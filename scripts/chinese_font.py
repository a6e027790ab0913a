"""Make the small font with which plots show Chinese: python scripts/chinese_font.py [FONT].

It holds the characters of the catalogues and of the captions, taken from Noto Sans CJK SC (fonts-noto-cjk in Debian).
"""

import json
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection

ROOT = Path(__file__).resolve().parents[1]
NOTO = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FAMILY, NAME, LICENSE = "Noto Sans CJK SC", 1, 13  # NAME, LICENSE: numbers of the entries in a font's table of names
TO = ROOT / "source" / "rnn_captioning" / "cs231n" / "fonts" / "NotoSansSC-subset.otf"
LEAST = 0x80  # below it every font has all


def characters() -> set[str]:
    """What has to be shown."""
    catalogues = [*ROOT.glob("exercises/*/locale/zh_CN/*.po"), *ROOT.glob("autograder/locale/zh_CN/*.po")]
    words = json.loads((ROOT / "data" / "coco_captioning" / "coco2014_vocab_zh.json").read_text(encoding="utf-8"))
    text = "".join([*(path.read_text(encoding="utf-8") for path in catalogues), *words["idx_to_word"]])
    return {letter for letter in text if ord(letter) >= LEAST}


def main() -> int:
    """Write the font; returns the exit status."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else NOTO
    if not path.is_file():
        print(f"{path} is missing: apt-get install fonts-noto-cjk, or name the file", file=sys.stderr)
        return 1
    font = next(each for each in TTCollection(path) if each["name"].getDebugName(NAME) == FAMILY)
    options = subset.Options(layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True)
    options.name_IDs = [*range(7), LICENSE]
    maker = subset.Subsetter(options)
    maker.populate(text="".join(sorted(characters() | {chr(code) for code in range(0x20, LEAST)})))
    maker.subset(font)
    TO.parent.mkdir(exist_ok=True)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    font.save(TO)
    print(f"wrote {TO}: {TO.stat().st_size // 1000} kB, {len(font.getBestCmap())} characters")
    return 0


if __name__ == "__main__":
    sys.exit(main())
