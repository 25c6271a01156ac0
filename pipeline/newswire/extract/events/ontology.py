"""The event ontology: PLOVER 2.0's types and modes, with quad class, scores and CAMEO codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from newswire.lexicon import rows

__all__ = ("FUTURE", "HOSTILE", "INFLICTED", "SYMMETRIC", "TYPES", "Coding", "Ontology")

# In the codebook's order: verbal cooperation, material cooperation, verbal conflict, material conflict.
TYPES: Final = (
    "AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST", "ACCUSE", "REJECT", "SANCTION",
    "THREATEN", "PROTEST", "MOBILIZE", "COERCE", "ASSAULT",
)  # fmt: skip

# Types whose ends may change places: both parties do it.
SYMMETRIC: Final = frozenset(("AGREE", "CONSULT", "COOPERATE"))

# Types of conflict.
HOSTILE: Final = frozenset(("ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "COERCE", "ASSAULT"))

# Types of deeds that somebody suffers.
INFLICTED: Final = frozenset(("ASSAULT", "COERCE", "SANCTION"))

# What an act becomes while it is only announced (codebook, AGREE and THREATEN): cooperation is agreed, conflict threatened.
# Words are done by being said, so verbal acts other than talks stay what they are.
FUTURE: Final = {
    "CONSULT": "AGREE",
    "CONCEDE": "AGREE",
    "COOPERATE": "AGREE",
    "AID": "AGREE",
    "RETREAT": "AGREE",
    "SANCTION": "THREATEN",
    "PROTEST": "THREATEN",
    "COERCE": "THREATEN",
    "ASSAULT": "THREATEN",
}


@dataclass(frozen=True, slots=True)
class Coding:
    """How an event is coded: `cameo` and the two scales' values besides PLOVER's type, mode and quad."""

    type: str
    mode: str | None
    quad: int
    score: float
    cameo: str
    goldstein: float | None


class Ontology:
    """The tables `plover.tsv` and `goldstein.tsv`."""

    def __init__(self) -> None:
        self._goldstein = {code: float(value) for code, value in rows("goldstein.tsv", 2)}
        self._modes = {
            (type, mode): (int(quad), float(score), cameo) for type, mode, quad, score, cameo in rows("plover.tsv", 5)
        }

    def code(self, type: str, mode: str = "", cameo: str = "") -> Coding:
        """The coding of an event type. A mode that the type does not have is left out, a missing CAMEO code is the mode's.

        Raises KeyError for a type that is none of PLOVER's.
        """
        quad, score, default = self._modes.get((type, mode)) or self._modes[type, ""]
        code = cameo or default
        known = mode if (type, mode) in self._modes else ""
        return Coding(type, known or None, quad, score, code, self._goldstein.get(code))
