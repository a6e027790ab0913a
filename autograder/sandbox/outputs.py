"""The outputs of a cell, collected as nbformat has them: in order, and bounded."""

from __future__ import annotations

import fcntl
import io
import os
import tempfile
from typing import Any

from .messages import DATA_LIMIT, TEXT_LIMIT

CUT = "\n[the rest of this output was cut]\n"

Output = dict[str, Any]


class Descriptor:
    """What is written to file descriptor 1 or 2 past Python's streams, by C code and by programs: kept in a file."""

    def __init__(self, number: int) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the process
        fcntl.fcntl(file.fileno(), fcntl.F_SETFL, os.O_APPEND)  # a program writes at the end, wherever that is by then
        os.dup2(file.fileno(), number)
        self._file, self._read = file, 0

    def take(self) -> str:
        """What has come since the last time; nothing where the student's code has closed the file."""
        try:
            new = os.pread(self._file.fileno(), TEXT_LIMIT + 1, self._read)
            self._read += len(new)
            if len(new) > TEXT_LIMIT:  # the rest would be cut, too
                self._read = os.fstat(self._file.fileno()).st_size
        except OSError:
            return ""
        return new.decode("utf-8", "replace")

    def empty(self) -> None:
        """Forget all of it."""
        try:
            os.ftruncate(self._file.fileno(), 0)
        except OSError:
            return
        self._read = 0


class Outputs:
    """The outputs of the cell that runs; streams of one name are joined as they come."""

    def __init__(self) -> None:
        self._descriptors: dict[str, Descriptor] = {}
        self.reset()

    def capture_descriptors(self) -> None:
        """From now on what is written to descriptors 1 and 2 is an output, too."""
        self._descriptors = {"stdout": Descriptor(1), "stderr": Descriptor(2)}

    def reset(self) -> None:
        self.items: list[Output] = []
        self._text = self._data = 0
        self._clear_next = False
        for descriptor in self._descriptors.values():
            descriptor.empty()

    def stream(self, name: str, text: str) -> None:
        if self._text <= TEXT_LIMIT or self._clear_next:
            self._look()
            self._add_text(name, text)

    def rich(self, output: Output) -> None:
        self._look()
        self._data += _size(output)
        if self._data <= DATA_LIMIT:
            self._make_room()
            self.items.append(output)

    def update(self, display_id: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Change what this cell has shown under this id."""
        for item in self.items:
            if item.get("display_id") == display_id:
                self._data += _size({"data": data}) - _size(item)
                if self._data <= DATA_LIMIT:
                    item.update(data=data, metadata=metadata)

    def clear(self, wait: bool) -> None:
        if wait:
            self._clear_next = True
        else:
            self._look()
            self._clear()

    def take(self) -> list[Output]:
        self._look()
        items = [{key: value for key, value in item.items() if key != "display_id"} for item in self.items]
        self.reset()
        return items

    def _look(self) -> None:
        """Put what was written past Python where it belongs in the order of time."""
        for name, descriptor in self._descriptors.items():
            if text := descriptor.take():
                self._add_text(name, text)

    def _add_text(self, name: str, text: str) -> None:
        if not text:
            return
        self._make_room()
        if self._text > TEXT_LIMIT:
            return
        self._text += len(text)
        if self._text > TEXT_LIMIT:
            text = text[: TEXT_LIMIT - self._text] + CUT
        if self.items and self.items[-1].get("name") == name:
            self.items[-1]["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})

    def _make_room(self) -> None:
        if self._clear_next:
            self._clear()

    def _clear(self) -> None:
        self.items.clear()
        self._text = self._data = 0
        self._clear_next = False


class OutStream(io.TextIOBase):
    """Python's stdout or stderr, collected; in a process that the student's code has forked, the descriptor.

    It has the name and the properties of a kernel's.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, number: int, outputs: Outputs) -> None:
        self.name, self._number, self._outputs, self._forked = name, number, outputs, False
        os.register_at_fork(after_in_child=self._leave)

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if self._forked:
            os.write(self._number, text.encode("utf-8", "replace"))
        else:
            self._outputs.stream(self.name, text)
        return len(text)

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def _leave(self) -> None:
        self._forked = True


def _size(output: Output) -> int:
    return sum(len(str(value)) for value in output.get("data", {}).values())
