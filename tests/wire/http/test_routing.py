"""The tree of routes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partywire.wire.http.routing import Routes


@pytest.fixture
def routes() -> Routes[str]:
    tree: Routes[str] = Routes()
    for template in (
        "/v1/Users",
        "/v1/Users/{Sid}",
        "/v1/Users/{UserSid}/Conversations/{ConversationSid}",
        "/v1/Configuration/Addresses",
        "/v1/Configuration/Addresses/{Sid}",
        "/v1/Things/special",
        "/v1/Things/{Sid}/Parts",
    ):
        assert tree.at(template, template) == template
    return tree


@pytest.mark.parametrize(
    ("path", "template", "parameters"),
    [
        (b"/v1/Users", "/v1/Users", []),
        (b"/v1/Users/ada", "/v1/Users/{Sid}", ["ada"]),
        (b"/v1/Users/Users", "/v1/Users/{Sid}", ["Users"]),
        (b"/v1/Users/a%2Fb", "/v1/Users/{Sid}", ["a/b"]),
        (b"/v1/Users/a+b", "/v1/Users/{Sid}", ["a+b"]),
        (b"/v1/Users/%2541", "/v1/Users/{Sid}", ["%41"]),
        (b"/v1/Users/%C3%bc", "/v1/Users/{Sid}", ["ü"]),
        (b"/v1/Users/\xc3\xbc", "/v1/Users/{Sid}", ["ü"]),
        (b"/v1/Users/%zz%4", "/v1/Users/{Sid}", ["%zz%4"]),
        (b"/v1/Users/{}", "/v1/Users/{Sid}", ["{}"]),
        (b"/v1/Users/{Sid}", "/v1/Users/{Sid}", ["{Sid}"]),
        (
            b"/v1/Users/a/Conversations/b",
            "/v1/Users/{UserSid}/Conversations/{ConversationSid}",
            ["a", "b"],
        ),
        (b"/v1/Things/special", "/v1/Things/special", []),
        (b"/v1/Things/other/Parts", "/v1/Things/{Sid}/Parts", ["other"]),
    ],
)
def test_a_path_finds_its_place_and_parameters(
    routes: Routes[str], path: bytes, template: str, parameters: list[str]
) -> None:
    assert routes.find(path) == (template, parameters)


@pytest.mark.parametrize(
    "path",
    [
        b"",
        b"/",
        b"/v1",
        b"/v1/",
        b"/v1/users",
        b"/v1/Users/",
        b"/v1//Users",
        b"/v1/Users/ada/",
        b"/v1/Users/ada/Conversations",
        b"/v1/Users/ada/Nothing",
        b"/v1/Users/%ff",
        b"/v1/Users/%00",
        b"/v1/Users/a%00b",
        b"/v1/Users/\xff",
        b"/v1/%55sers",
        b"/{}/Users",
        b"/v1/Configuration",
        b"/v1/Users/a/Conversations/b/c",
    ],
)
def test_other_paths_find_nothing(routes: Routes[str], path: bytes) -> None:
    assert routes.find(path) is None


def test_the_first_thing_at_a_path_stays() -> None:
    tree: Routes[list[str]] = Routes()
    first = tree.at("/v1/Users/{Sid}", ["first"])
    assert tree.at("/v1/Users/{Other}", ["second"]) is first


@given(st.binary())
def test_no_path_breaks_the_search(path: bytes) -> None:
    tree: Routes[str] = Routes()
    tree.at("/{A}/{B}", "two")
    found = tree.find(b"/" + path)
    assert found is None or len(found[1]) == 2
