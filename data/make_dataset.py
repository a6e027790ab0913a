"""Make the small captioned data set: python data/make_dataset.py [--out FOLDER] [--check]."""

import argparse
import sys
import tempfile
from pathlib import Path

from shapes import dataset, files

FOLDER = Path(__file__).resolve().parent / "coco_captioning"


def main(arguments=None):
    """Write the data set, or with --check compare it with the folder. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the small captioned data set of coloured shapes.")
    parser.add_argument("--out", type=Path, default=FOLDER, help="the folder (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the folder is stale")
    options = parser.parse_args(arguments)
    made = dataset.make(report=lambda line: print(line, flush=True))
    if options.check:
        return _check(made, options.out)
    files.write(made, options.out)
    size = sum(path.stat().st_size for path in options.out.iterdir())
    print(f"wrote {options.out}: {size / 1e6:.1f} MB, {len(made.words)} words")
    return 0


def _check(made, folder):
    with tempfile.TemporaryDirectory() as fresh:
        files.write(made, fresh)
        found = files.differences(fresh, folder)
    if not found:
        print(f"{folder} is up to date")
        return 0
    print(f"{folder} is stale:", *found, sep="\n  ", file=sys.stderr)
    print(f"To mend it: python data/make_dataset.py --out {folder}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
