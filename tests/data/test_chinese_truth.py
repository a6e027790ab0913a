"""The captions in Chinese are true: read by rules of this file alone, with its own words."""

from __future__ import annotations

import re

import pytest

from cs231n.scenes.scene import Placed, Scene, extent
from cs231n.scenes.things import SKY, WATER
from scenes import dataset
from tests.data.test_dataset_truth import above, behind, left, near, swapped

pytestmark = pytest.mark.slow
SPLITS = ("train", "val")
MEANT = {  # what a noun means, by the word that stands between it and a number
    "只": "狗 dog 犬 dog 猫 cat 猫咪 cat 绵羊 sheep 兔子 rabbit 野兔 rabbit 鹿 deer 长颈鹿 giraffe 老虎 tiger"
    " 老鼠 mouse 骆驼 camel 乌龟 turtle 鸭子 duck 企鹅 penguin 螃蟹 crab 海豚 dolphin 章鱼 octopus 鸟 bird"
    " 蝴蝶 butterfly 蝙蝠 bat 风筝 kite",
    "头": "牛 cow 猪 pig 家猪 pig 大象 elephant",
    "匹": "马 horse 骏马 horse",
    "条": "鲸鱼 whale 鱼 fish 鲨鱼 shark 独木舟 canoe",
    "艘": "帆船 sailboat 轮船 ship",
    "架": "飞机 airplane 客机 airplane 直升机 helicopter",
    "道": "彩虹 rainbow",
    "朵": "云 cloud 向日葵 sunflower 花 flower",
    "位": "舞者 dancer 舞蹈家 dancer 跑步者 runner 慢跑者 runner 骑车人 cyclist",
    "辆": "自行车 bicycle 单车 bicycle 拖拉机 tractor 公交车 bus 卡车 truck 货车 truck 摩托车 motorcycle"
    " 汽车 car 轿车 car",
    "棵": "树 tree 棕榈树 palm 松树 pine 仙人掌 cactus",
    "座": "教堂 church 房子 house 城堡 castle 堡垒 castle",
    "顶": "帐篷 tent",
    "根": "香蕉 banana 胡萝卜 carrot",
    "把": "遮阳伞 umbrella",
    "个": "蘑菇 mushroom 水桶 bucket 雪人 snowman 苹果 apple 水果 apple 西瓜 watermelon 蛋糕 cake 甜点 cake"
    " 菠萝 pineapple 球 ball 气球 balloon",
}
NOUNS = {
    f"{classifier} {noun}": word
    for classifier, pairs in MEANT.items()
    for noun, word in zip(pairs.split()[::2], pairs.split()[1::2], strict=True)
}
COUNTS = {"一": 1, "两": 2, "三": 3}
SIZES = dict.fromkeys(["小", "小小 的", "极小 的", "迷你"], "small") | dict.fromkeys(
    ["大", "很大 的", "巨大 的", "超大 的"], "big"
)
COLORS = {"红色": "red", "蓝色": "blue", "绿色": "green", "黄色": "yellow", "紫色": "purple", "粉色": "pink"}
PLACES = {
    "meadow": "草地 上|田野 里|草原 上",
    "beach": "沙滩 上|海滩 上|海边",
    "road": "马路 上|街道 上|城市 里",
    "sea": "海面 上|水面 上|海里|水里|波浪 里",
    "snow": "雪地 里|积雪 上|雪景 里",
    "desert": "沙漠 里|沙丘 之间",
}
TIMES = {"day": "晴天|白天|蓝天 下|阳光 下", "evening": "傍晚|日落 时|晚霞 下", "night": "夜里|星空 下|月光 下"}
COLUMNS = {"左边": 34, "左侧": 34, "中间": 64, "中央": 64, "右边": 94, "右侧": 94}
STANDS = {
    "左边": left, "左侧": left, "右边": swapped(left), "右侧": swapped(left), "旁边": near, "附近": near,
    "后面": behind, "后方": behind, "前面": swapped(behind), "前方": swapped(behind),
    "上面": above, "上方": above, "下面": swapped(above), "下方": swapped(above),
}  # fmt: skip
BEFORE = {  # which things do it; said before the place
    "站": "dog cat cow pig sheep horse rabbit deer elephant giraffe tiger mouse camel duck penguin",
    "长": "tree palm pine cactus sunflower flower mushroom",
    "停": "bus truck car bicycle motorcycle tractor canoe",
    "立": "church house castle tent snowman umbrella",
    "放": "apple watermelon banana carrot ball pineapple bucket cake",
    "飘": "cloud balloon kite",
    "挂": "rainbow",
}
BEHIND = {  # said behind it
    "跳舞": "dancer", "跑步": "runner", "骑行": "cyclist", "爬行": "crab turtle", "航行": "sailboat ship",
    "游动": "whale dolphin fish octopus shark", "飞翔": "bird butterfly bat", "飞行": "airplane helicopter",
}  # fmt: skip
AFLOAT = ("sailboat", "ship", "canoe")
PERSONS = ("dancer", "runner", "cyclist")
ON, IN, AIR = "#", "~", "^"  # signs for a place: on the ground or the water, in the water, in the air; @ is for a thing
SIGNS = ON + IN + AIR


def either(words) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


TIME = "|".join(f"(?P<{time}>{phrases})" for time, phrases in TIMES.items())
SENTENCE = re.compile(rf"(?:图中 )?(?:(?:{TIME}) )?(?P<rest>.*)")
NOUN = either(noun.split()[1] for noun in NOUNS)
MENTION = re.compile(
    rf"({either(COUNTS)})({either(MEANT)}) (?:({either(COLORS)}) 的 (?=[大小] |{NOUN}))?"
    rf"(?:(?![大小] 大象)({either(SIZES)}) )?({NOUN})(?!\S)"
)
PHRASES = "|".join(PLACES.values()).split("|")
NAMES = {phrase.split()[0]: place for place, said in PLACES.items() for phrase in said.split("|")} | {"大海": "sea"}
WHERE = re.compile(rf"(?:(?:{either(NAMES)}) (?:上空|的 天空 中)|{either(PHRASES)}|天空 中)(?!\S)")
AT = rf"([{SIGNS}]|画面 (?:{either(COLUMNS)})|@ 的 (?:{either(STANDS)})|@ 和 @ 之间)"
THERE_IS = re.compile(rf"(?:[#~] )?{AT} 有 @")
THERE_IT_IS = re.compile(rf"有 @ 在 (画面 (?:{either(COLUMNS)}))")
IT_IS = re.compile(rf"(?:[#~] )?@ (?:({either(BEFORE)}) )?在 {AT}(?: ({either(BEHIND)}))?")
THINGS = re.compile(rf"[{SIGNS}] 有 @(?: @)? 和 @|[{SIGNS}] 的 @|有 @|[#~] 有 @ \^ 有 @")


def is_true(caption: str, scene, glyphs) -> bool:
    """Whether a caption is a sentence we know and true of the scene."""
    said = SENTENCE.fullmatch(caption)
    if any(said[time] and time != scene.time for time in TIMES):
        return False
    things = [_meant(mention, scene) for mention in MENTION.finditer(said["rest"])]
    if not things or not all(things):
        return False
    frame = MENTION.sub("@", said["rest"])
    names = [found[0].split()[0] for found in WHERE.finditer(frame)]
    if not all(NAMES.get(name, scene.place) == scene.place for name in names):
        return False
    frame = WHERE.sub(_sign, frame)
    return _is_where_it_says(frame, things) and _frame_is_true(frame, things, glyphs)


def _meant(mention, scene):
    """The things of the scene that are meant; none where they are not as many as it says."""
    count, classifier, color, size, noun = mention.groups()
    word = NOUNS.get(f"{classifier} {noun}")
    name = f"{COLORS[color]} {word}" if color else word
    found = [
        placed
        for placed in scene.things
        if name in (placed.name, placed.thing.word) and (not size or SIZES[size] == placed.size)
    ]
    return found if len(found) == COUNTS[count] else []


def _sign(found):
    if "空" in found[0]:
        return AIR
    return IN if found[0] in ("海里", "水里", "波浪 里") else ON


def _is_where_it_says(frame, things):
    """Whether the first thing that is said to be in the air flies, in the water swims, and on the water floats."""
    for place in re.finditer(f"[{SIGNS}]", frame):
        before = frame[: place.start()].count("@")
        after = re.match(f"[^{SIGNS}]*", frame[place.end() :])[0].count("@")
        own = [_own_sign(told_of[0].thing) for told_of in things[before : before + after] or things[:1]]
        if place[0] != own[0]:
            return False
    return True


def _own_sign(thing):
    if thing.on == SKY:
        return AIR
    return IN if thing.on == WATER and thing.word not in AFLOAT else ON


def _frame_is_true(frame, things, glyphs):
    """frame: the sentence with @ for each thing, # or ^ for each place. things: what each @ means."""
    if there_is := THERE_IS.fullmatch(frame):
        return _stands(things[-1], there_is[1], things[:-1], glyphs)
    if there_it_is := THERE_IT_IS.fullmatch(frame):
        return _stands(things[0], there_it_is[1], [], glyphs)
    if it_is := IT_IS.fullmatch(frame):
        return _does(things[0], *it_is.group(1, 3)) and _stands(things[0], it_is[2], things[1:], glyphs)
    if frame == "@ 排成 一排":
        row = [placed.y for placed in things[0]]
        return len(row) > 1 and max(row) - min(row) <= 8
    if frame == "@ 比 @ 大":
        if any(len(each) > 1 or each[0].thing.word in PERSONS for each in things):
            return False
        sizes = [extent(each[0], glyphs[each[0].name]) for each in things]
        return sizes[0][0] * sizes[0][1] > 1.5 * sizes[1][0] * sizes[1][1]
    return bool(THINGS.fullmatch(frame))


def _does(one, before, behind_it):
    """Whether it does what is said before and behind the place: nothing, or one of both."""
    said = [table[verb].split() for table, verb in ((BEFORE, before), (BEHIND, behind_it)) if verb]
    return len(said) < 2 and all(one[0].thing.word in words for words in said)


def _stands(one, at, others, glyphs):
    """at: where it stands, with @ for each of the others."""
    if at in SIGNS:
        return True
    *_, word = at.split()
    if at.startswith("画面"):
        return len(one) == 1 and abs(one[0].x - COLUMNS[word]) <= 15
    if word == "之间":
        first, second = (other[0] for other in others)
        return any(left(a, one[0], glyphs) and left(one[0], b, glyphs) for a, b in ((first, second), (second, first)))
    return all(STANDS[word](a, b, glyphs) for a in one for b in others[0])


@pytest.fixture(scope="module")
def in_chinese(told, glyphs) -> dict:
    """The captions in Chinese, by split."""
    return dataset.tell_in_chinese(told[0], glyphs)


@pytest.mark.parametrize("split", SPLITS)
def test_captions_are_true_and_different(told, in_chinese, glyphs, split):
    for scene, five in zip(told[0][split], in_chinese[split], strict=True):
        assert len(five) == len(set(five)) == 5
        for caption in five:
            assert is_true(caption, scene, glyphs), (caption, scene)


def test_all_that_is_read_here_is_said(in_chinese):
    """A word that no caption has would be checked in none."""
    said = {word for five in in_chinese["train"] for caption in five for word in caption.split()}
    known = [*COLORS, *COLUMNS, *STANDS, *BEFORE, *BEHIND, *(noun.split()[1] for noun in NOUNS), "比", "之间", "一排"]
    assert not {*known, *(size.split()[0] for size in SIZES), *NAMES} - said
    assert not {f"{count}{classifier}" for count in COUNTS for classifier in "只头条个"} - said
    assert not {phrase.split()[0] for phrases in TIMES.values() for phrase in phrases.split("|")} - said


def test_captions_of_other_scenes_are_told_apart(told, in_chinese, glyphs):
    """The rules above can fail: of the captions of other scenes, hardly any is true of a scene."""
    scenes, captions = told[0]["val"], in_chinese["val"]
    wrong = [is_true(caption, scenes[i - 1], glyphs) for i, five in enumerate(captions) for caption in five]
    assert sum(wrong) / len(wrong) < 0.02


@pytest.mark.parametrize(
    ("word", "other"),
    [
        *[("左边", "右边"), ("右侧", "左侧"), ("前面", "后面"), ("后方", "前方"), ("上方", "下方"), ("下面", "上面")],
        *[("旁边", "上方"), ("附近", "下方"), ("之间", "前面"), ("中央", "左侧"), ("大", "小"), ("小小", "很大")],
        *[("白天", "夜里"), ("晚霞", "星空"), ("月光", "阳光"), ("草地", "沙滩"), ("沙漠", "雪地"), ("上空", "上")],
        *[("一只", "两只"), ("两只", "三只"), ("三个", "两个"), ("一只", "一头"), ("狗", "章鱼"), ("飞翔", "游动")],
        *[("飞行", "飞翔"), ("飞翔", "飞行"), ("航行", "游动"), ("飘", "挂"), ("停", "站"), ("放", "站"), ("立", "长")],
        *[("海面", "海滩"), ("海里", "海边"), ("红色", "绿色")],
    ],
)
def test_a_caption_with_another_word_is_false(told, in_chinese, glyphs, word, other):
    found = [
        (caption, scene)
        for split in SPLITS
        for scene, five in zip(told[0][split], in_chinese[split], strict=True)
        for caption in five
        if word in caption.split()
    ]
    assert found
    for caption, scene in found:
        changed = " ".join(other if each == word else each for each in caption.split())
        assert not is_true(changed, scene, glyphs), (changed, scene)


PONY = Scene("meadow", "night", (Placed("horse", 34, 100, "small"),))
ELEPHANT = Scene("desert", "day", (Placed("elephant", 64, 100, "big"),))
CARS = Scene("road", "day", (Placed("red car", 40, 100), Placed("dog", 92, 101, "small")), "beside")
DANCER = Scene("beach", "night", (Placed("dancer", 40, 100, "big"), Placed("cake", 76, 101, "small")), "beside")
BIRDS = Scene("meadow", "evening", (Placed("bird", 30, 40), Placed("bird", 70, 41)), "alike")
PLANE = Scene("sea", "day", (Placed("airplane", 60, 30), Placed("canoe", 60, 110)), "above")
SHIP = Scene("sea", "day", (Placed("ship", 40, 100), Placed("fish", 100, 101)), "beside")


@pytest.mark.parametrize(
    ("scene", "true", "false"),
    [
        (
            PONY,
            "月光 下 草原 上 有 一匹 小 马, 有 一匹 马 在 画面 左侧, 一匹 极小 的 马 站 在 田野 里",
            "月光 下 草原 上 有 一匹 大 马, 有 一匹 马 在 画面 中间, 一匹 马 站 在 沙丘 之间, 傍晚 有 一匹 马, "
            "那匹 马 在 画面 左侧, 有 一匹 马 站 在 画面 左侧, 草地 里 有 一匹 马, 一匹 马 躺 在 草地 上",
        ),
        (
            ELEPHANT,
            "沙漠 里 有 一头 很大 的 大象, 一头 大象 站 在 沙丘 之间",
            "沙漠 里 有 一头 大 大象, 沙漠 里 有 一头 小小 的 大象",
        ),
        (
            CARS,
            "一辆 红色 的 汽车 停 在 一只 狗 的 左边, 马路 上 有 一只 狗 和 一辆 汽车, 一辆 汽车 比 一只 小 狗 大",
            "一辆 蓝色 的 汽车 停 在 一只 狗 的 左边, 马路 上 有 一只 狗 和 两辆 汽车, 一只 狗 比 一辆 汽车 大, "
            "马路 上 有 一辆 红色 汽车 和 一只 狗, 那辆 汽车 比 那只 狗 大, 一只 狗 站 在 一辆 汽车 的 近旁",
        ),
        (
            DANCER,
            "一位 大 舞者 在 一个 蛋糕 的 附近 跳舞, 夜里 一个 蛋糕 放 在 海边, 一个 小 蛋糕 在 一位 舞者 的 旁边",
            "一位 舞者 比 一个 蛋糕 大, 一个 蛋糕 躺 在 海边, 一位 舞者 站 在 海边, 海面 上 有 一位 舞者",
        ),
        (
            BIRDS,
            "两只 鸟 在 田野 上空 飞翔, 傍晚 两只 鸟 排成 一排, 草原 的 天空 中 有 两只 鸟",
            "一只 鸟 在 田野 上空 飞翔, 草地 上 有 两只 鸟, 两只 鸟 站 在 草地 上空, 两只 鸟 和 一只 狗",
        ),
        (
            PLANE,
            "一架 飞机 在 大海 上空 飞行, 一条 独木舟 停 在 水面 上, 海面 上 有 一条 独木舟 天空 中 有 一架 飞机",
            "一架 飞机 在 大海 上空 飞翔, 一条 独木舟 停 在 水里, 水里 有 一条 独木舟 天空 中 有 一架 飞机",
        ),
        (
            SHIP,
            "海面 上 有 一艘 轮船, 波浪 里 的 一条 鱼, 一艘 轮船 在 水面 上 航行, 一条 鱼 在 海里 游动",
            "海里 有 一艘 轮船, 海面 上 的 一条 鱼, 一艘 轮船 在 水里 航行, 一条 鱼 在 水面 上 游动",
        ),
    ],
    ids=["a small horse", "an elephant", "a car and a dog", "a dancer", "two birds", "over the sea", "on the sea"],
)
def test_what_is_true_and_what_is_false_can_be_told_by_hand(glyphs, scene, true, false):
    assert [caption for caption in true.split(", ") if not is_true(caption, scene, glyphs)] == []
    assert [caption for caption in false.split(", ") if is_true(caption, scene, glyphs)] == []
