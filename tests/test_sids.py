"""SIDs: their shape, their order, and what a seed fixes."""

import itertools
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from partywire import sids
from partywire.clock import FrozenClock, SystemClock

NOON = 1_767_268_800_000
SHAPE = re.compile(r"CH[0-9a-fA-F]{32}", re.ASCII)

# Texts that are nearly a SID: right in length, wrong in a digit or two.
strange = st.sampled_from(list("gG \t\n\x0b\x0c\r\x00-_+x.\u0660\u06f1\uff11\xb2é😀"))
digits = st.text("0123456789abcdefABCDEF", min_size=28, max_size=34)
nearly = st.builds(
    lambda prefix, text, odd, at: prefix + text[:at] + odd + text[at:],
    st.sampled_from(["CH", "ch", "Ch", "MB", "C", ""]),
    digits,
    st.lists(strange, max_size=3).map("".join),
    st.integers(0, 32),
)


class Clockwork:
    """A clock that says what it is told to, backwards too."""

    def __init__(self, times: list[int]) -> None:
        self._times = iter(times)

    def now(self) -> int:
        return next(self._times)


@settings(deadline=None)
@given(nearly | st.text(max_size=40) | st.from_regex(SHAPE, fullmatch=True))
@example("CH" + "0" * 31 + " ")
@example("CH" + "0" * 30 + "  ")
@example("CH" + "00 " * 10 + "\n\t")
@example("CH" + "0" * 30 + "\n0")
@example("CH" + "\u0660" * 32)
@example("CH" + "0" * 32 + "\n")
@example("CH0x" + "0" * 30)
def test_a_text_is_a_sid_if_it_has_the_shape_of_one(text: str) -> None:
    assert sids.is_sid(text, "CH") == (SHAPE.fullmatch(text) is not None)


def test_a_sid_has_the_prefix_that_was_asked_for() -> None:
    assert not sids.is_sid("CH" + "0" * 32, "MB")
    assert sids.is_sid(sids.Mint(SystemClock()).sid("MB"), "MB")


@settings(deadline=None)
@given(st.integers(0, 2**48 - 1))
def test_the_first_digits_are_the_clock(now: int) -> None:
    assert int(sids.Mint(FrozenClock(now)).sid("CH")[2:14], 16) == now


@pytest.mark.parametrize("seed", [None, 1])
def test_sids_rise_while_the_clock_stands_still(seed: int | None) -> None:
    mint = sids.Mint(FrozenClock(NOON), seed)
    made = [mint.sid("CH") for _ in range(2000)]
    assert made == sorted(set(made))


@settings(deadline=None)
@given(st.lists(st.integers(0, 2**47), min_size=2, max_size=20), st.none() | st.integers())
def test_sids_rise_whatever_the_clock_does(times: list[int], seed: int | None) -> None:
    mint = sids.Mint(Clockwork(times), seed)
    made = [mint.sid("CH") for _ in times]
    assert made == sorted(set(made))
    assert all(sids.is_sid(sid, "CH") for sid in made)


def test_sids_of_all_kinds_share_one_order() -> None:
    mint = sids.Mint(FrozenClock(NOON))
    made = [mint.sid(prefix)[2:] for prefix in ("RL", "CH", "US", "AC")]
    assert made == sorted(made)


def test_a_seed_fixes_every_sid() -> None:
    def run(seed: int) -> list[str]:
        mint = sids.Mint(FrozenClock(NOON), seed)
        return [mint.sid("CH") for _ in range(50)]

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_without_a_seed_no_two_mints_agree() -> None:
    first, second = (sids.Mint(FrozenClock(NOON)).sid("CH") for _ in range(2))
    assert first != second


def test_what_the_system_gave_is_used_once() -> None:
    mint = sids.Mint(FrozenClock(NOON))
    tails = [int(mint.sid("CH")[14:], 16) for _ in range(2000)]
    steps = {after - before for before, after in itertools.pairwise(tails)}
    assert len(steps) == 1999


def test_prefixes_are_two_capitals_and_differ() -> None:
    prefixes = [value for name, value in vars(sids).items() if name.isupper() and name[0] != "_"]
    assert len(prefixes) == 24
    assert len(set(prefixes)) == len(prefixes)
    assert all(re.fullmatch("[A-Z]{2}", prefix) for prefix in prefixes)


def test_a_secret_is_alphanumeric_and_new() -> None:
    made = {sids.secret() for _ in range(100)}
    assert len(made) == 100
    assert all(re.fullmatch("[0-9a-f]{32}", secret) for secret in made)


@pytest.mark.parametrize("seed", [None, 7])
def test_a_mint_apart_changes_nothing_and_makes_others(seed: int | None) -> None:
    alone, beside = (sids.Mint(FrozenClock(NOON), seed) for _ in range(2))
    apart = beside.apart()
    others = {apart.sid("EV") for _ in range(3)}
    made = [beside.sid("EV") for _ in range(3)]
    assert (made == [alone.sid("EV") for _ in range(3)]) == (seed is not None)
    assert not others & set(made)
    again = sids.Mint(FrozenClock(NOON), seed).apart()
    assert (others == {again.sid("EV") for _ in range(3)}) == (seed is not None)
