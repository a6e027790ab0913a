"""What can go wrong, by who reads of it.

    AutograderError
    ├── UserError                     someone can mend it: one sentence, an exit code, no trace
    │   ├── ConfigurationError        nbgrader_config.py or .json, or a setting in it
    │   ├── AssignmentError           source/, exercises/ or solutions/ of an assignment
    │   ├── CommentsError             comments/, the teacher's own sentences
    │   ├── SandboxLevelError         this machine confines student code less than the course asks for
    │   └── UnsafeSubmissionError     a submission's folder that must not be copied
    └── GraderError                   ours: the sentence goes to the instructor, the trace to the log
        ├── SandboxError              the sandbox's own processes do not work
        └── ReferenceFailsError       the reference solution fails on a case

Commands catch these two kinds, and what only the machine can be blamed for (`of_machine`: a full disk, a file that must
not be read); any other exception is a defect and shows its trace.
"""

from __future__ import annotations

import errno
from pathlib import Path


class AutograderError(Exception):
    """The root of the tree; never raised itself."""


class UserError(AutograderError):
    """Something that the reader can mend; the message is one sentence that says what to do."""

    exit_code = 2


class ConfigurationError(UserError):
    """The course's configuration cannot be used; the message names the file and, where there is one, the line."""


class AssignmentError(UserError):
    """An assignment is not there, or its parts do not fit together."""


class CommentsError(UserError):
    """The file with the teacher's comments cannot be used; the message names it and the line."""


class SandboxLevelError(UserError):
    """This machine offers less than the least acceptable sandbox level; the message says what to install."""


class UnsafeSubmissionError(UserError):
    """A submission's folder that must not be copied; the message says why and what to do."""


class GraderError(AutograderError):
    """A failure of the grader itself, never a student's fault."""

    exit_code = 2


class SandboxError(GraderError):
    """The sandbox's processes do not work; the message says what to do."""


class ReferenceFailsError(GraderError):
    """The reference solution fails where it must not."""


STEPS = {
    errno.ENOSPC: "the disk is full: make room and run this command again",
    errno.EDQUOT: "your share of the disk is full: make room and run this command again",
    errno.EROFS: "the disk can only be read: choose another place, or make it writable",
    errno.EACCES: "you may not: change its permissions or its folder's, or run this as its owner",
    errno.EPERM: "you may not: change its permissions or its folder's, or run this as its owner",
    errno.ENOTDIR: "a file is in the place of a folder: move it away",
    errno.EISDIR: "a folder is in the place of a file: choose another name",
    errno.EIO: "the disk has a fault",
}


def of_machine(problem: OSError) -> str:
    """What is wrong with this machine or a file on it, and what to do; "" where it may be a defect of ours."""
    step = STEPS.get(problem.errno or 0, "")
    what = f"{problem.filename} cannot be read or written" if problem.filename else "a file cannot be read or written"
    return f"{what}, as {step}" if step else ""


def place_of(problem: BaseException, within: Path) -> str:
    """The file, `within` itself or below it, and the line where something went wrong, as `FILE, line N`."""
    if isinstance(problem, SyntaxError) and problem.filename:
        return f"{problem.filename}, line {problem.lineno}"
    place, trace = str(within), problem.__traceback__
    while trace:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file == within or within in file.parents:
            place = f"{file}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place
