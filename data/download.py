"""Fetch the COCO features and captions: python data/download.py [--url URL] [--to FOLDER] [--sha256 SUM]."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from coco import FOLDER, URL, URL_VARIABLE
from coco.command import download
from coco.problem import DownloadError

HERE = Path(__file__).resolve().parent
FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the data set, or say in one sentence why not; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return download(options.url, options.to, options.sha256 or "")
    except DownloadError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python data/download.py",
        description="Fetch the COCO features and captions (about 1 GB), and check them.",
    )
    parser.add_argument(
        "--url", default=os.environ.get(URL_VARIABLE) or URL, help=f"default: ${URL_VARIABLE}, or {URL}"
    )
    target = HERE / FOLDER
    parser.add_argument("--to", type=Path, default=target, metavar="FOLDER", help=f"default: {target}")
    parser.add_argument("--sha256", type=_sum, metavar="SUM", help="the archive's checksum, if you know it")
    return parser


def _sum(text: str) -> str:
    """How to read a sha256."""
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no sha256: 64 hexadecimal digits")
    return text


if __name__ == "__main__":
    sys.exit(main())
