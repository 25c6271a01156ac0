"""What `newswire.web.metrics` declares: metrics, the samples that they are shown as, their labels and the labels' values."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from newswire.settings import WorkerSettings
from newswire.web import metrics

__all__ = ("DECLARED", "LABELS", "SAMPLES", "values")

metrics.begin(WorkerSettings().agents, "en_core_web_sm")
metrics.begin_gateway()

DECLARED: list[Counter | Gauge | Histogram] = [
    found for found in vars(metrics).values() if isinstance(found, Counter | Gauge | Histogram)
]

ENDINGS = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}


def shown_name(metric: Counter | Gauge | Histogram) -> str:
    """As it is called in the documentation: a counter with its `_total`."""
    return f"{metric._name}{'_total' * (metric._type == 'counter')}"


LABELS: dict[str, tuple[str, ...]] = {shown_name(metric): tuple(metric._labelnames) for metric in DECLARED}

SAMPLES: dict[str, str] = {
    metric._name + ending: shown_name(metric) for metric in DECLARED for ending in ENDINGS[metric._type]
}
"""Each sample's name, with the name of its metric in LABELS."""


def values(metric: str, label: str) -> set[str]:
    """The values of a label that a worker of all agents begins with."""
    [declared] = [found for found in DECLARED if shown_name(found) == metric]
    return {
        sample.labels[label]
        for collected in declared.collect()
        for sample in collected.samples
        if label in sample.labels
    }
