"""The bench's tables show what was missed, and what could not be measured."""

import pytest
from bench.tables import BEGIN, END, Row, Table, counted, not_measured, pasted, per_second

HEAD = ("what", "ours", "theirs")


def test_a_bound_that_was_missed_stands_there_as_no() -> None:
    rows = (Row(("a", "1", "2"), met=True), Row(("b", "3", "4"), met=False), Row(("c", "5", "6")))
    assert Table("Speed", HEAD, rows, "In turns.").markdown().splitlines() == [
        "## Speed",
        "",
        "In turns.",
        "",
        "| what | ours | theirs | met |",
        "|---|---:|---:|---|",
        "| a | 1 | 2 | yes |",
        "| b | 3 | 4 | NO |",
        "| c | 5 | 6 |  |",
    ]


def test_a_table_without_bounds_has_no_verdicts() -> None:
    lines = Table("Limits", HEAD, (Row(("a", "1", "2")),)).markdown().splitlines()
    assert lines == [
        "## Limits",
        "",
        "| what | ours | theirs |",
        "|---|---:|---:|",
        "| a | 1 | 2 |",
    ]


def test_what_could_not_be_had_fills_its_line_with_the_reason() -> None:
    rows = (not_measured("Tinode", "no\n  such | module"), not_measured("ours", "", met=False))
    assert Table("Peers", HEAD, rows).markdown().splitlines()[-2:] == [
        "| Tinode | not measured: no such \\| module |  |  |",
        "| ours | not measured:  |  | NO |",
    ]


@pytest.mark.parametrize(
    ("rate", "shown"), [(16_967.6, "16,968/s"), (100, "100/s"), (99.94, "99.9/s"), (1.84, "1.8/s")]
)
def test_a_slow_rate_keeps_a_decimal(rate: float, shown: str) -> None:
    assert per_second(rate) == shown


def test_one_of_a_kind_is_told_in_the_singular() -> None:
    assert counted(1, "client") == "1 client"
    assert counted(2_000, "client") == "2,000 clients"


def test_new_figures_replace_the_old_ones_and_nothing_else() -> None:
    page = f"# Benchmarks\n\nMethod.\n\n{BEGIN}\n\n| old |\n\n{END}\n\n## What is slow\n"
    assert pasted(page, "| new |\n") == page.replace("| old |", "| new |")


@pytest.mark.parametrize("page", ["", BEGIN, f"{END} {BEGIN}"])
def test_a_page_without_a_place_for_figures_is_left_alone(page: str) -> None:
    with pytest.raises(ValueError, match="lacks"):
        pasted(page, "| new |")
