"""Captions in Chinese as students have them: loaded, judged, scored and shown."""

from __future__ import annotations

import json
import runpy
import shutil
from pathlib import Path
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from autograder.assignment import Assignment
from autograder.selfcheck.language import ENGLISH, Language
from cs231n import coco_files, fonts
from cs231n.bleu import corpus_bleu
from cs231n.captions import score, true_captions
from cs231n.coco_utils import load_coco_data
from cs231n.scenes.told import Right, Told, judge, load_told, word_boxes
from cs231n.truth import share_right
from tests.support.house import ROOT, data_folder

pytestmark = pytest.mark.usefixtures("data_set")

CAR = Told("road", "evening", ("red car", "cow", "cow"), np.zeros((3, 4)), False)
FLOWER = Told("meadow", "day", ("pink flower", "red balloon"), np.zeros((2, 4)), False)
CAR_AND_FLOWER = Told("road", "day", ("red car", "pink flower"), np.zeros((2, 4)), False)
WHALE = Told("sea", "night", ("whale",), np.zeros((1, 4)), False)


@pytest.fixture
def photographs(assignment: Assignment, tmp_path: Path) -> Path:
    """A data set without what only the scenes have."""
    folder = shutil.copytree(data_folder(assignment), tmp_path / "photographs")
    for name in coco_files.LANGUAGES["zh"]:
        (folder / name).unlink()
    return folder


@pytest.fixture
def data(data_set) -> dict:
    return load_coco_data(language="zh")


def speaker(data: dict, choose):
    """A model that says of each picture of val what `choose` makes of its true captions, as word ids."""
    rows, owners = data["val_captions"], data["val_image_idxs"]
    said = (choose(rows[owners == image]) for image in range(len(data["val_urls"])))
    return SimpleNamespace(sample=lambda features, max_length: np.stack([next(said) for _ in features]))


# Loading


@pytest.mark.parametrize(("language", "word"), [("zh", "一只"), ("en", "dog"), (None, "dog")])
def test_captions_come_in_the_language_that_is_asked_for(language, word):
    data = load_coco_data(language=language)
    assert word in data["word_to_idx"]
    assert len({"一只", "dog"} & data["word_to_idx"].keys()) == 1
    assert data["train_captions"].max() == len(data["idx_to_word"]) - 1
    assert set(coco_files.SPECIAL) < data["word_to_idx"].keys()


def test_nothing_but_the_captions_depends_on_the_language(data):
    english = load_coco_data(language="en")
    assert data.keys() == english.keys()
    for name in data.keys() - {"train_captions", "val_captions", "idx_to_word", "word_to_idx"}:
        assert np.array_equal(data[name], english[name]), name
    assert data["train_captions"].shape == english["train_captions"].shape
    assert true_captions(data, "val", 0) != true_captions(english, "val", 0)


@pytest.mark.parametrize("language", ["de", "", "zh_CN", "ZH"])
def test_another_language_is_refused_with_those_there_are(language):
    with pytest.raises(ValueError, match=rf"There is no language '{language}': choose one of 'en', 'zh'"):
        load_coco_data(language=language)


@pytest.mark.parametrize(
    ("release", "word"), [(ENGLISH, "dog"), (Language("zh_CN"), "狗"), (Language("fr"), "dog")], ids=["en", "zh", "fr"]
)
def test_by_default_it_is_the_language_of_the_release(monkeypatch, release, word):
    monkeypatch.setattr(coco_files, "here", lambda: release)
    assert word in load_coco_data()["word_to_idx"]
    assert "dog" in load_coco_data(language="en")["word_to_idx"]


@pytest.mark.parametrize("release", [ENGLISH, Language("zh_CN")], ids=["en", "zh"])
def test_a_data_set_without_chinese_is_in_english_unless_chinese_is_asked_for(monkeypatch, photographs, release):
    monkeypatch.setattr(coco_files, "here", lambda: release)
    assert "dog" in load_coco_data(photographs)["word_to_idx"]
    with pytest.raises(FileNotFoundError, match=r"coco2014_captions_zh\.h5 is missing from the data set at"):
        load_coco_data(photographs, language="zh")


# Judging


@pytest.mark.parametrize(
    ("caption", "told", "right"),
    [
        ("日落 时 一辆 红色 的 汽车 停 在 马路 上", CAR, (True, True, True)),
        ("一辆 红色 的 大 汽车 在 两头 牛 的 左边", CAR, (True, None, None)),
        ("一辆 汽车 和 两头 牛", CAR, (True, None, None)),
        ("一辆 蓝色 的 汽车 在 两头 牛 的 左边", CAR, (False, None, None)),
        ("一辆 蓝色 的 大 汽车 在 城市 里", CAR, (False, True, None)),
        ("蓝天 下 两头 牛 站 在 草地 上", CAR, (True, False, False)),
        ("晴天 一朵 粉色 的 花 长 在 田野 里", FLOWER, (True, True, True)),
        ("一朵 红色 的 花", FLOWER, (False, None, None)),
        ("一个 红色 的 气球 和 一朵 花", FLOWER, (True, None, None)),
        ("一个 红色 的 气球 一朵 花", FLOWER, (True, None, None)),
        ("一个 红色 <UNK> 一朵 花", FLOWER, (True, None, None)),
        ("一辆 红色 的 汽车 和 花", CAR_AND_FLOWER, (True, None, None)),
        ("一辆 红色 的 汽车 花", CAR_AND_FLOWER, (True, None, None)),
        ("一辆 红色 的 汽车 和 红色 的 花", CAR_AND_FLOWER, (False, None, None)),
        ("晚霞 下 一个 气球 飘 在 草原 的 天空 中", FLOWER, (True, True, False)),
        ("月光 下 一条 鲸鱼 在 海里 游动", WHALE, (True, True, True)),
        ("夜里 大海 上空 有 一只 鸟", WHALE, (False, True, True)),
        ("一条 鱼 在 水里 游动", WHALE, (False, True, None)),
        ("画面 中间 有 <UNK>", WHALE, (None, None, None)),
    ],
)
def test_names_are_judged(caption, told, right):
    found = judge(caption, told)
    assert found == Right(*right)
    assert found.all == (False not in right)


@pytest.mark.parametrize("split", ["train", "val"])
def test_true_captions_are_right_and_say_most(data, split):
    found = []
    for image, told in enumerate(load_told(split)):
        for caption in true_captions(data, split, image):
            found.append(judge(caption, told))
            assert found[-1].all, (caption, told)
    for kind, least in (("things", 0.98), ("place", 0.35), ("time", 0.35)):
        assert np.mean([getattr(each, kind) is not None for each in found]) > least, kind


def test_captions_of_other_pictures_are_mostly_wrong(data):
    told = load_told("val")
    found = [judge(caption, told[i - 1]).all for i in range(len(told)) for caption in true_captions(data, "val", i)]
    assert np.mean(found) < 0.02


def test_words_lead_to_the_boxes_of_what_they_can_name():
    boxes = np.array([[0, 64, 32, 32], [64, 0, 64, 64], [32, 64, 32, 32]])
    found = word_boxes(Told("road", "day", ("red car", "cow", "blue car"), boxes, False))
    assert found["汽车"] == found["car"] == [(0, 0.5, 0.25, 0.75), (0.25, 0.5, 0.5, 0.75)]
    assert found["牛"] == [(0.5, 0, 1, 0.5)]
    assert found.keys() == {"car", "cars", "汽车", "cow", "cows", "牛"}


def test_who_repeats_true_captions_is_right_and_who_says_one_sentence_seldom(data):
    found = share_right(speaker(data, lambda rows: rows[0]), data)
    assert {*found} == {"all pictures", "new pair"}
    assert all(share == 1 for shares in found.values() for share in shares.values())
    sentence = ["夜里", "海滩", "上", "有", "一只", "狗"]
    row = np.array([data["word_to_idx"][word] for word in ("<START>", *sentence, "<END>")])
    found = share_right(speaker(data, lambda rows: row), data)["all pictures"]
    told = load_told("val")
    assert found["things"] == np.mean(["dog" in each.names for each in told])
    assert found["place"] == np.mean([each.place == "beach" for each in told])
    assert found["time"] == np.mean([each.time == "night" for each in told])
    assert found["all"] < 0.02


# Scores


def test_bleu_counts_chinese_words_and_not_characters():
    said, true = ["一只", "狗", "在", "草地", "里"], ["一只", "狗", "在", "草地", "上"]
    assert corpus_bleu([said], [[true]]) == pytest.approx((4 / 5 * 3 / 4 * 2 / 3 * 1 / 2) ** 0.25)
    assert corpus_bleu([["自行车", "停"]], [[["汽车", "停"]]], longest=1) == 1 / 2, "车 is in both"


def test_a_models_captions_are_scored_word_by_word(data):
    assert score(speaker(data, lambda rows: rows[0]), data, "val") == {"BLEU-4": 1.0, "exact": 1.0}

    def shortened(rows):
        """The longest one without its last word."""
        row = max(rows, key=np.count_nonzero)
        end = np.count_nonzero(row) - 1
        return np.concatenate([row[: end - 1], row[end:], [0]])

    found = score(speaker(data, shortened), data, "val")
    assert 0.9 < found["BLEU-4"] <= 1 and found["exact"] < 0.1


# Plots


@pytest.fixture
def shipped() -> set[str]:
    """The characters of the course's font."""
    return {chr(code) for code in TTFont(fonts.SHIPPED).getBestCmap()}


@pytest.fixture
def plots(monkeypatch):
    """matplotlib as it is without the course, and again after the test."""
    monkeypatch.setattr(font_manager.fontManager, "ttflist", [*font_manager.fontManager.ttflist])
    with matplotlib.rc_context({"font.family": ["DejaVu Sans"]}):
        yield


def drawn(text: str) -> np.ndarray:
    figure = Figure(figsize=(2, 1))
    figure.text(0.2, 0.4, text)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def test_the_font_has_all_that_the_course_says_in_chinese(assignment, shipped):
    catalogues = [*(assignment.declared_in / "locale" / "zh_CN").glob("*.po")]
    catalogues += (ROOT / "autograder" / "locale" / "zh_CN").glob("*.po")
    assert len(catalogues) > 4
    words = json.loads((data_folder(assignment) / "coco2014_vocab_zh.json").read_text(encoding="utf-8"))["idx_to_word"]
    for text in (*words, *(path.read_text(encoding="utf-8") for path in catalogues)):
        assert {letter for letter in text if letter.isprintable()} - shipped == set()


def test_the_font_has_all_that_its_maker_would_put_in(shipped):
    maker = runpy.run_path(str(ROOT / "scripts" / "chinese_font.py"))
    assert maker["TO"] == fonts.SHIPPED
    wanted = maker["characters"]()
    assert {*"狗猫你好"} < wanted
    assert shipped >= wanted, "run scripts/chinese_font.py"


@pytest.mark.usefixtures("plots")
def test_plots_show_chinese():
    with pytest.warns(UserWarning, match="Glyph .* missing"):
        empty = drawn("你好")
    fonts.use_chinese()
    assert not np.array_equal(drawn("你好"), empty)
    assert not np.array_equal(drawn("你好"), drawn("好你")), "two characters, no boxes"


@pytest.mark.usefixtures("plots")
def test_the_courses_font_will_do_where_the_system_has_none(monkeypatch):
    monkeypatch.setattr(fonts, "KNOWN", ())
    families = fonts.use_chinese()
    assert matplotlib.rcParams["font.family"] == families
    assert families[0] == "DejaVu Sans" and len(families) == 2
    assert Path(font_manager.findfont(families[1], fallback_to_default=False)) == fonts.SHIPPED
    drawn("你好 一只 狗 在 草地 上")


@pytest.mark.usefixtures("plots")
def test_a_font_of_the_systems_goes_before_the_courses(monkeypatch):
    there = [font for font in font_manager.fontManager.ttflist if font.name == "DejaVu Serif"]
    assert there
    monkeypatch.setattr(fonts, "KNOWN", ("Nobody Has This", "DejaVu Serif"))
    assert fonts.use_chinese()[:2] == ["DejaVu Sans", "DejaVu Serif"]
