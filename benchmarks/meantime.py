"""Scores polarity, modality and dates against MEANTIME.

    python -m benchmarks.meantime [--gold ../shared/gold/meantime_dev.jsonl] [--half 0|1] [--errors]

Polarity and modality are read at the position of every gold predicate that has them: an event is *negated* when its polarity
is NEG, and *non-actual* when it is not both certain and not in the future (possible, probable, underspecified or future). Each
class has precision, recall and F1 over all gold predicates. A time expression is found when one of ours of any kind overlaps
it; its value is right when it equals ours (of the gold's forms `PM6` and `P6M` the second counts for both). The day of
publication is the gold's document creation time.

Tuning looked at the errors of half 0 only (the last bit of the SHA-256 of the story's id); half 1 is for reporting.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

from newswire.extract.document.parse import Parse
from newswire.extract.events.dates import find_dates
from newswire.extract.events.factuality import status
from newswire.extract.language.model import load_model

GLUED_LEFT = frozenset([".", ",", ";", ":", ")", "]", "'", "'s", "n't", "?", "!", "%", "’", "’s", "”", "''"])
GLUED_RIGHT = frozenset(["(", "[", "$", "£", "€", "“", "``"])


def text_of(tokens: list[str], sentences: list[int]) -> tuple[str, list[tuple[int, int]]]:
    """The text that the tokens came from, near enough, and where each stands in it. Headline and dateline are paragraphs."""
    text = ""
    spans = []
    for i, token in enumerate(tokens):
        if i:
            if sentences[i] != sentences[i - 1] and sentences[i] <= 2:
                text += "\n"
            elif token not in GLUED_LEFT and tokens[i - 1] not in GLUED_RIGHT and "-" not in (token, tokens[i - 1]):
                text += " "
        spans.append((len(text), len(text) + len(token)))
        text += token
    return text, spans


def head_of(parse: Parse, start: int, end: int) -> int | None:
    """The token of a span whose head lies outside of it."""
    tokens = parse.tokens(start, end)
    return next((t for t in tokens if parse.heads[t] not in tokens or parse.heads[t] == t), None)


def normal(value: str) -> str:
    """A TIMEX3 value in one spelling."""
    value = re.sub(r"^P(T?)([A-Z])(\d+)$", r"P\1\3\2", value)
    return value.replace("XXXX-XX-XX", "X")


def day_of(created: str | None) -> date | None:
    """The day of a document creation time; one story has it as day-month-year."""
    parts = [int(part) for part in (created or "")[:10].split("-") if part]
    if len(parts) != 3:
        return None
    return date(*parts) if parts[0] > 31 else date(parts[2], parts[1], parts[0])


def figures(right: int, found: int, gold: int) -> dict[str, float]:
    """Precision, recall and F1 in percent."""
    precision, recall = right / max(1, found), right / max(1, gold)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"p": round(100 * precision, 1), "r": round(100 * recall, 1), "f1": round(100 * f1, 1), "gold": gold}


def main() -> None:
    """Reads, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = Path(__file__).parent.parent.parent / "shared" / "gold" / "meantime_dev.jsonl"
    parser.add_argument("--gold", type=Path, default=default)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--errors", action="store_true")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines()]
    if options.half is not None:
        rows = [r for r in rows if int(hashlib.sha256(r["id"].encode()).hexdigest(), 16) % 2 == options.half]
    model = load_model("en_core_web_sm")
    count: Counter[str] = Counter()
    for row in rows:
        text, spans = text_of(row["tokens"], row["sent"])
        (parse,) = model.parse([text])
        score_predicates(row, parse, spans, count, options.errors)
        score_times(row, parse, spans, count, options.errors)
    for name in ("negated", "non-actual"):
        print(name, json.dumps(figures(count[f"{name} right"], count[f"{name} found"], count[f"{name} gold"])))
    times = {
        "recall": round(100 * count["time found"] / max(1, count["time gold"]), 1),
        "value accuracy": round(100 * count["value right"] / max(1, count["time found"]), 1),
        "gold": count["time gold"],
        "dates only": {
            "recall": round(100 * count["date found"] / max(1, count["date gold"]), 1),
            "value accuracy": round(100 * count["date right"] / max(1, count["date found"]), 1),
        },
    }
    print("times", json.dumps(times))


def score_predicates(row: dict, parse: Parse, spans: list[tuple[int, int]], count: Counter[str], errors: bool) -> None:
    """Counts the gold predicates of a story."""
    for mention in row["mentions"].values():
        if mention["kind"] != "event" or "polarity" not in mention or not mention["tok"]:
            continue
        head = head_of(parse, spans[mention["tok"][0]][0], spans[mention["tok"][-1]][1])
        if head is None:
            continue
        state = status(parse, head)
        judged = {
            "negated": (mention["polarity"] == "NEG", state.polarity == "negated"),
            "non-actual": (
                not (mention["certainty"] == "CERTAIN" and mention["time"] == "NON_FUTURE"),
                state.modality != "actual",
            ),
        }
        for name, (gold, ours) in judged.items():
            count[f"{name} gold"] += gold
            count[f"{name} found"] += ours
            count[f"{name} right"] += gold and ours
            if errors and gold != ours:
                around = " ".join(parse.words[max(0, head - 14) : head + 10])
                print(name, "missed" if gold else "extra", parse.words[head], state, "|", around)


def score_times(row: dict, parse: Parse, spans: list[tuple[int, int]], count: Counter[str], errors: bool) -> None:
    """Counts the gold time expressions of a story."""
    gold = [t for t in row["timex"].values() if t.get("tok") and t.get("type")]
    created = next((t["value"] for t in gold if t["dct"] == "CREATION_TIME"), None)
    found = find_dates(parse, day_of(created))
    for timex in gold:
        if timex["dct"] == "CREATION_TIME" or created is None:
            continue
        start, end = spans[timex["tok"][0]][0], spans[timex["tok"][-1]][1]
        ours = [f for f in found if f.start < end and start < f.end]
        best = max(ours, key=lambda f: min(f.end, end) - max(f.start, start), default=None)
        right = best is not None and normal(best.value or "") == normal(timex["value"])
        for name in ("time", "date") if timex["type"] == "DATE" else ("time",):
            count[f"{name} gold"] += 1
            count[f"{name} found"] += best is not None
            count["value right" if name == "time" else "date right"] += right
        if errors and not right:
            text = parse.text[start:end]
            print("time", repr(text), timex["value"], best and (parse.text[best.start : best.end], best.value), created)


if __name__ == "__main__":
    main()
