"""Services, in the words of the official libraries."""

from typing import Any

import pytest

from clients.runs import Tour, is_date, refusal, why


@pytest.fixture
def saw(tour: Tour) -> Any:
    return tour.saw("keeping_services", "account")


def test_a_service_is_kept_as_it_was_made(saw: Any, tour: Tour) -> None:
    made = saw["made"]
    assert made["friendly_name"] == "Shop"
    assert made["url"] == f"{tour.base}/v1/Services/{made['sid']}"
    assert made["links"]["users"] == f"{made['url']}/Users"
    assert is_date(made["date_created"])
    assert saw["fetched"] == made
    assert saw["listed"] == sorted([saw["default"], made["sid"]])


def test_services_share_neither_users_nor_conversations(saw: Any) -> None:
    assert saw["two_users"] is True
    assert why(saw["not_in_default"]) == refusal(404, 20404)


def test_a_deleted_service_is_gone_with_all_in_it(saw: Any) -> None:
    assert saw["answer"] is True
    assert [why(saw[act]) for act in ("fetch", "delete", "inside")] == [refusal(404, 20404)] * 3
    assert saw["left"] == [saw["default"]]


def test_the_default_service_stays(saw: Any) -> None:
    assert why(saw["default_stays"]) == refusal(409, 20409)
