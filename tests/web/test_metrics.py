"""Every metric is declared once, says what it means and in which unit, and stands in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.metrics_core import Metric

from pipeline.web.metrics import REGISTRY

ROOT = Path(__file__).parents[2]
METRICS = [metric for metric in REGISTRY.collect() if metric.name.startswith("newswire_")]

# What the names of the rest count; a name with a unit ends in it.
COUNTED = re.compile(
    r"newswire_(messages|records|dead_letters|retries|pool_(restarts|processes|busy|waiting)|in_flight|lag|embargoed)"
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
    listed = re.findall(
        r"^\| `(newswire_\w+)`", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    declared = [metric.name + "_total" * (metric.type == "counter") for metric in METRICS]
    assert sorted(listed) == sorted(declared)
