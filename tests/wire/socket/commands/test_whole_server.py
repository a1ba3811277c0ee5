"""Commands through real sockets, to servers in processes of their own."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import ChatGrant

from harness import Client, Server, dev_server
from receivers import receiving
from wire.socket.talking import PATIENCE, Twilsock, talking

TYPING = "twilio.ipmsg.typing_indicator"


class App:
    """One user's app: a socket, and the configuration that it asked for first."""

    def __init__(self, socket: Twilsock, configuration: dict[str, Any]) -> None:
        self.socket, self.links = socket, configuration["links"]

    async def ask(self, method: str, url: str, body: Any = None) -> Any:
        status, shown = await self.socket.request(method, urlsplit(url).path, body)
        assert status in {200, 204}, shown
        return shown

    async def type(self, sid: str) -> Any:
        wanted = {
            "host": "aim.us1.twilio.com",
            "path": urlsplit(self.links["typing"]).path,
            "method": "POST",
            "params": {},
            "headers": {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
        }
        begun = await self.socket.begin(
            "message",
            f"ChannelSid={sid}".encode(),
            payload_type="application/x-www-form-urlencoded; charset=UTF-8",
            active_grant="ip_messaging",
            http_request=wanted,
        )
        _, shown = await self.socket.reply(begun)
        return shown

    def told(self) -> list[Any]:
        """Who is typing, as far as this app was told."""
        return [
            payload["identity"]
            for header, payload in self.socket.heard
            if header.get("message_type") == TYPING
        ]


@contextlib.asynccontextmanager
async def app(server: Server, client: Client, identity: str) -> AsyncIterator[App]:
    """A user who has connected."""
    assert client.credentials is not None
    made = AccessToken(client.credentials[0], "SKany", "s" * 32, identity=identity)
    service = client.seen("/Configuration")["default_chat_service_sid"]
    made.add_grant(ChatGrant(service_sid=service))
    async with talking(server.url) as socket:
        assert (await socket.init(str(made.to_jwt())))["code"] == 200
        status, configuration = await socket.request("GET", "/Client/v2/Configuration")
        assert status == 200
        yield App(socket, configuration)


async def test_what_one_app_does_rest_and_another_app_see(server: Server, client: Client) -> None:
    async with app(server, client, "ann") as ann, app(server, client, "bob") as bob:
        made = await ann.ask("POST", ann.links["conversations"], {"unique_name": "tea"})
        sid = made["sid"]
        assert made["url"].startswith(server.url)
        await ann.ask("POST", made["links"]["participants"], {"identity": "bob"})
        await ann.ask("POST", made["links"]["messages"], {"body": "Milk?", "attributes": "{}"})
        client.made(f"/Conversations/{sid}/Messages", {"Author": "ann", "Body": "Or lemon?"})
        mine = f"{bob.links['my_conversations']}/tea"
        assert (await bob.ask("GET", mine))["unread_messages_count"] is None
        read = await bob.ask("POST", mine, {"last_read_message_index": 0})
        assert read["unread_messages_count"] == 1
        shown = client.seen(f"/Users/bob/Conversations/{sid}")
        assert (shown["last_read_message_index"], shown["unread_messages_count"]) == (0, 1)
        status, refusal = await bob.socket.request(
            "DELETE", urlsplit(f"{bob.links['conversations']}/{sid}").path
        )
        assert (status, refusal["code"]) == (403, 50107)
        texts = [each["body"] for each in client.items("/Conversations/tea/Messages", "messages")]
        assert texts == ["Milk?", "Or lemon?"]
        await ann.ask("DELETE", f"{ann.links['conversations']}/{sid}")
        assert client.get(f"/Conversations/{sid}").status_code == 404


async def test_typing_is_shown_to_the_other(server: Server, client: Client) -> None:
    async with app(server, client, "ann") as ann, app(server, client, "bob") as bob:
        made = await ann.ask("POST", ann.links["conversations"], {})
        await ann.ask("POST", made["links"]["participants"], {"identity": "bob"})
        assert await ann.type(made["sid"]) == {"typing_timeout": 5}
        ((header, payload),) = await bob.socket.told("notification")
        assert header["message_type"] == TYPING
        assert (payload["identity"], payload["channel_sid"]) == ("ann", made["sid"])


async def test_typing_crosses_nodes_where_they_hear_each_other(
    engine: str, own_database: tuple[str, ...]
) -> None:
    if engine == "sqlite":
        return  # decisions/0037
    with (
        dev_server(*own_database) as one,
        dev_server(*own_database) as other,
        Client(one.url, ("AC" + "7" * 32, "t" * 32)) as client,
    ):
        async with app(one, client, "ann") as ann, app(other, client, "bob") as bob:
            made = await ann.ask("POST", ann.links["conversations"], {})
            await ann.ask("POST", made["links"]["participants"], {"identity": "bob"})
            async with asyncio.timeout(PATIENCE):
                while not bob.told():
                    await ann.type(made["sid"])
                    await asyncio.sleep(0.05)
            assert set(bob.told()) == {"ann"}
            assert ann.told() == []


async def test_webhooks_are_asked_and_told_who_uses_the_sdk(server: Server, client: Client) -> None:
    with receiving() as receiver:
        hooks = {"PreWebhookUrl": receiver.url, "PostWebhookUrl": receiver.url, "Method": "POST"}
        filters = ["onMessageAdd", "onMessageAdded"]
        client.made("/Configuration/Webhooks", {**hooks, "Filters": filters})
        async with app(server, client, "ann") as ann:
            made = await ann.ask("POST", ann.links["conversations"], {})
            await ann.ask("POST", made["links"]["messages"], {"body": "Milk?"})
            await receiver.until(2)
        told = [request.parameters for request in receiver.received]
        assert {each["EventType"] for each in told} == {"onMessageAdd", "onMessageAdded"}
        assert {(each["Source"], each["ClientIdentity"]) for each in told} == {("SDK", "ann")}


async def is_online(client: Client, identity: str, *, expected: bool) -> None:
    """Returns once REST says so."""
    async with asyncio.timeout(PATIENCE):
        while client.seen(f"/Users/{identity}")["is_online"] is not expected:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_rest_sees_who_has_a_socket_open(server: Server, client: Client) -> None:
    service = client.seen("/Configuration")["default_chat_service_sid"]
    client.made(f"/Services/{service}/Configuration", {"ReachabilityEnabled": "true"})
    async with app(server, client, "ann"):
        async with app(server, client, "ann") as again:
            await is_online(client, "ann", expected=True)
            found = await again.ask("GET", again.links["current_user"])
            assert found["is_online"] is True
        await is_online(client, "ann", expected=True)
    await is_online(client, "ann", expected=False)


async def test_nobody_is_online_at_a_node_that_was_killed(
    engine: str, own_database: tuple[str, ...]
) -> None:
    if engine == "sqlite":
        return  # One machine, and one more start after it: the same duty, shown with PostgreSQL.
    with (
        dev_server(*own_database) as one,
        dev_server(*own_database) as other,
        Client(other.url, ("AC" + "6" * 32, "t" * 32)) as client,
    ):
        service = client.seen("/Configuration")["default_chat_service_sid"]
        client.made(f"/Services/{service}/Configuration", {"ReachabilityEnabled": "true"})
        async with app(one, client, "ann"), app(other, client, "bob"):
            await is_online(client, "ann", expected=True)
            await is_online(client, "bob", expected=True)
            one.kill()
            await is_online(client, "ann", expected=False)
            await is_online(client, "bob", expected=True)
