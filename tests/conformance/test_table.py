"""The doors table against the specification: the same operations, with the same parameters."""

import pytest

from conformance.deviations import NOT_BUILT
from conformance.documented import PAGING, WEBHOOKS, Documented
from contract.table import LISTS, ROWS, Row
from partywire.wire.http.operation import Operation

BUILT = [row for row in ROWS if isinstance(row.operation, Operation)]
POSTS = [row for row in BUILT if row.operation.method == "POST"]


def forms(row: Row) -> frozenset[str]:
    """The names of the form's parameters that the table knows."""
    assert isinstance(row.operation, Operation)
    return frozenset(row.operation.form.fields) | row.operation.form.not_yet


def test_the_table_has_every_documented_operation_and_no_other(
    documented: dict[str, Documented],
) -> None:
    assert sorted(map(str, ROWS)) == sorted(documented)
    assert len(documented) == 103


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_a_form_takes_the_documented_parameters_and_no_others(row: Row, told: Documented) -> None:
    assert forms(row) == set(told.form)


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_only_what_is_named_is_not_built(row: Row, told: Documented) -> None:
    assert isinstance(row.operation, Operation)
    named = {each.name for each in NOT_BUILT if each.place == told.place}
    assert row.operation.form.not_yet == named


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_a_list_takes_the_documented_filters_and_pages(row: Row, told: Documented) -> None:
    assert set(told.query) >= PAGING
    assert set(row.operation.filters.fields) == set(told.query) - PAGING
    assert row.operation.filters.not_yet == frozenset()


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_the_largest_page_is_the_documented_one(row: Row, told: Documented) -> None:
    assert row.operation.most == told.query["PageSize"]["maximum"]


@pytest.mark.parametrize("row", LISTS, ids=str)
def test_items_stand_under_the_documented_key(row: Row, told: Documented) -> None:
    schema = told.successes[200].schema
    assert schema is not None
    assert set(schema["properties"]) == {row.operation.items, "meta"}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_only_lists_have_a_query_and_only_posts_have_a_form(row: Row, told: Documented) -> None:
    assert (told.query != {}) == (row in LISTS)
    assert (told.form != {}) == (row.operation.method == "POST")


def test_the_only_documented_header_asks_for_webhooks(documented: dict[str, Documented]) -> None:
    with_headers = [told for told in documented.values() if told.headers]
    assert {name for told in with_headers for name in told.headers} == {WEBHOOKS}


@pytest.mark.parametrize("row", BUILT, ids=str)
def test_an_operation_has_a_documented_status(row: Row, told: Documented) -> None:
    assert isinstance(row.operation, Operation)
    if row.operation.view is None:
        assert set(told.successes) == {204}
    elif isinstance(row.operation.status, int):
        assert set(told.successes) == {row.operation.status}
    else:
        assert len(told.successes) > 1


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_header_for_webhooks_is_heeded_where_it_is_documented(
    row: Row, told: Documented
) -> None:
    assert row.operation.webhooks == (WEBHOOKS in told.headers)
