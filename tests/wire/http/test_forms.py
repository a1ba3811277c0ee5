"""Forms: bytes into parameters, parameters into values."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.errors import BadRequest, NotImplementedYet
from partywire.wire.http.fields import Each, kept_if_blank, page_number, text
from partywire.wire.http.forms import Form, Parameters, parse

FORM = Form(
    {
        "Name": ("name", text),
        "Page": ("page", page_number),
        "Title": ("title", kept_if_blank),
        "Filters": ("filters", Each(text)),
    },
    not_yet=("MediaSid",),
)


@pytest.mark.parametrize(
    ("data", "parameters"),
    [
        (b"", {}),
        (b"a=1&b=2", {"a": "1", "b": "2"}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a=", {"a": ""}),
        (b"a", {"a": ""}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a+b=c+d", {"a b": "c d"}),
        (b"a=%2B%26%3D%25", {"a": "+&=%"}),
        (b"a=%2541", {"a": "%41"}),
        (b"a=%C3%BC", {"a": "ü"}),
        ("a=ü".encode(), {"a": "ü"}),
        (b"a=1;b=2", {"a": "1;b=2"}),
        (b"a=%zz", {"a": "%zz"}),
        (b"&&", {}),
        (b"Timers.Inactive=PT1M", {"Timers.Inactive": "PT1M"}),
        (b"a=%2500", {"a": "%00"}),
    ],
)
def test_a_form_is_taken_apart(data: bytes, parameters: dict[str, str]) -> None:
    assert parse(data) == parameters


@pytest.mark.parametrize(
    "data", [b"a=\xff", b"\xff=a", b"a=%FF", b"a=%C3%28", b"a=\0", b"a=%00", b"%00=a"]
)
def test_what_is_not_storable_text_is_refused(data: bytes) -> None:
    with pytest.raises(BadRequest):
        parse(data)


def test_a_form_has_at_most_1000_parameters() -> None:
    parse(b"&".join([b"a=b"] * 1000))
    with pytest.raises(BadRequest):
        parse(b"&".join([b"a=b"] * 1001))


@given(st.binary())
def test_no_bytes_break_the_parser(data: bytes) -> None:
    try:
        parameters = parse(data)
    except BadRequest:
        return
    assert not any("\0" in name + value for name, value in parameters.items())


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_whatever_a_library_encodes_is_read_back(sent: dict[str, str]) -> None:
    clean = {name: value for name, value in sent.items() if "\0" not in name + value}
    assert parse(urlencode(clean).encode()) == clean


@given(st.text(alphabet="a=&;b üU"))
def test_what_holds_no_escapes_is_read_as_the_library_reads_it(sent: str) -> None:
    wanted: dict[str, list[str]] = {}
    for name, value in parse_qsl(sent, keep_blank_values=True):
        wanted.setdefault(name, []).append(value)
    read = parse(sent.encode())
    assert {name: read.every(name) for name in read} == wanted


def test_a_form_takes_what_it_knows_and_ignores_the_rest() -> None:
    parameters = {"Name": "x", "Page": "2", "name": "y", "Other": "z"}
    assert FORM.read(Parameters(parameters.items())) == {"name": "x", "page": 2}


def test_what_is_omitted_is_not_among_the_values() -> None:
    assert FORM.read(parse(b"Title=")) == {}
    assert FORM.read(parse(b"Title=x")) == {"title": "x"}


def test_a_malformed_value_is_the_fields_error() -> None:
    with pytest.raises(BadRequest, match="Page must be"):
        FORM.read({"Name": "x", "Page": "y"})


def test_a_parameter_that_is_not_built_yet_says_so_unless_it_is_blank() -> None:
    assert FORM.read({"Name": "x", "MediaSid": ""}) == {"name": "x"}
    with pytest.raises(NotImplementedYet, match="MediaSid"):
        FORM.read({"MediaSid": "ME1"})


@pytest.mark.parametrize(
    ("data", "filters"),
    [
        (b"Filters=a", ["a"]),
        (b"Filters=b&Name=x&Filters=a&Filters=b", ["b", "a", "b"]),
        (b"Filters=", []),
        (b"Filters=&Filters=a", ["", "a"]),
    ],
)
def test_a_repeated_parameter_becomes_a_list(data: bytes, filters: list[str]) -> None:
    assert FORM.read(parse(data))["filters"] == filters


def test_what_is_written_into_a_url_is_what_was_read() -> None:
    sent = parse(b"Other=1&Name=a&Filters=x&Name=b&Filters=y&PageSize=1")
    assert FORM.pairs(sent) == [("Name", "b"), ("Filters", "x"), ("Filters", "y")]
    assert Form({}).pairs(sent) == []
