"""The places: this process, or workers by way of a scheduler, as the settings say."""

from threading import Lock
from typing import TYPE_CHECKING, Protocol

from pipeline.article import Article
from pipeline.compute.pages import PageWork, extract_here
from pipeline.compute.state import ComputeState
from pipeline.options import ComputeOptions, TranslateOptions
from pipeline.translate.engine.batches import Elsewhere

if TYPE_CHECKING:
    from pipeline.compute.cluster import Cluster


class Compute(Protocol):
    """Computes pages and batches. Thread-safe."""

    @property
    def elsewhere(self) -> Elsewhere | None:
        """Where batches of models are computed; None: in this process."""
        ...

    def extract(self, work: PageWork) -> Article:
        """Return the article of a page. Raises what `extract` raises."""
        ...

    def state(self) -> ComputeState | None:
        """Which workers there are and what was computed where; None: there is only this process."""
        ...

    def note(self, embedded: str) -> None:
        """Let the state say why the scheduler in this process does not run ("": it does)."""
        ...

    def close(self) -> None:
        """End connections and processes. What is computed later is computed in this process."""
        ...


class Local:
    """Computes in this process."""

    elsewhere = None

    def extract(self, work: PageWork) -> Article:
        """See Compute.extract."""
        return extract_here(work)

    def state(self) -> None:
        """See Compute.state."""

    def note(self, embedded: str) -> None:
        """See Compute.note."""

    def close(self) -> None:
        """See Compute.close."""


LOCAL = Local()
_shared: "dict[tuple[ComputeOptions, TranslateOptions], Cluster]" = {}  # one connection a process
_lock = Lock()


def compute_of(options: ComputeOptions, translating: TranslateOptions) -> Compute:
    """Return what the settings say: workers where a scheduler is named, else this process.

    `translating` has the options that all batches are computed with. Connects at the first use.

    Raises:
        BabelwireError: the libraries for workers are not installed.
    """
    if not options.scheduler:
        return LOCAL
    from pipeline.compute.cluster import Cluster

    with _lock:
        made = _shared.get((options, translating))
        if made is None or made.is_closed:
            made = _shared[options, translating] = Cluster(options, translating)
        return made
