"""Texts made to hurt the extraction: each a piece that is repeated as often as a length allows, or a text of that length."""

from __future__ import annotations

__all__ = ("PIECES", "body")

PIECES = {
    "straight quote marks": '"',
    "curly quote marks": "“",
    "closing quote marks": "”",
    "apostrophes": "'",
    "back-ticks": "``",
    "guillemets both ways": "»a« ",
    "quotations left open": "“a ",
    "quotations in quotations": "“a ‘b ",
    "quotations with their speakers": "“We will go there on Monday if we can,” said Ana Delgado. ",
    "quotations left open, with their speakers": "“We will go there on Monday if we can, said Ana Delgado. ",
    "paragraphs that carry a quotation on": "“We go on and on and on.\n\n",
    "single quotations": "‘we will go there today and tomorrow too’ ",
    "cues without an end": "He said that he said that ",
    "one word": "a",
    "words without a full stop": "word ",
    "spaces": " ",
    "line breaks": "a\n\n",
    "full stops": ".",
    "names": "Ana Delgado ",
    "commas": "a, ",
    "brackets that do not close": "(a ",
    "dates": "on March 3, 2024 ",
    "an address": "http://a.example/b?",
    "digits": "1234567890",
    "ideographs": "字",
    "combining marks": "\u0301",
    "emoji with modifiers": "👩🏽\u200d🚒",
    "marks that turn the direction": "\u202e\u2066 abc ",
    "zero-width characters": "\u200b\ufeff\u00ad",
    "NUL and other control characters": "a\0\x01\x07\x1b[2J b ",
    "lone surrogates": "a\ud800 ",
    "line and paragraph separators": "a.\u2028b.\u2029",
    "capitals": "MINISTER SAID ",
}


def body(name: str, length: int) -> str:
    """The text of that length in code points."""
    piece = PIECES[name]
    return (piece * (length // len(piece) + 1))[:length]
