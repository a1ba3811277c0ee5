"""An account's key pair for Web Push is made once, and kept encrypted."""

import base64

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from conftest import call_of
from domain.scenes import stored
from harness import account
from partywire.domain import vapid_keys
from partywire.domain.call import Call


async def test_a_pair_is_made_when_it_is_first_needed_and_stays(call: Call) -> None:
    first = await vapid_keys.pair(call.resources, call.scope.account)
    assert await vapid_keys.pair(call.resources, call.scope.account) == first
    other = await call_of(call.resources, account()[0])
    assert await vapid_keys.pair(call.resources, other.scope.account) != first


async def test_the_private_key_stands_nowhere_in_the_clear(call: Call) -> None:
    made = await vapid_keys.pair(call.resources, call.scope.account)
    secret = made.private_key.splitlines()[1]
    assert not [line for line in stored(call.resources) if secret in line]


async def test_the_public_key_verifies_what_the_private_one_signs(call: Call) -> None:
    made = await vapid_keys.pair(call.resources, call.scope.account)
    point = base64.urlsafe_b64decode(made.public_key + "=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    token = jwt.encode({"sub": "me"}, made.private_key, "ES256")
    assert jwt.decode(token, public, algorithms=["ES256"]) == {"sub": "me"}
