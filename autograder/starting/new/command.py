"""The command `new`: ask, make the course aside, put it in its place, and say what to type next."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.assignment import BUILD, Assignment, chosen, load, names
from autograder.errors import UserError, of_machine
from autograder.terminal import one_line, say
from autograder.translation import languages

from . import choices as read
from . import layout, points, texts
from .asking import answer, on_terminal
from .choices import Choices
from .staging import ASIDE, insist_on_empty, made_whole

FINE, INTERRUPTED = 0, 130  # exit codes; 2, nothing was made, is UserError's
HERE = Path(__file__).resolve().parents[3]  # the clone that this engine is of, if it is of one
GUIDE = HERE / "docs" / "instructors.md"
WITHIN = ("source", "exercises", "release", "solutions", "submitted", "autograded", "feedback")  # of another course


@dataclass(frozen=True)
class Options:
    """What the command was given: the new folder, the course to make it from ("" to look for one), the assignment in
    it; the choices as text, None where they are to be asked for, or left as they are proposed."""

    folder: Path
    origin: Path | None = None
    assignment: str = ""
    course_id: str | None = None
    timezone: str | None = None
    due: str | None = None
    points: str | None = None
    language: str | None = None
    notebooks: str | None = None


def new(options: Options) -> int:
    """Make a course folder; returns the exit code. Raises UserError where nothing was made."""
    folder = options.folder.expanduser().absolute()
    try:
        origin = origin_of(options)
        insist_on_place(folder)
        made = choose(options, origin, on_terminal())
        layout.insist_on_room(origin, folder)
        start = time.monotonic()
        say(f"Making {folder}:")
        with made_whole(folder) as place:
            _step("files")
            assignment = layout.write(origin, made, place)
            solved = layout.build(assignment, origin, _step)
            layout.set_due(place, origin.name, made)
    except KeyboardInterrupt:
        say("\nStopped; nothing was made.")
        return INTERRUPTED
    except OSError as problem:
        what = of_machine(problem) or f"{problem.filename or folder}: {problem.strerror or problem}"
        raise UserError(f"{what.replace(f'{ASIDE}/', '')} (nothing was made)") from None
    say(f"Made in {time.monotonic() - start:.0f} s.\n")
    say("\n".join(report(load(folder, origin.name), origin, made, solved)))
    return FINE


def _step(name: str) -> None:
    say(f"  {name} ...")


def origin_of(options: Options) -> Assignment:
    """The assignment that the course is made from; raises UserError where there is none, or it cannot be told which."""
    places = [options.origin] if options.origin else [Path.cwd(), HERE]
    found = next((place.resolve() for place in places if names(place)), None)
    if not found:
        where = f"{options.origin} has no source/" if options.origin else "there is no source/ here"
        raise UserError(f"{where}: name a clone of the project, or a course made from one, with --from")
    assignment = load(found, chosen(found, options.assignment))
    if not assignment.notebooks:
        raise UserError(f"{assignment.source} has no notebooks: name another course with --from")
    assignment.insist_on_data()
    return assignment


def insist_on_place(folder: Path) -> None:
    """Raise UserError where no course can be made: the folder is not empty, or nothing there would find its files."""
    if one_line(str(folder)) != str(folder) or "?" in str(folder):
        raise UserError(f"{folder} has a character in its path that nbgrader cannot work with: choose another name")
    for above in folder.parents:
        if (above / "nbgrader_config.py").exists() and folder.relative_to(above).parts[0] in WITHIN:
            raise UserError(f"{folder} lies among the files of the course {above}: choose a place outside of it")
    insist_on_empty(folder)


def choose(options: Options, origin: Assignment, ask: bool) -> Choices:
    """The choices, of the command line and of whoever can be asked; raises UserError for those that make no sense."""
    count, known = len(origin.notebooks), languages.shipped(origin)
    if ask:
        say(f"A course with the assignment {origin.name}. Enter takes what stands in brackets, Ctrl-C ends.")
    name = answer(options.course_id, "Course id", _proposed(options.folder, origin), read.course_id, ask)
    zone = answer(options.timezone, "Time zone", read.zone_here(), read.zone, ask)
    now = datetime.now(UTC).replace(tzinfo=None)
    asked = "Due date as 2031-03-01 23:59, empty for none"
    due = answer(options.due, asked, "", lambda text: read.due(text, zone, now), ask)
    wanted = f"Notebooks of {count}, from the first ({', '.join(path.stem for path in origin.notebooks)})"
    every = "1" if count == 1 else f"1-{count}"
    kept = answer(options.notebooks, wanted, every, lambda text: read.notebooks(text, count), ask and count > 1)
    before = points.by_cell(origin.notebooks[:kept])

    def total(text: str) -> int | None:
        if (typed := read.points(text)) is not None:
            points.shared_out(before, typed)  # or a sentence
        return typed

    now_worth = sum(before.values())
    scaled = answer(options.points, "Points of all notebooks together", f"{now_worth:g}" if ask else "", total, ask)
    spoken = f"Language ({', '.join((read.ENGLISH, *known))})"
    told = answer(options.language, spoken, read.ENGLISH, lambda text: read.language(text, known), ask and bool(known))
    return Choices(name, zone, due, None if scaled == now_worth else scaled, told, kept)


def report(assignment: Assignment, origin: Assignment, made: Choices, solved: bool) -> Iterator[str]:
    """What was made, what to look at, and what to type next."""
    worth = sum(points.by_cell(assignment.notebooks).values())
    yield f"course     {made.course_id}, in {assignment.root}"
    yield f"notebooks  {', '.join(path.stem for path in assignment.notebooks)}: {worth:g} points"
    yield f"language   {made.language or read.ENGLISH}"
    yield f"due        {made.due.shown if made.due else f'no date; times are in {made.zone}'}"
    yield from _to_look_at(assignment, origin, made)
    yield "\nNext:"
    if assignment.root != Path.cwd():
        yield f"  {shlex.join(['cd', str(assignment.root)])}"
    steps = {"python -m autograder doctor": "does this machine have all that a semester needs?"}
    if not solved:
        steps[BUILD] = "runs the solved notebooks, which takes minutes, once"
    steps[f"nbgrader generate_assignment {assignment.name}"] = "after each change in source/; it was done once"
    steps["nbgrader release_assignment " + assignment.name] = (
        f"and so on, as in {GUIDE if GUIDE.exists() else GUIDE.name}"
    )
    width = max(map(len, steps))
    yield from (f"  {step:<{width}}   {why}" for step, why in steps.items())


def _to_look_at(assignment: Assignment, origin: Assignment, made: Choices) -> Iterator[str]:
    """The sentences that the choices may have made untrue."""
    doubtful = [*texts.of_left_out(origin.notebooks, made.notebooks)]
    numbers = texts.of_points(assignment.notebooks) if made.points is not None else {}
    if doubtful or numbers:
        yield f"\nLook at these sentences in {assignment.source}, which may no longer be true:"
        yield from (f"  {each.notebook}: {each.sentence}" for each in doubtful)
        yield from (f"  {name}: {count} sentences say numbers of points" for name, count in numbers.items())
        if made.language:
            where = assignment.declared_in / "locale" / made.language
            yield f"Their translations stand in {where}; docs/languages.md says how to change them."


def _proposed(folder: Path, origin: Assignment) -> str:
    """A course id by the folder's name, or by the assignment's where that can be none."""
    try:
        return read.course_id(folder.expanduser().absolute().name)
    except UserError:
        return origin.name
