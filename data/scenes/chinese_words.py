"""The words that the captions in Chinese are made of, beside those of the students' library."""

from cs231n.scenes.chinese import CLASSIFIER, NOUNS

NUMBERS = {1: "一", 2: "两", 3: "三"}
SIZES = {"small": ("小", "小小 的"), "big": ("大", "很大 的")}
RARE_SIZES = {"small": ("极小 的", "迷你"), "big": ("巨大 的", "超大 的")}
RARE = {  # words too rare for the vocabulary, so that <UNK> occurs
    "dog": "犬", "cat": "猫咪", "car": "轿车", "ship": "客轮", "house": "住宅", "horse": "骏马", "rabbit": "野兔",
    "bicycle": "单车", "airplane": "客机", "apple": "水果", "pig": "家猪", "castle": "堡垒", "dancer": "舞蹈家",
    "runner": "慢跑者", "cake": "甜点", "truck": "货车",
}  # fmt: skip
PLACES = {
    "meadow": ("草地 上", "田野 里", "草原 上"),
    "beach": ("沙滩 上", "海滩 上", "海边"),
    "road": ("马路 上", "街道 上", "城市 里"),
    "sea": ("海面 上", "水面 上"),
    "snow": ("雪地 里", "积雪 上", "雪景 里"),
    "desert": ("沙漠 里", "沙丘 之间"),
}
OVER = {
    "meadow": ("草地 上空", "田野 上空", "草原 的 天空 中"),
    "beach": ("沙滩 上空", "海滩 的 天空 中", "海边 的 天空 中"),
    "road": ("马路 上空", "城市 上空", "街道 的 天空 中"),
    "sea": ("大海 上空", "海面 上空", "大海 的 天空 中"),
    "snow": ("雪地 上空", "雪景 的 天空 中"),
    "desert": ("沙漠 上空", "沙丘 上空"),
}
AFLOAT = ["sailboat", "ship", "canoe"]  # things that are on the water, not in it
PERSONS = ["dancer", "runner", "cyclist"]  # of whom 大 would mean that they are older
NOT_COMPARED = [*PERSONS, "cloud", "rainbow"]
IN_WATER = ("海里", "水里", "波浪 里")
TIMES = {
    "day": ("晴天", "白天", "蓝天 下", "阳光 下"),
    "evening": ("傍晚", "日落 时", "晚霞 下"),
    "night": ("夜里", "星空 下", "月光 下"),
}
COLUMNS = {"left": ("左边", "左侧"), "middle": ("中间", "中央"), "right": ("右边", "右侧")}
RELATIONS = {  # where the first of two things is, seen from the second, and the second from the first
    "beside": (("左边", "左侧"), ("右边", "右侧")),
    "behind": (("后面", "后方"), ("前面", "前方")),
    "above": (("上方", "上面"), ("下方", "下面")),
}
NEAR = ("旁边", "附近")
BEFORE = {  # verbs that stand before the place: 长在草地上
    "长": "tree palm pine cactus sunflower flower mushroom",
    "飘": "cloud balloon kite",
    "挂": "rainbow",
    "停": "bus truck car bicycle motorcycle tractor canoe",
    "立": "church house castle tent snowman umbrella",
    "放": "apple watermelon banana carrot ball pineapple bucket cake",
}
BEHIND = {  # verbs that stand behind it: 在草地上空飞翔
    "飞翔": "bird butterfly bat",
    "飞行": "airplane helicopter",
    "游动": "whale dolphin fish octopus shark",
    "航行": "sailboat ship",
    "跳舞": "dancer",
    "跑步": "runner",
    "骑行": "cyclist",
    "爬行": "crab turtle",
}
VERB_BEFORE = {word: verb for verb, nouns in BEFORE.items() for word in nouns.split()}
VERB_BEHIND = {word: verb for verb, nouns in BEHIND.items() for word in nouns.split()}


def does(thing, where):
    """What a thing does somewhere: 站 在 草地 上, 在 海里 游动."""
    if thing.word in VERB_BEHIND:
        return f"在 {where} {VERB_BEHIND[thing.word]}"
    return f"{VERB_BEFORE.get(thing.word, '站')} 在 {where}"


def noun(thing, rare):
    """Its word, or a rare one that means the same."""
    return RARE[thing.word] if rare and thing.word in RARE else NOUNS[thing.word]


def counted(thing, count):
    """Such as 两只."""
    return f"{NUMBERS[count]}{CLASSIFIER[thing.word]}"
