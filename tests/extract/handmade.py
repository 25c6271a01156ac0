"""A Parse made by hand: sentences whose analysis a test lays down, whatever a language model would say of them."""

from __future__ import annotations

from newswire.extract.document.parse import Parse

__all__ = ("handmade",)


def handmade(*sentences: str) -> Parse:
    """The parse of sentences with one word a line: word, tag, label, head, lemma.

    The head is given by its word, or where that occurs twice by its position in the sentence from 0; a root is its own head.
    The lemma may be left out: it is the word in small letters. Words are joined by single spaces.

        Peru      NNP  nsubj  attacked
        attacked  VBD  ROOT   attacked  attack
        Chile     NNP  dobj   attacked
    """
    words: list[str] = []
    tags: list[str] = []
    deps: list[str] = []
    heads: list[int] = []
    lemmas: list[str] = []
    sentence_starts: list[int] = []
    for sentence in sentences:
        rows = [line.split() for line in sentence.splitlines() if line.strip()]
        first = len(words)
        sentence_starts.append(first)
        own = [row[0] for row in rows]
        for word, tag, dep, head, *lemma in rows:
            assert own.count(head) == 1 or (head not in own and head.isdigit()), f"no single head {head!r} of {word!r}"
            words.append(word)
            tags.append(tag)
            deps.append(dep)
            heads.append(first + (own.index(head) if head in own else int(head)))
            lemmas.append(lemma[0] if lemma else word.lower())
    starts, end = [], 0
    for word in words:
        starts.append(end)
        end += len(word) + 1
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    return Parse(" ".join(words), words, starts, ends, tags, deps, heads, sentence_starts, lemmas)
