"""Introductions: whom a quotation without a tag is by, as the layout of the text tells.

Six forms are known. A clause or a name that ends in a colon, right before the quotation or closing the paragraph before
("The mayor made this promise:"); a clause whose verb of saying closes the paragraph before with no stop behind it ("To that she
replied,"); a line of its own that names somebody with what they are, as lists of comments have it ("Ann Ito,
Oslo Bank"); a speaker's label inside the marks, as in transcripts ("MODERATOR: Good evening"); a signature
behind a dash ("... a disgrace.” — Ann Ito"); and a tag behind it that the networks missed, mostly since the parser took its verb
for a noun ("“No,” the two write").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from typing import Final

from newswire.extract.document.drafts import SourceDraft
from newswire.extract.document.marks import Quotation
from newswire.extract.document.parse import Parse
from newswire.extract.quotes.contents import NAMES
from newswire.extract.quotes.cues import Cues
from newswire.extract.quotes.sources import Sources
from newswire.extract.quotes.spans import WORD
from newswire.extract.quotes.words import QuoteWords

__all__ = ("FINITE", "Introduction", "introduction")

# Names with their titles seldom have more words; what is longer is a sentence or a heading.
LONGEST_NAME: Final = 8

# Somebody with what they are, alone on a line: its words at most, those of a name, what stands between the two, and what no such
# line ends with.
LONGEST_LINE: Final = 16
NAME_WORDS: Final = range(2, 5)
APART: Final = (",", "-", "–", "—", "|", "(")
UTTERED: Final = ("?", "!", "…", "”", '"')

# What stands behind a verb that leads to the next paragraph.
UNFINISHED: Final = " \u00a0,.…–—-"

# The words by which a phrase tells whom something comes from: "A word from Ann Ito:".
SENDING: Final = ("from", "by")

# A label in capitals at the beginning of a quotation: at most four words before the colon.
LABEL: Final = re.compile(r"(?=[^:]*[A-Z]{2})(?:[A-Z][A-Z.'’-]*\s+){0,3}[A-Z][A-Z.'’-]*(?=:\s)")

DASH: Final = re.compile(r"[\s\u00a0]*[-–—―]{1,2}[\s\u00a0]*(?=[A-Z])")

# The tags of finite verbs.
FINITE: Final = frozenset(("VBD", "VBP", "VBZ", "MD"))

VERB_SUBJECTS: Final = ("nsubj", "nsubjpass")

# A tag behind a quotation has at most so many tokens. It begins and ends, before its verb, with a word of a name, a pronoun or a
# number ("the two"), or it begins with what leads to one; hyphens and genitives stand inside.
LONGEST_TAG: Final = 16
BEFORE_NAMES: Final = ("DT", "PRP$", "JJ")
INNER: Final = ("HYPH", "POS")

# What may stand between such a source and the verb that tells: "was quoted as saying", "has since written".
AUXILIARY: Final = frozenset(("VBD", "VBP", "VBZ", "VBN", "MD", "RB"))
LINKING: Final = "as"
PRESENT_OR_PAST: Final = frozenset(("VBD", "VBP", "VBZ"))

# The tags of the words of a source behind its verb ("read a sign at the gate"), up to a preposition.
NOMINAL: Final = frozenset((*NAMES, *BEFORE_NAMES, *INNER, "NNPS", "CD", "JJR", "JJS"))

# The tags of a verb that is none but one, so that whom it tells may follow it ("Berg told reporters").
TOLD: Final = ("VBD", "VBZ")


@dataclass(frozen=True, slots=True)
class Introduction:
    """What introduces a quotation: the source, the cue as first and last token where there is one, and where the content
    begins, which is behind a label."""

    source: SourceDraft
    cue: tuple[int, int] | None
    start: int


def introduction(
    parse: Parse,
    quotation: Quotation,
    outer: list[Quotation],
    bounds: list[tuple[int, int]],
    cues: Cues,
    sources: Sources,
    words: QuoteWords,
) -> Introduction | None:
    """What introduces a quotation, one of `outer`, or None. `bounds` are the paragraphs of the text."""
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
    tag = _tag(parse, quotation, end, cues, sources)
    if tag:
        return tag
    before = (begin, quotation.start)
    if here and not WORD.search(text, *before):
        before = bounds[here - 1]
    stretch = text[before[0] : before[1]].rstrip()
    if not stretch.endswith(":"):
        if before[1] > begin:
            return None
        named = _name_line(parse, *before, sources)
        return Introduction(named, None, start) if named else _unfinished(parse, *before, start, outer, cues, sources)
    return _clause(parse, before[0], before[0] + len(stretch) - 1, start, outer, cues, sources, words)


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


def _name_line(parse: Parse, start: int, end: int, sources: Sources) -> SourceDraft | None:
    """The name on a line that has nothing but a name and, behind a comma, a dash or a bracket, what its bearer is."""
    tokens = parse.tokens(start, end)
    line = parse.text[start:end].rstrip()
    if line[-1:] in UTTERED or not len(tokens) or len(WORD.findall(line)) > LONGEST_LINE:
        return None
    # With a capital it is a word of a name that the parser has for a verb: "Harbour Works".
    if any(parse.tags[i] in FINITE and parse.words[i].islower() for i in tokens):
        return None
    stop = next((i for i in tokens if parse.words[i] in APART), tokens.start)
    name = range(tokens.start, stop)
    if len(name) not in NAME_WORDS or not all(parse.tags[i][:3] == "NNP" for i in name):
        return None
    # Datelines, prizes and credits look the same: a given name tells a person, or a noun for one behind the name.
    given = parse.words[name.start].title() in sources.given
    post = any(sources.tells(parse.lemmas[i]) for i in range(stop + 1, tokens.stop))
    return sources.draft(parse, name.start, name.stop - 1) if given or post else None


def _unfinished(
    parse: Parse, start: int, end: int, content: int, outer: list[Quotation], cues: Cues, sources: Sources
) -> Introduction | None:
    """The subject of a verb of saying that is the last word of a paragraph: it leads to the next one if no full stop follows."""
    rest = parse.text[start:end].rstrip(UNFINISHED)
    tokens = parse.tokens(start, start + len(rest))
    if not len(tokens) or parse.text[start + len(rest) : end].strip() == "." or not rest[-1].isalnum():
        return None
    verb = tokens[-1]
    sense = cues.at(parse, verb) if parse.tags[verb] in FINITE else None
    if sense is None or sense.kind not in ("speech", "document"):
        return None
    at = bisect_right(outer, parse.starts[verb], key=lambda quotation: quotation.start) - 1
    if at >= 0 and outer[at].end > parse.starts[verb]:
        return None
    subject = next((child for child in parse.children[verb] if parse.deps[child] in VERB_SUBJECTS), None)
    if subject is None:
        return None
    first, last = parse.edges[subject]
    return Introduction(sources.draft(parse, first, last), (verb, verb), content) if last < verb else None


def _tag(parse: Parse, quotation: Quotation, end: int, cues: Cues, sources: Sources) -> Introduction | None:
    """The tag behind a quotation that a comma ends: a name, then a verb of saying, which the parser may have for a noun."""
    text, tokens = parse.text, parse.tokens(quotation.end, end)
    # Old wire copy has a space before its closing marks.
    commas = (text[quotation.first : quotation.last].rstrip()[-1:], text[quotation.end : quotation.end + 1])
    if not quotation.closed or not len(tokens) or "," not in commas:
        return None
    first = tokens.start + (parse.words[tokens.start] == ",")
    stop = first
    while stop < min(tokens.stop, first + LONGEST_TAG) and (
        parse.words[stop][0].isalnum() or parse.tags[stop] in INNER
    ):
        stop += 1
    if stop == first:
        return None
    inverted = _inverted(parse, first, stop, cues, sources)
    if inverted:
        return Introduction(*inverted, quotation.first)
    if parse.tags[first] not in (*NAMES, *BEFORE_NAMES):
        return None
    for verb in range(stop - 1, first, -1):
        if not _tells(parse, verb, cues) or parse.tags[verb][:2] not in ("NN", "VB"):
            continue
        begin = verb
        while begin > first + 1 and (parse.tags[begin - 1] in AUXILIARY or parse.words[begin - 1] == LINKING):
            begin -= 1
        if parse.tags[verb] == "VBN" and parse.words[verb - 1] != LINKING and _is_passive(parse, begin, verb):
            continue  # "was informed by"
        closed = verb + 1 == stop or parse.tags[verb + 1] == "IN" or parse.tags[verb] in TOLD
        if parse.tags[begin - 1] in NAMES and closed:
            return Introduction(sources.draft(parse, first, begin - 1), (begin, verb), quotation.first)
    return None


def _tells(parse: Parse, verb: int, cues: Cues) -> bool:
    sense = cues.senses.get((parse.lemmas[verb], "verb"))
    return sense is not None and sense.kind in ("speech", "document")


def _is_passive(parse: Parse, begin: int, verb: int) -> bool:
    return any(parse.lemmas[token] == "be" for token in range(begin, verb))


def _inverted(
    parse: Parse, verb: int, stop: int, cues: Cues, sources: Sources
) -> tuple[SourceDraft, tuple[int, int]] | None:
    """The source behind a verb with which a tag begins, and that verb: "“Keep out,” reads a sign at the gate"."""
    if parse.tags[verb] not in PRESENT_OR_PAST or parse.tags[verb + 1] == "PRP" or not _tells(parse, verb, cues):
        return None
    last = verb
    while last + 1 < stop and parse.tags[last + 1] in NOMINAL:
        last += 1
    return (sources.draft(parse, verb + 1, last), (verb, verb)) if last > verb and parse.tags[last] in NAMES else None


def _clause(
    parse: Parse,
    start: int,
    end: int,
    content: int,
    outer: list[Quotation],
    cues: Cues,
    sources: Sources,
    words: QuoteWords,
) -> Introduction | None:
    """The subject of the verb that leads to a colon at `end`; without a verb all of the stretch, where it is a name, or who is
    named as the author of a title in marks ("“The Bridge,” by Marta Olsen:"). What stands in marks tells nothing of that.
    """
    tokens = parse.tokens(start, end)
    if not len(tokens):
        return None
    first = max(tokens.start, parse.sentence_starts[parse.sentence(tokens.stop - 1)])
    low, high = (bisect_left(outer, at, key=lambda quotation: quotation.start) for at in (parse.starts[first], end))
    marked = [parse.tokens(quotation.start, quotation.end) for quotation in outer[low:high]]
    inside = {i for run in marked for i in run}
    verbs = [
        i
        for i in range(first, tokens.stop)
        if parse.tags[i][:2] == "VB" and parse.deps[i] not in ("aux", "auxpass") and i not in inside
    ]
    if not verbs:
        sender = _sender(parse, first, tokens.stop, marked)
        if sender == first and not parse.text[parse.starts[first]].isupper():
            return None
        source = _phrase(parse, parse.starts[sender], end, sources)
        return Introduction(source, None, content) if source else None
    subjects = {
        verb: child
        for verb in verbs
        for child in parse.children[verb]
        if parse.deps[child] in VERB_SUBJECTS and child >= first and child not in inside
    }
    telling = [verb for verb in verbs if verb in subjects and cues.at(parse, verb)]
    verb = telling[-1] if telling else next((verb for verb in verbs if verb in subjects), None)
    if verb is None or (verb not in telling and parse.words[subjects[verb]].lower() in words.things):
        return None
    low, high = parse.edges[subjects[verb]]
    if high >= tokens.stop or low < first or low <= verb <= high:
        return None
    return Introduction(sources.draft(parse, low, high), (verb, verb), content)


def _sender(parse: Parse, first: int, stop: int, marked: list[range]) -> int:
    """Where in a stretch without a verb the name begins of whom what follows is by: at `first`, unless it stands behind "by" or
    "from" and a word that is no name. "Ann Ito from Oslo" is Ann Ito."""
    if marked:
        by = marked[-1].stop
        return by + 1 if by + 1 < stop and parse.words[by] == "by" else first
    for i in range(first, stop - 1):
        if parse.tags[i][:3] == "NNP":
            break
        if parse.words[i].lower() in SENDING and parse.tags[i + 1][:3] == "NNP":
            return i + 1
    return first


def _phrase(parse: Parse, start: int, end: int, sources: Sources) -> SourceDraft | None:
    """The stretch as a source, if it is no longer than a name with its title and holds no verb."""
    tokens = parse.tokens(start, end)
    if not len(tokens) or not 0 < len(WORD.findall(parse.text, start, end)) <= LONGEST_NAME:
        return None
    if any(parse.tags[i] in FINITE for i in tokens):
        return None
    # A token may run over the colon where no space follows it.
    return replace(sources.draft(parse, tokens.start, tokens.stop - 1), start=start, end=end)
