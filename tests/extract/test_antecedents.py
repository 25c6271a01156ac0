"""Whom a pronoun, a noun or a quotation without a tag may stand for."""

from __future__ import annotations

from typing import Any

from newswire.extract.antecedents import Anaphor, Referent, candidates, kinship, nobody, traits


def person(entity: int | None = 0, **told: Any) -> Referent:
    referent = Referent(entity, "person", last=5, sentence=1, paragraph=1, first=5, whole=1, count=1)
    for name, value in told.items():
        setattr(referent, name, value)
    return referent


def pronoun(kind: str = "female", **told: Any) -> Anaphor:
    return Anaphor(20, kind, 2, 1, True, False, **told)


def test_a_pronoun_stands_for_nobody_of_the_other_gender() -> None:
    she, he, unknown = person(0, gender="female"), person(1, gender="male"), person(2)
    assert candidates(pronoun(), [she, he, unknown]) == [she, unknown]


def test_a_given_name_tells_a_gender_until_the_text_does() -> None:
    listed, told = person(0, given="male"), person(1, given="male", gender="female")
    assert candidates(pronoun(), [listed, told]) == [told]


def test_a_pronoun_does_not_reach_over_many_sentences() -> None:
    assert candidates(pronoun(), [person(sentence=-7)]) == []


def test_who_goes_on_speaking_without_being_named_stays_a_candidate() -> None:
    speaker, silent = person(0, said=5), person(1)
    follow_on = Anaphor(90, "untagged", 9, 6, True, False)
    assert candidates(follow_on, [speaker, silent]) == [speaker]


def test_who_is_barred_is_no_candidate() -> None:
    assert candidates(pronoun(barred=frozenset([0])), [person(0)]) == []


def test_the_subject_to_come_is_the_only_candidate() -> None:
    coming = Referent(1, "person", first=30, whole=1)
    assert candidates(pronoun(ahead=1), [person(0), coming]) == [coming]


def test_they_are_several_or_a_body_or_one_who_is_named_with_others() -> None:
    alone, several, together = person(0), person(1, plural=True), person(2, joined=True)
    assert candidates(pronoun("plural"), [alone, several, together]) == [several, together]
    assert candidates(pronoun("male"), [together]) == [together]


def test_it_is_a_body_or_a_paper() -> None:
    someone, body, report = person(0), Referent(1, "body", last=5, sentence=1), person(None, paper=True)
    assert candidates(pronoun("neuter"), [someone, body, report]) == [body, report]


def test_a_noun_reaches_as_far_as_the_text_has_called_somebody_so() -> None:
    far = person(0, sentence=-30, words={"governor"})
    other = person(1, sentence=-30, words={"senator"})
    noun = Anaphor(20, "noun", 2, 1, True, False, "governor", article="definite")
    assert candidates(noun, [far, other]) == [far]


def test_the_last_mentioned_comes_first() -> None:
    first, last = person(0, last=3), person(1, last=9)
    assert candidates(pronoun(), [first, last]) == [last, first]


def test_who_spoke_last_has_another_trait_than_who_did_not() -> None:
    speaker, silent = person(0, spoke=1, said=1), person(1)
    assert "he turn 0 False" in traits(pronoun(), speaker, 0, [], [speaker])
    assert "he turn 0 False" not in traits(pronoun(), silent, 0, [], [speaker])


def test_nobody_is_likelier_where_no_candidate_is_called_so() -> None:
    noun = Anaphor(20, "noun", 2, 1, True, False, "governor", article="definite")
    assert nobody(noun, [person(words={"governor"})]) != nobody(noun, [person()])


def test_a_noun_that_somebody_owns_is_not_its_owner() -> None:
    owner, other = person(0, words={"lawyer"}), person(1, words={"lawyer"})
    noun = Anaphor(20, "noun", 2, 1, True, False, "lawyer", article="owned", owners=frozenset([0]))
    assert candidates(noun, [owner, other]) == [other]


def test_a_noun_that_somebody_owns_is_nobody_whom_the_text_has_not_called_so() -> None:
    stranger, coming = person(1, words={"minister"}), person(2, last=-1, first=40)
    noun = Anaphor(20, "noun", 2, 1, True, False, "lawyer", article="owned", owners=frozenset([0]))
    assert candidates(noun, [stranger, coming]) == [coming]


def test_the_sector_of_a_noun_is_compared_with_what_a_person_is_called() -> None:
    noun = Anaphor(20, "noun", 2, 1, True, False, "prosecutor", article="definite", sector="JUD")
    assert "noun sector True" in traits(noun, person(0, sectors={"JUD"}), 0, [], [])
    assert "noun sector False" in traits(noun, person(0, sectors={"MED"}), 0, [], [])
    assert "noun sector unknown" in traits(noun, person(0), 0, [], [])


def test_whom_a_noun_has_stood_for_before_is_told() -> None:
    noun = Anaphor(20, "document", 2, 1, True, False, "letter", article="definite")
    assert "document taken" in traits(noun, person(0, taken={"letter"}), 0, [], [])
    assert "document taken" not in traits(noun, person(0, taken={"report"}), 0, [], [])


def test_who_is_the_next_source_by_name_is_told() -> None:
    noun = Anaphor(20, "noun", 2, 1, True, False, "spokesman", article="indefinite", next=1)
    assert "noun next" in traits(noun, person(1), 0, [], [])
    assert "noun next" not in traits(noun, person(0), 0, [], [])


def test_who_alone_has_spoken_is_told() -> None:
    one, other = person(0, spoke=2), person(1, spoke=1)
    assert "untagged alone True" in traits(Anaphor(20, "untagged", 2, 1, True, False), one, 0, [], [one])
    assert "untagged alone True" not in traits(Anaphor(20, "untagged", 2, 1, True, False), one, 0, [], [other, one])


def test_the_gender_that_a_noun_tells_is_compared() -> None:
    noun = Anaphor(20, "noun", 2, 1, True, False, "woman", article="definite", gender="female")
    assert "noun gender True" in traits(noun, person(0, gender="female"), 0, [], [])
    assert "noun gender False" in traits(noun, person(0, given="male"), 0, [], [])


def test_who_alone_is_called_so_is_told() -> None:
    mayor, other, cook = person(0, words={"mayor"}), person(1, words={"mayor"}), person(2, words={"cook"})
    noun = Anaphor(20, "noun", 2, 1, True, False, "mayor", article="definite")
    assert "noun sole True True" in traits(noun, mayor, 0, [mayor, cook], [])
    assert "noun sole False True" in traits(noun, mayor, 0, [mayor, other], [])


def test_who_is_called_otherwise_is_told_from_who_is_called_just_so() -> None:
    noun = Anaphor(20, "noun", 2, 1, True, False, "minister", article="definite", modifiers=frozenset(["finance"]))
    assert "noun own shared" in traits(noun, person(0, words={"finance", "minister"}), 0, [], [])
    assert "noun own apart" in traits(noun, person(0, words={"health", "minister"}), 0, [], [])


def test_a_body_that_has_the_noun_in_its_name_is_told() -> None:
    zoo = Referent(0, "body", words={"harbour", "zoo"}, name=frozenset(["harbour", "zoo"]), last=5, sentence=1)
    assert "body in name" in traits(Anaphor(20, "body", 2, 1, True, False, "zoo"), zoo, 0, [zoo], [])


def test_whom_the_text_names_most_is_told() -> None:
    main, other = person(0, whole=6), person(1, whole=2)
    assert "he most" in traits(pronoun(), main, 0, [main, other], [])
    assert "he less" in traits(pronoun(), other, 1, [main, other], [])
    assert "he only" in traits(pronoun(), other, 0, [other], [])


def test_the_subject_of_the_clause_around_a_pronoun_is_told() -> None:
    assert "he over True True" in traits(pronoun(over=5), person(0, last=5), 0, [], [])
    assert "he over False True" in traits(pronoun(over=5), person(0, last=3), 0, [], [])


def test_whose_name_ends_a_phrase_is_told() -> None:
    inside = frozenset([0, 1])
    noun = Anaphor(20, "noun", 2, 1, True, False, "envoy", inside=inside, closing=0, joint="NN")
    assert "noun closing person NN" in traits(noun, person(0), 0, [], [])
    assert not any(trait.startswith("noun closing") for trait in traits(noun, person(1), 0, [], []))


def test_a_noun_is_no_one_without_a_name_whom_only_its_modifier_calls_so() -> None:
    official = Referent(None, "person", words={"campaign", "official"}, noun="official", last=5, sentence=1, count=1)
    assert candidates(Anaphor(20, "noun", 2, 1, True, False, "campaign", article="definite"), [official]) == []
    assert candidates(Anaphor(20, "noun", 2, 1, True, False, "official", article="definite"), [official]) == [official]


def test_a_noun_behind_the_initials_of_an_office_s_body_reaches_whoever_holds_it() -> None:
    holder = person(0, sentence=-30, initials={"CDP"})
    noun = Anaphor(20, "noun", 2, 1, True, False, "chief", article="definite", acronyms=frozenset(["CDP"]))
    assert candidates(noun, [holder, person(1, sentence=-30, initials={"LDP"})]) == [holder]
    assert "noun acronym True" in traits(noun, holder, 0, [holder], [])


def test_who_fits_a_noun_phrase_better_than_all_others_is_told_from_them() -> None:
    here = person(0, words={"minister", "foreign"}, country="PER")
    there = person(1, words={"minister", "foreign"}, country="CHL")
    noun = Anaphor(
        20, "noun", 2, 1, True, False, "minister", article="definite", modifiers=frozenset(["foreign", "chilean"]),
        countries=frozenset(["CHL"]),
    )  # fmt: skip
    assert "noun fit best" in traits(noun, there, 0, [here, there], [])
    assert "noun fit less" in traits(noun, here, 0, [here, there], [])


def noun(lemma: str, article: str = "definite", kind: str = "noun", **told: Any) -> Anaphor:
    return Anaphor(20, kind, 2, 1, True, False, lemma, article=article, **told)


def test_a_noun_that_is_new_to_the_text_is_nobody_named_before() -> None:
    named, sailor = person(0), person(1, words={"sailor"})
    assert candidates(noun("sailor"), [named, sailor]) == [named, sailor]
    assert candidates(noun("sailor", "indefinite"), [named, sailor]) == []
    assert candidates(noun("sailor", "bare"), [named, sailor]) == [sailor]
    assert candidates(noun("sailor", "owned"), [named, sailor]) == [sailor]


def test_a_noun_announces_a_name_only_of_whom_the_text_calls_alike() -> None:
    sailor, baker = (
        Referent(at, "person", words={word}, callings={word}, first=30) for at, word in enumerate(("sailor", "baker"))
    )
    assert candidates(noun("sailor", "indefinite"), [sailor, baker]) == [sailor]
    related = noun("seaman", "indefinite", narrower=frozenset(["sailor"]))
    assert candidates(related, [sailor, baker]) == [sailor]


def test_a_noun_of_one_gender_is_nobody_of_the_other() -> None:
    he, she = person(0, given="male"), person(1, given="female")
    assert candidates(noun("mother", gender="female"), [he, she]) == [she]


def test_a_name_that_the_recogniser_missed_is_nobody_else() -> None:
    assert candidates(noun("Hillfolk", proper=True), [person(0)]) == []
    assert candidates(noun("President", proper=True, listed=True), [person(0)]) == [person(0)]


def test_a_document_is_of_whom_its_phrase_names() -> None:
    owner, other = (Referent(at, "body", last=5, sentence=1, paragraph=1) for at in range(2))
    assert candidates(noun("letter", kind="document", inside=frozenset([0])), [owner, other]) == [owner]


def test_a_minister_of_one_country_is_none_of_another() -> None:
    ours, theirs, unknown = person(0, country="PER"), person(1, country="BRA"), person(2)
    assert candidates(noun("minister", countries=frozenset(["PER"])), [ours, theirs, unknown]) == [ours, unknown]


def test_a_body_of_a_town_is_not_the_town() -> None:
    town = Referent(0, "body", last=5, sentence=1, paragraph=1, place=True)
    inside = frozenset([0])
    assert candidates(noun("zoo", kind="body", inside=inside), [town]) == []
    assert candidates(noun("government", kind="body", sector="country", inside=inside), [town]) == [town]


def test_of_those_without_a_name_a_noun_chooses_among_those_called_by_it() -> None:
    geologists = person(None, noun="geologist", spoke=1)
    assert candidates(noun("geologist"), [geologists]) == [geologists]
    assert candidates(noun("scientist", narrower=frozenset(["geologist"])), [geologists]) == []


def test_somebody_of_another_age_is_not_meant() -> None:
    aged = person(0, words={"driver"}, numbers={"41"})
    assert candidates(noun("driver", numbers=frozenset(["52"])), [aged]) == []
    assert candidates(noun("driver", numbers=frozenset(["41"])), [aged]) == [aged]


def test_a_noun_is_related_to_what_the_text_calls_somebody() -> None:
    senator = person(0, words={"senator"}, callings={"senator"})
    lawmaker = noun("lawmaker", narrower=frozenset(["senator"]))
    assert kinship(noun("senator"), senator) == "own"
    assert kinship(lawmaker, senator) == "narrower"
    assert kinship(noun("minister", broader=frozenset(["senator"])), senator) == "broader"
    assert kinship(noun("singer", narrower=frozenset(["tenor"])), senator) == "apart"
    assert kinship(noun("widow"), senator) == "unlisted"
    assert kinship(lawmaker, person(1)) == "untold"
