"""What is kept elsewhere: the gradebook, the exchange, the due dates, and the course's name in all of them."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dateutil.tz import gettz
from nbgrader.api import Assignment as Entry
from nbgrader.api import Course as CourseEntry
from nbgrader.api import SubmittedAssignment
from nbgrader.exchange.default import Exchange
from sqlalchemy import inspect
from sqlalchemy.engine import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from autograder.course.gradebook import sentence
from autograder.course.reading import files, read
from autograder.errors import UserError
from autograder.faces.nbgrader.late import LatePolicy
from autograder.release import ALL, points_by_cell

from .check import Course, Found, check, fail, warn

PATIENCE = 5  # seconds that a server may take to answer, and another writer to finish
EVERYONE = stat.S_IWOTH | stat.S_IXOTH
ENTER, READ = stat.S_IXOTH, stat.S_IROTH | stat.S_IXOTH
HOW = {  # what everyone must be able to do in the exchange's folders of a course, and the command that has it so
    "inbound": (EVERYONE, "o+wx"),
    "outbound": (READ, "o+rx"),
    "feedback": (ENTER, "o+x"),
}


@check(
    "gradebook",
    remedy="see that its folder is there and yours, or that its server runs; docs/scaling.md has PostgreSQL",
    needs=("configuration",),
)
def gradebook(course: Course) -> str | Found:
    """Whether the gradebook can be read and written just now."""
    url = make_url(course.coursedir.db_url)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not path.exists():
            return warn(f"{path} is not there yet", "run `nbgrader generate_assignment NAME`, which makes it")
        _insist_on_writing(path)
        return str(path)
    with _looking(course) as session:
        tables = inspect(session.connection()).get_table_names()
    where = url.render_as_string(hide_password=True)
    return where if tables else warn(f"{where} is empty", "run `nbgrader generate_assignment NAME`, which fills it")


@check(
    "generated", remedy="run `nbgrader generate_assignment NAME`", needs=("configuration", "assignments", "gradebook")
)
def generated(course: Course) -> str | Found:
    """Whether the gradebook knows the assignments, with the points that source/ has."""
    if not _is_made(course):
        return warn("there is no gradebook yet")
    with _looking(course) as session:
        worth = {entry.name: sum(each.max_score for each in entry.notebooks) for entry in session.query(Entry)}
    for each in course.assignments:
        wanted = sum(_points(path) for path in each.notebooks)
        if each.name not in worth:
            return fail(f"it does not know {each.name}", f"run `nbgrader generate_assignment {each.name}`")
        if abs(worth[each.name] - wanted) > 1e-6:
            said = f"{each.name} is worth {worth[each.name]:g} points there, and {wanted:g} in source/"
            return fail(said, f"run `nbgrader generate_assignment {each.name}`, and grade again with --force")
    return ", ".join(f"{name}: {points:g} points" for name, points in sorted(worth.items())) or "no assignment yet"


@check(
    "course id",
    remedy="write the same c.CourseDirectory.course_id into all files that set it",
    needs=("configuration",),
)
def course_id(course: Course) -> str | Found:
    """Whether the configuration files, the gradebook and the exchange call the course the same."""
    own: str = course.coursedir.course_id
    if not own:
        return fail(
            "the course has no id, and nothing can be released", "set c.CourseDirectory.course_id in nbgrader_config.py"
        )
    for path, said in _ids(course):
        if said != own:
            return fail(f"{path} says {said!r}, and the course is {own!r}")
    if _is_made(course):
        with _looking(course) as session:
            query = session.query(CourseEntry.id).join(Entry, Entry.course_id == CourseEntry.id)
            others = sorted({name for (name,) in query.join(SubmittedAssignment)} - {own})
        if others:
            return fail(f"marks in the gradebook are of the course {others[0]!r}, and this is {own!r}")
    return own


@check(
    "exchange",
    remedy="make it and open it to all: `mkdir --mode=777 FOLDER`, then set c.Exchange.root",
    needs=("configuration",),
)
def exchange(course: Course) -> str | Found:
    """Whether students' accounts reach the folder through which nbgrader gives out and takes back."""
    root = Path(_exchange(course).root)
    if not os.path.lexists(root):
        chosen = "root" in course.config.get("Exchange", {})
        said = f"{root} is not there"
        return fail(said) if chosen else warn(f"{said}; only who hands in through nbgrader needs it")
    if not root.is_dir():
        return fail(f"{root} is no folder")
    if above := _closed_above(root):
        said = f"students cannot enter {above} ({_mode(above)}), above the exchange"
        return fail(said, f"choose another c.Exchange.root, or run `chmod o+x {above}`")
    if root.stat().st_mode & EVERYONE != EVERYONE:
        return fail(f"students cannot write in {root} ({_mode(root)})", f"run `chmod 777 {root}`")
    own = root / course.coursedir.course_id
    for name, (wanted, how) in HOW.items() if course.coursedir.course_id else ():
        if (own / name).is_dir() and (own / name).stat().st_mode & wanted != wanted:
            return fail(f"students cannot use {own / name} ({_mode(own / name)})", f"run `chmod {how} {own / name}`")
    return f"{root} is open to all accounts"


@check("time zone", remedy="set c.Exchange.timezone to a full name, such as Europe/Berlin", needs=("configuration",))
def time_zone(course: Course) -> str | Found:
    """Whether c.Exchange.timezone is a zone: times of handing in are written in it."""
    name = _exchange(course).timezone
    zone = gettz(name)
    if zone is None:
        return fail(f"{name!r} is no time zone: nothing can be handed in")
    return f"{name}, where it is {datetime.now(zone):%Y-%m-%d %H:%M}"


@check(
    "due dates",
    remedy='run `nbgrader db assignment add NAME --duedate="2031-03-01 23:59 Europe/Berlin"`',
    needs=("configuration", "gradebook", "time zone"),
)
def due_dates(course: Course) -> str | Found:
    """What is due when, in the course's zone; and whether late work costs what it is said to cost."""
    if not _is_made(course):
        return "none, as there is no gradebook yet"
    zone, costs = gettz(_exchange(course).timezone), LatePolicy(config=course.config).per_day > 0
    with _looking(course) as session:
        due = {entry.name: entry.duedate for entry in session.query(Entry)}
    without = sorted(name for name, time in due.items() if time is None)
    if without and costs:
        return fail(f"c.LatePolicy.per_day is set, but {', '.join(without)} has no due date, so that nothing is late")
    shown = [f"{name} {_local(time, zone)}" for name, time in sorted(due.items()) if time]
    return "; ".join([*shown, *(f"{name} has none" for name in without)]) or "none"


def _exchange(course: Course) -> Exchange:
    """nbgrader's exchange with the course's settings, which only its own class can read rightly."""
    return Exchange(coursedir=course.coursedir, config=course.config)


def _local(time: datetime, zone: object) -> str:
    return f"{time.replace(tzinfo=UTC).astimezone(zone):%Y-%m-%d %H:%M %Z}"  # type: ignore[arg-type]


def _closed_above(folder: Path) -> Path | None:
    """The innermost folder above this one that not everyone may enter."""
    return next((above for above in folder.resolve().parents if not above.stat().st_mode & ENTER), None)


def _mode(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


def _ids(course: Course) -> Iterator[tuple[Path, str]]:
    """What each configuration file calls the course, where it says so."""
    elsewhere = {Path.cwd()} - {course.root}  # another course, from which this one is looked at
    for path in (each for each in files(course.root) if each.parent not in elsewhere):
        if "course_id" in (section := read(path).get("CourseDirectory", {})):
            yield path, str(section["course_id"]).strip()


def _points(notebook: Path) -> float:
    return points_by_cell(notebook)[ALL]


def _is_made(course: Course) -> bool:
    """Whether there is a gradebook to look into: opening one that is not there would make it."""
    url = make_url(course.coursedir.db_url)
    return url.get_backend_name() != "sqlite" or os.path.exists(url.database or "")


def _insist_on_writing(path: Path) -> None:
    """Raise UserError where no row could be written into a gradebook's file; nothing is."""
    uri = f"{path.absolute().as_uri()}?mode=rw"
    url = f"sqlite:///{path}"
    engine = create_engine(url, creator=lambda: sqlite3.connect(uri, uri=True, timeout=PATIENCE), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            for statement in ("BEGIN IMMEDIATE", "CREATE TABLE probe (x)", "ROLLBACK"):
                connection.exec_driver_sql(statement)
    except SQLAlchemyError as problem:
        raise UserError(sentence(problem, url)) from None


@contextmanager
def _looking(course: Course) -> Iterator[Session]:
    """A session that only looks; raises UserError, in a sentence, where the gradebook cannot be read."""
    url = course.coursedir.db_url
    wait = "timeout" if make_url(url).get_backend_name() == "sqlite" else "connect_timeout"
    try:
        with Session(create_engine(url, poolclass=NullPool, connect_args={wait: PATIENCE})) as session:
            session.connection()
            yield session
    except (SQLAlchemyError, ModuleNotFoundError) as problem:
        raise UserError(sentence(problem, url)) from None
