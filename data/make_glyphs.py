"""Take the pictures of the things from the font Noto Color Emoji again: python data/make_glyphs.py [--font FILE].

On Debian the font is in the package fonts-noto-color-emoji. Everything that is drawn changes with it: train the net and
make the data set afterwards.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "rnn_captioning"))  # the students' library

from make_dataset import FOLDER
from scenes import files, glyphs


def main(arguments=None):
    """Write the glyphs. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Take the pictures of the things from the font.")
    parser.add_argument(
        "--font", default=glyphs.FONT, help="the font's file (default: %(default)s, where it is installed)"
    )
    options = parser.parse_args(arguments)
    try:
        glyphs.write(FOLDER / files.GLYPHS, options.font)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError:
        print(f"The font {options.font} cannot be read: install fonts-noto-color-emoji, or name it with --font.")
        return 1
    print(f"wrote {FOLDER / files.GLYPHS}; now train the net (train_net.py) and make the data set (make_dataset.py)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
