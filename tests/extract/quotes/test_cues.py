from pathlib import Path

from newswire.extract.language.model import load_model
from newswire.extract.quotes.cues import load_cues
from tests.extract.lists import LEXICONS


def sense(text: str, phrase: str) -> tuple[str, str, str]:
    """Lemma, stance and kind that the lexicon gives a phrase of a text."""
    (parse,) = load_model("en_core_web_sm").parse([text])
    start = text.index(phrase)
    tokens = parse.tokens(start, start + len(phrase))
    found = LEXICONS.cues.sense(parse, tokens[0], tokens[-1])
    return found.lemma, found.stance, found.kind


def anonymous(text: str, phrase: str) -> bool:
    (parse,) = load_model("en_core_web_sm").parse([text])
    start = text.index(phrase)
    tokens = parse.tokens(start, start + len(phrase))
    return LEXICONS.sources.draft(parse, tokens[0], tokens[-1]).anonymous


def test_a_verb_of_speech_has_its_stance() -> None:
    assert sense("She denied that the harbour was closed.", "denied") == ("deny", "denying", "speech")
    assert sense("He accused the board of theft.", "accused") == ("accuse", "accusing", "speech")


def test_thought_and_intent_are_told_from_speech() -> None:
    assert sense("They believe that it rains.", "believe")[2] == "thought"
    assert sense("They want to close the harbour.", "want")[2] == "intent"


def test_a_phrase_wins_over_its_words() -> None:
    assert sense("She called for an early vote.", "called for") == ("call for", "demanding", "speech")
    assert sense("It closed, according to the board.", "according to") == ("according to", "neutral", "speech")


def test_an_auxiliary_is_not_what_the_cue_means() -> None:
    assert sense("She had promised to stay.", "had promised") == ("promise", "committing", "speech")


def test_negation_turns_the_stance() -> None:
    assert sense("They did not agree that it was late.", "did not agree")[1] == "denying"


def test_an_unlisted_cue_is_neutral_speech_under_its_own_lemma() -> None:
    assert sense("She telegraphed that it was late.", "telegraphed") == ("telegraph", "neutral", "speech")


def test_a_noun_for_a_person_without_a_name_is_anonymous() -> None:
    assert anonymous("A U.S. official said so.", "A U.S. official")
    assert anonymous("Two people familiar with the talks said so.", "Two people familiar with the talks")


def test_a_name_or_a_pronoun_is_not_anonymous() -> None:
    assert not anonymous("Mayor Ruta Keller said so.", "Mayor Ruta Keller")
    assert not anonymous("She said so.", "She")
    assert not anonymous("An adviser, Ruta Keller, said so.", "An adviser, Ruta Keller")
    assert anonymous("An adviser said so.", "An adviser")


def test_a_users_words_are_added(tmp_path: Path) -> None:
    (tmp_path / "cues.tsv").write_text("telegraph\tverb\tassertive\tdocument\n", encoding="utf-8")
    assert load_cues(tmp_path).senses["telegraph", "verb"].stance == "assertive"
    assert load_cues(tmp_path).senses["deny", "verb"].stance == "denying"
