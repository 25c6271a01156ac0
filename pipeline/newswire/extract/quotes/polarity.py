"""Polarity: whether a text tells that something was said, or that it was not."""

from __future__ import annotations

from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.quotes.words import QuoteWords

__all__ = ("polarity",)

# The links from the verb of a cue up to one that takes it back: "declined to say", "was unable to say", "left without saying".
TAKING: Final = frozenset(("xcomp", "ccomp", "pcomp", "acomp", "prep"))
LINKS: Final = 3

SUBJECTS: Final = frozenset(("nsubj", "nsubjpass"))


def polarity(parse: Parse, cue: tuple[int, int], content: int, words: QuoteWords) -> str:
    """`negated` where the text tells that somebody did not say what begins at token `content`, asked whether it is so, or has
    still to say it; else `affirmed`. `cue` is the first and the last token of what attributes it."""
    verbs = [
        i for i in range(cue[0], cue[1] + 1) if parse.tags[i][:2] == "VB" and parse.deps[i] not in ("aux", "auxpass")
    ]
    if not verbs:
        return "affirmed"
    verb = verbs[-1]
    if parse.lemmas[verb] in words.asking:
        # What somebody asks in marks is said; what is asked about is not.
        before = [parse.words[i].lower() for i in range(max(cue[1], content - 2), content + 1)]
        return "negated" if not words.whether.isdisjoint(before) else "affirmed"
    return "negated" if _denied(parse, verb, words) or _taken_back(parse, verb, words) else "affirmed"


def _denied(parse: Parse, verb: int, words: QuoteWords) -> bool:
    """Whether a verb is negated, has nobody for its subject, is only what would be said, or is asked for."""
    children = parse.children[verb]
    for child in children:
        word = parse.words[child].lower()
        if word in words.negations and parse.deps[child] in ("neg", "advmod", "preconj"):
            return True
        if parse.deps[child] in SUBJECTS:
            first = parse.edges[child][0]
            if word in words.nobody or (parse.words[first].lower() in words.nobody and parse.heads[first] == child):
                return True
        if (
            parse.deps[child] == "aux"
            and word in words.unreal
            and parse.tags[verb] == "VB"
            and not _conditional(parse, verb)
        ):
            return True
    inverted = any(
        parse.deps[child] == "aux" and parse.lemmas[child] in ("do", "have") and child < subject < verb
        for child in children
        for subject in children
        if parse.deps[subject] in SUBJECTS
    )
    return inverted and parse.words[parse.sentences[parse.sentence(verb)][1] - 1] == "?"


def _conditional(parse: Parse, verb: int) -> bool:
    """Whether what would be said is said all the same: "I would say that he is right"."""
    return any(
        parse.deps[child] in SUBJECTS and parse.words[child].lower() in ("i", "we") for child in parse.children[verb]
    )


def _taken_back(parse: Parse, verb: int, words: QuoteWords) -> bool:
    """Whether a verb stands below one that takes it back."""
    for _ in range(LINKS):
        if parse.deps[verb] not in TAKING or parse.heads[verb] == verb:
            return False
        below, verb = verb, parse.heads[verb]
        if parse.lemmas[verb] in words.withholding:
            return parse.deps[below] != "ccomp"
    return False
