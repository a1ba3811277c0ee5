"""The page of webhook events says what the table says, with a sample of each."""

import sys

import pytest

from house.source import ROOT
from partywire.delivery.webhooks.events import TABLE, WebhookEvent
from partywire.delivery.webhooks.parameters import COMMON

sys.path.append(str(ROOT / "tools" / "docs"))

import event_pages


def test_every_parameter_has_a_sample_and_no_other_name_has() -> None:
    named = {each.name for event in TABLE for each in (*COMMON, *event.parameters)}
    assert set(event_pages.data()["sample"]) == named | {"RetryCount"}


def test_what_is_left_out_of_samples_is_a_parameter_of_the_object() -> None:
    left_out = event_pages.data()["left_out"]
    common = {each.name for each in COMMON}
    assert set(left_out.pop("every")) <= common
    for about, names in left_out.items():
        known = {p.name for e in TABLE if e.object == about for p in e.parameters}
        assert set(names) <= known, about


@pytest.mark.parametrize("event", TABLE, ids=lambda event: event.name)
def test_the_page_shows_each_event_with_its_parameters_and_a_sample(event: WebhookEvent) -> None:
    section = "\n".join(event_pages.section(event))
    assert section in event_pages.page()
    assert event.when in section
    assert f"EventType={event.name}" in section
    for each in event.parameters:
        assert f"| `{each.name}` | {each.about} |" in section
    for name in event.changeable:
        assert f"`{name}`" in section
    assert ("may change" in section) == bool(event.changeable)


def test_a_sample_holds_nothing_that_the_event_has_not() -> None:
    for event in TABLE:
        names = [name for name, _ in event_pages.sample(event)]
        known = [each.name for each in (*COMMON, *event.parameters)]
        assert set(names) - {"RetryCount"} < set(known)
        assert len(names) == len(set(names))


def test_the_overview_links_to_every_event() -> None:
    overview = "\n".join(event_pages.overview())
    for event in TABLE:
        assert overview.count(f"[{event.name}](#{event_pages.label(event)})") == 1
