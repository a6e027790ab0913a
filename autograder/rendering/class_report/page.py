"""The report as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from autograder.terminal import one_line, quantity

from .contents import Report
from .phrases import number, share
from .sections import again, alike, errors, groups, items, mistakes, overview, students, understood

TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Section:
    """A part of the page. name: its template's in templates/sections/, and its place in the page.

    build: what the template is filled with, from the report and the page's folder; None where there is nothing to say.
    folded: whether it opens on a click.
    """

    name: str
    title: str
    build: Callable[[Report, Path], Mapping[str, Any] | None]
    folded: bool = False


SECTIONS = (  # in the order of the page
    Section("understood", "What the class understood", understood.build),
    Section("mistakes", "Mistakes", mistakes.build),
    Section("groups", "Wrong in the same way", groups.build),
    Section("items", "How well exercises tell students apart", items.build),
    Section("again", "How marks moved", again.build),
    Section("students", "Students", students.build, folded=True),
    Section("errors", "Relative errors", errors.build, folded=True),
    Section("alike", "Code that is alike", alike.build, folded=True),
)


def render(report: Report, root: Path) -> str:
    """The page's HTML; feedback pages are linked relative to `root`, the folder that it will lie in."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(quantity=quantity, share=share, number=number, one_line=one_line, quoted=shlex.quote)

    def part(name: str, built: Mapping[str, Any]) -> Markup:
        return Markup(environment.get_template(f"sections/{name}.html.j2").render(report=report, **built))

    built = {section: section.build(report, root) for section in SECTIONS}
    script = (TEMPLATES / "report.js").read_text(encoding="utf-8")
    return environment.get_template("report.html.j2").render(
        report=report,
        overview=part("overview", overview.build(report, root)),
        parts=[(section, part(section.name, found)) for section, found in built.items() if found is not None],
        style=(TEMPLATES / "report.css").read_text(encoding="utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
