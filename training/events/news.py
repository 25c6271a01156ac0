"""News that nobody has labelled: the teacher of the event networks labels it, softly, and they learn from that."""

from __future__ import annotations

from collections.abc import Container, Iterable
from pathlib import Path
from typing import Final

import numpy as np

from newswire.records import Article
from training.corpora import read_conll, read_plain, read_polnear, read_worldwide

__all__ = ("beginning", "plain_news")

# Words that are analysed, kept and labelled together.
SHARD: Final = 100_000

# So many letters and digits alike, and two texts are one, however their white space is set.
ALIKE: Final = 100


def beginning(text: str) -> str:
    """What a text is known by in another corpus: its first letters and digits."""
    return "".join(filter(str.isalnum, text.lower()))[:ALIKE]


def plain_news(gold: Path, words: int, told: Container[str]) -> list[list[Article]]:
    """At most so many words of news, in shards: first Worldwide and Reuters, which are most like the labelled articles, then the
    others, mixed. Texts whose beginning is `told` are left out, stories on sport, and ECB+: its texts are joined from words.

    Raises CorpusError for a corpus in another form.
    """
    near = [(one.id, one.body) for one in read_worldwide(gold / "worldwide_train.jsonl")]
    near += [(f"conll-{one.number}", one.text) for one in read_conll(gold / "conllpp_train.txt") if not one.sport]
    far = [(one.id, one.body) for one in read_plain(gold / "unlabelled.jsonl") if not one.id.startswith("ecb")]
    far += [(one.id, one.text) for one in read_polnear(gold / "polnear_train.jsonl")]
    shards: list[list[Article]] = [[]]
    size = total = 0
    for number, (key, body) in enumerate((*_mixed(near), *_mixed(far))):
        if beginning(body) in told:
            continue
        count = len(body.split())
        total += count
        if total > words:
            break
        if size + count > SHARD:
            shards.append([])
            size = 0
        # Ids of one corpus may be those of another.
        shards[-1].append(Article(id=f"{number}-{key}", body=body, language="en"))
        size += count
    return shards


def _mixed(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    every = list(texts)
    return [every[number] for number in np.random.default_rng(0).permutation(len(every))]
