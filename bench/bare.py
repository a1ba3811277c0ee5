"""The measure of all things: uvicorn answering fixed bytes, with the headers that we send."""

import os
from pathlib import Path

BODY = Path(os.environ["BARE_BODY"]).read_bytes()
STATUS = int(os.environ["BARE_STATUS"])
HEADERS = [
    (b"twilio-request-id", b"RQ" + b"0" * 32),
    (b"twilio-request-duration", b"0.000"),
    (b"twilio-concurrent-requests", b"1"),
    (b"content-type", b"application/json;charset=utf-8"),
    (b"content-length", str(len(BODY)).encode()),
]


async def app(scope, receive, send):
    while (await receive()).get("more_body", False):
        pass
    await send({"type": "http.response.start", "status": STATUS, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
