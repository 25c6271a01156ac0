"""Every error crosses the border of a worker process whole, and says what to do."""

from __future__ import annotations

import copy
import pickle

import pytest

from newswire import errors
from newswire.errors import InputError, NewswireError, PermanentError, TransientError

CLASSES = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("error_class", CLASSES, ids=lambda found: str(found.__name__))
def test_every_error_keeps_its_data_through_pickling_and_copying(error_class: type[NewswireError]) -> None:
    error = error_class("The topic news.raw is missing", "Run `newswire topics create`")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is error_class
        assert vars(twin) == vars(error)
        assert str(twin) == str(error) == "The topic news.raw is missing. Run `newswire topics create`"


def test_an_input_error_keeps_format_and_place_through_pickling() -> None:
    error = InputError("no body", "Send one", format="ninjs", where="$.bodies[0]")
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.format, twin.where, twin.remedy) == ("ninjs", "$.bodies[0]", "Send one")
    assert str(twin) == "no body. Send one [ninjs, at $.bodies[0]]"


def test_a_note_on_an_error_survives_pickling() -> None:
    error = PermanentError("broken")
    error.add_note("in article 7")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["in article 7"]


@pytest.mark.parametrize("error_class", CLASSES, ids=lambda found: str(found.__name__))
def test_every_error_is_either_transient_or_permanent(error_class: type[NewswireError]) -> None:
    if error_class is not NewswireError:
        assert issubclass(error_class, TransientError) != issubclass(error_class, PermanentError)


def test_every_error_class_of_the_module_is_public() -> None:
    defined = {
        name for name, found in vars(errors).items() if isinstance(found, type) and found.__module__ == errors.__name__
    }
    assert defined == set(errors.__all__)


def test_without_a_remedy_the_message_is_the_whole_text() -> None:
    assert str(NewswireError("It broke")) == "It broke"
