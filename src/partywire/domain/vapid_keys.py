"""Key pairs for Web Push: each account has one, made when it is first needed (RFC 8292)."""

import base64

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from msgspec import Struct

from partywire.domain.call import Resources
from partywire.storage import vapid_keys as store
from partywire.storage.vapid_keys import VapidKey


class VapidPair(Struct, frozen=True):
    """A key pair.

    Attributes:
        private_key: in PEM.
        public_key: the ``applicationServerKey`` of a subscription: the point in URL-safe base64.
    """

    private_key: str
    public_key: str


async def pair(resources: Resources, account: str) -> VapidPair:
    """The account's key pair, which stays the same: subscriptions are bound to it.

    Args:
        resources: the server's.
        account: the account's id, which must be there.
    """
    found = await store.fetch(resources.database, account)
    if found is None:
        fresh = VapidKey(account, resources.vault.encrypt(_fresh()), resources.clock.now())
        async with resources.database.transaction() as transaction:
            await store.add(transaction, fresh)
            # Another node may have been first.
            found = await store.fetch(transaction, account) or fresh
    private = resources.vault.decrypt(found.private_key).decode()
    return VapidPair(private, _public(private))


def _fresh() -> str:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _public(private: str) -> str:
    key = load_pem_private_key(private.encode(), None)
    assert isinstance(key, EllipticCurvePrivateKey)  # noqa: S101 - we made it
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
