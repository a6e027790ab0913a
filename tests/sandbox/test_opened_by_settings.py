"""What a course opens with `modules`, `folders` and `network`, what it cannot open, and what a note says of it."""

from __future__ import annotations

import http.server
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest

from autograder.assignment import Assignment
from autograder.engine import Engine
from autograder.errors import ConfigurationError
from autograder.record import Event
from autograder.sandbox.allowance import Allowance, check_folders, secrets_of
from autograder.sandbox.levels import LEVELS
from autograder.sandbox.messages import Fate, Refused
from autograder.sandbox.room import CHILD_MODULES
from autograder.sandbox.warm import Zygote
from tests.support.sandboxed import Sandboxed, sandboxed, text_of

pytestmark = pytest.mark.slow  # most tests start a sandbox of their own

GUARDED = ("full", "container")
LOADED = """
import sys
print(sorted(name for name in sys.modules if name.split(".")[0] in ("autograder", "exercises", "solutions", "tests")))
"""


@pytest.fixture(scope="module")
def started() -> Iterator[Callable[..., Sandboxed]]:
    """Gives the sandbox of a level with what is opened; tests that ask for the same share it."""
    running: dict[tuple[str, bool, int], Sandboxed] = {}
    with ExitStack() as stack:

        def start(level: str, network: bool = False, processes: int = 0) -> Sandboxed:
            asked = level, network, processes
            if asked not in running:
                running[asked] = stack.enter_context(sandboxed(level, network=network, processes=processes))
            return running[asked]

        yield start


@pytest.fixture
def library(tmp_path: Path) -> dict[str, Path]:
    """Modules beside the submission's own: a plain one, one that fails, one that loads the grader."""
    texts = {
        "plain.py": "value = type(get_ipython()).__name__  # as some modules ask when they are imported",
        "failing.py": "raise SystemExit('not today')",
        "curious.py": "import autograder.judging.judge",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in texts}


@pytest.mark.parametrize("level", LEVELS)
def test_modules_are_there_before_the_first_cell_and_nothing_of_the_grader_with_them(
    level: str, library: dict[str, Path]
) -> None:
    with sandboxed(level, modules=("sqlite3", "xml.dom", "plain"), shown={"plain.py": library["plain.py"]}) as running:
        loaded, plain, changed, fresh = [
            *running.submission(
                "import sys\n[name in sys.modules for name in ('sqlite3', 'xml.dom', 'plain', 'ftplib')]",
                "import plain\nplain.__file__.endswith('plain.py')",
                "plain.value = 'changed'",
            ),
            running.cell("import plain\nplain.value"),
        ]
        ours = running.cell(LOADED)
    assert loaded.outputs[0]["data"]["text/plain"] == "[True, True, True, False]"
    assert plain.outputs[0]["data"]["text/plain"] == "True"
    assert changed.fate is Fate.DONE
    assert "changed" not in text_of(fresh)  # a student has a copy of their own
    names = ["autograder", "autograder.sandbox", *(f"autograder.sandbox.{name}" for name in CHILD_MODULES[1:])]
    assert text_of(ours).strip() == str(sorted(names))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_module", "No module named 'no_such_module'"),
        ("json.no_such_module", "No module named 'json.no_such_module'"),
        ("failing", "SystemExit: not today"),
        ("curious", "autograder.judging|it imports the grader"),
    ],
)
def test_a_module_that_cannot_be_imported_is_named_when_the_engine_starts(
    level: str, library: dict[str, Path], name: str, said: str
) -> None:
    allowance = Allowance(modules=("json", name), shown=library)
    before = set(Path(tempfile.gettempdir()).glob("grading-*"))
    with pytest.raises(ConfigurationError, match=rf"`modules` names {name}, which cannot be imported: .*({said})"):
        Zygote(level, allowance)
    left = {path for path in Path(tempfile.gettempdir()).glob("grading-*") if path not in before}
    assert not [path for path in left if (path / "course" / "failing.py").exists()]


@pytest.mark.parametrize("level", LEVELS)
def test_a_folder_can_be_read_at_its_own_path_and_not_written(level: str, tmp_path: Path) -> None:
    opened, closed, link = tmp_path / "some data", tmp_path / "closed", tmp_path / "link"
    for folder in (opened, closed):
        (folder / "deep").mkdir(parents=True)
        (folder / "deep" / "file.txt").write_text(f"text of {folder.name}")
    link.symlink_to(opened)
    (opened / "way_out").symlink_to(closed)
    source = """
import os
for path in PATHS:
    try: print(open(path).read())
    except OSError as problem: print("closed")
for path in PATHS[:1]:
    for change in (lambda: open(path, "w"), lambda: os.remove(path), lambda: open(path + "2", "w")):
        try: change(); print("changed")
        except OSError as problem: print("kept")
"""
    paths = [folder / "deep" / "file.txt" for folder in (opened, link, closed, opened / "way_out")]
    with sandboxed(level, folders=(opened, link)) as running:
        said = text_of(running.cell(source.replace("PATHS", str(list(map(str, paths))))))
    if level in GUARDED:
        assert said.splitlines() == ["text of some data", "text of some data", "closed", "closed", *["kept"] * 3]
        assert paths[0].read_text() == "text of some data"
    else:
        assert said.startswith("text of some data\ntext of some data\ntext of closed")


@pytest.mark.parametrize("level", GUARDED)
def test_a_folder_is_closed_unless_it_is_named(level: str, started: Callable[..., Sandboxed], tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("closed text")
    result = started(level).cell(f"open({str(tmp_path / 'file.txt')!r}).read()")
    assert result.outputs[0]["ename"] in ("FileNotFoundError", "PermissionError")


def test_a_folder_that_is_not_there_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing", tmp_path / "file"):
        with pytest.raises(ConfigurationError, match=f"`folders` names {path}, and there is no such folder"):
            Zygote("process", Allowance(folders=(path,)))


@pytest.mark.parametrize("what", ["exercises", "solutions", "source", "submitted", "feedback", ".git", "."])
def test_the_courses_secrets_cannot_be_opened(tmp_path: Path, what: str) -> None:
    root = tmp_path / "course"
    (root / what / "inner").mkdir(parents=True)
    (root / "data").mkdir()
    (tmp_path / "link").symlink_to(root / what)
    for folder in (root / what, root / what / "inner", tmp_path / "link", tmp_path):
        if folder == root / "inner":  # a folder beside the secrets
            continue
        with pytest.raises(
            ConfigurationError, match=r"which would open .* to student code: name a folder that neither"
        ):
            check_folders([folder], secrets_of(root))
    check_folders([root / "data"], secrets_of(root))


def test_a_folder_with_the_gradebook_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").touch()
    with pytest.raises(ConfigurationError, match=r"would open .*(exercises|gradebook)"):
        check_folders([tmp_path], secrets_of(tmp_path))


@pytest.mark.parametrize("folder", ["/", "/proc", "/sys/devices", "/dev", tempfile.gettempdir()])
def test_the_systems_own_folders_cannot_be_opened(folder: str) -> None:
    with pytest.raises(ConfigurationError, match="would open"):
        check_folders([Path(folder)])


def test_an_engine_refuses_a_folder_of_its_assignments_secrets(assignment: Assignment) -> None:
    with pytest.raises(ConfigurationError, match="solutions to student code"):
        Engine(assignment, allowance=Allowance(folders=(assignment.solutions,)))


class _Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    """The port of a server on this machine."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Page) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield serving.server_port
        serving.shutdown()
        thread.join()


@pytest.fixture
def path_socket(tmp_path: Path) -> Iterator[str]:
    """The path of another program's socket, as those of databases and of Docker are."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/socket")
        listening.listen()
        yield f"{folder}/socket"


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("network", [True, False])
def test_the_network_is_reached_only_where_it_is_opened(
    level: str, network: bool, started: Callable[..., Sandboxed], server: int
) -> None:
    fetch = f"import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{server}/').read().decode()"
    result = started(level, network=network).cell(fetch)
    if network or level == "process":
        assert result.outputs[0]["data"]["text/plain"] == "'served'"
    else:
        assert result.refused == (Refused.NETWORK,)


@pytest.mark.parametrize("level", GUARDED)
def test_no_socket_of_this_machine_or_beneath_tcp_is_opened_with_the_network(
    level: str, started: Callable[..., Sandboxed], path_socket: str
) -> None:
    source = f"""
import socket
for family, kind in ((socket.AF_UNIX, 1), (socket.AF_UNIX, 2), (socket.AF_NETLINK, 3), (socket.AF_INET, 3),
                     (socket.AF_INET6, 3), (socket.AF_PACKET, 3), (40, 1)):
    try: socket.socket(family, kind); print("opened", family)
    except OSError as problem: pass
one, other = socket.socketpair()
for connect in (lambda: one.connect({path_socket!r}), lambda: one.sendto(b"x", {path_socket!r})):
    try: connect(); print("connected")
    except OSError: pass
print(socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)))
"""
    assert text_of(started(level, network=True).cell(source)) == "1\n"


@pytest.mark.parametrize("level", GUARDED)
def test_the_network_opens_no_programs_and_no_files(
    level: str, started: Callable[..., Sandboxed], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("closed text")
    reads = f"open({str(tmp_path / 'file')!r}).read()"
    forked, read = started(level, network=True).submission("import os\nos.fork()", reads)
    assert forked.refused == (Refused.PROCESSES,)
    assert "closed text" not in str(read.outputs[0].get("data"))


@pytest.mark.parametrize("level", LEVELS)
def test_student_code_sees_that_it_is_graded_as_nbgrader_says_it(level: str, started: Callable[..., Sandboxed]) -> None:
    result = started(level).cell("import os\nos.environ['NBGRADER_EXECUTION']")
    assert result.outputs[0]["data"]["text/plain"] == "'autograde'"


@pytest.mark.parametrize(
    ("source", "setting"),
    [
        ("!ls", "processes"),
        ("import socket\nsocket.socket()", "network"),
        ("import numpy as np\nnp.ones(10**11)", "memory"),
    ],
)
def test_a_note_names_the_setting_that_decides(engine: Engine, source: str, setting: str) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in ("1", source)])
    graded = engine.grade(notebook, "1_rnn_layers")
    (note,) = graded.notes
    assert note.event is Event.REFUSED
    assert note.text.startswith("Cell [2] wanted ")
    assert f"c.GradeSubmission.assignments['{engine.assignment.name}']['{setting}']" in note.text


def test_the_memory_is_that_of_the_setting() -> None:
    with sandboxed("process", memory=1 << 30) as running:
        result = running.cell("bytearray(1 << 30)")
    assert result.refused == (Refused.MEMORY,)
    assert "A notebook may use 1024 MB of memory" in text_of(result)


@pytest.mark.parametrize("level", GUARDED)
def test_programs_lie_in_the_room_only_where_they_may_be_started(level: str, started: Callable[..., Sandboxed]) -> None:
    for processes, found in ((0, False), (1, True)):
        running = started(level, processes=processes)
        (output,) = running.cell("print([len(open(p, 'rb').read(4)) for p in ('/usr/bin/env', '/bin/sh')])").outputs
        assert (output.get("text") == "[4, 4]\n") is found
