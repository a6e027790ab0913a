"""What the axes of these exercises are called in sentences, beside examples (N) and time steps (T)."""

AXES = {
    "D": ("feature", "features"),
    "H": ("hidden unit", "hidden units"),
    "L": ("grid cell", "grid cells"),
    "V": ("word", "words"),
}
