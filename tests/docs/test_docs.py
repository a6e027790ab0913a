"""The pages of docs/ make a site that holds together and needs no other host."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from autograder.assignment import Assignment

LONGEST = 150  # lines of a page that people write, outputs of commands aside
FENCED = re.compile(r"^```\w*\n.*?^```$", re.MULTILINE | re.DOTALL)
BUILT = {"proof.md", "bench.md", "security.md", "training.md"}  # written, or partly written, by commands
NAMED_FILE = re.compile(r"`((?:tests|autograder|exercises|data|source|solutions|release|docs|scripts|bench)/[\w./]+)`")
MADE = {"source/rnn_captioning/cs231n/datasets/"}  # on the way
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}
OUTSIDE_OF_STYLES = re.compile(rb"(?:url\(\s*['\"]?|@import\s+['\"])(?:https?:)?//")


@pytest.fixture(scope="module")
def config(assignment: Assignment, tmp_path_factory: pytest.TempPathFactory) -> MkDocsConfig:
    """The site's configuration after a strict build, in which every warning is an error."""
    config = load_config(
        str(assignment.root / "mkdocs.yml"), site_dir=str(tmp_path_factory.mktemp("site")), strict=True
    )
    build(config)
    return config


@pytest.fixture(scope="module")
def pages(config: MkDocsConfig) -> dict[Path, BeautifulSoup]:
    """The built pages, by their places."""
    return {
        path: BeautifulSoup(path.read_text(), "html.parser") for path in sorted(Path(config.site_dir).rglob("*.html"))
    }


def sources(config: MkDocsConfig) -> set[str]:
    return {path.relative_to(config.docs_dir).as_posix() for path in Path(config.docs_dir).rglob("*.md")}


def named(nav: object) -> set[str]:
    """The pages that a navigation names, however deep."""
    if isinstance(nav, str):
        return {nav}
    return set().union(*map(named, nav.values() if isinstance(nav, dict) else nav))


def test_every_page_is_in_the_navigation(config: MkDocsConfig) -> None:
    assert named(config.nav) == sources(config)


def test_the_build_is_strict_about_links(config: MkDocsConfig) -> None:
    checks = config.validation
    levels = (checks.nav.omitted_files, checks.links.not_found, checks.links.anchors, checks.links.unrecognized_links)
    assert config.strict and min(levels) >= 30  # of logging: a warning, which strict makes an error


def test_nothing_is_loaded_from_another_host(config: MkDocsConfig, pages: dict[Path, BeautifulSoup]) -> None:
    assert len(pages) > len(sources(config)) - 1
    for path, page in pages.items():
        for tag, attribute in LOADED.items():
            for found in page.find_all(tag):
                place = urlsplit(found.get(attribute, ""))
                assert not place.netloc, f"{path.name} loads {found.get(attribute)}"
                assert place.scheme in ("", "data"), f"{path.name} loads {found.get(attribute)}"
    for style in Path(config.site_dir).rglob("*.css"):
        assert not OUTSIDE_OF_STYLES.search(style.read_bytes()), style.name


def test_what_pages_name_on_the_site_is_there(config: MkDocsConfig, pages: dict[Path, BeautifulSoup]) -> None:
    for path, page in pages.items():
        root = Path(config.site_dir)
        for attribute in ("href", "src"):
            for found in page.find_all(attrs={attribute: True}):
                place = urlsplit(found[attribute])
                if place.scheme or place.netloc or not place.path:
                    continue
                target = unquote(place.path)
                base = root if target.startswith("/") else path.parent
                assert (base / target.lstrip("/")).exists(), f"{path.name} names {found[attribute]}"


def test_every_picture_has_words(pages: dict[Path, BeautifulSoup]) -> None:
    pictures = [picture for page in pages.values() for picture in page.find_all("img")]
    assert pictures
    assert all(len(picture.get("alt", "")) > 20 for picture in pictures)


def test_pages_say_nothing_about_a_machine(config: MkDocsConfig) -> None:
    assert not config.site_url and not config.repo_url
    assert not config.theme["highlightjs"] and config.theme["color_mode"] == "auto"


def test_pages_are_short(config: MkDocsConfig) -> None:
    texts = {name: (Path(config.docs_dir) / name).read_text() for name in sources(config) - BUILT}
    assert [name for name, text in texts.items() if len(FENCED.sub("", text).splitlines()) > LONGEST] == []


def test_tests_and_files_that_pages_name_exist(assignment: Assignment, config: MkDocsConfig) -> None:
    places = (assignment.root, Path(config.docs_dir), *(Path(config.docs_dir) / "examples").iterdir())
    for name in sources(config):
        for path in set(NAMED_FILE.findall((Path(config.docs_dir) / name).read_text())) - MADE:
            assert "NAME" in path or any((place / path).exists() for place in places), f"{name} names {path}"


@pytest.mark.browser
def test_a_page_opens_from_its_folder_in_both_colours(config: MkDocsConfig) -> None:
    from tests.support.lab import browser_page

    with browser_page() as page:
        asked, problems = [], []
        page.on("request", lambda request: asked.append(urlsplit(request.url).scheme))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto((Path(config.site_dir) / "index.html").as_uri())
        page.locator("table.table").first.wait_for()  # the theme's script has come to its end
        for colour in ("dark", "light"):
            page.locator("#theme-menu").click()
            page.locator(f"[data-bs-theme-value={colour}]").click()
            assert page.locator("html").get_attribute("data-bs-theme") == colour
        assert set(asked) <= {"file", "data", "blob"}
        assert [problem for problem in problems if "worker.js" not in problem] == []  # the search needs a web server
