"""The pictures of the things, taken from the font Noto Color Emoji, as one file that everything else draws from.

Only this module needs the font (Debian: fonts-noto-color-emoji).
"""

import base64
import colorsys
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cs231n.scenes.things import BY_NAME

FONT = "NotoColorEmoji.ttf"
FONT_SIZE = 109  # the font holds pictures of this one size
SIDE = 88  # pixels of a glyph's longer side as it is kept
COLORS = 96  # in the palette of a glyph
CHARACTERS = {
    "airplane": "✈", "apple": "🍎", "ball": "⚽", "banana": "🍌", "bat": "🦇", "bicycle": "🚲", "bird": "🐦",
    "bucket": "🪣", "bus": "🚌", "butterfly": "🦋", "cactus": "🌵", "cake": "🎂", "camel": "🐪", "canoe": "🛶",
    "carrot": "🥕", "castle": "🏰", "cat": "🐈", "church": "⛪", "cloud": "☁", "cow": "🐄", "crab": "🦀",
    "cyclist": "🚴", "dancer": "💃", "deer": "🦌", "dog": "🐕", "dolphin": "🐬", "duck": "🦆", "elephant": "🐘",
    "fish": "🐠", "giraffe": "🦒", "helicopter": "🚁", "horse": "🐎", "house": "🏠", "kite": "🪁", "motorcycle": "🏍",
    "mouse": "🐁", "mushroom": "🍄", "octopus": "🐙", "palm": "🌴", "penguin": "🐧", "pig": "🐖", "pine": "🌲",
    "pineapple": "🍍", "rabbit": "🐇", "rainbow": "🌈", "runner": "🏃", "sailboat": "⛵", "shark": "🦈", "sheep": "🐑",
    "ship": "🚢", "snowman": "⛄", "sunflower": "🌻", "tent": "⛺", "tiger": "🐅", "tractor": "🚜", "tree": "🌳",
    "truck": "🚚", "turtle": "🐢", "umbrella": "⛱", "watermelon": "🍉", "whale": "🐳",
    "red car": "🚗", "blue car": "🚗", "green car": "🚗", "yellow car": "🚗",
    "pink flower": "🌷", "red flower": "🌷", "yellow flower": "🌷", "purple flower": "🌷",
    "red balloon": "🎈", "blue balloon": "🎈", "green balloon": "🎈", "purple balloon": "🎈",
}  # fmt: skip
HUES = {"red": 0.0, "yellow": 0.135, "green": 0.36, "blue": 0.58, "purple": 0.76, "pink": 0.93}
OWN = ("red car", "pink flower", "red balloon")  # as the font has them


def write(path, font=FONT):
    """Write all glyphs into a JSON file: name -> data address of a PNG picture.

    Raises OSError where the font cannot be read, ValueError where a thing has no character.
    """
    if missing := BY_NAME.keys() - CHARACTERS.keys():
        raise ValueError(f"Add the font's character for {', '.join(sorted(missing))} to CHARACTERS.")
    source = ImageFont.truetype(font, FONT_SIZE)
    found = {name: _address(_glyph(name, source)) for name in sorted(BY_NAME)}
    Path(path).write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8", newline="\n")


def _glyph(name, font):
    picture = Image.new("RGBA", (136, 128), (0, 0, 0, 0))
    ImageDraw.Draw(picture).text((0, 0), CHARACTERS[name], font=font, embedded_color=True)
    picture = picture.crop(picture.getbbox())
    color = name.split()[0]
    if color in HUES and name not in OWN:
        picture = _painted(picture, HUES[color])
    scale = SIDE / max(picture.size)
    size = tuple(max(1, round(length * scale)) for length in picture.size)
    return picture.resize(size, Image.Resampling.LANCZOS)


def _painted(picture, hue):
    """The glyph with another hue where it is red or pink; wheels, windows and leaves keep their own."""
    pixels = np.array(picture)
    for pixel in pixels.reshape(-1, 4):
        h, s, v = colorsys.rgb_to_hsv(*(pixel[:3] / 255))
        if s > 0.3 and (h < 0.06 or h > 0.86):
            bright = min(1.0, v * 1.18) if hue == HUES["yellow"] else v
            pixel[:3] = np.rint(np.multiply(colorsys.hsv_to_rgb(hue, max(s, 0.55), bright), 255))
    return Image.fromarray(pixels)


def _address(picture):
    packed = io.BytesIO()
    picture.quantize(COLORS, method=Image.Quantize.FASTOCTREE).save(packed, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(packed.getvalue()).decode("ascii")
