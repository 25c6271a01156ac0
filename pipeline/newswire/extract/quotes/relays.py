"""Relays: who is quoted by whom. A medium that quotes somebody is not who says it: "the agency quoted the ministry as saying",
"Ito denied it, the Herald reported"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.extract.quotes.attributions import Attribution
from newswire.extract.quotes.cues import Cues
from newswire.extract.quotes.words import QuoteWords

__all__ = ("relayed",)

# From "saying" to "quoted" there are so many links of the tree at most: "quoted the ministry as saying".
LINKS: Final = 3

# The share of what is relayed that somebody else has to be quoted with, so that all of it is theirs.
MOST: Final = 0.5


def relayed(parse: Parse, found: Sequence[Attribution], cues: Cues, words: QuoteWords) -> list[Attribution]:
    """The attributions with those who are quoted as sources instead of who quotes them."""
    quoted = [_quoted(parse, one, words) for one in found]
    said = [
        (one, _tokens(one.cue, one.source), _tokens(*one.content))
        for one in quoted
        if one.source and (sense := cues.at(parse, one.anchor)) and sense.kind == "speech"
    ]
    return [one for one in quoted if not (_medium(parse, one, words) and _retells(one, said))]


def _quoted(parse: Parse, one: Attribution, words: QuoteWords) -> Attribution:
    """The attribution with whom a verb of quoting has as its object, or as its subject in the passive."""
    verb, saying = _quoting(parse, one, words)
    if verb is None:
        return one
    roles = {parse.deps[child]: child for child in parse.children[verb]}
    party = roles.get("nsubjpass", roles.get("dobj"))
    if party is None or parse.tags[party][0] not in "NP":
        return one
    source = parse.edges[party]
    taken = set(range(source[0], source[1] + 1))
    if saying is not None:
        taken.update(range(parse.heads[saying], saying + 1))
        if saying + 1 < len(parse) and parse.words[saying + 1] == "that":
            taken.add(saying + 1)
    content = _apart(one.content, taken) or _apart(_said(parse, saying), taken)
    return replace(one, source=source, content=content) if content else one


def _said(parse: Parse, saying: int | None) -> tuple[tuple[int, int], ...]:
    """The clause behind "as saying"."""
    children = () if saying is None else parse.children[saying]
    return tuple(parse.edges[child] for child in children if parse.deps[child] == "ccomp")


def _quoting(parse: Parse, one: Attribution, words: QuoteWords) -> tuple[int | None, int | None]:
    """The verb of quoting that a cue is or stands below, with the "saying" behind it; or the one that explains the cue of a
    medium ("reported, citing the ministry"). What is cited "as an example" is not quoted."""
    verb = one.anchor
    for _ in range(LINKS):
        if parse.lemmas[verb] in words.quoting and parse.tags[verb][0] == "V":
            for below in parse.children[verb]:
                for saying in parse.children[below] if parse.words[below] == "as" else ():
                    if parse.deps[saying] == "pcomp" and parse.tags[saying] == "VBG":
                        return verb, saying
            return None, None
        if parse.heads[verb] == verb or parse.deps[verb] not in ("pcomp", "prep"):
            break
        verb = parse.heads[verb]
    if _medium(parse, one, words):
        for child in parse.children[one.anchor]:
            if parse.deps[child] == "advcl" and parse.lemmas[child] in words.quoting and parse.tags[child] == "VBG":
                return child, None
    return None, None


def _medium(parse: Parse, one: Attribution, words: QuoteWords) -> bool:
    """Whether an attribution is to what tells what others said, by its cue or by the nouns at the ends of its source."""
    if any(parse.lemmas[i] in words.relays for i in range(one.cue[0], one.cue[1] + 1)):
        return True
    return one.source is not None and any(parse.lemmas[i] in words.media for i in one.source)


def _apart(content: tuple[tuple[int, int], ...], taken: set[int]) -> tuple[tuple[int, int], ...]:
    """The stretches without the tokens that are taken."""
    runs: list[tuple[int, int]] = []
    for first, last in content:
        begin = None
        for token in range(first, last + 2):
            inside = token <= last and token not in taken
            if inside and begin is None:
                begin = token
            elif not inside and begin is not None:
                runs.append((begin, token - 1))
                begin = None
    return tuple(runs)


def _retells(one: Attribution, said: Sequence[tuple[Attribution, set[int], set[int]]]) -> bool:
    """Whether an attribution to a medium only tells of another one, which stands with its source in what it has as content. Of
    the others there are the tokens of cue and source, and those of the content."""
    inside = _tokens(*one.content)
    return any(
        other is not one and tag <= inside and theirs <= inside and len(theirs) >= MOST * len(inside - tag)
        for other, tag, theirs in said
    )


def _tokens(*runs: tuple[int, int]) -> set[int]:
    return {token for first, last in runs for token in range(first, last + 1)}
