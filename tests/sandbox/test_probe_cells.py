"""Everyday cells give in the sandbox what they give in a real kernel, or a sentence where they may not."""

from __future__ import annotations

import os
from collections.abc import Iterator

import matplotlib
import nbformat
import pytest
from nbclient import NotebookClient

from autograder.sandbox.levels import LEVELS
from autograder.sandbox.messages import CellResult, Fate, Refused
from autograder.sandbox.runner import Limits
from tests.support.probes import CLOSED, LAST, PROBES, STARTING, Closed, Probe, normal
from tests.support.sandboxed import Sandboxed, sandboxed, text_of

pytestmark = pytest.mark.slow

TRIED = [probe for probe in (*PROBES, *STARTING) if probe.can_run]
PATIENT = Limits(cell=60.0, submission=600.0)
PROCESSES = 8
WAITING = """
import array, fcntl, termios, time

def await_reader(*_):
    if ip.history_manager.input_hist_raw[-1] not in {sources!r}:
        return
    for descriptor in (1, 2):
        left = array.array("i", [1])
        while left[0]:
            time.sleep(0.05)
            fcntl.ioctl(descriptor, termios.FIONREAD, left)
    time.sleep(0.1)

def show(start=ip.displayhook.start_displayhook):
    await_reader()
    start()

ip.displayhook.start_displayhook = show
ip.events.register("post_run_cell", await_reader)
"""  # before such a cell shows its value, and before it ends, the kernel's threads have read what it wrote


@pytest.fixture(scope="module")
def in_a_kernel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list]:
    """What a real kernel makes of the probes, in one notebook; it ends with the last."""
    folder = tmp_path_factory.mktemp("kernel")
    cells = [nbformat.v4.new_code_cell(probe.source) for probe in (*TRIED, LAST)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    own = {"HOME": str(folder), "MPLCONFIGDIR": matplotlib.get_cachedir(), "SHELL": "/bin/bash"}
    unwanted = ("NBGRADER_", "PYTEST_", "IPYTHON", "MPL")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    work = folder / "work"
    work.mkdir()
    waiting = WAITING.format(sources={probe.source for probe in TRIED if probe.past_python})
    client = NotebookClient(notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(work)}})
    client.extra_arguments = [f"--IPKernelApp.exec_lines=exec({waiting!r}, dict(ip=get_ipython()))"]
    client.execute(env={**inherited, **own})
    run = zip(TRIED, notebook.cells, strict=False)
    return {probe.name: normal(cell.outputs, str(work)) for probe, cell in run}


@pytest.fixture(scope="module", params=reversed(LEVELS))
def in_the_sandbox(request: pytest.FixtureRequest) -> Iterator[dict[str, tuple[CellResult, list]]]:
    """What the sandbox makes of them, where programs may be started."""
    with sandboxed(request.param, processes=PROCESSES) as running:
        results = running.submission(*(probe.source for probe in TRIED), limits=PATIENT)
        run = zip(TRIED, results, strict=True)
        yield {probe.name: (result, normal(result.outputs, running.folder)) for probe, result in run}


@pytest.mark.parametrize("probe", TRIED, ids=[probe.name for probe in TRIED])
def test_a_cell_gives_what_it_gives_in_a_kernel(
    in_a_kernel: dict[str, list], in_the_sandbox: dict[str, tuple[CellResult, list]], probe: Probe
) -> None:
    result, outputs = in_the_sandbox[probe.name]
    assert (result.fate, result.refused) == (Fate.DONE, ())
    if probe.instead:
        assert probe.instead in str(outputs)
        assert probe.instead not in str(in_a_kernel[probe.name])
    else:
        assert outputs == in_a_kernel[probe.name]


def test_a_folder_whose_random_name_looks_like_a_time_is_no_difference() -> None:
    folder = "/tmp/grading-zq02bh3s/work"
    assert normal([{"output_type": "stream", "name": "stdout", "text": f"{folder} took 3s"}], folder) == [
        ["stdout", ". took time"]
    ]


def test_there_are_enough_probes_and_each_has_its_own_name() -> None:
    names = [probe.name for probe in (*PROBES, *STARTING)]
    assert len(names) == len(set(names)) >= 40


@pytest.fixture(scope="module", params=["full", "container"])
def closed(request: pytest.FixtureRequest) -> Iterator[dict[str, CellResult]]:
    """What the sandbox makes of cells that want what is closed unless a course opens it."""
    with sandboxed(request.param) as running:
        results = running.submission(*(each.source for each in CLOSED), limits=PATIENT)
        yield {each.name: result for each, result in zip(CLOSED, results, strict=True)}


@pytest.mark.parametrize("each", CLOSED, ids=[each.name for each in CLOSED])
def test_what_is_not_allowed_is_said_in_one_sentence_and_reported(closed: dict[str, CellResult], each: Closed) -> None:
    result = closed[each.name]
    assert result.fate is Fate.DONE
    assert result.refused == ((Refused(each.refused),) if each.refused else ())
    assert each.says in text_of(result)
    assert text_of(result).count("while it is graded.") == bool(each.refused)


@pytest.fixture(scope="module")
def full() -> Iterator[Sandboxed]:
    with sandboxed("full") as running:
        yield running


def test_exit_ends_nothing_here(full: Sandboxed) -> None:
    """A kernel ends with exit(), and what comes after it would never run."""
    first, second = full.submission("kept = 1\nexit()", "kept")
    assert (first.fate, first.outputs) == (Fate.DONE, [])
    assert second.outputs[0]["data"] == {"text/plain": "1"}


def test_an_endless_recursion_is_shown_in_seconds(full: Sandboxed) -> None:
    result = full.cell("def down(n): return down(n + 1)\ndown(0)", limits=Limits(cell=10.0))
    assert [output["ename"] for output in result.outputs] == ["RecursionError"]


def test_a_flood_is_cut_and_said_to_be(full: Sandboxed) -> None:
    printed, written, cleared = full.submission(
        "for n in range(100_000): print('x' * 20)",
        "import os\nfor n in range(100): os.write(1, b'x' * 20_000)",
        "from IPython.display import clear_output\nfor n in range(3000):\n    clear_output(wait=True)\n"
        "    print('x' * 200)\nprint('last')",
    )
    assert all(text_of(result).endswith("[the rest of this output was cut]\n") for result in (printed, written))
    assert text_of(cleared) == "x" * 200 + "\nlast\n"  # what was cleared does not count
