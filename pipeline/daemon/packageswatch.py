"""Notice that models were installed, repaired or removed, by this process or by another one.

`PackagesWatch.changed` takes the settings and returns whether the packages have changed since the
last call. Never raises.
"""

from pathlib import Path

from pipeline.config import Settings
from pipeline.errors import ModelError
from pipeline.translate import Models


class PackagesWatch:
    """The folders of the installed packages, as they were last seen."""

    def __init__(self, settings: Settings) -> None:
        self._models = Models(settings.translate.packages_dir)
        self._seen = self._folders()

    def changed(self, settings: Settings) -> bool:
        """Return whether packages were installed, repaired or removed, or another folder is set."""
        if self._models.packages_dir != settings.translate.packages_dir:
            self._models = Models(settings.translate.packages_dir)
        before, self._seen = self._seen, self._folders()
        return before != self._seen

    def _folders(self) -> list[tuple[Path, tuple[int, ...]]]:
        """A package that is installed again gets a folder of another name; one that was repaired by
        hand has other files."""
        try:
            return [(one.path, one.stamp) for one in self._models.installed()]
        except ModelError:
            return []  # the next translation says why
