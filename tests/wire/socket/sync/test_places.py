"""URLs of objects and items: their paths are what the socket routes."""

from partywire.model.sync import SyncObject
from partywire.wire.socket.sync import places

DIGITS = "0" * 31 + "7"


def test_a_document_has_no_items() -> None:
    thing = SyncObject("conversation", f"CH{DIGITS}")
    assert places.root(thing) == f"https://cds.us1.twilio.com/v3/Documents/ET{DIGITS}"


def test_items_of_lists_and_maps() -> None:
    thing = SyncObject("messages", f"CH{DIGITS}")
    assert places.items(thing) == f"https://cds.us1.twilio.com/v3/Lists/ES{DIGITS}/Items"
    assert places.item(thing, 3) == f"https://cds.us1.twilio.com/v3/Lists/ES{DIGITS}/Items/3"
    mine = SyncObject("info", f"US{DIGITS}")
    assert places.item(mine, "a/b").endswith(f"/Maps/MP2{DIGITS[1:]}/Items/a%2Fb")
