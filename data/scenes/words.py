"""The words that the captions are made of."""

NUMBERS = {2: "two", 3: "three"}
SIZES = {"small": ("small", "little"), "big": ("big", "large")}
RARE_SIZES = {"small": ("tiny", "minute"), "big": ("huge", "giant")}
RARE = {  # words too rare for the vocabulary, so that <UNK> occurs
    "dog": "hound", "cat": "kitten", "car": "automobile", "ship": "vessel", "house": "cottage", "horse": "steed",
    "rabbit": "bunny", "bicycle": "bike", "airplane": "jet", "apple": "fruit", "pig": "hog", "castle": "fortress",
    "dancer": "performer", "runner": "jogger", "cake": "dessert", "truck": "lorry",
}  # fmt: skip
PLACES = {
    "meadow": ("in a meadow", "on the grass", "in a field"),
    "beach": ("on the beach", "on the sand", "by the sea"),
    "road": ("on the road", "in the street", "in the city"),
    "sea": ("on the sea", "on the water"),
    "snow": ("in the snow", "on the snow", "in a snowy landscape"),
    "desert": ("in the desert", "among the dunes"),
}
OVER = {
    "meadow": ("over a meadow", "above the grass", "in the sky over a field"),
    "beach": ("over the beach", "above the sand", "in the sky by the sea"),
    "road": ("over the road", "above the city", "in the sky over the street"),
    "sea": ("over the sea", "above the water", "in the sky over the sea"),
    "snow": ("over the snow", "in the sky over a snowy landscape"),
    "desert": ("over the desert", "above the dunes"),
}
IN_WATER = ("in the sea", "in the water", "in the waves")
TIMES = {
    "day": ("on a sunny day", "by day", "under a blue sky", "in the sunshine"),
    "evening": ("in the evening", "at sunset", "under a red sky"),
    "night": ("at night", "under the stars", "in the moonlight"),
}
COLUMNS = {
    "left": ("on the left", "on the left side"),
    "middle": ("in the middle", "in the center"),
    "right": ("on the right", "on the right side"),
}
RELATIONS = {  # how the first of two things stands to the second, and the second to the first
    "beside": (("to the left of", "left of"), ("to the right of", "right of")),
    "behind": (("behind",), ("in front of",)),
    "above": (("above", "over"), ("below", "under")),
}
NEAR = ("next to", "beside")
VERBS = {
    "grow": "tree palm pine cactus sunflower flower mushroom",
    "fly": "bird butterfly bat airplane helicopter kite",
    "float": "cloud balloon canoe",
    "swim": "whale dolphin fish octopus shark",
    "sail": "sailboat ship",
    "lie": "apple watermelon banana carrot ball pineapple",
    "dance": "dancer",
    "run": "runner",
    "ride": "cyclist",
    "crawl": "crab turtle",
    "be": "rainbow",
}
VERB = {word: verb for verb, nouns in VERBS.items() for word in nouns.split()}


def verb(thing):
    """What a thing does in the picture; what has no word of its own just stands there."""
    found = VERB.get(thing.word, "stand")
    return "is" if found == "be" else found


def third_person(verb):
    """Such as "flies"."""
    return f"{verb[:-1]}ies" if verb.endswith("fly") else f"{verb}s"
