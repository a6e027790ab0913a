"""%autoreload without the wait: it looks at what a submission imports, not at a thousand installed modules."""

from __future__ import annotations

import sys
from typing import Any

from IPython.extensions import autoreload


def spare_installed_modules() -> None:
    """From now on %autoreload passes over the modules that are loaded now; before each cell it would read them all."""
    installed = dict.fromkeys(sys.modules, "")

    class OwnModulesReloader(autoreload.ModuleReloader):
        skip_modules: dict[str, str]
        _spares = False

        def check(self, *args: Any, **kwargs: Any) -> None:
            if not self._spares:
                self._spares, self.skip_modules = True, {**installed, **self.skip_modules}
                if hasattr(self, "deduper_reloader"):  # in later versions of IPython
                    known = self.deduper_reloader.source_by_modname
                    self.deduper_reloader.source_by_modname = {**installed, **known}
            super().check(*args, **kwargs)

    autoreload.ModuleReloader = OwnModulesReloader
