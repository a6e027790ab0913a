"""What the axes of these exercises are called in sentences, beside examples (N) and time steps (T)."""

from autograder.spec import Text

AXES = {
    "D": (Text("feature"), Text("features")),
    "H": (Text("hidden unit"), Text("hidden units")),
    "L": (Text("grid cell"), Text("grid cells")),
    "V": (Text("word"), Text("words")),
}
