"""Make the data set of little scenes: python data/make_dataset.py [--out FOLDER] [--check].

It draws with the glyphs and sees with the net that lie in coco_captioning/; make_glyphs.py and train_net.py make those.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "rnn_captioning"))  # the students' library

from cs231n.scenes.draw import draw
from cs231n.scenes.glyphs import read_glyphs
from cs231n.scenes.vision import SceneNet
from scenes import dataset, files, pictures

FOLDER = Path(__file__).resolve().parent / "coco_captioning"
ALIKE = 6.0  # of 255: the mean difference of a stored picture from the drawn one; what WebP leaves out makes about 2


def main(arguments=None):
    """Write the data set, or with --check compare it with the folder. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the data set of little scenes.")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the folder is stale")
    options = parser.parse_args(arguments)
    glyphs, net = read_glyphs(FOLDER / files.GLYPHS), SceneNet.read(FOLDER / files.NET)
    if options.check:
        return _check(glyphs, net, options.out)
    made = dataset.make(glyphs, net, report=_say)
    files.write(made, options.out)
    for name in files.PARTS:
        if options.out != FOLDER:
            shutil.copyfile(FOLDER / name, options.out / name)
    size = sum(path.stat().st_size for path in options.out.iterdir())
    print(f"wrote {options.out}: {size / 1e6:.1f} MB, {len(made.words)} words")
    return 0


def _check(glyphs, net, folder):
    found = stale(glyphs, net, folder)
    if not found:
        print(f"{folder} is up to date")
        return 0
    print(f"{folder} is stale:", *found, sep="\n  ", file=sys.stderr)
    print(f"To mend it: python data/make_dataset.py --out {folder}", file=sys.stderr)
    return 1


def stale(glyphs, net, folder, every=1):
    """Sentences on what in the folder is not as it would be made now.

    The pictures have to look like the drawn ones, since builds of libwebp store them differently; of what is stored,
    everything else has to come out exactly. every: compare only each so manieth picture.
    """
    try:
        stored = files.read_pictures(folder)
    except (OSError, ValueError) as error:
        return [f"the pictures cannot be read ({error})"]
    scenes, _ = dataset.tell(glyphs)
    found = [line for split in scenes for line in _unlike(split, scenes[split], stored[split], glyphs, every)]
    if found:
        return found
    made = dataset.make(glyphs, net, files=stored, report=_say)
    with tempfile.TemporaryDirectory() as fresh:
        files.write(made, fresh)
        return files.differences(fresh, folder)


def _unlike(split, scenes, stored, glyphs, every):
    if len(scenes) != len(stored):
        return [f"{split}: {len(stored)} pictures instead of {len(scenes)}"]
    wrong = [i for i in range(0, len(scenes), every) if not _alike(draw(scenes[i], glyphs), stored[i])]
    return [f"{split}: {len(wrong)} pictures differ, the first is picture {wrong[0]}"] if wrong else []


def _alike(drawn, content):
    try:
        seen = pictures.decode(content)
    except OSError:  # what Pillow raises for a damaged picture
        return False
    return seen.shape == drawn.shape and np.abs(seen.astype(int) - drawn).mean() < ALIKE


def _say(line):
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
