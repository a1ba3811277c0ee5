"""What the SDK asks first."""

from partywire.domain import configuration
from partywire.domain.call import Call
from partywire.model.services import ServiceChanges
from wire.socket.commands.sdk import BASE, Node


async def test_it_says_who_asks_and_where_everything_stands(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    found, user_sid = ann.configuration, ann.connection.user_sid
    assert found["identity"] == "ann"
    assert found["url"] == f"{BASE}/Client/v2/Configuration"
    assert found["sync_objects"] == {
        "my_conversations": "ann.channels",
        "my_user_info": f"{user_sid}.info",
    }
    assert all(link.startswith(f"{BASE}/") for link in found["links"].values())
    assert found["links"]["messages_receipts"].count("%s") == 2
    assert found["links"]["current_user"].endswith(user_sid)
    assert set(found["links"]) == {
        "my_conversations",
        "conversations",
        "users",
        "current_user",
        "typing",
        "media_service",
        "media_set_service",
        "messages_receipts",
    }


async def test_it_says_how_large_media_may_be(node: Node, call: Call) -> None:
    options = (await node.sdk(call, "ann")).configuration["options"]
    assert options["media_attachment_size_limit_in_mb"] == 150
    assert options["media_attachments_total_size_limit_in_mb"] == 150


async def test_it_says_whether_reachability_is_on(node: Node, call: Call) -> None:
    ann = await node.sdk(call, "ann")
    assert ann.configuration["options"]["reachability_enabled"] is False
    await configuration.update_service(call, ServiceChanges(reachability_enabled=1))
    found = await ann.get("/Client/v2/Configuration")
    assert found["options"]["reachability_enabled"] is True


async def test_there_are_no_content_templates_and_no_page_after_that(
    node: Node, call: Call
) -> None:
    ann = await node.sdk(call, "ann")
    found = await ann.get("/Client/v2/ContentTemplates", PageSize="100")
    assert found == {"templates": [], "meta": {"previous_token": None, "next_token": None}}
