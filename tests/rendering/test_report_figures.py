"""What the class report says of a class is so: who stopped where, what tells nobody apart, whose code is shown."""

import numpy as np
import pytest

from autograder.record import ExerciseRecord, Mistake
from autograder.rendering.class_report.command import make
from autograder.rendering.class_report.example import Example, Names, names_of
from autograder.rendering.class_report.figures import Asked, exercise_figures
from autograder.rendering.class_report.items import Finding, ItemFigures, item_figures, upper_bound
from autograder.rendering.class_report.sections.understood import falls_behind
from tests.support.class_report import EVIL, EXERCISE, scored, soup, submission, told, words, written

NAMES = ["rnn_step_forward", "rnn_step_backward", "rnn_forward", "rnn_backward", "word_embedding_forward"]
COURSE = [Asked(name, "1_rnn_layers", 1.0) for name in NAMES]
CODE = "def word_embedding_backward(dout, cache):\n    dW = 0\n    return dW"


def shares(*values):
    return dict(zip(NAMES, values, strict=True))


def class_of(count: int, seed: int, odd: int = 0, way: float = 0.0):
    """A class in which strength decides, but for the exercise `odd`, where it counts `way` as much."""
    rng = np.random.default_rng(seed)
    strength = rng.normal(size=count)
    ways = [way if place == odd else 2.0 for place in range(len(NAMES))]
    right = [[float(rng.random() < 1 / (1 + np.exp(-each * s))) for each in ways] for s in strength]
    return [scored(f"s{number}", shares(*row)) for number, row in enumerate(right)]


def test_who_stops_is_counted_where_nothing_follows_and_not_where_something_is_left_out():
    class_ = [
        scored("ada", shares(1, 1, None, None, None)),
        scored("bob", shares(1, 0.5, None, None, None)),
        scored("cy", shares(1, None, 1, 1, 1)),
        scored("di", shares(None, None, None, None, None)),
        scored("eve", shares(0, 0, 0, 0, 0)),
    ]
    found = exercise_figures(class_, COURSE)
    assert [each.stopped for each in found] == [0, 0, 2, 0, 0] and found[2].after_right == 1
    assert [each.unwritten for each in found] == [1, 2, 3, 3, 3]
    assert [(each.full, each.part, each.none) for each in found][:2] == [(3, 0, 2), (1, 1, 3)]


def test_the_class_falls_behind_at_the_steepest_fall_that_is_clear():
    def fall(*right):
        people = [scored(f"s{n}", shares(*[float(n < each) for each in right])) for n in range(20)]
        return falls_behind(exercise_figures(people, COURSE))

    before, here = fall(20, 18, 17, 6, 5)
    assert (before.name, here.name) == ("rnn_forward", "rnn_backward")
    assert fall(20, 19, 18, 17, 17) is None and fall(5, 10, 12, 15, 20) is None


def test_the_first_sentences_say_what_is_understood_where_students_stop_and_what_most_got_wrong(assignment, tmp_path):
    strong = [scored(f"a{n}", shares(1, 1, 1, 1, 1)) for n in range(6)]
    weak = [scored(f"b{n}", shares(1, 1, 0, None, None)) for n in range(14)]
    said = told(soup(make(assignment, [*strong, *weak]), tmp_path))
    assert said.startswith("All 20 submissions have marks.")
    for part in (
        "Understood: 2 of 5 exercises, all right for at least 80% of the class.",
        "Not understood: rnn_forward (30%), rnn_backward (30%) and word_embedding_forward (30%);",
        "The class falls behind at rnn_forward: 30% have it, 100% the one before it, rnn_step_backward.",
        "From rnn_backward on 14 students have written nothing more.",
    ):
        assert part in said


@pytest.mark.parametrize(
    ("class_", "expected"),
    [
        ([scored("ada", shares(1, 1, 0, 0, 0))], "The only submission has marks. It is 2 of 5 points."),
        (
            [scored(n, shares(1, 1, 1, 1, 1)) for n in "abc"],
            "All 3 submissions have marks. Everyone has 5 of 5 points.",
        ),
        ([submission("eve", None)], "The only submission has no marks: what to do stands below."),
    ],
)
def test_small_and_even_classes_have_sentences_too(assignment, tmp_path, class_, expected):
    assert told(soup(make(assignment, class_), tmp_path)).startswith(expected)


def test_an_exercise_that_strength_does_not_decide_is_found_and_no_other():
    for seed in range(8):
        findings = {each.name: each.finding for each in item_figures(class_of(300, seed, odd=2), COURSE)}
        assert findings.pop("rnn_forward") is not Finding.TELLS
        assert set(findings.values()) == {Finding.TELLS}
    (worse,) = [each for each in item_figures(class_of(300, 1, odd=2, way=-2.0), COURSE) if each.name == "rnn_forward"]
    assert worse.finding is Finding.WORSE


def test_the_correlation_is_with_the_points_of_all_others():
    class_ = class_of(60, 3)
    points = np.array([[each.fraction(name) for name in NAMES] for each in class_])
    for place, item in enumerate(item_figures(class_, COURSE)):
        rest = np.delete(points, place, axis=1).sum(axis=1)
        a, b = points[:, place] - points[:, place].mean(), rest - rest.mean()
        assert item.discrimination == pytest.approx((a @ b) / np.sqrt((a @ a) * (b @ b)))
        assert item.difficulty == pytest.approx(points[:, place].mean())


def test_nothing_is_said_where_numbers_do_not_allow_it():
    assert not item_figures(class_of(29, 1), COURSE)
    assert not item_figures(class_of(300, 1), COURSE[:3])
    nearly = class_of(300, 1)[:-4] + [scored(f"x{n}", shares(0, 0, 0, 0, 0)) for n in range(4)]
    easy = [
        scored(each.student, {**shares(*[1.0] * 5), "rnn_forward": each.fraction("rnn_forward")}) for each in nearly
    ]
    assert {each.name for each in item_figures(easy, COURSE)} <= {"rnn_forward"}
    assert not item_figures([scored(f"s{n}", shares(1, 1, 1, 1, 1)) for n in range(99)], COURSE)
    assert ItemFigures("x", 30, 0.5, 0.0, upper_bound(0.0, 30)).finding is Finding.TELLS  # it could well be 0.3


def test_who_has_not_written_an_exercise_is_not_in_its_figures():
    stopped = [scored(f"x{n}", shares(1, 1, None, None, None)) for n in range(40)]
    assert {each.name: each.students for each in item_figures([*class_of(60, 2), *stopped], COURSE)} == {
        "rnn_step_forward": 100, "rnn_step_backward": 100, "rnn_forward": 60, "rnn_backward": 60,
        "word_embedding_forward": 60,
    }  # fmt: skip


def example(assignment, *submissions) -> Example | None:
    (mistake,) = make(assignment, list(submissions)).mistakes
    return mistake.example


def test_an_example_has_the_proven_line_marked_and_no_name_beside_it(assignment, tmp_path):
    """The line's number is that of the cell, in which two lines stand before the function."""
    long = submission("zoe", 0.0, functions=written(CODE + "\n" + "# and on\n" * 5))
    proven = submission("ada", 0.0, functions=written(CODE.replace("dW = 0", f"dW = '{EVIL}'"), 3), lines=((4, "x"),))
    assert example(assignment, long, proven).marked == frozenset()  # another text stands there: it is another function
    right = submission("ada", 0.0, functions=written(CODE, 3), lines=((4, "dW = 0"),))
    assert example(assignment, long, right) == Example(tuple(CODE.split("\n")), frozenset({1}))
    (shown,) = soup(make(assignment, [long, right]), tmp_path).select("#mistakes .code")
    assert words(shown.mark) == "dW = 0" and "ada" not in words(shown) and "Line 2, marked" in words(shown)
    page = soup(make(assignment, [proven]), tmp_path)
    assert EVIL in page.select_one("#mistakes pre").get_text() and not page.select("#mistakes script")


@pytest.mark.parametrize(
    "comment",
    [
        "Ada's",
        "by LOVELACE",
        "王小明的作业",
        "ada_lovelace",
        "x@y.edu",
        "no 20261128",
        "author: me",
        "https://me.example",
    ],
)
def test_code_that_tells_a_name_is_no_example(assignment, comment):
    telling = f"{CODE}  # {comment}"
    class_ = [
        submission("s1", 0.0, functions=written(telling), called="Ada Lovelace"),
        submission("s2", called="王小明"),
    ]
    assert example(assignment, *class_) is None
    longer = submission("s3", 0.0, functions=written(telling + "\n" * 9 + f"    {CODE}".replace("#", "")))
    clean = submission("s4", 0.0, functions=written(CODE + "\n    # a clean one"))
    assert example(assignment, *class_, longer, clean).lines[-1] == "    # a clean one"


def test_a_name_that_the_course_s_own_code_has_tells_nobody():
    names = names_of([submission("max"), submission("step"), submission("li", called="Bo Li")], ["np.max(step)"])
    assert not names.found_in("np.max(step, li, bo)") and Names(["max"]).found_in("np.max")


def test_what_steers_a_terminal_or_turns_text_round_is_no_part_of_an_example(assignment):
    code = CODE.replace("dW = 0", "dW = 0 \u202e\x1b[2J\tx")
    shown = example(assignment, submission("s1", 0.0, functions=written(code)))
    assert all(line.isprintable() for line in shown.lines) and "dW = 0 ??[2J" in shown.lines[1]


@pytest.mark.slow
def test_code_of_any_length_or_form_leaves_the_page_small(assignment, tmp_path):
    huge = submission("s1", 0.0, functions=written("def f():\n" + "    x = 1\n" * 90_000))
    assert example(assignment, huge) is None
    assert len(str(soup(make(assignment, [huge]), tmp_path))) < 200_000


def test_an_exercise_of_another_version_of_the_assignment_is_no_failure(assignment, tmp_path):
    """A record names an exercise that is gone by now."""
    gone = {"gone": ExerciseRecord(0.0, advice=(Mistake("old", "Old advice."),))}
    page = soup(make(assignment, [submission("ada", 3.0, exercises=gone)]), tmp_path)
    assert "Old advice." in words(page.select_one("#mistakes"))
    assert not page.select(f"#understood code:-soup-contains('{EXERCISE}')")
