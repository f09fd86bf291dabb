"""The engine: models in memory, loaded late and shared, let go when nobody needs them.

In goes a model, out comes what translates with it (`loaded.py`). Models are loaded once, late and
under a lock.
"""

import threading
import weakref
from pathlib import Path
from typing import Any

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.engine.cores import cores
from pipeline.translate.engine.model import Loaded
from pipeline.translate.engine.tokeniser import tokeniser
from pipeline.translate.packages.package import Model

_GPU_WORKERS = 2  # so that one copies while the other computes


class Engine:
    """Models in memory, loaded at first use and shared by all threads.

    Of more than `max_loaded` the one unused longest goes, once nobody translates with it any more;
    so does each that was not used for `unload_after` seconds.
    """

    def __init__(self, options: TranslateOptions) -> None:
        self.options = options
        self._loaded: dict[Path, tuple[tuple[int, ...], Loaded]] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def load(self, model: Model) -> Loaded:
        """The model, from memory where the same package is there already. Raises ModelError."""
        stamp = model.stamp
        with self._lock:
            for path in [one for one in self._loaded if not one.exists()]:
                del self._loaded[path]  # its package was updated or removed
            known = self._loaded.pop(model.path, None)
            if known is None or known[0] != stamp:
                while len(self._loaded) >= self.options.max_loaded:
                    del self._loaded[next(iter(self._loaded))]
                known = (stamp, self._open(model))
            self._loaded[model.path] = known  # at the end: used last
            with known[1].usage:
                self._look_later()
            return known[1]

    def loaded(self) -> list[str]:
        """The models in memory, by the names of their packages."""
        with self._lock:
            return sorted(loaded.model.key for _, loaded in self._loaded.values())

    def _look_later(self) -> None:
        """See to it that idle models go, as long as there are any. The lock is held."""
        if not self.options.unload_after or self._timer is not None or not self._loaded:
            return
        # The timer must not keep an engine, and so its models, that nobody has any more.
        engine = weakref.ref(self)
        left = min(
            self.options.unload_after - loaded.usage.idle() for _, loaded in self._loaded.values()
        )
        self._timer = threading.Timer(max(left, 0.05), lambda: _release(engine))
        self._timer.daemon = True
        self._timer.start()

    def release_idle(self) -> None:
        """Let go of the models that were not used for `unload_after` seconds."""
        with self._lock:
            self._timer = None
            for path, (_, loaded) in list(self._loaded.items()):
                if loaded.usage.idle() >= self.options.unload_after:
                    del self._loaded[path]
            self._look_later()

    def _open(self, model: Model) -> Loaded:
        import ctranslate2

        try:
            workers = self._workers(ctranslate2)
            found = tokeniser(model, workers)
            translator = ctranslate2.Translator(
                str(model.path / "model"),
                device=self.options.device,
                device_index=self.options.device_index,
                compute_type=self.options.compute_type,
                inter_threads=workers,
                intra_threads=1,
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError, OSError) as error:
            if self.options.device == "cuda" and "cuda" in str(error).lower():
                reason = f"the GPU cannot be used ({error})"
                raise ModelError(model.key, reason, 'set translate.device to "auto"') from error
            if "compute type" in str(error).lower():
                reason = f"cannot be computed so here ({error})"
                raise ModelError(
                    model.key, reason, 'set translate.compute_type to "auto"'
                ) from error
            reason = f"the model cannot be loaded ({error})"
            remedy = f"babelwire models install {model.from_code} {model.to_code}"
            raise ModelError(model.key, reason, remedy) from error
        return Loaded(model, found, translator, self.options)

    def _workers(self, ctranslate2: Any) -> int:
        """Batches computed at once: one a CPU, two on a GPU, which one of them keeps busy."""
        gpu = self.options.device == "cuda" or (
            self.options.device == "auto" and ctranslate2.get_cuda_device_count() > 0
        )
        return _GPU_WORKERS if gpu else self.options.threads or cores()


def _release(engine: "weakref.ref[Engine]") -> None:
    there = engine()
    if there is not None:
        there.release_idle()
