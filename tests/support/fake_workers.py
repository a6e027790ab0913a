"""Workers that only act as if they graded: the name of a student says what happens."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from pathlib import Path

from autograder.faces.batch.messages import Failure, GradedSubmission
from autograder.record import Status


def serve(folder: Path, connection: Connection) -> None:
    """Answer as a worker does and write it down: "dies" kills it, "dies once" the first time, "sticks" has it sleep."""
    os.setsid()
    log = recv_handle(connection)
    while True:
        try:
            method, arguments = connection.recv()
        except EOFError:
            return
        os.write(log, f"{os.getpid()} {method} {arguments}\n".encode())
        connection.send(Failure("it cannot be said") if method != "grade" else _grade(folder, *arguments))


def _grade(folder: Path, student: str) -> GradedSubmission | Failure:
    first = not (folder / student).exists()
    (folder / student).touch()
    if student == "dies" or (student == "dies once" and first):
        os.kill(os.getpid(), signal.SIGKILL)
    if student == "sticks":
        time.sleep(600)
    return Failure("It is not possible.") if student == "fails" else GradedSubmission(student, Status.GRADED)
