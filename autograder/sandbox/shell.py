"""An IPython shell that gives a cell's outputs as nbformat outputs, as a kernel would."""

from __future__ import annotations

import asyncio
import base64
import builtins
import io
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Type
from traitlets.config import Config

TEXT_LIMIT = 200_000  # characters of text a cell may leave behind
DATA_LIMIT = 8 << 20  # characters of rich outputs
LINE_LIMIT = 5000  # characters of an error's message, and of a line of its traceback
NO_PROGRAMS = "This was not run: a notebook cannot start other programs while it is graded."
NO_INPUT = "input() waits for a keyboard, and nobody is there while a notebook is graded."

Output = dict[str, Any]


class Outputs:
    """The outputs of the cell that runs, in order and bounded; streams of one name are joined as they come."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.items: list[Output] = []
        self._text = self._data = 0
        self._clear_next = False

    def stream(self, name: str, text: str) -> None:
        if self._text > TEXT_LIMIT:
            return
        self._text += len(text)
        if self._text > TEXT_LIMIT:
            text = text[: TEXT_LIMIT - self._text] + "\n[the rest of this output was cut]\n"
        self._make_room()
        if self.items and self.items[-1].get("name") == name:
            self.items[-1]["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})

    def rich(self, output: Output) -> None:
        self._data += sum(len(str(value)) for value in output.get("data", {}).values())
        if self._data <= DATA_LIMIT:
            self._make_room()
            self.items.append(output)

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self.items.clear()

    def take(self) -> list[Output]:
        items = [{key: value for key, value in item.items() if key != "display_id"} for item in self.items]
        self.reset()
        return items

    def _make_room(self) -> None:
        if self._clear_next:
            self.items.clear()
            self._clear_next = False


class Stream(io.TextIOBase):
    """Python's stdout or stderr, collected."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: Outputs) -> None:
        self._name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.stream(self._name, text)
        return len(text)

    def writable(self) -> bool:
        return True


class CollectingHook(DisplayHook):
    """The value of a cell's last line becomes an execute_result."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict, md_dict=None) -> None:
        data, count = _as_text(format_dict), self.prompt_count
        self.shell.outputs.rich(
            {"output_type": "execute_result", "data": data, "metadata": md_dict or {}, "execution_count": count}
        )

    def finish_displayhook(self) -> None:
        pass


class CollectingPublisher(DisplayPublisher):
    """What display() shows becomes display_data; updates find their display by its id."""

    def publish(self, data, metadata=None, source=None, *, transient=None, update=False, **kwargs) -> None:
        display_id = (transient or {}).get("display_id")
        if update:
            for item in self.shell.outputs.items:
                if display_id and item.get("display_id") == display_id:
                    item.update(data=_as_text(data), metadata=metadata or {})
            return
        output = {"output_type": "display_data", "data": _as_text(data), "metadata": metadata or {}}
        self.shell.outputs.rich({**output, "display_id": display_id})

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait)


class CollectingShell(InteractiveShell):
    """The shell of one submission; `run` gives the outputs of one cell."""

    displayhook_class = Type(CollectingHook)
    display_pub_class = Type(CollectingPublisher)

    def __init__(self, *args, **kwargs) -> None:
        self.outputs = Outputs()
        super().__init__(*args, **kwargs)

    @classmethod
    def make(cls) -> CollectingShell:
        """The process's one shell, without a history file and without colours of its own."""
        return cls.instance(config=Config({"HistoryManager": {"enabled": False, "hist_file": ":memory:"}}))

    def enable_gui(self, gui=None) -> None:
        """No window ever opens here."""

    def system_piped(self, cmd: str) -> None:
        print(f"!{cmd}\n{NO_PROGRAMS}", file=sys.stderr)

    system = system_piped

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> SList | LSString:
        self.system_piped(cmd)
        return SList() if split else LSString("")

    def _showtraceback(self, etype, evalue, stb) -> None:
        lines = [line[:LINE_LIMIT] for line in stb[:60]]
        error = {"ename": etype.__name__, "evalue": _text(evalue)[:LINE_LIMIT], "traceback": lines}
        self.outputs.rich({"output_type": "error", **error})

    def begin(self) -> None:
        """From now on what Python prints belongs to the running cell, and nobody answers input()."""
        sys.stdout, sys.stderr = Stream("stdout", self.outputs), Stream("stderr", self.outputs)
        builtins.input = _no_input
        self._loop = asyncio.new_event_loop()  # one loop for all cells, so that a task outlives its cell
        asyncio.set_event_loop(self._loop)

    def run(self, source: str, count: int) -> list[Output]:
        """Run one cell as the `count`-th and return its outputs; errors, KeyboardInterrupt too, are outputs."""
        self.execution_count = count
        self._loop.run_until_complete(self._run(source))
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


def _no_input(*args: object) -> str:
    raise EOFError(NO_INPUT)
