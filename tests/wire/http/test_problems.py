"""The body of every error answer."""

import inspect
import json

import pytest

from partywire import errors
from partywire.wire.http import problems

CLASSES = [
    found
    for _, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, errors.ApiError)
]


def test_an_error_is_a_flat_object_in_the_order_of_the_wire() -> None:
    assert problems.body(errors.UniqueNameTaken()) == (
        b'{"code":50353,"message":"Conversation with provided unique name already exists",'
        b'"more_info":"https://www.twilio.com/docs/errors/50353","status":409}'
    )


def test_a_message_of_its_own_takes_the_place_of_the_general_one() -> None:
    body = json.loads(problems.body(errors.BadRequest('line\n"quoted" ü')))
    assert body["message"] == 'line\n"quoted" ü'
    assert body["code"] == 20001


def test_what_is_not_built_may_name_a_page_of_its_own() -> None:
    body = json.loads(problems.body(errors.NotImplementedYet("not yet", "http://bench/page")))
    assert body == {
        "code": 20501,
        "message": "not yet",
        "more_info": "http://bench/page",
        "status": 501,
    }


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_error_has_a_status_a_code_and_one_line_of_text(kind: type[errors.ApiError]) -> None:
    body = json.loads(problems.body(kind()))
    assert body["status"] == kind.status
    assert 400 <= body["status"] < 600
    assert 20000 <= body["code"] < 51000
    assert body["more_info"].endswith(f"/{body['code']}")
    assert body["message"]
    assert "\n" not in body["message"]


def test_the_operators_detail_is_not_the_clients() -> None:
    body = problems.body(errors.Unavailable("disk full at the data folder"))
    assert b"disk" not in body
