"""Cases and known mistakes that several exercises have in common."""

from collections.abc import Callable, Collection, Iterable, Sequence

from autograder.spec import Exercise


class Common:
    """Cases and known mistakes that several exercises have in common, in the order in which they are written."""

    def __init__(self) -> None:
        self._cases: list[tuple[Callable, str, dict]] = []
        self._mistakes: list[tuple[Callable, str]] = []

    def case(self, title: str, **details) -> Callable:
        """Add a case; takes what `Exercise.case` takes."""

        def add(adjust: Callable) -> Callable:
            self._cases.append((adjust, title, details))
            return adjust

        return add

    def mistake(self, advice: str) -> Callable:
        """Add a known mistake."""

        def add(function: Callable) -> Callable:
            self._mistakes.append((function, advice))
            return function

        return add

    def declare(
        self, exercises: Iterable[Exercise], using: Sequence[Callable] = (), not_at_home: Collection[str] = ()
    ) -> None:
        """Declare all of them for some exercises.

        using: functions that the mistakes call. not_at_home: cases that students' own check does not have this time.
        """
        for exercise in exercises:
            for adjust, title, details in self._cases:
                at_home = details.get("at_home", False) and adjust.__name__ not in not_at_home
                exercise.case(title, **details | {"at_home": at_home})(adjust)
            for function, advice in self._mistakes:
                exercise.mistake(advice, using)(function)
