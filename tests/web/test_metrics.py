"""Every metric is declared once, says what it means and in which unit, and stands in the documentation."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric

from newswire.web.metrics import FEEDER_REGISTRY, GATEWAY_REGISTRY, REGISTRY
from tests.web.declared import LABELS

ROOT = Path(__file__).parents[2]
METRICS = [
    metric
    for registry in (REGISTRY, FEEDER_REGISTRY, GATEWAY_REGISTRY)
    for metric in registry.collect()
    if metric.name.startswith("newswire_")
]

# What the names of the rest count; a name with a unit ends in it.
COUNTED = re.compile(
    r"newswire_(messages|records|dead_letters|retries|pool_(restarts|processes|busy|waiting)|in_flight|lag|embargoed"
    r"|indexed|notices|table_stories|ready|halted|build_info|feed_(polled|items|failures|consecutive_failures)"
    r"|gateway_(ready|behind|changes|clients|told|dropped|refused))"
)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_it_has_a_meaning_and_a_unit(metric: Metric) -> None:
    assert metric.documentation.endswith(".")
    assert re.search("_(seconds|bytes)$", metric.name) or COUNTED.fullmatch(metric.name)
    assert metric.type != "histogram" or metric.name.endswith("_seconds")


def test_nobody_else_declares_any() -> None:
    """A metric of the same name in another registry would be shown by nobody."""
    others = [
        path.name
        for path in (ROOT / "pipeline").rglob("*.py")
        if re.search(r"\b(Counter|Gauge|Histogram|Summary)\(\s*\"", path.read_text(encoding="utf-8"))
    ]
    assert others == ["metrics.py"]


def test_the_documentation_lists_them_all() -> None:
    """With the labels that they have."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(newswire_\w+)` \|([^|]*)\|", text, re.MULTILINE)
    assert {name: tuple(filter(None, labels.strip().split(", "))) for name, labels in rows} == LABELS
    assert len(rows) == len(LABELS)


@pytest.mark.slow
def test_every_series_is_there_before_anything_happens() -> None:
    """A counter that appears with its first event has no increase. Only partitions come and go."""
    script = """
        from newswire.settings import WorkerSettings
        from newswire.web import metrics
        metrics.begin(WorkerSettings().agents, "en_core_web_sm")
        for metric in metrics.REGISTRY.collect():
            samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            if not samples or any(sample.value for sample in samples):
                print(metric.name)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    silent = [name for name in done.stdout.split() if name.startswith("newswire_")]
    assert silent == ["newswire_build_info", "newswire_lag"]


@pytest.mark.slow
def test_every_series_of_a_source_is_there_before_it_is_polled() -> None:
    script = """
        from newswire.web import metrics
        metrics.begin_feed("Nordwire")
        for metric in metrics.FEEDER_REGISTRY.collect():
            samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            if not samples or any(sample.value for sample in samples):
                print(metric.name)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith("newswire_")] == ["newswire_feed_polled"]


@pytest.mark.slow
def test_every_series_of_a_gateway_is_there_before_anybody_connects() -> None:
    script = """
        from newswire.gateway.changes import KINDS
        from newswire.gateway.streams import STREAMS
        from newswire.web import metrics
        metrics.begin_gateway()
        for metric in metrics.GATEWAY_REGISTRY.collect():
            samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            if not samples or any(sample.value for sample in samples):
                print(metric.name)
        assert metrics.STREAMS == tuple(STREAMS), metrics.STREAMS
        assert metrics.CHANGES == KINDS, metrics.CHANGES
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith("newswire_")] == []
