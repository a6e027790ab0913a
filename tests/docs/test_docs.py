"""The pages of docs/ make a site that holds together and needs no other host."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from autograder.assignment import Assignment

pytestmark = pytest.mark.slow
LONGEST = 150  # lines of a page that people write, outputs of commands aside
FENCED = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
QUESTION = ("?", "\uff1f")  # of English and of Chinese
BUILT = {"proof.md", "bench.md", "security.md", "training.md"}  # written, or partly written, by commands
NAMED_FILE = re.compile(r"`((?:tests|autograder|exercises|data|source|solutions|release|docs|scripts|bench)/[\w./]+)`")
MADE = {"source/rnn_captioning/cs231n/datasets/"}  # on the way
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}
OUTSIDE_OF_STYLES = re.compile(rb"(?:url\(\s*['\"]?|@import\s+['\"])(?:https?:)?//")


@dataclass(frozen=True)
class Site:
    """The pages that people write, and the site that was made of them."""

    docs: Path
    built: Path
    warnings: str

    @property
    def sources(self) -> set[str]:
        """The pages' names."""
        return {path.relative_to(self.docs).as_posix() for path in self.docs.rglob("*.md")}


def build(docs: Path, place: Path) -> Site:
    """The site as the command makes it, in a process of its own."""
    made = [sys.executable, "-m", "sphinx", "--quiet", "-d", place / "doctrees", docs, place / "site"]
    done = subprocess.run(list(map(str, made)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Site(docs, place / "site", done.stderr)


@pytest.fixture(scope="module")
def site(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return build(assignment.root / "docs", tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="module")
def pages(site: Site) -> dict[Path, BeautifulSoup]:
    """The built pages, by their places."""
    return {path: BeautifulSoup(path.read_text(), "html.parser") for path in sorted(site.built.rglob("*.html"))}


def test_the_site_is_made_without_a_warning(site: Site) -> None:
    assert site.warnings == ""


def test_what_leads_nowhere_is_a_warning(assignment: Assignment, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "theme").mkdir(parents=True)
    shutil.copy(assignment.root / "docs/conf.py", docs)
    broken = {
        "page": "[a page](absent.md)",
        "place": "[a place](index.md#absent)",
        "picture": "![a picture](images/absent.png)",
    }
    (docs / "index.md").write_text("# A site\n\n```{toctree}\n" + "\n".join(broken) + "\n```\n")
    for name, text in broken.items():
        (docs / f"{name}.md").write_text(f"# What is there?\n\n{text}\n")
    (docs / "alone.md").write_text("# Who reads this?\n")
    warnings = build(docs, tmp_path).warnings
    assert [name for name in (*broken, "alone") if f"{name}.md:" not in warnings] == []


def test_every_title_is_a_question(site: Site) -> None:
    titles = {name: (site.docs / name).read_text().partition("\n")[0] for name in site.sources - {"index.md"}}
    assert [name for name, title in titles.items() if not (title.startswith("# ") and title.endswith(QUESTION))] == []


def test_nothing_is_loaded_from_another_host(site: Site, pages: dict[Path, BeautifulSoup]) -> None:
    assert len(pages) > len(site.sources)
    for path, page in pages.items():
        for tag, attribute in LOADED.items():
            for found in page.find_all(tag):
                place = urlsplit(found.get(attribute, ""))
                assert not place.netloc, f"{path.name} loads {found.get(attribute)}"
                assert place.scheme in ("", "data"), f"{path.name} loads {found.get(attribute)}"
    for style in site.built.rglob("*.css"):
        assert not OUTSIDE_OF_STYLES.search(style.read_bytes()), style.name


def test_what_pages_name_on_the_site_is_there(site: Site, pages: dict[Path, BeautifulSoup]) -> None:
    for path, page in pages.items():
        for attribute in ("href", "src"):
            for found in page.find_all(attrs={attribute: True}):
                place = urlsplit(found[attribute])
                if place.scheme or place.netloc or not place.path:
                    continue
                target = unquote(place.path)
                base = site.built if target.startswith("/") else path.parent
                assert (base / target.lstrip("/")).exists(), f"{path.name} names {found[attribute]}"


def test_every_picture_has_words(pages: dict[Path, BeautifulSoup]) -> None:
    pictures = [picture for page in pages.values() for picture in page.find_all("img")]
    assert pictures
    assert all(len(picture.get("alt", "")) > 20 for picture in pictures)


def test_pages_are_short(site: Site) -> None:
    texts = {name: (site.docs / name).read_text() for name in site.sources - BUILT}
    assert [name for name, text in texts.items() if len(FENCED.sub("", text).splitlines()) > LONGEST] == []


def test_tests_and_files_that_pages_name_exist(assignment: Assignment, site: Site) -> None:
    places = (assignment.root, site.docs, *(site.docs / "examples").iterdir())
    for name in site.sources:
        for path in set(NAMED_FILE.findall((site.docs / name).read_text())) - MADE:
            assert "NAME" in path or any((place / path).exists() for place in places), f"{name} names {path}"


@pytest.mark.browser
def test_pages_are_read_from_their_folder_on_a_phone_in_both_colours(site: Site) -> None:
    from tests.support.lab import browser_page

    with browser_page() as page:
        page.set_viewport_size({"width": 360, "height": 740})
        asked, problems, backgrounds = [], [], []
        page.on("request", lambda request: asked.append(urlsplit(request.url).scheme))
        page.on("pageerror", lambda error: problems.append(str(error)))
        for colour in ("light", "dark"):
            page.emulate_media(color_scheme=colour)
            page.goto((site.built / "index.html").as_uri())
            backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert backgrounds[0] != backgrounds[1]
        for path in sorted(site.built.glob("*.html")):
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path.name} is too wide"
        page.goto((site.built / "search.html").as_uri() + "?q=sandbox")
        page.locator("ul.search li").first.wait_for()  # the search needs no server
        assert set(asked) <= {"file", "data", "blob"}
        assert problems == []
