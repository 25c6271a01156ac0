"""Topics that are no events between actors: sport."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from newswire.extract.document.parse import Parse
from newswire.lexicon import rows
from newswire.records import Article

__all__ = ("about_sport", "load_words")

# IPTC's code for sport among Media Topics, as `medtop:15000000` or `15000000`.
SPORT: Final = "15000000"

# Words of sport per word of text above which a text is about sport; news of other kinds stays below a third of this.
SHARE: Final = 0.02

# Different words of sport that a text must have: a race, a team or a goal alone is as often one of politics.
LEAST: Final = 4

# A wire's sports headline begins with the name of the sport, a word or two and a dash.
SLUG: Final = 4

# Words at the beginning that tell the topic: later ones mostly repeat it.
READ: Final = 400


def about_sport(parse: Parse, article: Article, words: Mapping[str, bool]) -> bool:
    """Whether an article is about sport, by its subjects or by its words; `words` are those of `load_words`."""
    if any(subject.lower().split(":")[-1] in (SPORT, "sport", "sports") for subject in article.subjects):
        return True
    lemmas = parse.lemmas[:READ]
    slug = next((i for i, word in enumerate(parse.words[:SLUG]) if word in ("-", ":", "–", "—")), 0)
    if any(words.get(word.lower()) for word in parse.words[:slug]):
        return True
    hits = [lemma for lemma in lemmas if lemma in words]
    return len(hits) >= SHARE * len(lemmas) and len(set(hits)) >= LEAST


def load_words(additions: Path | None = None) -> dict[str, bool]:
    """The words of sport with a user's additions, and whether each names a sport."""
    return {word: kind == "game" for word, kind in rows("sport.tsv", 2, additions)}
