"""Keep models in memory: load them at first use, share them, and unload idle ones.

`Engine.load` takes an installed model and returns it loaded (`model.Loaded`).
Raises ModelError when it cannot be loaded.
"""

import threading
import weakref
from functools import partial
from pathlib import Path

from pipeline.errors import ModelError
from pipeline.options import TranslateOptions
from pipeline.translate.engine.batches import BatchTranslator, Elsewhere
from pipeline.translate.engine.cores import cores
from pipeline.translate.engine.model import Loaded
from pipeline.translate.engine.tokeniser import tokeniser
from pipeline.translate.packages.package import Model

_GPU_WORKERS = 2  # one copies data while the other computes


class Engine:
    """Models in memory, loaded at first use and shared by all threads.

    At most `max_loaded` are kept: the least recently used one is dropped, and so is each that has
    not been used for `unload_after` seconds. A dropped model is freed when its last translation
    ends. With `elsewhere`, batches are computed where that says; texts are prepared and checked
    here.
    """

    def __init__(self, options: TranslateOptions, elsewhere: Elsewhere | None = None) -> None:
        self.options = options
        self._elsewhere = elsewhere
        self._loaded: dict[Path, tuple[tuple[int, ...], Loaded]] = {}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def load(self, model: Model) -> Loaded:
        """Return the loaded model; load it if it is not in memory. Raises ModelError."""
        stamp = model.stamp
        with self._lock:
            for path in [one for one in self._loaded if not one.exists()]:
                del self._loaded[path]  # its package was updated or removed
            known = self._loaded.pop(model.path, None)
            if known is None or known[0] != stamp:
                while len(self._loaded) >= self.options.max_loaded:
                    del self._loaded[next(iter(self._loaded))]
                known = (stamp, self.load_model(model))
            self._loaded[model.path] = known  # at the end: most recently used
            with known[1].usage:
                self._schedule_release()
            return known[1]

    def loaded(self) -> list[str]:
        """Return the names of the models in memory ("en_pt-1.0"), sorted."""
        with self._lock:
            return sorted(loaded.model.key for _, loaded in self._loaded.values())

    def _schedule_release(self) -> None:
        """Start the timer for the next idle model, if alive is one. The caller holds the lock."""
        if not self.options.unload_after or self._timer is not None or not self._loaded:
            return
        # A weak reference: the timer must not keep an unused engine and its models alive.
        engine = weakref.ref(self)
        left = min(
            self.options.unload_after - loaded.usage.idle() for _, loaded in self._loaded.values()
        )
        self._timer = threading.Timer(max(left, 0.05), lambda: _release(engine))
        self._timer.daemon = True
        self._timer.start()

    def release_idle(self) -> None:
        """Drop the models that have not been used for `unload_after` seconds."""
        with self._lock:
            self._timer = None
            for path, (_, loaded) in list(self._loaded.items()):
                if loaded.usage.idle() >= self.options.unload_after:
                    del self._loaded[path]
            self._schedule_release()

    def load_model(self, model: Model) -> Loaded:
        """Return the model with its tokeniser, read from disk. Tests put recordings in its place.

        Raises:
            ModelError: the model cannot be loaded; says how to install it again.
        """
        try:
            found = tokeniser(model, self._workers())
        except (RuntimeError, ValueError, OSError) as error:
            raise self._unusable(model, error) from error
        here = partial(self._translator, model)
        translator = self._elsewhere(model, here) if self._elsewhere else here()
        return Loaded(model, found, translator, self.options, self._workers())

    def _translator(self, model: Model) -> BatchTranslator:
        """Load the weights of a model into this process. Raises ModelError."""
        import ctranslate2

        try:
            translator: BatchTranslator = ctranslate2.Translator(
                str(model.weights),
                device=self.options.device,
                device_index=self.options.device_index,
                compute_type=self.options.compute_type,
                inter_threads=self._workers(),
                intra_threads=1,
                max_queued_batches=-1,
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise self._unusable(model, error) from error
        return translator

    def _unusable(self, model: Model, error: Exception) -> ModelError:
        """Say why a model cannot be loaded, and what helps."""
        if self.options.device == "cuda" and "cuda" in str(error).lower():
            reason = f"the GPU cannot be used ({error})"
            return ModelError(model.key, reason, 'set translate.device to "auto"')
        if "compute type" in str(error).lower():
            reason = f"this machine does not support the compute type ({error})"
            return ModelError(model.key, reason, 'set translate.compute_type to "auto"')
        remedy = f"babelwire models install {model.from_code} {model.to_code}"
        return ModelError(model.key, f"the model cannot be loaded ({error})", remedy)

    def _workers(self) -> int:
        """Return the number of batches computed at once: one per CPU, or two on a GPU."""
        import ctranslate2

        gpu = self.options.device == "cuda" or (
            self.options.device == "auto" and ctranslate2.get_cuda_device_count() > 0
        )
        return _GPU_WORKERS if gpu else self.options.threads or cores()


def _release(engine: "weakref.ref[Engine]") -> None:
    alive = engine()
    if alive is not None:
        alive.release_idle()
