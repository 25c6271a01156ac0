"""Contents: what of the words that the networks give a cue was said, as marks, commas and the tree tell.

The networks label token by token and know of marks only where each token stands to them. These corrections are made before the
characters (`spans`) come into it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.attributions import Attribution
from newswire.extract.quotes.words import QuoteWords

__all__ = ("NAMES", "corrected", "is_passive", "nested")

# What begins an apposition, a relative clause or a remark on a tag has these tags, or is among the remarks of the word list.
REMARK_TAGS: Final = frozenset(("NN", "NNS", "VBG", "WDT", "WP", "WP$", "WRB"))

# With what a quotation ends before its tag, inside the marks.
STOPS: Final = frozenset((",", "?", "!", "…"))

# The tags of verbs that tags have, of a noun phrase without what hangs on it, and of the words that it can end with.
PAST_OR_PRESENT: Final = frozenset(("VBD", "VBP", "VBZ"))
NAMES: Final = frozenset(("NN", "NNS", "NNP", "NNPS", "PRP", "CD"))
NOMINAL: Final = NAMES | {"DT", "JJ", "POS", "PRP$", "HYPH"}


def corrected(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_], words: QuoteWords) -> Attribution:
    """The attribution with what was said as its content, and nothing else. `quoted` says which tokens stand in marks."""
    said = _unrelated(parse, _named(parse, one, quoted))
    said = _unremarked(parse, _untrailed(parse, said, quoted, words), quoted)
    return _fronted(parse, _introduced(parse, said, quoted), words)


def nested(parse: Parse, one: Attribution, outer: list[Quotation]) -> bool:
    """Whether cue and content stand in one and the same quotation, so that they are part of what is said: "“According to a
    poll, she leads,” he said".

    A quotation without its closing mark counts only where the next paragraph takes it up: else that mark may be forgotten, and
    what stands in it be a tag.
    """
    start, end = parse.starts[one.cue[0]], parse.ends[one.cue[1]]
    at = bisect_right(outer, start, key=lambda quotation: quotation.start) - 1
    if at < 0 or outer[at].end < end:
        return False
    if not outer[at].closed and not (at + 1 < len(outer) and outer[at + 1].continues):
        return False
    inside = parse.tokens(outer[at].start, outer[at].end)
    return all(first in inside and last in inside for first, last in one.content)


def _named(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_]) -> Attribution:
    """The attribution with a source, where the networks found none and a name stands between a quotation and its cue, which they
    took for content ("“No,” Mr. Berg was quoted as saying"), behind a cue that follows a quotation at once ("“No,” wrote a man
    from Oslo"), or behind the "by" of a passive that they took for content ("was called “a gift” by the mayor").
    """
    if one.source is not None:
        return one
    for i, (first, last) in enumerate(one.content):
        end = first
        while end < last and quoted[end + 1]:
            end += 1
        if quoted[first] and end + 1 < last and parse.words[end + 1] == "by" and is_passive(parse, one.anchor):
            return replace(one, source=(end + 2, last), content=(*one.content[:i], (first, end), *one.content[i + 1 :]))
        comma = end + 1 < len(parse) and parse.words[end + 1] == ","
        begin = end + 1 + comma
        if not quoted[first] or not (comma or parse.words[end - 1] in STOPS):
            continue
        if begin <= last and last + 1 == one.cue[0] and not quoted[begin : last + 1].any():
            return replace(one, source=(begin, last), content=(*one.content[:i], (first, end), *one.content[i + 1 :]))
        if begin > last and begin == one.cue[0] and parse.tags[one.anchor] in PAST_OR_PRESENT:
            behind = one.cue[1] + 1
            while behind < len(parse) and parse.tags[behind] in NOMINAL:
                behind += 1
            if behind > one.cue[1] + 1 and parse.tags[behind - 1] in NAMES:
                content = tuple(run for run in one.content if run[0] != one.cue[1] + 1)
                return replace(one, source=(one.cue[1] + 1, behind - 1), content=content)
    return one


def is_passive(parse: Parse, verb: int) -> bool:
    """Whether a token is a verb in the passive."""
    return parse.tags[verb] == "VBN" and any(parse.deps[child] == "auxpass" for child in parse.children[verb])


def _unrelated(parse: Parse, one: Attribution) -> Attribution:
    """The attribution without the relative clause on its source: "according to Ray Ortiz, who tracks ships, eight were seen"."""
    first, last = one.content[0]
    if one.source is None or parse.tags[first] not in ("WP", "WP$", "WDT"):
        return one
    verb = first
    while parse.deps[verb] != "relcl" and parse.heads[verb] != verb:
        verb = parse.heads[verb]
    if parse.deps[verb] != "relcl" or not one.source[0] <= parse.heads[verb] <= one.source[1]:
        return one
    begin = parse.edges[verb][1] + 1
    while begin <= last and not parse.words[begin][0].isalnum():
        begin += 1
    rest = ((begin, last),) if begin <= last else ()
    content = (*rest, *one.content[1:])
    return replace(one, content=content) if content else one


def _untrailed(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_], words: QuoteWords) -> Attribution:
    """The attribution without what its tag goes on with behind what was said.

    Behind a quotation that is all that no mark or comma keeps from the tag: to whom it was said, of what, where or when ("“He is
    my boy,” she said of the winner"). Behind a comma it is an adverbial clause without marks ("Troops came, residents said, as
    rain fell"), and behind a quotation with its tag and a comma what is said of the tag, too ("“No,” said Mr. Berg, who leads
    the council").
    """
    if len(one.content) < 2:
        return one
    (_, end), (first, last) = one.content[-2:]
    word = parse.words[first].lower()
    if first == one.cue[1] + 1:
        source = range(one.source[0], one.source[1] + 1) if one.source else range(0)
        tag = all(i in source or not parse.words[i][0].isalnum() for i in range(end + 1, one.cue[0]))
        trailing = tag and quoted[end] and not quoted[first] and word != "that"
    else:
        behind = one.cue[1]
        if one.source and behind < one.source[0] and one.source[1] < first:
            behind = one.source[1]
        comma = first == behind + 2 and parse.words[first - 1] == ","
        adverbial = word in words.adverbial and word not in words.causal and not quoted[first : last + 1].any()
        remark = quoted[end] and (word in words.remarks or parse.tags[first] in REMARK_TAGS)
        trailing = comma and (adverbial or remark)
    return replace(one, content=one.content[:-1]) if trailing else one


def _unremarked(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_]) -> Attribution:
    """The attribution without what the article remarks on a quotation that a comma ends: "chanted “Sink it,” which echoed through
    the hall".
    """
    first, last = one.content[-1]
    if first <= one.cue[1] or not quoted[first]:
        return one
    end = first
    while end < last and quoted[end + 1]:
        end += 1
    rest = slice(end + 1, last + 1)
    if end == last or parse.words[end - 1] != "," or quoted[rest].any() or parse.tags[end + 1] == "CC":
        return one
    return replace(one, content=(*one.content[:-1], (first, end)))


def _introduced(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_]) -> Attribution:
    """The attribution without the clause that a colon ends before a quotation with a tag of its own: "He was blunt: “We lost,” he
    said".
    """
    content = []
    for first, last in one.content:
        marked = first + int(quoted[first : last + 1].argmax())
        if last < one.cue[0] and first < marked and quoted[marked] and parse.words[marked - 1] == ":":
            first = marked
        content.append((first, last))
    return one if content == [*one.content] else replace(one, content=tuple(content))


def _fronted(parse: Parse, one: Attribution, words: QuoteWords) -> Attribution:
    """The attribution with the clause in front of its tag as content, where an adverbial clause behind it was taken for that:
    "Troops took the town, residents said, as the army withdrew".
    """
    first = one.content[0][0]
    if len(one.content) > 1 or first <= one.cue[1] or parse.words[first].lower() not in words.adverbial:
        return one
    begin = one.cue[0] if one.source is None else min(one.cue[0], one.source[0])
    if begin < 2 or parse.words[begin - 1] != ",":
        return one
    for verb in range(one.cue[0], one.cue[1] + 1):
        # The parser has the clause below the verb of its tag, or the tag beside the verb of the clause.
        clauses = [child for child in parse.children[verb] if parse.deps[child] == "ccomp"]
        clauses += [parse.heads[verb]] if parse.deps[verb] == "parataxis" else []
        for clause in clauses:
            if clause < begin - 1 and parse.sentence(clause) == parse.sentence(verb):
                return replace(one, content=((parse.edges[clause][0], begin - 2),))
    return one
