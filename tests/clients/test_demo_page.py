"""The page of ``make run`` in a headless Chromium: two people side by side."""

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.test_demo import CREDENTIALS
from clients.demo_runtime import Pane, Visit, started
from clients.sdk_runtime import Driver
from docs.pages import server_arguments
from harness import Client, Server

MOST_SECONDS = 300  # that a build may take


@pytest.fixture
def bench(page: Path) -> Iterator[Server]:
    """A server as ``make run`` starts it."""
    arguments = [str(page) if one == "build/demo" else one for one in server_arguments("make run")]
    assert str(page) in arguments
    server = Server([*arguments, "--port", "0"])
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def rest(bench: Server) -> Iterator[Client]:
    """The demo account over REST."""
    with Client(bench.url, CREDENTIALS) as made:
        yield made


Visits = Callable[..., Visit]


@pytest.fixture
def visits(visitor: Driver, bench: Server) -> Iterator[Visits]:
    """Looks at the page; in the end, it must have asked nobody else, and broken no policy."""
    made: list[Visit] = []

    def visiting(*people: str, **more: Any) -> Visit:
        made.append(Visit(visitor, bench.url, *people, **more).shown())
        return made[-1]

    yield visiting
    places = (bench.url + "/", bench.url.replace("http", "ws") + "/")
    for one in made:
        one.whole("leave")
        assert one.complaints == []
        assert [each for each in one.requests if not each.startswith(places)] == []


@pytest.fixture
def visit(visits: Visits) -> Visit:
    """Alice on the left, Bob on the right."""
    return visits()


def test_each_sees_their_own_conversations_with_what_is_unread(visit: Visit) -> None:
    visit.left.at("h2").says(text="Alice Arnold")
    visit.right.at("h2").says(text="Bob Berger")
    visit.left.badge("General").says(text="3 unread")
    visit.left.badge("Football on Sunday").says(text="42 unread")
    visit.left.badge("Kitchen repair").says(text="not read yet")
    visit.left.row("Holidays in June").at(".last").says(
        text="Carol Costa: Message 30 of 30 about holidays in june"
    )
    visit.left.badge("Holidays in June").gone()
    visit.right.badge("Holidays in June").says(text="not read yet")
    for pane in (visit.left, visit.right):
        titles = pane.at("nav .title")
        titles.at("nth=11").see()  # they come one by one
        assert len(titles.texts()) == 12


def test_a_message_is_unread_on_the_other_side_until_it_is_opened(visit: Visit) -> None:
    left, right = visit.left, visit.right
    right.open("Garden")
    right.badge("Garden").gone()
    right.open("General")
    right.badge("General").gone()
    left.open("Garden")
    left.write("Who waters the beans?")
    right.badge("Garden").says(text="1 unread")
    right.row("Garden").at(".last").says(text="Alice Arnold: Who waters the beans?")
    assert right.at("nav .title").texts()[0] == "Garden"
    mark = left.message("Who waters the beans?").at(".seen")
    assert mark.text() == ""
    right.open("Garden")
    right.message("Who waters the beans?").see()
    right.badge("Garden").gone()
    mark.says(text="Seen by Bob Berger")
    # What comes while it is open is read as it comes, and the mark moves on.
    left.write("And the roses?")
    left.message("And the roses?").at(".seen").says(text="Seen by Bob Berger")
    assert mark.text() == ""


def test_who_types_is_named_until_they_have_said_it(visit: Visit) -> None:
    visit.left.open("Garden")
    visit.right.open("Garden")
    field = visit.right.at(".composer textarea")
    field.type(text="I do")
    visit.left.at(".typing").says(text="Bob Berger is typing…")
    field.press(key="Enter")
    visit.left.message("I do").see()
    visit.left.at(".typing").says(text="")
    assert visit.right.at(".typing").text() == ""


def test_a_conversation_is_muted_and_unmuted(visit: Visit, rest: Client) -> None:
    mute = visit.left.row("General").at(".mute")

    def level() -> Any:
        return rest.seen("/Users/alice/Conversations/general")["notification_level"]

    mute.click()
    mute.has(name="aria-pressed", value="true")
    assert level() == "muted"
    mute.click()
    mute.has(name="aria-pressed", value="false")
    assert level() == "default"
    visit.left.row("Football on Sunday").at(".mute").has(name="aria-pressed", value="true")


def test_own_messages_are_edited_and_deleted_on_both_sides(visit: Visit) -> None:
    left, right = visit.left, visit.right
    left.open("Garden")
    right.open("Garden")
    left.write("Tomatos")
    right.message("Tomatos").see()
    right.message("Tomatos").at('button:text-is("Edit")').gone()
    left.message("Tomatos").at('button:text-is("Edit")').click()
    field = left.at('textarea[aria-label="Edit the message"]')
    field.fill(text="Tomatoes")
    field.press(key="Enter")
    for pane in (left, right):
        pane.message("Tomatoes").at('.foot:has-text("edited")').see()
    delete = left.message("Tomatoes").at(".acts button").at("nth=1")
    delete.click()
    delete.says(text="Really delete?")
    delete.click()
    for pane in (left, right):
        pane.message("Tomatoes").gone()
        pane.row("Garden").at(".last").says(text=_last(pane))


def _last(pane: Pane) -> str:
    author = "You" if pane.text().startswith("Bob") else "Bob Berger"
    return f"{author}: Message 1 of 1 about garden"


def test_earlier_messages_come_as_one_scrolls_up(visit: Visit) -> None:
    visit.left.open("Football on Sunday")
    visit.left.message("Message 44 of 44 about football on sunday").see()
    about = "about football on sunday"
    assert f"Message 1 of 44 {about}" not in visit.left.messages
    visit.left.at(".messages").scrollUp()
    visit.left.message(f"Message 1 of 44 {about}").see()
    assert visit.left.messages == [f"Message {n} of 44 {about}" for n in range(1, 45)]
    visit.left.at(".earlier").gone()


def test_what_comes_while_one_reads_further_up_is_not_read_yet(visit: Visit, rest: Client) -> None:
    visit.left.open("Football on Sunday")
    visit.left.badge("Football on Sunday").gone()
    visit.left.at(".messages").scrollUp()
    visit.left.message("Message 1 of 44 about football on sunday").see()
    rest.made("/Conversations/football/Messages", {"Author": "carol", "Body": "Off!"})
    visit.left.badge("Football on Sunday").says(text="1 unread")
    visit.left.at(".news").click()
    visit.left.badge("Football on Sunday").gone()


def test_a_conversation_is_begun_left_and_joined_again(visit: Visit) -> None:
    left, right = visit.left, visit.right
    left.at(".new input").fill(text="Picnic")
    left.at(".new input").press(key="Enter")
    left.at("article h3").says(text="Picnic")
    left.write("Saturday?")
    right.badge("Picnic").says(text="not read yet")
    right.row("Picnic").at(".open").click()
    right.message("Saturday?").see()
    leave = right.at("article header button").at("nth=-1")
    leave.click()
    leave.click()
    right.row("Picnic").gone()
    right.at(".nothing >> visible=true").says(text="Open a conversation.")
    left.at(".people").says(text="Nobody else is here.")
    left.at('button:text-is("Add Bob Berger")').click()
    right.row("Picnic").see()
    left.at(".people .online").see()


def test_who_goes_offline_is_seen_to_and_misses_nothing(visit: Visit) -> None:
    left, right = visit.left, visit.right
    left.open("Garden")
    left.at('.people .online:has-text("Bob Berger")').see()
    right.at(".me button").click()
    right.at(".state").says(text="disconnected")
    left.at('.people .offline:has-text("Bob Berger")').see()
    left.write("Are you there?")
    left.message("Are you there?").see()
    right.at(".me button").click()
    right.at(".state").says(text="connected")
    left.at('.people .online:has-text("Bob Berger")').see()
    right.row("Garden").at(".last").says(text="Alice Arnold: Are you there?")
    right.open("Garden")
    left.message("Are you there?").at(".seen").says(text="Seen by Bob Berger")


def test_files_go_along_and_are_shown_on_the_other_side(visit: Visit) -> None:
    left, right = visit.left, visit.right
    left.open("Garden")
    right.open("Garden")
    choice = left.at('.composer input[type="file"]')
    choice.attach(files=[_file("bean.png", "image/png", _PIXEL)])
    choice.attach(files=[_file("plan.txt", "text/plain", b"Water them."), _file("no.txt")])
    left.at('.chosen button[aria-label="Leave out no.txt"]').click()
    assert left.at(".chosen span").texts() == ["bean.png", "plan.txt"]
    left.write("This one")
    left.at(".chosen").gone()
    shown = right.message("This one")
    shown.at("img").see()
    assert shown.at("img").attribute(name="alt") == "bean.png"
    assert shown.at("img").property(name="naturalWidth") == 1
    assert shown.at("figcaption").texts() == [f"bean.png ({len(_PIXEL)} B)", "plan.txt (11 B)"]
    assert shown.at("figcaption button").at("nth=1").opens() == "Water them."
    # Files are enough.
    choice.attach(files=[_file("plan.txt", "text/plain", b"Now.")])
    left.at(".composer button").at("nth=-1").click()
    right.row("Garden").at(".last").says(text="Alice Arnold: a file")


_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def _file(name: str, kind: str = "text/plain", content: bytes = b"") -> dict[str, str]:
    return {"name": name, "mimeType": kind, "base64": base64.b64encode(content).decode()}


def test_what_is_refused_is_said_and_not_lost(visit: Visit) -> None:
    visit.left.open("Garden")
    far_too_much = "é" * 20_000
    visit.left.write(far_too_much)
    visit.left.at('.errors p:has-text("Cannot send: ")').see()
    assert visit.left.at(".composer textarea").property(name="value") == far_too_much
    visit.left.at(".errors button").click()
    visit.left.at(".errors p").gone()


def test_nothing_can_be_written_where_it_is_closed(visit: Visit, rest: Client) -> None:
    visit.left.open("The old flat")
    visit.left.at("p.closed").see()
    visit.left.at(".composer").gone()
    visit.left.open("Garden")
    visit.left.at(".composer").see()
    rest.made("/Conversations/garden", {"State": "closed"})
    visit.left.at(".composer").gone()


def test_others_can_be_looked_at(visits: Visits) -> None:
    seen = visits("carol", "zoe")
    seen.left.at("h2").says(text="Carol Costa")
    seen.right.at("nav .nothing").says(text="No conversations yet.")
    seen.left.at(".new input").fill(text="Hello")
    seen.left.at(".new button").click()
    seen.right.row("Hello").see()


def test_somebody_with_two_screens_reads_on_both(visits: Visits) -> None:
    seen = visits("alice", "alice")
    seen.right.badge("General").says(text="3 unread")
    seen.left.open("General")
    for pane in (seen.left, seen.right):
        pane.badge("General").gone()
    seen.left.at('article header button:has-text("Add")').gone()
    seen.left.write("On the sofa by now")
    seen.right.row("General").at(".last").says(text="You: On the sofa by now")


def test_a_token_is_renewed_before_it_ends(visits: Visits) -> None:
    # The server says so three minutes before.
    seen = visits(ttl=182)
    token = f"{seen.url}/_partywire/token?identity=alice"
    seen.until(lambda: seen.requests.count(token) > 1)
    seen.left.open("Garden")
    seen.left.write("Still here")
    seen.right.row("Garden").at(".last").says(text="Alice Arnold: Still here")


@pytest.mark.parametrize("width", [1400, 420])
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_nothing_keeps_anybody_from_using_it(visit: Visit, width: int, is_dark: bool) -> None:
    visit.whole("size", width=width, height=900)
    if is_dark:
        visit.whole("dark")
    assert visit.whole("audit") == []
    for pane in (visit.left, visit.right):
        pane.open("Garden")
    visit.left.write("Who waters the beans?")
    visit.right.message("Who waters the beans?").see()
    visit.left.message("Who waters the beans?").at('button:text-is("Edit")').click()
    visit.right.write("é" * 20_000)
    visit.right.at(".errors p").see()
    assert visit.whole("audit") == []


def test_on_a_narrow_screen_list_and_conversation_take_turns(visit: Visit) -> None:
    visit.whole("size", width=420, height=900)
    visit.left.open("Garden")
    visit.left.at("nav").gone()
    visit.left.at(".back").click()
    visit.left.at("nav").see()
    visit.left.at("article").gone()


def test_make_run_serves_it_as_soon_as_it_is_built(
    page: Path, visitor: Driver, tmp_path: Path
) -> None:
    server = started(tmp_path / "demo")
    try:
        # Whoever came too early has it without doing anything.
        seen = Visit(visitor, server.url)
        deadline = time.monotonic() + MOST_SECONDS
        while not (tmp_path / "demo" / "index.html").exists():
            assert time.monotonic() < deadline, server.stderr()
            time.sleep(0.1)
        seen.shown()
        seen.left.badge("General").says(text="3 unread")
        seen.whole("leave")
        assert f"in a browser: {server.url}/demo\n" in server.stderr()
    finally:
        server.stop()
