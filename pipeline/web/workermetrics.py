"""What workers compute as Prometheus metrics. Pure; none without a scheduler in the settings."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from pipeline.compute import ComputeState

_PREFIX = "babelwire_compute"


def metrics(state: ComputeState | None) -> Iterator[Metric]:
    """The metrics of a state. What the desk computed itself has the worker "desk"."""
    if state is None:
        return
    connected = GaugeMetricFamily(f"{_PREFIX}_connected", "Whether the scheduler answers")
    connected.add_metric([], float(state.connected))
    usable = GaugeMetricFamily(f"{_PREFIX}_workers", "Connected workers", labels=["usable"])
    for word, wanted in (("yes", False), ("no", True)):
        number = sum(bool(one.refused) is wanted for one in state.workers)
        usable.add_metric([word], number)
    counters = {
        name: CounterMetricFamily(f"{_PREFIX}_{name}", text, labels=["worker"])
        for name, text in {
            "batches": "Batches computed",
            "pieces": "Word pieces translated",
            "pages": "Pages extracted",
            "batch_seconds": "Time computing batches",
        }.items()
    }
    for one in state.workers:
        values = {
            "batches": one.batches,
            "pieces": one.pieces,
            "pages": one.pages,
            "batch_seconds": one.seconds,
        }
        for name, value in values.items():
            counters[name].add_metric([one.address], value)
    counters["batches"].add_metric(["desk"], state.local_batches)
    counters["pages"].add_metric(["desk"], state.local_pages)
    alone = CounterMetricFamily(f"{_PREFIX}_alone", "Texts and pages in a process of their own")
    alone.add_metric([], state.alone)
    deadly = CounterMetricFamily(f"{_PREFIX}_deadly", "Texts and pages that ended that process")
    deadly.add_metric([], state.deadly)
    yield from (connected, usable, *counters.values(), alone, deadly)
