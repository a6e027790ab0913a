"""A stage for each level of the sandbox, shared by a file's attacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.levels import LEVELS
from tests.attacks.stage import Stage, open_stage


@pytest.fixture(scope="module", params=reversed(LEVELS))
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(request.param, tmp_path_factory.mktemp("stage")) as opened:
        yield opened
