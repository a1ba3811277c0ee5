"""Bindings and receipts, which nothing over REST makes: how they would be shown."""

from typing import Any

import msgspec
import pytest

from conformance.conformity import flaws
from conformance.documented import Documented
from conformance.forms import UNREACHABLE
from contract.table import ROWS, Row
from partywire.model.bindings import Binding
from partywire.model.receipts import Receipt
from partywire.model.scope import Scope
from partywire.wire.http.operation import ListOperation, Operation

NOON = 1_767_268_800_000
READ = [
    row
    for row in ROWS
    if row.operation.method == "GET"
    and row.template.removesuffix("/{Sid}").endswith(tuple(UNREACHABLE))
]
ACCOUNT, SERVICE = "AC" + "1" * 32, "IS" + "1" * 32


def sid(prefix: str) -> str:
    return prefix + "0" * 32


BINDINGS = [
    Binding(
        sid=sid("BS"),
        service_sid=SERVICE,
        user_sid=sid("US"),
        identity="ada",
        binding_type=kind,
        endpoint="device",
        credential_sid=credential,
        message_types='["new_message","added_to_conversation"]',
        date_created=NOON,
        date_updated=NOON,
    )
    for kind, credential in (("apn", sid("CR")), ("fcm", sid("CR")), ("twilsock", None))
]
RECEIPTS = [
    Receipt(
        sid=sid("DY"),
        service_sid=SERVICE,
        conversation_sid=sid("CH"),
        message_sid=sid("IM"),
        participant_sid=sid("MB"),
        channel_message_sid=sid("SM"),
        status=status,
        error_code=code,
        date_created=NOON,
        date_updated=updated,
    )
    for status, code, updated in (("sent", 0, None), ("failed", 30001, NOON), ("read", 0, NOON))
]


@pytest.mark.parametrize("row", READ, ids=str)
def test_what_only_devices_and_channels_make_is_shown_as_documented(
    row: Row, told: Documented
) -> None:
    assert isinstance(row.operation, Operation | ListOperation)
    assert row.operation.view is not None
    schema: Any = told.successes[200].schema
    if isinstance(row.operation, ListOperation):
        schema = schema["properties"][row.operation.items]["items"]
    scope = Scope(ACCOUNT, ACCOUNT, SERVICE, row.door, "https://conversations.example/v1")
    for thing in BINDINGS if "/Bindings" in row.template else RECEIPTS:
        shown = msgspec.json.decode(msgspec.json.encode(row.operation.view(scope, thing)))
        assert flaws(schema, shown) == []
