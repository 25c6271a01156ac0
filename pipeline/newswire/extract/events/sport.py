"""Topics that are no events between actors: sport."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.lexicon import rows
from newswire.records import Article

__all__ = ("about_sport", "load_words", "played")

# IPTC's code for sport among Media Topics, as `medtop:15000000` or `15000000`.
SPORT: Final = "15000000"

# Words of sport per word of text above which a text is about sport; news of other kinds stays below a third of this.
SHARE: Final = 0.02

# Different words of sport that a text must have: a race, a team or a goal alone is as often one of politics.
LEAST: Final = 4

# A wire's sports headline begins with the name of the sport, a word or two and a dash.
SLUG: Final = 4

# What the second column of the list says of a word beside that: it names a sport, a part of a contest, or what one is won by.
GAME: Final = "game"
STAGE: Final = "stage"
MARGIN: Final = "margin"

# Words at the beginning that tell the topic: later ones mostly repeat it.
READ: Final = 400


def about_sport(parse: Parse, article: Article, words: Mapping[str, str]) -> bool:
    """Whether an article is about sport, by its subjects or by its words; `words` are those of `load_words`."""
    if any(subject.lower().split(":")[-1] in (SPORT, "sport", "sports") for subject in article.subjects):
        return True
    lemmas = parse.lemmas[:READ]
    slug = next((i for i, word in enumerate(parse.words[:SLUG]) if word in ("-", ":", "–", "—")), 0)
    if any(words.get(word.lower()) == GAME for word in parse.words[:slug]):
        return True
    hits = [lemma for lemma in lemmas if lemma in words]
    return len(hits) >= SHARE * len(lemmas) and len(set(hits)) >= LEAST


def played(parse: Parse, verb: int, words: Mapping[str, str]) -> bool:
    """Whether what a verb tells took place in a contest: "destroyed in the final", "routed by nine wickets"."""
    for prep in parse.children[verb]:
        if parse.deps[prep] != "prep":
            continue
        for token in parse.children[prep]:
            kind = words.get(parse.lemmas[token])
            counted = any(parse.deps[child] == "nummod" for child in parse.children[token])
            if (kind == STAGE and parse.lowered[prep] == "in") or (
                kind == MARGIN and parse.lowered[prep] == "by" and counted
            ):
                return True
    return False


def load_words(additions: Path | None = None) -> dict[str, str]:
    """The words of sport with a user's additions, and the kind of each: GAME, STAGE, MARGIN or empty."""
    return {row[0]: row[1] for row in rows("sport.tsv", 2, additions)}
