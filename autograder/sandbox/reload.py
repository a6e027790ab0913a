"""%autoreload without the wait: it looks at what a submission imports, not at a thousand installed modules."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

EXTENSIONS = ("IPython.extensions.autoreload", "IPython.extensions.deduperreload.deduperreload")  # IPython 9 has both


class OwnModules(Mapping[str, ModuleType]):
    """sys.modules, of which only what was imported after now is listed; all of it is found.

    Even to list the others costs: it writes to each one's memory, which until then is the zygote's.
    """

    def __init__(self) -> None:
        self._last_installed = next(reversed(sys.modules))

    def __getitem__(self, name: str) -> ModuleType:
        return sys.modules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(itertools.takewhile(lambda name: name != self._last_installed, reversed(sys.modules))))

    def __len__(self) -> int:
        return len(list(iter(self)))


class WithOwnModules:
    """The module sys, but for its `modules`."""

    def __init__(self) -> None:
        self.modules = OwnModules()

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


def spare_installed_modules() -> None:
    """From now on %autoreload passes over the modules that are loaded now; before each cell it would read them all."""
    found = []
    for name in EXTENSIONS:
        with contextlib.suppress(ImportError):
            found.append(importlib.import_module(name))
    spared = WithOwnModules()  # these two themselves, too
    for module in found:
        module.sys = spared  # type: ignore[attr-defined]
