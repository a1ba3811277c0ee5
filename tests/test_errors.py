"""Every error that a client can meet."""

import inspect
import re

import pytest

from partywire import errors
from partywire.errors import ApiError


def every() -> list[type[ApiError]]:
    found = [value for value in vars(errors).values() if inspect.isclass(value)]
    return [value for value in found if issubclass(value, ApiError)]


EACH = pytest.mark.parametrize("error", every(), ids=lambda error: error.__name__)


@EACH
def test_an_error_s_docstring_is_its_message(error: type[ApiError]) -> None:
    # Of its own: an inherited docstring is not there.
    words = error.__dict__.get("__doc__")
    assert words
    assert error().message == words.strip().splitlines()[0]
    assert str(error()) == error().message


@EACH
def test_an_error_has_a_status_and_a_code_of_the_dictionary(error: type[ApiError]) -> None:
    assert 400 <= error.status <= 599
    assert 20000 <= error.code <= 20999 or 50000 <= error.code <= 50699
    assert error().more_info == f"https://www.twilio.com/docs/errors/{error.code}"


@EACH
def test_a_specific_code_is_a_client_s_mistake(error: type[ApiError]) -> None:
    if error.code >= 50000:
        mistakes = errors.BadRequest | errors.Conflict | errors.Forbidden | errors.NotFound
        assert issubclass(error, mistakes | errors.TooLarge)
        assert error.status in {400, 403, 404, 409, 413}


def test_a_specific_code_means_one_thing() -> None:
    codes = [error.code for error in every() if error.code >= 50000]
    assert len(codes) == len(set(codes))


def test_no_error_has_the_code_that_ends_a_list_of_the_php_library() -> None:
    assert 20006 not in {error.code for error in every()}


def test_the_tree_at_the_top_names_real_classes_with_their_status() -> None:
    text = errors.__doc__ or ""
    named = dict(re.findall(r"── (\w+) +(\d{3})\b", text))
    general = {error for error in every() if error.__base__ is ApiError}
    assert named == {error.__name__: str(error.status) for error in general}
    assert re.search(r"^ +ApiError$", text, re.MULTILINE)


def test_a_message_can_say_more() -> None:
    error = errors.NotFound("The requested resource /v1/x was not found")
    assert (error.message, error.status, error.code) == (str(error), 404, 20404)


def test_what_is_not_built_says_where_to_look() -> None:
    link = "http://bench/_partywire/fidelity"
    assert errors.NotImplementedYet(more_info=link).more_info == link


def test_what_is_wrong_inside_is_for_the_operator_only() -> None:
    error = errors.Unavailable("disk full at /var/lib/x")
    assert str(error) == "disk full at /var/lib/x"
    assert "disk" not in error.message
    assert str(errors.Unavailable()) == errors.Unavailable().message
