"""Who stands at the ends of a predicate, on parses made by hand."""

from __future__ import annotations

import pytest

from newswire.extract.document.parse import Parse
from newswire.extract.events.arguments import actors, coordinated, passive, path, recipients
from newswire.extract.events.parties import Party
from tests.extract.handmade import handmade


def ends(parse: Parse, predicate: str, *names: str, verbal: bool = True) -> tuple[list[str], list[str]]:
    """Both ends of a predicate, each as the word with its path; `names` are the parties of the text."""
    token = parse.words.index(predicate)
    known = {head: Party(head, head, head) for head in map(parse.words.index, names)}
    doers = actors(parse, token, known, verbal)
    others = recipients(parse, token, known, frozenset(end.head for end in doers))
    one, two = ([f"{parse.words[end.head]} {end.path}" for end in side] for side in (doers, others))
    return one, two


def test_the_subject_does_it_to_the_object() -> None:
    parse = handmade("""
        Peru      NNP  nsubj  attacked
        attacked  VBD  ROOT   attacked  attack
        Chile     NNP  dobj   attacked
    """)
    assert ends(parse, "attacked", "Peru", "Chile") == (["Peru nsubj"], ["Chile dobj"])
    assert not passive(parse, 1)


def test_in_the_passive_voice_the_agent_does_it_to_the_subject() -> None:
    parse = handmade("""
        Chile     NNP  nsubjpass  attacked
        was       VBD  auxpass    attacked  be
        attacked  VBN  ROOT       attacked  attack
        by        IN   agent      attacked
        Peru      NNP  pobj       by
    """)
    assert ends(parse, "attacked", "Peru", "Chile") == (["Peru agent"], ["Chile nsubjpass"])
    assert passive(parse, 2)


def test_a_reduced_relative_clause_is_done_to_the_noun_before_it() -> None:
    parse = handmade("""
        rebels  NNS  nsubj   fled    rebel
        backed  VBN  acl     rebels  back
        by      IN   agent   backed
        Peru    NNP  pobj    by
        fled    VBD  ROOT    fled    flee
    """)
    assert ends(parse, "backed", "rebels", "Peru") == (["Peru agent"], ["rebels acl"])


@pytest.mark.parametrize(
    ("verb", "actor"), [("ordered", "Chile ctrl"), ("promised", "Peru xcomp>nsubj")], ids=["object", "subject"]
)
def test_verbs_of_control_say_whether_subject_or_object_does_the_infinitive(verb: str, actor: str) -> None:
    parse = handmade(f"""
        Peru      NNP  nsubj  {verb}
        {verb}    VBD  ROOT   {verb}    {verb.removesuffix("ed").removesuffix("s")}
        Chile     NNP  dobj   {verb}
        to        TO   aux    withdraw
        withdraw  VB   xcomp  {verb}
    """)
    assert ends(parse, "withdraw", "Peru", "Chile")[0] == [actor]


def test_the_object_of_control_may_stand_behind_a_preposition() -> None:
    parse = handmade("""
        Peru    NNP  nsubj  called
        called  VBD  ROOT   called  call
        on      IN   prep   called
        Chile   NNP  pobj   on
        to      TO   aux    leave
        leave   VB   xcomp  called
    """)
    assert ends(parse, "leave", "Peru", "Chile")[0] == ["Chile ctrl"]


def test_coordinated_subjects_do_it_both() -> None:
    parse = handmade("""
        Peru      NNP  nsubj  attacked
        and       CC   cc     Peru
        Bolivia   NNP  conj   Peru
        attacked  VBD  ROOT   attacked  attack
        Chile     NNP  dobj   attacked
    """)
    assert ends(parse, "attacked", "Peru", "Bolivia", "Chile") == (["Peru nsubj", "Bolivia nsubj"], ["Chile dobj"])
    assert coordinated(parse, 2) == 0
    assert coordinated(parse, 4) is None


def test_a_coordinated_verb_with_a_subject_of_its_own_keeps_its_ends() -> None:
    def parse(label: str) -> Parse:
        return handmade(f"""
            Peru      NNP  nsubj    resigned
            resigned  VBD  ROOT     resigned  resign
            and       CC   cc       resigned
            Bolivia   NNP  {label}  attacked
            attacked  VBD  conj     resigned  attack
            Chile     NNP  dobj     attacked
        """)

    assert ends(parse("nsubj"), "resigned", "Peru", "Bolivia", "Chile")[1] == []
    assert ends(parse("npadvmod"), "resigned", "Peru", "Chile")[1] == ["Chile dobj"]


def test_a_noun_belongs_to_its_possessor_and_is_done_to_what_stands_behind_of() -> None:
    parse = handmade("""
        Peru      NNP  poss   invasion
        's        POS  case   Peru
        invasion  NN   nsubj  failed
        of        IN   prep   invasion
        Chile     NNP  pobj   of
        failed    VBD  ROOT   failed    fail
    """)
    assert ends(parse, "invasion", "Peru", "Chile", verbal=False) == (["Peru poss"], ["Chile of"])


def test_a_pronoun_as_subject_leads_to_whom_the_clause_above_is_about() -> None:
    parse = handmade("""
        Peru      NNP  nsubj  said
        said      VBD  ROOT   said      say
        it        PRP  nsubj  attacked
        attacked  VBD  ccomp  said      attack
        Chile     NNP  dobj   attacked
    """)
    assert ends(parse, "attacked", "Peru", "Chile")[0] == ["Peru pron>nsubj"]


def test_a_path_names_prepositions_by_their_word_and_modifiers_alike() -> None:
    parse = handmade("""
        Peru      NNP  nsubj  launched
        launched  VBD  ROOT   launched  launch
        attacks   NNS  dobj   launched  attack
        on        IN   prep   attacks
        Chilean   JJ   amod   ports
        ports     NNS  pobj   on        port
    """)
    assert path(parse, 1, 5) == "dobj>on"
    assert path(parse, 1, 4) == "dobj>on>mod"
    assert path(parse, 1, 1) == ""
    assert path(parse, 2, 0) is None
