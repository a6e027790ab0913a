"""An IPython shell that gives a cell's outputs as nbformat outputs, as a kernel would."""

from __future__ import annotations

import asyncio
import base64
import builtins
import contextlib
import contextvars
import fnmatch
import getpass
import inspect
import os
import sys
from collections.abc import Iterable
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Type
from traitlets.config import Config

from . import programs
from .messages import LINE_LIMIT, Refused
from .outputs import Output, Outputs, OutStream
from .refusals import Refusals
from .words import told

NO_INPUT = "input() waits for a keyboard, and nobody is there while a notebook is graded."
NO_BACKGROUND = "Background processes not supported."  # IPython's own words
IN_A_NOTEBOOK = ("ZMQInteractiveShell", "IPKernelApp")  # what libraries look for: the shell's class, its configuration


class CollectingHook(DisplayHook):
    """The value of a cell's last line becomes an execute_result."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        data, count = _as_text(format_dict), self.prompt_count
        self.shell.outputs.rich(
            {"output_type": "execute_result", "data": data, "metadata": md_dict or {}, "execution_count": count}
        )

    def finish_displayhook(self) -> None:
        pass


class CollectingPublisher(DisplayPublisher):
    """What display() shows becomes display_data; updates find their display by its id."""

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        display_id = (transient or {}).get("display_id")
        self._validate_data(data, metadata)
        if update:
            if display_id:
                self.shell.outputs.update(display_id, _as_text(data), metadata or {})
            return
        output = {"output_type": "display_data", "data": _as_text(data), "metadata": metadata or {}}
        self.shell.outputs.rich({**output, "display_id": display_id})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class Compiler(CachingCompiler):
    """IPython's, of whose cells `inspect` knows at once that they are of no file.

    Otherwise it looks through all modules for each line of a traceback: minutes for an endless recursion.
    """

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        name: str = super().cache(transformed_code, number, raw_code)
        getattr(inspect, "modulesbyfile", {}).update({name: "__main__", os.path.abspath(name): "__main__"})
        return name


class Memory(dict[str, Any]):
    """What IPython would keep on the disk between sessions: for `%store`, `%bookmark`, `%cd`."""

    def keys(self, pattern: str = "*") -> Iterable[str]:  # type: ignore[override]
        return fnmatch.filter(super().keys(), pattern)


class CollectingShell(InteractiveShell):
    """The shell of one submission; `run` gives the outputs of one cell."""

    kernel = None  # that there is this attribute says to pandas that this is no terminal
    compiler_class = Type(Compiler)
    displayhook_class = Type(CollectingHook)
    display_pub_class = Type(CollectingPublisher)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.outputs = Outputs()
        self._missing: list[str] = []
        self._last_shown: tuple[Any, list[str]] = (None, [])  # an exception, and how it was shown
        super().__init__(*args, **kwargs)

    @classmethod
    def make(cls) -> CollectingShell:
        """The process's one shell, without a history file; figures are shown as in a kernel."""
        history = {"enabled": False, "hist_file": ":memory:"}
        shell: CollectingShell = cls.instance(
            config=Config({"HistoryManager": history, IN_A_NOTEBOOK[1]: {"notebook": True}})
        )
        shell.db = Memory()
        shell.extension_manager.load_extension("storemagic")  # a kernel has it from the start
        shell.enable_matplotlib("inline")
        return shell

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", lambda *args, **kwargs: None, 99)  # a notebook keeps nothing of a pager

    def enable_gui(self, gui: Any = None) -> None:
        """No window ever opens here."""

    def ask_exit(self) -> None:
        """A notebook's exit() would end its kernel; here the cells after it shall run, too."""

    def system_piped(self, cmd: str) -> None:
        if not self._refusals.programs_run:
            print(f"!{cmd}\n{self._refusals.note(Refused.PROCESSES)}", file=sys.stderr)
        elif cmd.rstrip().endswith("&"):
            raise OSError(NO_BACKGROUND)
        else:
            self.user_ns["_exit_code"] = programs.run(self.var_expand(cmd, depth=1))

    system = system_piped

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> SList | LSString:
        if self._refusals.programs_run:
            return super().getoutput(cmd, split, depth + 1)
        self.system_piped(cmd)
        return SList() if split else LSString("")

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        self._last_shown = evalue, stb
        explained = [*self._refusals.explain(evalue), *_lacks(evalue, self.user_ns)]
        lines = [line[:LINE_LIMIT] for line in [*stb[:60], *explained]]
        if type(evalue) is NameError and isinstance(evalue.name, str):
            self._missing.append(evalue.name[:LINE_LIMIT])
        error = {"ename": etype.__name__, "evalue": _text(evalue)[:LINE_LIMIT], "traceback": lines}
        self.outputs.rich({"output_type": "error", **error})

    def _format_exception_for_storage(self, exception: BaseException, *args: Any, **named: Any) -> dict[str, Any]:
        """What newer versions of IPython keep with the history: as it was shown, and not put together once more."""
        shown, lines = self._last_shown
        if shown is not exception:
            stored: dict[str, Any] = super()._format_exception_for_storage(exception, *args, **named)
            return stored
        return {"ename": type(exception).__name__, "evalue": str(exception), "traceback": lines}

    def take_missing(self) -> list[str]:
        """The names that nothing had defined where cells have stopped since the last time."""
        taken, self._missing = self._missing, []
        return taken

    def begin(self, refusals: Refusals) -> None:
        """From now on what Python prints belongs to the running cell, and nobody answers input()."""
        self._refusals = refusals
        sys.stdout, sys.stderr = OutStream("stdout", 1, self.outputs), OutStream("stderr", 2, self.outputs)
        self.outputs.capture_descriptors()
        builtins.input = getpass.getpass = _no_input
        if refusals.programs_run:
            programs.allow()
        self._loop = asyncio.new_event_loop()  # one loop for all cells, so that a task outlives its cell
        self._context = contextvars.copy_context()  # and one context: np.set_printoptions holds for the next cell, too
        asyncio.set_event_loop(self._loop)

    def run(self, source: str, count: int) -> list[Output]:
        """Run one cell as the `count`-th and return its outputs; errors, KeyboardInterrupt too, are outputs."""
        self.execution_count = count
        self._loop.run_until_complete(self._loop.create_task(self._run(source), context=self._context))
        self._last_shown = None, []  # it must end where the notebook lets it go
        return self.outputs.take()

    async def _run(self, source: str) -> None:
        problem = None
        try:
            transformed = self.transform_cell(source)
        except Exception:
            transformed, problem = source, sys.exc_info()
        result = await self.run_cell_async(
            source, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=problem
        )
        self.events.trigger("post_execute")
        self.events.trigger("post_run_cell", result)


def _as_text(data: dict[str, Any]) -> dict[str, Any]:
    return {kind: base64.b64encode(v).decode() if isinstance(v, bytes) else v for kind, v in data.items()}


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # an exception's own code may fail, too
        return ""


def _no_input(*args: object, **named: object) -> str:
    raise EOFError(told(NO_INPUT))


CollectingShell.__name__ = CollectingShell.__qualname__ = IN_A_NOTEBOOK[0]


def _lacks(error: object, names: dict[str, Any]) -> list[str]:
    """A line that says what code asks for that is not there, where the visible checks are, which know it."""
    with contextlib.suppress(Exception):  # an exception of the student's may be of any kind
        from selfcheck.lacking import lacking
        from selfcheck.language import here

        if isinstance(error, BaseException) and (said := lacking(error, names)):
            return [here().tell(said).rstrip(".。")]
    return []
