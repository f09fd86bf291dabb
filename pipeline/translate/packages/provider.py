"""Fetch missing models when they are first needed, if `translate.install_missing` allows it.

`Provider.route` takes a language pair, installs the missing packages, and returns the models.
Raises NoModel or ModelError. A failure is remembered and raised again for a quarter of an hour, so
that not every article of a pass asks the index.
"""

import logging
import threading
import time
from collections.abc import Callable

from pipeline.errors import ModelError, NoModel
from pipeline.translate.packages.models import Models
from pipeline.translate.packages.package import Model

_RETRY_AFTER = 900.0  # seconds until the index is asked again after a failure
_log = logging.getLogger(__name__)


class Provider:
    """Fetches missing models into `models`; safe to share between threads.

    `retry_after` is the number of seconds for which a failure is remembered.
    """

    def __init__(self, models: Models, retry_after: float = _RETRY_AFTER) -> None:
        self._models = models
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._failures: dict[tuple[str, str], tuple[float, ModelError]] = {}

    def route(self, source: str, target: str, progress: Callable[[int], None]) -> tuple[Model, ...]:
        """Return the models from `source` to `target`; missing ones are fetched.

        `progress` is called with 0 during the download, as a sign of life. Raises NoModel or
        ModelError.
        """
        with self._lock:
            failed = self._failures.get((source, target))
            if failed is not None and time.monotonic() - failed[0] < self._retry_after:
                raise failed[1]
            try:
                # Another thread may have installed them while this one waited for the lock.
                return self._models.route(source, target)
            except NoModel:
                _log.info("fetching the models from %s to %s", source, target)
            try:
                for one in self._models.install_pair(
                    source, target, lambda _name, _done, _total: progress(0)
                ):
                    _log.info("installed %s", one.key)
                return self._models.route(source, target)
            except ModelError as error:
                self._failures[source, target] = (time.monotonic(), error)
                raise
