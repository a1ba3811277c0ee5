"""Messages that have files, over REST."""

import pytest

from domain.attached import known, uploaded
from domain.people import as_user
from domain.scenes import NOBODY, elsewhere
from harness import assert_refused
from partywire.domain.call import Call
from wire.http.bench import Bench


async def room(bench: Bench) -> str:
    """The path of a new conversation's messages."""
    return f"/Conversations/{(await bench.made('/Conversations'))['sid']}/Messages"


async def test_a_message_shows_its_file(bench: Bench, call: Call) -> None:
    path = await room(bench)
    media = await uploaded(call, filename="car.jpg", content_type="image/jpeg", size=42056)
    made = await bench.made(path, {"MediaSid": media.sid, "Author": "ann"})
    assert (made["body"], made["author"]) == (None, "ann")
    assert made["media"] == [
        {
            "sid": media.sid,
            "size": 42056,
            "content_type": "image/jpeg",
            "filename": "car.jpg",
        }
    ]
    assert await bench.seen(f"{path}/{made['sid']}") == made
    assert (await bench.seen(path))["messages"] == [made]


async def test_a_message_may_have_text_and_a_file_that_a_user_uploaded(
    bench: Bench, call: Call
) -> None:
    media = await uploaded(as_user(call, "ann"), filename=None)
    made = await bench.made(await room(bench), {"MediaSid": media.sid, "Body": "Look"})
    assert (made["body"], made["media"][0]["filename"]) == ("Look", None)


@pytest.mark.parametrize("form", [{"MediaSid": ""}, {"MediaSid": "", "Body": ""}])
async def test_a_blank_sid_is_none(bench: Bench, form: dict[str, str]) -> None:
    path = await room(bench)
    assert_refused(await bench.http.post(f"/v1{path}", data=form), 400, 50503)
    assert (await bench.made(path, form | {"Body": "x"}))["media"] is None


async def test_what_cannot_be_attached_is_refused(bench: Bench, call: Call) -> None:
    path = await room(bench)
    used, foreign = await uploaded(call), await uploaded(await elsewhere(call))
    sending = await uploaded(call, size=None)
    await bench.made(path, {"MediaSid": used.sid})
    for sid, status, code in (
        ("ME1", 400, 50510),
        (f"IM{NOBODY}", 400, 50510),
        (f"ME{NOBODY}", 404, 50507),
        (foreign.sid, 404, 50507),
        (sending.sid, 404, 50507),
        (used.sid, 400, 50508),
    ):
        answer = await bench.http.post(f"/v1{path}", data={"MediaSid": sid, "Body": "x"})
        assert_refused(answer, status, code)
    assert len((await bench.seen(path))["messages"]) == 1


async def test_the_text_beside_a_file_cannot_be_changed(bench: Bench, call: Call) -> None:
    path = await room(bench)
    made = await bench.made(path, {"MediaSid": (await uploaded(call)).sid, "Body": "Look"})
    one = f"{path}/{made['sid']}"
    assert_refused(await bench.http.post(f"/v1{one}", data={"Body": "Don't"}), 400, 50509)
    assert await bench.seen(one) == made
    edited = await bench.made(one, {"Body": "Look", "Attributes": "[1]"})
    assert (edited["attributes"], edited["media"]) == ("[1]", made["media"])


async def test_with_its_message_a_file_is_gone(bench: Bench, call: Call) -> None:
    path = await room(bench)
    made = await bench.made(path, {"MediaSid": (await uploaded(call)).sid})
    answer = await bench.http.delete(f"/v1{path}/{made['sid']}")
    assert answer.status_code == 204
    assert await known(call.database) == []
