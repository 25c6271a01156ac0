"""The gate: which part of an article is extracted, and why perhaps none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newswire.extract.document.paragraphs import paragraphs
from newswire.records import Article
from newswire.settings import ExtractSettings

__all__ = ("Admission", "admit")

# Articles of these statuses have nothing to say any more, or not yet.
VOID: Final = frozenset({"canceled", "withheld"})

# Below this many code points a guess at the language is wrong too often to turn a flash away for it.
SHORTEST_JUDGED: Final = 200

# A text is foreign when it is so much less likely in our languages: running text in another language lies above 0.6, English
# tables of foreign names, which are guessed as all kinds of languages, below 0.1.
CLEARLY: Final = 0.2

# The guess does not get better with more text than this, only slower (about a millisecond for it).
LONGEST_JUDGED: Final = 2_000


@dataclass(frozen=True, slots=True)
class Admission:
    """What the gate lets through: `text`, a beginning of the body, empty when nothing is extracted.

    `skipped` says why an article is not (`language`); `truncated_at` is the code point at which its body was cut.
    """

    text: str
    skipped: str | None = None
    truncated_at: int | None = None


def admit(article: Article, settings: ExtractSettings) -> Admission:
    """Decides on one article; the same article and settings always give the same answer.

    A declared language is trusted, its region put aside ("en-GB" is "en"). Without one, the language of the text is guessed,
    unless it is short. A body over `max_body_chars` is cut behind the last paragraph that fits. A body without a word gives
    nothing: readers of wire formats have put the headline there by now if there was one, since offsets are into the body.
    """
    if article.status in VOID or not article.body.strip():
        return Admission("")
    if _foreign(article, settings.languages):
        return Admission("", skipped="language")
    if len(article.body) <= settings.max_body_chars:
        return Admission(article.body)
    cut = _cut(article.body, settings.max_body_chars)
    return Admission(article.body[:cut], truncated_at=cut)


def _foreign(article: Article, languages: tuple[str, ...]) -> bool:
    """Whether an article is in none of the languages: declared so, or clearly so by its text."""
    if article.language and article.language.strip():
        return article.language.strip().replace("_", "-").partition("-")[0].lower() not in languages
    if len(article.body) < SHORTEST_JUDGED:
        return False
    distances = _distances(article.body[:LONGEST_JUDGED])
    missing = CLEARLY if distances else 0.0
    return min((distances.get(language, missing) for language in languages), default=CLEARLY) >= CLEARLY


def _distances(text: str) -> dict[str, float]:
    """For each language how much less likely the text is in it than in the likeliest one, in nats a code point."""
    # Digits and marks speak no language; tables of figures would be guessed as anything.
    if 2 * sum(map(str.isalpha, text)) < len(text):
        return {}
    from py3langid import rank  # loads its model, 5 MB, when the first undeclared article comes

    ranking = rank(text.encode("utf-8", "replace").decode("utf-8"))
    return {language: float(ranking[0][1] - score) / len(text) for language, score in ranking}


def _cut(body: str, limit: int) -> int:
    """Where to cut a body so that no more than `limit` code points stay: behind a paragraph, else a word, else at the limit.

    The paragraph that reaches the limit may go on behind it, so the one before is the last that is whole.
    """
    whole = paragraphs(body[:limit])
    if len(whole) > 1:
        return whole[-1][1] if body[limit].isspace() and "\n" in body[whole[-1][1] : limit + 1] else whole[-2][1]
    words = body[:limit].rsplit(None, 1)
    return len(body[:limit].rstrip()) - len(words[-1]) if len(words) > 1 else limit
