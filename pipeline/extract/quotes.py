"""Quotes: what the article says somebody said, wrote, thought or wants.

The learnt networks find each cue with its source and content (`attributions`); the quote marks, paired on the characters,
correct the ends of what is quoted and add quotations that no cue attributes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.attributions import Attribution, Reader, disjoint, load_reader
from pipeline.extract.cues import load_cues
from pipeline.extract.drafts import QuoteDraft
from pipeline.extract.features import MARK, features, reach
from pipeline.extract.marks import Quotation, quotations
from pipeline.extract.paragraphs import paragraphs
from pipeline.extract.parse import Parse
from pipeline.extract.sources import load_sources
from pipeline.extract.spans import TRAILING, WORD, fitted, inside_marks, merged, quote_type, word_count
from pipeline.extract.untagged import SCARE_WORDS, follow_on, untagged

__all__ = ("find_quotes",)

# What begins an adverbial clause or phrase behind a tag, which the tag's clause has and not what is said.
ADVERBIAL: Final = frozenset(
    ("as", "after", "amid", "because", "before", "during", "following", "in", "since", "while")
)

# Of these the clause behind a tag is mostly said, too: "He favours Ms. Ito, he said, because she can win".
CAUSAL: Final = frozenset(("because", "since"))


def find_quotes(parse: Parse, lexicon: Path | None = None, *, reader: Reader | None = None) -> list[QuoteDraft]:
    """The quotes of a text in text order, their sources not yet resolved. `lexicon` is a directory of additions to the lists,
    `reader` has other networks than those that come with the package."""
    if not len(parse):
        return []
    text = parse.text
    bounds = paragraphs(text)
    marked = quotations(text)
    outer = [quotation for quotation in marked if not quotation.nested]
    columns = features(parse, marked, bounds, load_cues(lexicon))
    long = np.zeros(len(parse), bool)  # the tokens inside quotations too long for a name, a title or a scare quote
    for quotation in outer:
        if word_count(text, quotation.first, quotation.last) > SCARE_WORDS:
            inside = parse.tokens(quotation.first, quotation.last)
            long[inside.start : inside.stop] = True
    reader = reader or load_reader()
    read = [one for one in reader.read(columns) if one.score > reader.threshold or _within(one, long)]
    quoted = columns.columns[:, MARK] > 0
    found = [
        _fronted(parse, _introduced(parse, _untrailed(parse, _unrelated(parse, one), quoted), quoted)) for one in read
    ]
    drafts = [
        draft
        for draft in (_draft(parse, one, reach(columns, one.anchor), outer, lexicon) for one in disjoint(found, quoted))
        if draft
    ]
    drafts += untagged(parse, bounds, outer, drafts, lexicon)
    return follow_on(parse, bounds, sorted(drafts, key=lambda draft: draft.spans), outer)


def _within(one: Attribution, tokens: npt.NDArray[np.bool_]) -> bool:
    """Whether most of the content stands at the given tokens."""
    inside = sum(int(tokens[first : last + 1].sum()) for first, last in one.content)
    return 2 * inside > sum(last + 1 - first for first, last in one.content)


def _untrailed(parse: Parse, one: Attribution, quoted: npt.NDArray[np.bool_]) -> Attribution:
    """The attribution without what its tag goes on with behind what was said.

    Behind a quotation that is all that no mark or comma keeps from the tag: to whom it was said, of what, where or when ("“He is
    my boy,” she said of the winner"). Behind a comma it is an adverbial clause without marks: "Troops came, residents said, as
    rain fell".
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
        comma = first == one.cue[1] + 2 and parse.words[first - 1] == ","
        adverbial = word in ADVERBIAL and word not in CAUSAL and not quoted[first : last + 1].any()
        trailing = comma and end < one.cue[0] and adverbial
    return replace(one, content=one.content[:-1]) if trailing else one


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
    return replace(one, content=tuple(content))


def _subject(parse: Parse, one: Attribution) -> tuple[int, int] | None:
    """The subject of a cue that is a verb, where the networks found no source: "Peru, which hosted the talks, welcomed it"."""
    if parse.tags[one.anchor][:2] != "VB":
        return None
    content = {token for first, last in one.content for token in range(first, last + 1)}
    for child in parse.children[one.anchor]:
        if parse.deps[child] == "nsubj" and parse.tags[child] in ("NN", "NNS", "NNP", "NNPS"):
            first, last = parse.edges[child]
            while last > child and not parse.words[last][0].isalnum():
                last -= 1
            return None if content.intersection(range(first, last + 1)) else (first, last)
    return None


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


def _fronted(parse: Parse, one: Attribution) -> Attribution:
    """The attribution with the clause in front of its tag as content, where an adverbial clause behind it was taken for that:
    "Troops took the town, residents said, as the army withdrew".
    """
    first = one.content[0][0]
    if len(one.content) > 1 or first <= one.cue[1] or parse.words[first].lower() not in ADVERBIAL:
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


def _draft(
    parse: Parse, one: Attribution, reach: tuple[int, int], outer: list[Quotation], lexicon: Path | None
) -> QuoteDraft | None:
    """The draft of an attribution, its ends corrected by the marks; None where nothing but marks is left of its content.

    `reach` are the first and the last token of the paragraph that the labeller has seen.
    """
    cue_start, cue_end = parse.starts[one.cue[0]], parse.ends[one.cue[1]]
    spans = []
    for first, last in one.content:
        cut = (first == reach[0], last == reach[1])
        start, end = fitted(parse.text, parse.starts[first], parse.ends[last], cut, outer, (cue_start, cue_end))
        if start < end and WORD.search(parse.text, start, end):
            spans.append((start, end))
    if not spans:
        return None
    spans = merged(spans)
    cues, sources = load_cues(lexicon), load_sources(lexicon)
    sense = cues.sense(parse, *one.cue)
    named = one.source or _subject(parse, one)
    source = sources.draft(parse, *named) if named else None
    kind = "document" if source and sense.kind == "speech" and sources.document(parse, source) else sense.kind
    # The stop that ends a sentence is no part of the cue, even where it could end an abbreviation ("wrote on X.").
    cue_text = parse.text[cue_start:cue_end].rstrip(TRAILING)
    if cue_text.endswith(".") and "." not in cue_text[:-1].split(" ")[-1]:
        cue_text = cue_text[:-1]
    cue_end = cue_start + len(cue_text)
    verbatim = inside_marks(spans, outer)
    return QuoteDraft(
        type=quote_type(parse.text, spans, verbatim),
        kind=kind,
        spans=tuple(spans),
        verbatim=verbatim,
        source=source,
        cue=(cue_start, cue_end, sense.lemma, sense.stance) if cue_start < cue_end else None,
        confidence=one.confidence,
    )
