"""The machine that a measurement was taken on, as the system describes it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import psutil

from autograder.sandbox.levels import climb

PACKAGES = ("nbgrader", "ipykernel", "ipython", "numpy", "matplotlib", "sqlalchemy")
CPUINFO = Path("/proc/cpuinfo")


def describe() -> dict[str, str]:
    """What matters about the machine, each thing under its name."""
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.release()}, {_distribution()}",
        "user": "root" if os.geteuid() == 0 else "not root",
        "sandbox": climb().level,
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    lines = CPUINFO.read_text().splitlines() if CPUINFO.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "of unknown distribution"
