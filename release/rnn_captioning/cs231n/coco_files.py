"""Where the data set lies, and what is said when one of its files is not as it should be."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .words import here, joined, ors, told

BASE_DIR = Path(__file__).resolve().parent / "datasets" / "coco_captioning"
NOTEBOOKS = Path(__file__).resolve().parents[1]
CAPTIONS, VOCABULARY = "coco2014_captions.h5", "coco2014_vocab.json"
SPECIAL = ("<NULL>", "<START>", "<END>")
LANGUAGES = {"en": (CAPTIONS, VOCABULARY), "zh": ("coco2014_captions_zh.h5", "coco2014_vocab_zh.json")}
TOO_FEW = {  # of a split, by what there is too little of
    "features": "The data set at {folder} is damaged (its {split} captions speak of {images} images, its {split}"
    " features of {count}): get the data set again.",
    "urls": "The data set at {folder} is damaged (its {split} captions speak of {images} images, its {split} urls of"
    " {count}): get the data set again.",
}


def data_folder(base_dir: str | os.PathLike | None = None, default: Path = BASE_DIR) -> Path:
    """The folder of the data set: `base_dir`, else what COCO_CAPTIONING_DIR names, else `default`.

    A relative one is looked for in the current folder, then beside the notebooks, which does not change with %cd; one
    of the environment also where Jupyter was started. A folder that holds a data set's folder coco_captioning will do.
    Raises FileNotFoundError, or NotADirectoryError for a file, with what to do.
    """
    named = os.fspath(base_dir or "").strip() or _unquoted(os.environ.get("COCO_CAPTIONING_DIR", ""))
    given = Path(named).expanduser() if named else default
    starts = [Path.cwd(), NOTEBOOKS, *([] if base_dir else [Path(os.environ.get("PWD") or Path.cwd())])]
    places = list(dict.fromkeys(start / given for start in starts))  # an absolute path stays what it is
    inside = [folder for place in places for folder in (place, place / "coco_captioning")]
    found = next((folder for folder in inside if (folder / CAPTIONS).is_file()), None)
    found = found or next((place for place in places if place.exists()), None)
    if found is None:
        nowhere = (
            "There is no data set at {places}: put the folder coco_captioning there, or name the folder that holds"
            " {file} with base_dir or the environment variable COCO_CAPTIONING_DIR."
        )
        raise FileNotFoundError(told(nowhere, places=ors(map(str, places)), file=CAPTIONS))
    if not found.is_dir():
        a_file = "{path} is a file: name the folder that it lies in, {folder}."
        raise NotADirectoryError(told(a_file, path=str(found), folder=str(found.parent)))
    return found


def caption_files(folder: Path, language: str | None = None) -> tuple[str, str]:
    """The names of the captions' file and the vocabulary's in a language of LANGUAGES.

    Without one, those of the release's language where the data set has them, which the photographs' has not, else the
    English ones. Raises ValueError for another language.
    """
    if language is not None and language not in LANGUAGES:
        unknown = "There is no language {language}: choose one of {languages}."
        raise ValueError(told(unknown, language=repr(language), languages=joined(map(repr, LANGUAGES))))
    own = LANGUAGES.get(language or here().name[:2], LANGUAGES["en"])
    return own if language or (folder / own[0]).is_file() else LANGUAGES["en"]


def existing(folder: Path, name: str, *, of_scenes: bool = False) -> Path:
    """A file of the data set; raises FileNotFoundError where it is missing.

    of_scenes: whether it is one that a data set of photographs does not have.
    """
    path = folder / name
    if not path.is_file():
        missing = (
            "{name} is missing from the data set at {folder}: only the scenes have it."
            if of_scenes
            else "{name} is missing from the data set at {folder}: get the data set again."
        )
        raise FileNotFoundError(told(missing, name=name, folder=str(folder)))
    return path


def scene_file(name: str) -> Path:
    """A file that a data set of photographs does not have; raises FileNotFoundError where it is missing."""
    return existing(data_folder(), name, of_scenes=True)


def damaged(path: Path, reason: object) -> ValueError:
    """The error for a file that is not as it should be. reason: in the language of the release."""
    said = "{path} is damaged ({reason}): get the data set again."
    return ValueError(told(said, path=str(path), reason=" ".join(str(reason).split())))


@contextlib.contextmanager
def taking_apart(path: Path) -> Iterator[None]:
    """Around code that takes apart what stands in a file: where that is something else, a ValueError names the file."""
    try:
        yield
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, SyntaxError, OSError) as error:
        raise damaged(path, f"{type(error).__name__}: {error}") from error


def read_lines(path: Path) -> list[str]:
    """The lines of a text file without the spaces around them; raises ValueError where it is no UTF-8."""
    return [line.strip() for line in read_text(path).splitlines()]


def read_vocabulary(path: Path) -> dict[str, Any]:
    """`idx_to_word` and `word_to_idx`; raises ValueError where they are not each other's inverse."""
    text = read_text(path)
    with taking_apart(path):
        vocabulary = json.loads(text)
        words, ids = vocabulary["idx_to_word"], vocabulary["word_to_idx"]
    if not (isinstance(words, list) and isinstance(ids, dict) and all(isinstance(word, str) for word in words)):
        raise damaged(path, told("idx_to_word must be a list of words, and word_to_idx their ids"))
    if len(words) != len(ids):
        raise damaged(path, told("idx_to_word has {words} words, word_to_idx {ids}", words=len(words), ids=len(ids)))
    if wrong := [word for index, word in enumerate(words) if ids.get(word) != index]:
        raise damaged(path, told("word_to_idx has another id for {word} than idx_to_word", word=repr(wrong[0])))
    if missing := set(SPECIAL) - ids.keys():
        raise damaged(path, told("it has no {words}", words=joined(sorted(missing))))
    return {"idx_to_word": words, "word_to_idx": ids}


def require_captions(data: Mapping[str, Any], split: str, path: Path) -> None:
    """Raise ValueError, naming the file, unless the captions of a split are word ids, each row with an image."""
    captions, images = data[f"{split}_captions"], data[f"{split}_image_idxs"]
    for name, array, ndim in ((f"{split}_captions", captions, 2), (f"{split}_image_idxs", images, 1)):
        if array.ndim != ndim or array.dtype.kind not in "iu" or not array.size:
            no_ids = "{name} is {dtype} of shape {shape}, not integers in {ndim} dimensions"
            raise damaged(path, told(no_ids, name=name, dtype=str(array.dtype), shape=str(array.shape), ndim=ndim))
    if len(captions) != len(images):
        differ = "{captions} {split}_captions, but {images} {split}_image_idxs"
        raise damaged(path, told(differ, captions=len(captions), images=len(images), split=split))
    count = len(data["idx_to_word"])
    outside = np.argwhere((captions < 0) | (captions >= count))
    if len(outside):
        place = tuple(map(int, outside[0]))
        no_word = "{split}_captions{place} is {id}, but the vocabulary has the ids 0 to {last}"
        fields = {"split": split, "place": str(list(place)), "id": int(captions[place]), "last": count - 1}
        raise damaged(path, told(no_word, **fields))
    if images.min() < 0:
        no_image = "{split}_image_idxs[{place}] is {image}"
        raise damaged(path, told(no_image, split=split, place=int(images.argmin()), image=int(images.min())))


def require_features(features: np.ndarray, path: Path) -> None:
    """Raise ValueError, naming the file, unless there is a row of numbers for each image."""
    if features.ndim != 2 or features.dtype.kind != "f":
        no_rows = "features is {dtype} of shape {shape}, not a row of floats an image"
        raise damaged(path, told(no_rows, dtype=str(features.dtype), shape=str(features.shape)))


def require_pictures(data: Mapping[str, Any], split: str, folder: Path) -> None:
    """Raise ValueError unless every caption's image has features and a url: sampling would fail much later."""
    images = int(data[f"{split}_image_idxs"].max(initial=-1)) + 1
    for kind in TOO_FEW:
        count = len(data[f"{split}_{kind}"])
        if count < images:
            raise ValueError(told(TOO_FEW[kind], folder=str(folder), split=split, images=images, count=count))


def _unquoted(text: str) -> str:
    """A variable's value without the quotes that Windows keeps."""
    return text.strip().strip("\"'")


def read_text(path: Path) -> str:
    """A text in UTF-8, with or without the mark that Windows puts before it."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise damaged(path, told("it is no text in UTF-8: {error}", error=str(error))) from error
