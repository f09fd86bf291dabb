"""Models that are fetched when they are first wanted, where the settings allow it.

In goes a pair of languages without a way between them, out comes the way, its packages installed.
What could not be had is not asked for again for a while: a pass has many articles in a language.
"""

import logging
import threading
import time
from collections.abc import Callable

from pipeline.errors import ModelError, NoModel
from pipeline.translate.packages.models import Models
from pipeline.translate.packages.package import Model

_PATIENCE = 900.0  # seconds until the index is asked again for what it did not give
_log = logging.getLogger(__name__)


class Provider:
    """Fetches missing models into `models`. Safe to share between threads."""

    def __init__(self, models: Models, patience: float = _PATIENCE) -> None:
        self._models = models
        self._patience = patience
        self._lock = threading.Lock()
        self._refused: dict[tuple[str, str], tuple[float, ModelError]] = {}

    def route(self, source: str, target: str, progress: Callable[[int], None]) -> tuple[Model, ...]:
        """The models from `source` to `target`, fetched as far as they are missing.

        `progress` is called with 0 as the download gets on. Raises NoModel or ModelError.
        """
        with self._lock:
            refused = self._refused.get((source, target))
            if refused is not None and time.monotonic() - refused[0] < self._patience:
                raise refused[1]
            try:
                # Another thread may have been faster while this one waited.
                return self._models.route(source, target)
            except NoModel:
                _log.info("fetching the models from %s to %s", source, target)
            try:
                for one in self._models.install_pair(
                    source, target, lambda _name, _there, _whole: progress(0)
                ):
                    _log.info("installed %s", one.key)
                return self._models.route(source, target)
            except ModelError as error:
                self._refused[source, target] = (time.monotonic(), error)
                raise
