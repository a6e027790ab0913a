"""Train the net that sees the scenes again, with PyTorch: python data/train_net.py [--pictures N] [--epochs N].

It needs `pip install "torch>=2.2"`. A quarter of an hour on two processors. Make the data set afterwards.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "rnn_captioning"))  # the students' library

from cs231n.scenes.glyphs import read_glyphs
from cs231n.scenes.vision import Layer, SceneNet
from make_dataset import FOLDER
from scenes import dataset, files, pca


def main(arguments=None):
    """Train, fit the principal components on train's pictures, and write the net's file. Returns the exit status."""
    parser = argparse.ArgumentParser(description="Train the net that sees the scenes.")
    parser.add_argument("--pictures", type=int, default=24_000, help="to train on (default: %(default)s)")
    parser.add_argument("--epochs", type=int, default=10, help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        from scenes import training
    except ModuleNotFoundError as error:
        print(f'There is no {error.name}: pip install "torch>=2.2", then run this again.', file=sys.stderr)
        return 1
    glyphs = read_glyphs(FOLDER / files.GLYPHS)
    scenes, _ = dataset.tell(glyphs)
    net = training.train(*training.examples(options.pictures, glyphs, scenes["val"]), epochs=options.epochs)
    write(training.whole_numbers(net), dataset.draw_files(scenes["train"], glyphs, print))
    return 0


def write(layers, pictures):
    """Fit the principal components on pictures (files), and write the net's file. layers: from whole_numbers."""
    seen = SceneNet(tuple(Layer(*layer) for layer in layers), *[None] * 3)
    files.write_net(layers, *pca.projection(dataset.full_features(seen, pictures)), FOLDER / files.NET)
    print(f"wrote {FOLDER / files.NET}; now make the data set: python data/make_dataset.py")


if __name__ == "__main__":
    sys.exit(main())
