"""Make the picture of the class report: the top of the page on a class of sixty, with all notebooks.

    python scripts/report_picture.py [FOLDER]

The class is the bench's (known mistakes, students of different strength); grading it takes minutes. In FOLDER it
stays, and the next picture takes seconds.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playwright.sync_api import sync_playwright

from autograder.rendering.class_report.command import report
from bench.class_report import FLAGS, browser, graded_class

ROOT = Path(__file__).resolve().parents[1]
STUDENTS, SEED = 60, 1
WIDTH, HEIGHT = 1280, 1600
LAST = ".course tbody:nth-of-type(2)"  # what the picture ends with: the exercises of the second notebook


def main():
    """Grade, report, draw."""
    with tempfile.TemporaryDirectory() as other:
        root = Path(sys.argv[1] if len(sys.argv) > 1 else other).resolve()
        assignment = graded_class(root, STUDENTS, SEED)
        folder = root / "picture"  # a first report: nothing has moved
        report(root, assignment.name, folder)
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=browser(), args=FLAGS)
            page = running.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto((folder / "index.html").as_uri())
            end = page.evaluate(f"document.querySelector('{LAST}').getBoundingClientRect().bottom")
            clip = {"x": 0, "y": 0, "width": WIDTH, "height": end + 16}
            page.screenshot(path=ROOT / "docs" / "images" / "report.png", clip=clip)
            running.close()


if __name__ == "__main__":
    main()
