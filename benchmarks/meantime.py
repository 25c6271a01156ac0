"""Scores polarity, modality and dates against MEANTIME (Minard et al., LREC 2016).

    python -m benchmarks.meantime meantime_dev.jsonl [--part tuning|report] [--errors]

Polarity and modality are read at the position of every gold predicate that has them: an event is *negated* when its polarity
is NEG, and *not actual* when it is not both certain and not in the future (possible, probable, underspecified or future). Each
class has precision, recall and F1 over all gold predicates. A time expression is found when one of ours of any kind overlaps
it; its value is right when it equals ours (of the gold's forms `PM6` and `P6M` the second counts for both). The day of
publication is the gold's document creation time.

Tuning looked at the errors of the half `tuning` only (the SHA-256 of the story's id is even); the other is for reporting.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from datetime import date

from benchmarks.counts import Counts, Share
from newswire.extract.document.parse import Parse
from newswire.extract.events.dates import find_dates
from newswire.extract.events.factuality import status
from newswire.extract.language.model import load_model
from training.corpora import CorpusError, MeantimeStory, existing, half, read_meantime, text_of


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


def main() -> None:
    """Reads, scores, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=existing, metavar="CORPUS", help="file of the stories")
    parser.add_argument("--part", choices=("tuning", "report"), help="a half of the stories instead of all")
    parser.add_argument("--errors", action="store_true", help="print every predicate and expression that is misjudged")
    options = parser.parse_args()
    try:
        stories = [story for story in read_meantime(options.corpus) if options.part in (None, half(story.id))]
    except CorpusError as error:
        sys.exit(f"error: {error}")
    model = load_model("en_core_web_sm")
    count: Counter[str] = Counter()
    for story in stories:
        text, spans = text_of(story.tokens, story.sent)
        (parse,) = model.parse([text])
        score_predicates(story, parse, spans, count, options.errors)
        score_times(story, parse, spans, count, options.errors)
    for name in ("negated", "not actual"):
        print(f"{name:<24}", Counts(count[f"{name} right"], count[f"{name} found"], count[f"{name} gold"]))
    for name, what in (("time", "time expressions"), ("date", "of these, dates")):
        print(f"{what:<16} found  ", Share(count[f"{name} found"], count[f"{name} gold"]))
        print(f"{'':<16} value  ", Share(count[f"{name} right"], count[f"{name} found"]))


def score_predicates(
    story: MeantimeStory, parse: Parse, spans: list[tuple[int, int]], count: Counter[str], errors: bool
) -> None:
    """Counts the gold predicates of a story."""
    for mention in story.mentions.values():
        if mention["kind"] != "event" or "polarity" not in mention or not mention["tok"]:
            continue
        head = head_of(parse, spans[mention["tok"][0]][0], spans[mention["tok"][-1]][1])
        if head is None:
            continue
        state = status(parse, head)
        judged = {
            "negated": (mention["polarity"] == "NEG", state.polarity == "negated"),
            "not actual": (
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


def score_times(
    story: MeantimeStory, parse: Parse, spans: list[tuple[int, int]], count: Counter[str], errors: bool
) -> None:
    """Counts the gold time expressions of a story."""
    gold = [t for t in story.timex.values() if t.get("tok") and t.get("type")]
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
            count[f"{name} right"] += right
        if errors and not right:
            text = parse.text[start:end]
            print("time", repr(text), timex["value"], best and (parse.text[best.start : best.end], best.value), created)


if __name__ == "__main__":
    main()
