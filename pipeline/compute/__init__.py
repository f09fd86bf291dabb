"""Where the pure functions of a pass are computed: in this process, or by workers on machines.

They are two: a batch of texts for a model, and the extraction of a page. `Compute` is what the desk
gets; `compute_of` makes it by the settings. Visits, politeness, the store and the feeds stay with
the desk. Nothing of the cluster's libraries is imported unless the settings name a scheduler.
"""

from typing import TYPE_CHECKING

from pipeline import lazily

if TYPE_CHECKING:
    from pipeline.compute.pages import PageWork
    from pipeline.compute.places import LOCAL, Compute, Local, compute_of
    from pipeline.compute.state import ComputeState

__all__ = ["LOCAL", "Compute", "ComputeState", "Local", "PageWork", "compute_of"]

__getattr__ = lazily.exports(__name__)
