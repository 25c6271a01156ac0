"""The alerts of config/alerts.yml: they fire when they should, and speak of metrics and labels that there are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.web.declared import LABELS, SAMPLES, values

ROOT = Path(__file__).parents[2]
RULES = ROOT / "config" / "alerts.yml"
EXAMPLES = Path(__file__).parent / "alerts.yml"
ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]
]
# Without the change log, which may tell of former names.
PAGES = sorted([*ROOT.glob("docs/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])

# What Prometheus itself, and the client for every process, show.
FOREIGN = {"up", "process_start_time_seconds"}
# What Prometheus adds to every series that it scrapes.
TARGET = {"job", "instance"}

SELECTOR = re.compile(r"\b(newswire_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r"(\w+)\s*(=~|!~|!=|=)\s*\"([^\"]*)\"")
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("promtool") is None, reason="needs promtool, which comes with Prometheus")
def test_each_fires_when_it_should_and_not_otherwise() -> None:
    for command in (["check", "rules", RULES], ["test", "rules", EXAMPLES]):
        done = subprocess.run(["promtool", *map(str, command)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_an_example_of_each_firing_and_of_each_silent() -> None:
    examples = [
        check
        for test in yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))["tests"]
        for check in test["alert_rule_test"]
    ]
    names = {alert["alert"] for alert in ALERTS}
    assert {check["alertname"] for check in examples if check.get("exp_alerts")} == names
    assert {check["alertname"] for check in examples if not check.get("exp_alerts")} == names


def test_no_example_has_a_series_that_no_worker_shows() -> None:
    """An alert that is tried on what is not there proves nothing."""
    for test in yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))["tests"]:
        for given in test["input_series"]:
            name, labels = re.fullmatch(r"(\w+)\{(.*)\}", given["series"]).groups()  # type: ignore[union-attr]
            if name in FOREIGN:
                continue
            assert name in SAMPLES, name
            found = dict(re.findall(r"(\w+)=\"([^\"]*)\"", labels))
            assert set(found) == {*LABELS[SAMPLES[name]], *TARGET}, given["series"]
            _known(SAMPLES[name], found)


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_it_speaks_of_metrics_and_labels_that_there_are(alert: dict[str, Any]) -> None:
    names = set(re.findall(r"\b(?:newswire_\w+|up|process_\w+)\b", alert["expr"]))
    assert names
    assert names <= {*SAMPLES, *FOREIGN}
    labels = {label for name in names - FOREIGN for label in LABELS[SAMPLES[name]]} | TARGET
    _check_selectors(alert["expr"])
    grouped = {label.strip() for group in GROUPING.findall(alert["expr"]) for label in group.split(",")}
    assert grouped <= labels
    shown = set(re.findall(r"\$labels\.(\w+)", str(alert["annotations"])))
    assert shown <= (grouped or labels)


@pytest.mark.parametrize("page", [*PAGES, RULES], ids=lambda page: page.name)
def test_metrics_and_labels_that_are_named_exist(page: Path) -> None:
    """By the name that Prometheus shows: a counter with its `_total`, a histogram with or without what its samples end in."""
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"\bnewswire_[a-z_]+\b", text)) - set(SAMPLES) - set(LABELS) == set()
    _check_selectors(text)


def test_the_documentation_explains_each() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(Newswire\w+)` \|", text, re.MULTILINE) == [alert["alert"] for alert in ALERTS]


def _check_selectors(text: str) -> None:
    for name, matchers in SELECTOR.findall(text):
        found = {label: value for label, operator, value in MATCHER.findall(matchers) if operator in ("=", "!=")}
        if found:
            assert set(found) <= {*LABELS[SAMPLES[name]], *TARGET}, f"{name}{{{matchers}}}"
            _known(SAMPLES[name], found)


def _known(metric: str, labels: dict[str, str]) -> None:
    """Fails on a label's value that is not among those that a worker begins with. Those of a lag come with the partitions, those
    of a feed with its sources."""
    for label, value in labels.items():
        if label not in {*TARGET, "source"} and metric != "newswire_lag":
            assert value in values(metric, label), f"{metric}{{{label}={value!r}}}"
