"""Commands that work on the database beside the servers that use it."""

from pathlib import Path

import click
import pytest

from partywire.cli.beside import within, within_existing
from partywire.cli.failures import NotThere, Unusable
from partywire.domain.accounts import UnknownAccount, every
from partywire.domain.call import Resources


def test_a_database_is_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/partywire.db"
    with pytest.raises(Unusable, match="is not there"):
        within_existing(url, None, every)
    assert list(tmp_path.iterdir()) == []
    assert within(url, None, every) == []
    assert within_existing(url, None, every) == []
    assert (tmp_path / "partywire.db.key").exists()


def test_what_goes_wrong_becomes_a_sentence(tmp_path: Path) -> None:
    async def act(_: Resources) -> None:
        raise UnknownAccount("AC1")

    with pytest.raises(click.ClickException, match="There is no account AC1") as caught:
        within(f"sqlite:///{tmp_path}/partywire.db", tmp_path / "key", act)
    assert isinstance(caught.value, NotThere)
