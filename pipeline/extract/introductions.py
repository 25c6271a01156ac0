"""Introductions: whom a quotation without a tag is by, as the layout of the text tells.

Three forms are known. A clause or a name that ends in a colon, right before the quotation or closing the paragraph before
("The mayor made this promise:"); a speaker's label inside the marks, as in transcripts ("MODERATOR: Good evening"); and a
signature behind a dash ("... a disgrace.” — Ann Ito").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Final

from pipeline.extract.cues import Cues
from pipeline.extract.drafts import SourceDraft
from pipeline.extract.marks import Quotation
from pipeline.extract.parse import Parse
from pipeline.extract.sources import Sources

__all__ = ("Introduction", "introduction")

WORD: Final = re.compile(r"\w+")

# Names with their titles seldom have more words; what is longer is a sentence or a heading.
LONGEST_NAME: Final = 8

# A label in capitals at the beginning of a quotation: at most four words before the colon.
LABEL: Final = re.compile(r"(?=[^:]*[A-Z]{2})(?:[A-Z][A-Z.'’-]*\s+){0,3}[A-Z][A-Z.'’-]*(?=:\s)")

DASH: Final = re.compile(r"[\s\u00a0]*[-–—―]{1,2}[\s\u00a0]*(?=[A-Z])")

SUBJECTS: Final = ("nsubj", "nsubjpass")

# Subjects that are rather what follows than who says it, where no cue says otherwise ("Here they are:", "This is why:").
THINGS: Final = frozenset(("it", "they", "this", "that", "these", "those", "there", "what", "which", "all", "one"))


@dataclass(frozen=True, slots=True)
class Introduction:
    """What introduces a quotation: the source, the cue as first and last token where there is one, and where the content
    begins, which is behind a label."""

    source: SourceDraft
    cue: tuple[int, int] | None
    start: int


def introduction(
    parse: Parse, quotation: Quotation, bounds: list[tuple[int, int]], cues: Cues, sources: Sources
) -> Introduction | None:
    """What introduces a quotation, or None. `bounds` are the paragraphs of the text."""
    text, start = parse.text, quotation.first
    label = LABEL.match(text, start, quotation.last)
    if label:
        source = _phrase(parse, label.start(), label.end(), sources)
        body = label.end() + 1
        body += len(text[body : quotation.last]) - len(text[body : quotation.last].lstrip())
        return Introduction(source, None, body) if source and body < quotation.last else None
    if quotation.continues:
        return None  # what stands before it is the same speaker's
    here = bisect_right(bounds, (start, len(text))) - 1
    begin, end = bounds[here]
    signature = _signature(parse, quotation.end, end, bounds[here + 1] if here + 1 < len(bounds) else None, sources)
    if signature:
        return Introduction(signature, None, start)
    before = (begin, quotation.start)
    if here and not WORD.search(text, *before):
        before = bounds[here - 1]
    stretch = text[before[0] : before[1]].rstrip()
    if not stretch.endswith(":"):
        return None
    return _clause(parse, before[0], before[0] + len(stretch) - 1, start, cues, sources)


def _signature(
    parse: Parse, start: int, end: int, following: tuple[int, int] | None, sources: Sources
) -> SourceDraft | None:
    """The name behind a dash that ends the paragraph, or that is all of the following one."""
    text = parse.text
    if following and not WORD.search(text, start, end):
        start, end = following
    dash = DASH.match(text, start, end)
    if not dash:
        return None
    rest = text[dash.end() : end].rstrip(" .\u00a0")
    return _phrase(parse, dash.end(), dash.end() + len(rest), sources)


def _clause(parse: Parse, start: int, end: int, content: int, cues: Cues, sources: Sources) -> Introduction | None:
    """The subject of the verb that leads to a colon at `end`; without a verb all of the stretch, where it is a name."""
    tokens = parse.tokens(start, end)
    if not len(tokens):
        return None
    first = max(tokens.start, parse.sentence_starts[parse.sentence(tokens.stop - 1)])
    verbs = [
        i for i in range(first, tokens.stop) if parse.tags[i][:2] == "VB" and parse.deps[i] not in ("aux", "auxpass")
    ]
    if not verbs:
        source = _phrase(parse, parse.starts[first], end, sources)
        return Introduction(source, None, content) if source else None
    subjects = {
        verb: child
        for verb in verbs
        for child in parse.children[verb]
        if parse.deps[child] in SUBJECTS and child >= first
    }
    telling = [verb for verb in verbs if verb in subjects and cues.at(parse, verb)]
    verb = telling[-1] if telling else next((verb for verb in verbs if verb in subjects), None)
    if verb is None or (verb not in telling and parse.words[subjects[verb]].lower() in THINGS):
        return None
    low, high = parse.edges[subjects[verb]]
    if high >= tokens.stop or low < first or low <= verb <= high:
        return None
    return Introduction(sources.draft(parse, low, high), (verb, verb), content)


def _phrase(parse: Parse, start: int, end: int, sources: Sources) -> SourceDraft | None:
    """The stretch as a source, if it is no longer than a name with its title and holds no verb."""
    tokens = parse.tokens(start, end)
    if not len(tokens) or not 0 < len(WORD.findall(parse.text, start, end)) <= LONGEST_NAME:
        return None
    if not parse.text[start].isupper() or any(parse.tags[i] in ("VBD", "VBZ", "VBP", "MD") for i in tokens):
        return None
    # A token may run over the colon where no space follows it.
    return replace(sources.draft(parse, tokens.start, tokens.stop - 1), start=start, end=end)
