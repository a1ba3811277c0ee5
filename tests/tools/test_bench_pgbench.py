"""What PostgreSQL logged becomes a program for pgbench that sends the same."""

import re

import pytest
from bench.load import Target
from bench.pgbench import Sent, aimed, of_one_request, read, script
from bench.track import NotMeasured

HEX = "0123456789abcdef" * 2
OLD, NEW = f"IM{HEX}", f"IM{HEX[::-1]}"


def line(kind: str, text: str) -> str:
    return f"2026-11-22 22:00:00.000 UTC [4242] {kind}:  {text}\n"


def test_statements_are_read_with_their_values() -> None:
    log = (
        line("LOG", "statement: BEGIN;")
        + line("LOG", "execute __asyncpg_stmt_1__: SELECT $1, $2")
        + line("DETAIL", "parameters: $1 = 'it''s, $2 = ''x''', $2 = NULL")
        + line("LOG", "checkpoint starting: time")
        + line("LOG", "execute <unnamed>: SELECT\n\t$1")
        + line("DETAIL", "parameters: $1 = 'two\n\tlines'")
    )
    assert read(log) == [
        Sent("BEGIN"),
        Sent("SELECT $1, $2", ("it's, $2 = 'x'", None)),
        Sent("SELECT\n$1", ("two\nlines",)),
    ]


def test_what_the_background_sends_meanwhile_is_left_out() -> None:
    ours = [[Sent("SELECT $1", (value,)), Sent("COMMIT")] for value in ("a", "b", "c")]
    noisy = [[Sent("LISTEN x"), *ours[0]], ours[1], [ours[2][0], Sent("NOTIFY y"), ours[2][1]]]
    assert of_one_request(noisy) == (ours[2], ours[1])


def test_requests_that_send_their_statements_in_different_orders_are_refused() -> None:
    with pytest.raises(NotMeasured):
        of_one_request([[Sent("A"), Sent("B")], [Sent("B"), Sent("A")]])


def test_a_value_becomes_a_variable_and_null_stays_null() -> None:
    sent = [Sent("SELECT $2, $1, $12", ("a", None, *"cdefghijk", "l"))]
    text, variables = script(sent, sent, "t")
    assert text.splitlines()[-1] == "SELECT NULL, :t_0_0, :t_0_11;"
    assert variables["t_0_0"] == "a"
    assert variables["t_0_11"] == "l"
    assert "t_0_1" not in variables


def test_a_new_sid_is_a_new_one_each_time() -> None:
    text = "INSERT INTO messages VALUES ($1, $2, $3, $1)"
    last, before = ([Sent(text, (sid, f"{{{sid}}}", f'{{"sid":"{sid}"}}'))] for sid in (NEW, OLD))
    program, variables = script(last, before, "t")
    *sets, insert = program.splitlines()
    first, second = re.findall(r":(t_new_\d)\b", insert)[:2]
    assert insert == f"INSERT INTO messages VALUES (:{first}, ARRAY[:{second}], :t_0_2, :{first});"
    assert first != second
    assert {line.split()[1] for line in sets} == {"count", first, second}
    assert all(":count" in line for line in sets)
    assert variables == {"t_0_2": f'{{"sid":"{NEW}"}}'}


def test_a_sid_that_stays_is_a_value_like_any_other() -> None:
    sent = [Sent("SELECT $1", (OLD,))]
    assert script(sent, sent, "t")[1] == {"t_0_0": OLD}


def test_a_colon_in_a_literal_is_spelt_so_that_pgbench_leaves_it_alone() -> None:
    sent = [Sent(r"""SELECT replace($1, ',"x":null,', 'a\b:c''d'), 'plain', $1::text""", ("v",))]
    text, _ = script(sent, sent, "t")
    first = r"""U&',"x"\003Anull,'"""
    second = r"U&'a\\b\003Ac''d'"
    expected = f"SELECT replace(:t_0_0, {first}, {second}), 'plain', :t_0_0::text;"
    assert text.splitlines()[-1] == expected


def test_statements_of_one_target_are_aimed_at_another() -> None:
    first, target = (Target(f"/v1/Conversations/{sid}/Messages") for sid in (OLD, NEW))
    sent = [Sent("SELECT $1, $2, $3", (OLD, f"[{OLD}]", None))]
    assert aimed(sent, first, target) == [Sent("SELECT $1, $2, $3", (NEW, f"[{NEW}]", None))]
