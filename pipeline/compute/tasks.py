"""The tasks that workers run: a batch of texts for a model, and a bundle of pages.

Pure functions: the same arguments give the same result on each machine. They run in a process that
has called `serve`; in another one they raise Refused.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from pipeline import __version__
from pipeline.article import Article
from pipeline.compute.pages import PageWork, extract_here
from pipeline.compute.separate import named
from pipeline.errors import BabelwireError
from pipeline.options import TranslateOptions
from pipeline.translate import Model, Models
from pipeline.translate.engine.engine import Engine
from pipeline.translate.packages.identity import weights_digest

T = TypeVar("T")


class Refused(Exception):  # noqa: N818 - an answer, not a failure
    """This process does not do that: it has another version, or not exactly that model."""


class Wanted(NamedTuple):
    """The model that a batch is for, and the number format that CTranslate2 is to compute in."""

    digest: str
    key: str
    compute_type: str


class Text(NamedTuple):
    """The result of a text, as ctranslate2.TranslationResult has it."""

    hypotheses: list[list[str]]
    attention: list[list[list[float]]]


class Batch(NamedTuple):
    """The results of a batch, in order, and the seconds they took to compute."""

    texts: list[Text]
    seconds: float


class Bundle(NamedTuple):
    """The articles of pages, in order, or what was raised instead; and the seconds they took."""

    articles: list[Article | Exception]
    seconds: float


@dataclass
class Host:
    """What a process computes with: the models of a packages folder, and threads."""

    packages: Path
    threads: int
    device: str = "auto"
    models: dict[str, Model] = field(default_factory=dict)
    _engines: dict[str, Engine] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> dict[str, str]:
        """Look which models there are. Returns their names by digest.

        Raises:
            ModelError: the packages folder cannot be used.
        """
        found: dict[str, Model] = {}
        for requantise in (False, True):
            for model in Models(self.packages, requantise=requantise).installed():
                found[weights_digest(model)] = model
        self.models = found
        return {digest: model.key for digest, model in found.items()}

    def engine(self, compute_type: str) -> Engine:
        """The engine for a number format."""
        with self._lock:
            if compute_type not in self._engines:
                options = {
                    "packages_dir": self.packages,
                    "threads": self.threads,
                    "device": self.device,
                    "compute_type": compute_type,
                }
                self._engines[compute_type] = Engine(TranslateOptions.model_validate(options))
            return self._engines[compute_type]


_host: Host | None = None


def serve(host: Host) -> None:
    """Let the tasks of this process compute with `host`."""
    global _host
    _host = host


def pages_of(version: str) -> str:
    """What a worker offers that extracts pages as this version of babelwire does."""
    return f"babelwire {version} pages"


def model_of(version: str, digest: str) -> str:
    """What a worker offers that has this model and this version of babelwire."""
    return f"babelwire {version} model {digest}"


def translate(
    version: str, wanted: Wanted, texts: Sequence[list[str]], options: Mapping[str, Any]
) -> Batch:
    """Translate texts in word pieces, with options of ctranslate2.Translator.translate_batch.

    Raises Refused, and what CTranslate2 raises.
    """
    host = _checked(version)
    model = host.models.get(wanted.digest)
    if model is None or weights_digest(model) != wanted.digest:
        raise Refused(f"this worker has not the {wanted.key} that the desk has")
    began = time.perf_counter()
    translator = host.engine(wanted.compute_type).load(model).translator
    pending = translator.translate_batch(texts, **options, asynchronous=True)
    found = [one.result() for one in pending]
    return Batch(
        [Text(one.hypotheses, one.attention or []) for one in found],
        time.perf_counter() - began,
    )


def extract(version: str, works: Sequence[PageWork]) -> Bundle:
    """Extract the articles of pages; what one raises stops no other. Raises Refused."""
    _checked(version)
    began = time.perf_counter()
    return Bundle([_extracted(one) for one in works], time.perf_counter() - began)


def on_worker(call: Callable[..., T], *arguments: Any) -> tuple[T, str]:
    """Run a task on a worker. Returns its result and the worker's address."""
    from distributed import get_worker

    return call(*arguments), str(get_worker().address)


def _extracted(work: PageWork) -> Article | Exception:
    try:
        return extract_here(work)
    except BabelwireError as error:
        return error.with_traceback(None)
    except Exception as error:  # noqa: BLE001 - it is raised by who asked
        if type(error).__module__ == "builtins":
            with suppress(TypeError):  # a UnicodeDecodeError is made of more than its text
                return type(error)(str(error))
        return named(error)


def _checked(version: str) -> Host:
    if _host is None:
        raise Refused("this process was not started by `babelwire worker`")
    if version != __version__:
        raise Refused(f"this worker has babelwire {__version__}, and the desk {version}")
    return _host
