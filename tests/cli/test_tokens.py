"""``partywire token``."""

from pathlib import Path

import pytest

from cli.commands import assert_fails, printed, run
from partywire import app
from partywire.config import Config
from partywire.domain import tokens
from partywire.domain.call import Resources
from partywire.model.tokens import Grant


@pytest.fixture
def options(database_url: str, tmp_path: Path) -> tuple[str, ...]:
    """The options that name the database and its key."""
    return ("--database", database_url, "--key-file", str(tmp_path / "key"))


def verified(options: tuple[str, ...], token: str) -> Grant:
    """What the server finds in a token."""

    async def main() -> Grant:
        config = Config(database=options[1], key_file=options[3])
        async with app.opened(config) as resources:
            return await check(resources)

    async def check(resources: Resources) -> Grant:
        return await tokens.verify(resources, token)

    return app.run(main)


def made(*arguments: str) -> str:
    """The token that the command prints, and nothing else."""
    result = run("token", *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.count("\n") == 1
    return result.stdout.strip()


def test_the_only_account_s_token_for_its_default_service(options: tuple[str, ...]) -> None:
    account = printed("account", "create", *options)["TWILIO_ACCOUNT_SID"]
    grant = verified(options, made("--identity", "alice", *options))
    assert (grant.identity, grant.account_sid) == ("alice", account)
    # Its key stays: the next token is signed by the same.
    assert verified(options, made("--identity", "bob", *options)).key == grant.key


def test_account_key_and_time_can_be_named(options: tuple[str, ...]) -> None:
    account = printed("account", "create", *options)["TWILIO_ACCOUNT_SID"]
    printed("account", "create", *options)
    key = printed("key", "create", account, *options)["TWILIO_API_KEY"]
    named = ("--account", account, "--key", key, "--ttl", "60")
    grant = verified(options, made("--identity", "alice", *named, *options))
    assert (grant.account_sid, grant.key) == (account, key)
    longer = verified(options, made("--identity", "alice", *named[:4], *options))
    assert longer.expires - grant.expires > 3_500_000
    again = ("--service", grant.service_sid)
    assert verified(options, made("--identity", "x", *named, *again, *options)).identity == "x"


def test_what_is_not_there_is_said_in_a_sentence(options: tuple[str, ...]) -> None:
    account = printed("account", "create", *options)["TWILIO_ACCOUNT_SID"]
    alice = ("token", "--identity", "alice", *options)
    assert_fails(run(*alice, "--account", "AC0"), 1, "There is no account AC0")
    assert_fails(run(*alice, "--key", "SK0"), 1, "no API key SK0")
    assert_fails(run(*alice, "--service", "IS0"), 1, "no service IS0")
    assert_fails(run("token", "--identity", "", *options), 1, "identity")
    assert_fails(run(*alice, "--ttl", "0"), 2, "--ttl")
    assert_fails(run("token", *options), 2, "--identity")
    printed("account", "create", *options)
    assert_fails(run(*alice), 1, "several accounts", "--account")
    assert made("--identity", "alice", "--account", account, *options)


def test_a_mistyped_database_is_not_made(tmp_path: Path) -> None:
    missing = f"sqlite:///{tmp_path}/missing.db"
    assert_fails(run("token", "--identity", "alice", "--database", missing), 74, "is not there")
