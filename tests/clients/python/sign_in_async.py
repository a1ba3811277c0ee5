"""Makes conversations of the given names with the library's asynchronous client; lists them."""

import asyncio
import json
import os
import sys

from place import pointed
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.rest import Client


async def main():
    account_sid, token = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
    async with AsyncTwilioHttpClient() as http:
        client = pointed(Client(account_sid, token, http_client=http))
        conversations = client.conversations.v1.conversations
        for name in sys.argv[1:]:
            made = await conversations.create_async(unique_name=name)
        found = await conversations.list_async(page_size=1)
    print(
        json.dumps({"account_sid": made.account_sid, "names": [one.unique_name for one in found]})
    )


asyncio.run(main())
