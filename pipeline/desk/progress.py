"""How a pass tells what it is doing to whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """A watcher. All of its methods return at once and raise nothing."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """A task begins; `total` units (0: unknown) lie ahead."""

    def advance(self, units: int = 1) -> None:
        """Some units of the task are done."""

    def end(self) -> None:
        """The task is over."""

    def note(self, message: str) -> None:
        """Something worth a line happened."""


class Silence:
    """A watcher that looks away."""

    def begin(self, task: str, total: int, unit: str) -> None:
        """Say nothing."""

    def advance(self, units: int = 1) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""

    def note(self, message: str) -> None:
        """Say nothing."""
