"""What every error answer looks like."""

import httpx

FIELDS = {"code": int, "message": str, "more_info": str, "status": int}


def assert_error(answer: httpx.Response, status: int, code: int) -> str:
    """The answer is an error as clients read it: a flat JSON object. Returns its message."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert int(answer.headers["content-length"]) == len(answer.content)
    body = answer.json()
    assert {name: type(value) for name, value in body.items()} == FIELDS
    assert (body["status"], body["code"]) == (status, code)
    assert body["message"].strip() == body["message"] != ""
    if status != 501:
        assert body["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic ")
        assert body["message"].startswith("Authenticat")
    message: str = body["message"]
    return message
