"""Lists: in one go, up to a limit, in pages forth and back."""

CONVERSATIONS = 60


def _sids(seen):
    return [one.conversation_sid for one in seen]


def _pages(page, onward):
    found = []
    while page is not None:
        last = page
        found.append(_sids(page))
        page = onward(page)
    return found, last


def walking_a_long_list(place):
    made = [place.seat("ann").sid for _ in range(CONVERSATIONS)]
    anns = place.root.users("ann").user_conversations
    first = anns.page(page_size=25)
    forth, _ = _pages(first, lambda page: page.next_page())
    # Pages are read once; the walk back needs a last page that nobody read yet.
    last = anns.get_page(anns.get_page(first.next_page_url).next_page_url)
    back, start = _pages(last, lambda page: page.previous_page())
    return {
        "made": made,
        "everything": _sids(anns.list()),
        "limit_below_a_page": _sids(anns.list(limit=10)),
        "limit_above_a_page": _sids(anns.list(limit=55)),
        "limit_above_all": _sids(anns.list(limit=500)),
        "small_pages": _sids(anns.list(page_size=20)),
        "limit_within_small_pages": _sids(anns.list(limit=45, page_size=20)),
        "oversized_pages": _sids(anns.list(page_size=1000)),
        "one_by_one": _sids(anns.stream(page_size=20)),
        "one_by_one_up_to_a_limit": _sids(anns.stream(limit=30, page_size=20)),
        "forth": forth,
        "back": back,
        "before_the_first": start.previous_page_url,
    }


def _walked(resources, **filters):
    return {
        "pages": [one.sid for one in resources.list(page_size=2, **filters)],
        "at_once": [one.sid for one in resources.list(**filters)],
    }


def walking_each_list(place):
    conversation = place.root.conversations(place.seat("a", "b", "c", "d", "e").sid)
    for number in range(4):
        place.seat(unique_name=f"room {number}")
        place.v1.services.create(friendly_name=f"Shop {number}")
    for number in range(5):
        conversation.messages.create(body=f"{number}")
    return {
        "users": _walked(place.root.users),
        "conversations": _walked(place.root.conversations),
        "conversations_of_a_state": _walked(place.root.conversations, state="active"),
        "participants": _walked(conversation.participants),
        "messages": _walked(conversation.messages),
        "messages_backwards": _walked(conversation.messages, order="desc"),
        "services": _walked(place.v1.services),
    }


SCENARIOS = [walking_a_long_list, walking_each_list]
