"""Make the picture at the top of the first notebook: scenes with the captions of a finished network.

    python scripts/goal_picture.py [LANGUAGE]      such as zh_CN, where the network is to speak Chinese

It trains the LSTM of notebook 3 with the reference's functions, a minute or two, and takes from val pictures of several
places whose captions are word by word one of the true ones.
"""

import os
import re
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "source" / "rnn_captioning"))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
from matplotlib.figure import Figure

from autograder.assignment import load
from autograder.catalogues.files import FOLDER, OVERLAY
from cs231n.captioning_solver import CaptioningSolver
from cs231n.captions import caption_images, true_captions
from cs231n.classifiers.rnn import CaptioningRNN
from cs231n.coco_utils import load_coco_data
from cs231n.fonts import use_chinese
from cs231n.image_utils import image_from_url
from cs231n.scenes.told import load_told

ROOT = Path(__file__).resolve().parents[1]
SHOWN = 4
WIDE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")  # the space between two words in Chinese
SETTINGS = {"num_epochs": 8, "batch_size": 100, "lr_decay": 0.8}
ADAM = {"learning_rate": 4e-3, "weight_decay": 0.5}


def main():
    """Train, choose, draw."""
    language = sys.argv[1] if len(sys.argv) > 1 else ""
    assignment = load(ROOT, "rnn_captioning")
    (folder,) = assignment.data_folders.values()
    os.environ["COCO_CAPTIONING_DIR"] = str(folder)
    reference = assignment.reference()
    CaptioningRNN._yours = lambda self, what: reference[f"captioning_{self.cell_type}_{what}"]
    data = load_coco_data(folder, language=language[:2] or "en")
    np.random.seed(231)
    model = CaptioningRNN(data["word_to_idx"], input_dim=512, wordvec_dim=128, hidden_dim=256, cell_type="lstm")
    CaptioningSolver(model, data, update_rule="adam", optim_config=ADAM, print_every=200, **SETTINGS).train()
    if language.startswith("zh"):
        use_chinese()
    figure = _draw(data, *_chosen(model, data))
    release = assignment.declared_in / FOLDER / language / OVERLAY if language else assignment.source
    (release / "figures").mkdir(parents=True, exist_ok=True)
    figure.savefig(release / "figures" / "goal.png", dpi=90)


def _chosen(model, data):
    """Pictures of different places, longest captions first, and what the model says of each picture of val."""
    told = load_told("val")
    said = caption_images(model, data, "val", np.arange(len(told)))
    right = [i for i, caption in enumerate(said) if caption in true_captions(data, "val", i)]
    found = {}
    for image in sorted(right, key=lambda i: -len(said[i].split())):
        found.setdefault(told[image].place, image)
    return said, list(found.values())[:SHOWN]


def _draw(data, said, images):
    figure = Figure(figsize=(9, 2.9), layout="constrained", facecolor="#fbfcfe")
    for axes, image in zip(figure.subplots(1, SHOWN), images, strict=True):
        axes.imshow(image_from_url(data["val_urls"][image]))
        shown = WIDE.sub("", said[image])
        axes.set_xlabel(textwrap.fill(shown, 26 if shown == said[image] else 13), fontsize=10)
        axes.set(xticks=[], yticks=[])
    return figure


if __name__ == "__main__":
    main()
