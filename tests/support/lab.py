"""A JupyterLab on a folder, and a Chromium that looks at it: what the browser tests stand on."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from autograder.assignment import Assignment
from autograder.release import data, share
from tests.support.house import ROOT

TOKEN = "for-this-test-only"
SETTINGS = {  # what would stand between a test and the notebook
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
ARTEFACTS = ROOT / "test-artefacts"
TALL = 6000  # pixels of a page that are kept: to draw more takes many seconds
START = 60  # seconds until the server must answer


def chromium() -> str:
    """The browser's path; without it the test is skipped, or fails where everything must run."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is missing: apt-get install chromium")
    return path


@contextlib.contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """Serve `folder`; gives the address of its JupyterLab."""
    settings = home / "settings"
    for name, values in SETTINGS.items():
        path = settings / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={TOKEN}",
        f"--LabApp.user_settings_dir={settings}",
    ]
    options += ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"]
    with open(home / "server.log", "wb") as log:
        command = [sys.executable, "-m", "jupyter", "lab", *options]
        env = {**os.environ, "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "config")}
        server = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, server, home / "server.log")
            yield address
        finally:
            server.terminate()
            server.wait(20)


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=2):
            return
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@contextlib.contextmanager
def browser_page(width: int = 1280, height: int = 1000) -> Iterator[Page]:
    """An empty page in a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            yield browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=1)
        finally:
            browser.close()


def keep(page: Page, name: str, whole: bool = False) -> None:
    """Keep a picture in test-artefacts/ of what is seen, or of the whole page as far as one would scroll."""
    ARTEFACTS.mkdir(exist_ok=True)
    part = None
    if whole:
        size = page.evaluate("() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        part = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], TALL)}
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=whole, clip=part)


def hand_out(assignment: Assignment, home: Path) -> Path:
    """The release as students get it, data included."""
    folder = home / assignment.name
    shutil.copytree(assignment.release, folder, ignore=shutil.ignore_patterns("__pycache__", "datasets"))
    share(data(assignment), folder)
    return folder


def run_all(page: Page, address: str, notebook: str) -> None:
    """Open a notebook, run all its cells and wait until the last has run."""
    page.goto(f"{address}/lab/tree/{notebook}?token={TOKEN}&reset")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    page.get_by_text("| Idle").wait_for(timeout=60_000)  # the kernel is there; before that Run All would ask for one
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')].map(p => p.textContent);
            return prompts.length > 0 && prompts.every(text => /\\[\\d+\\]/.test(text));
        }""",
        timeout=120_000,
    )
