"""The Chinese words for what there is to see. Captions in Chinese are written word by word, with spaces between."""

from .things import CATALOGUE

CLASSIFIERS = {  # what stands between a number and a thing: 一只狗, 两只狗
    "只": (
        "dog cat sheep rabbit deer giraffe tiger mouse camel turtle duck penguin crab dolphin octopus bird butterfly"
        " bat kite"
    ),
    "头": "cow pig elephant",
    "匹": "horse",
    "条": "whale fish shark canoe",
    "艘": "sailboat ship",
    "架": "airplane helicopter",
    "道": "rainbow",
    "朵": "cloud sunflower flower",
    "位": "dancer runner cyclist",
    "辆": "bicycle tractor bus truck motorcycle car",
    "棵": "tree palm pine cactus",
    "座": "church house castle",
    "顶": "tent",
    "根": "banana carrot",
    "把": "umbrella",
    "个": "mushroom bucket snowman apple watermelon cake pineapple ball balloon",
}
NOUNS = {
    "dog": "狗", "cat": "猫", "cow": "牛", "pig": "猪", "sheep": "绵羊", "horse": "马", "rabbit": "兔子", "deer": "鹿",
    "elephant": "大象", "giraffe": "长颈鹿", "tiger": "老虎", "mouse": "老鼠", "camel": "骆驼", "turtle": "乌龟",
    "duck": "鸭子", "mushroom": "蘑菇", "sunflower": "向日葵", "penguin": "企鹅", "crab": "螃蟹", "bucket": "水桶",
    "whale": "鲸鱼", "dolphin": "海豚", "fish": "鱼", "octopus": "章鱼", "shark": "鲨鱼", "sailboat": "帆船",
    "ship": "轮船", "canoe": "独木舟", "bird": "鸟", "butterfly": "蝴蝶", "bat": "蝙蝠", "airplane": "飞机",
    "helicopter": "直升机", "kite": "风筝", "rainbow": "彩虹", "cloud": "云", "dancer": "舞者", "runner": "跑步者",
    "cyclist": "骑车人", "bicycle": "自行车", "tractor": "拖拉机", "snowman": "雪人", "bus": "公交车", "truck": "卡车",
    "motorcycle": "摩托车", "tree": "树", "church": "教堂", "palm": "棕榈树", "pine": "松树", "house": "房子",
    "castle": "城堡", "cactus": "仙人掌", "tent": "帐篷", "apple": "苹果", "watermelon": "西瓜", "banana": "香蕉",
    "cake": "蛋糕", "pineapple": "菠萝", "umbrella": "遮阳伞", "carrot": "胡萝卜", "ball": "球", "car": "汽车",
    "flower": "花", "balloon": "气球",
}  # fmt: skip
COLORS = {"red": "红色", "blue": "蓝色", "green": "绿色", "yellow": "黄色", "pink": "粉色", "purple": "紫色"}
PLACE_WORDS = {  # words that name a place
    "meadow": "草地 田野 草原",
    "beach": "沙滩 海滩 海边",
    "road": "马路 街道 城市",
    "sea": "海面 水面 海里 水里 波浪 大海",
    "snow": "雪地 积雪 雪景",
    "desert": "沙漠 沙丘",
}
TIME_WORDS = {
    "day": "晴天 白天 蓝天 阳光",
    "evening": "傍晚 日落 晚霞",
    "night": "夜里 星空 月光",
}
THINGS = {NOUNS[thing.word]: thing for thing in CATALOGUE}
CLASSIFIER = {word: classifier for classifier, words in CLASSIFIERS.items() for word in words.split()}
