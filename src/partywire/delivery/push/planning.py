"""Follows the feed, and writes down for each event who gets a push of it and who does not.

Posting writes nothing for that. Decisions are written in short transactions, a large event's in
several, small ones' together; whoever comes after a crash goes on behind the last participant who
was decided about (decided: decisions/0030).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

import msgspec
from msgspec.structs import replace

from partywire.delivery.cursor import Cursor
from partywire.delivery.duties import Worker
from partywire.delivery.feed import Feed
from partywire.delivery.push import deciding, templates
from partywire.delivery.push.deciding import Occasion
from partywire.delivery.push.templates import Words
from partywire.domain.call import Resources
from partywire.model.events import Event
from partywire.model.media import attachments
from partywire.model.messages import Message
from partywire.model.participants import Participant
from partywire.model.pushes import Push, PushKind
from partywire.storage import conversations, notifications, outbox, pushes, users
from partywire.storage.pushes import Device

FOLLOWER: Final = "push"

_MOST_EVENTS: Final = 200  # read at once
_MOST_PARTICIPANTS: Final = 100  # read at once
_MOST_DECISIONS: Final = 100  # from which on they are written
_LOOKING_SECONDS: Final = 1.0
_SYSTEM: Final = "system"

_message = msgspec.json.Decoder(Message).decode
_participant = msgspec.json.Decoder(Participant).decode


class Planner:
    """Decides about one event after the other.

    Args:
        resources: the server's.
        wake: called whenever there is something to send.
    """

    def __init__(self, resources: Resources, wake: Callable[[], None]) -> None:
        self._database, self._clock = resources.database, resources.clock
        self._wake = wake
        self._cursor = Cursor(resources.database, FOLLOWER)

    async def run(self, worker: Worker, feed: Feed) -> None:
        """Follows the feed for as long as the duty is ours."""
        while True:
            last = await outbox.last(self._database)
            # Asked afterwards: what follows the first settings is not to be passed over.
            if not await pushes.is_configured(self._database):
                await self._cursor.pass_over(worker, last)
                await asyncio.sleep(_LOOKING_SECONDS)
            elif not await self.go_on(worker):
                await feed.moved(_LOOKING_SECONDS)

    async def go_on(self, worker: Worker) -> bool:
        """Decides about what is new; returns whether there may be more."""
        seen = await self._cursor.position()
        last = await outbox.last(self._database)
        events = await pushes.notable(self._database, seen, last, _MOST_EVENTS)
        decided: list[Push] = []
        done = 0
        for event in events:
            async for page, is_last in self._decided(event):
                decided += page
                done = event.position or 0 if is_last else done
                if len(decided) >= _MOST_DECISIONS:
                    await self._write(worker, decided, done)
                    decided = []
        if len(events) < _MOST_EVENTS:
            done = last
        if events:
            await self._write(worker, decided, done)
        else:
            await self._cursor.pass_over(worker, done)
        return bool(events)

    async def _decided(self, event: Event) -> AsyncIterator[tuple[list[Push], bool]]:
        """What is decided about an event, in pages, and whether that is the last of them."""
        occasion, concerned = await self._occasion(event)
        now = self._clock.now()
        if occasion is None:
            yield [], True
        elif not templates.is_enabled(occasion.kind, occasion.settings):
            told = occasion.kind == "new_message"
            yield [deciding.disabled(occasion, now)] if told else [], True
        elif concerned is not None:
            yield deciding.about(occasion, await self._devices(concerned), now), True
        else:
            async for page in self._about_all(occasion):
                yield page

    async def _devices(self, concerned: Participant) -> list[Device]:
        return await pushes.of_user(
            self._database,
            *(concerned.service_sid, concerned.user_sid or "", concerned.sid),
            concerned.notification_level,
        )

    async def _about_all(self, occasion: Occasion) -> AsyncIterator[tuple[list[Push], bool]]:
        place = (occasion.event.service_sid, occasion.conversation.sid)
        reached = await pushes.reached(self._database, occasion.event.sid)
        more = True
        while more:
            devices = await pushes.in_conversation(
                self._database, *place, reached, _MOST_PARTICIPANTS
            )
            more = len({device.participant_sid for device in devices}) == _MOST_PARTICIPANTS
            yield deciding.about(occasion, devices, self._clock.now()), not more
            reached = devices[-1].participant_sid if devices else reached

    async def _write(self, worker: Worker, decided: list[Push], done: int) -> None:
        """Writes decisions, and up to which position everything is decided."""
        async with self._cursor.moving(worker, done) as transaction:
            for push in decided:
                await pushes.add(transaction, push)
        if any(push.due is not None for push in decided):
            self._wake()

    async def _occasion(self, event: Event) -> tuple[Occasion | None, Participant | None]:
        """What there is to push, and to whom if it is not to everybody; None if it is nothing."""
        if event.kind == "message.added":
            message = _message(event.payload)
            words = await self._words(event, message.author, message)
            return await self._made(event, "new_message", words, message), None
        concerned = _participant(event.payload)
        if concerned.user_sid is None:
            return None, None
        added = event.kind == "participant.added"
        kind: PushKind = "added_to_conversation" if added else "removed_from_conversation"
        words = await self._words(event, event.client_identity or _SYSTEM)
        return await self._made(event, kind, words), concerned

    async def _made(
        self, event: Event, kind: PushKind, words: Words, message: Message | None = None
    ) -> Occasion | None:
        conversation = await conversations.by_sid(
            self._database, event.service_sid, event.conversation_sid or ""
        )
        if conversation is None:
            return None  # deleted with all that was in it
        return Occasion(
            event=event,
            kind=kind,
            settings=await notifications.fetch(self._database, event.service_sid),
            conversation=conversation,
            words=words,
            message_sid=message.sid if message else None,
            message_index=message.index if message else None,
        )

    async def _words(self, event: Event, identity: str, message: Message | None = None) -> Words:
        user = await users.by_identity(self._database, event.service_sid, identity)
        words = Words(identity=identity, friendly_name=user.friendly_name if user else None)
        if message is None:
            return words
        return replace(
            words,
            participant_sid=message.participant_sid,
            message=message.body or "",
            media=tuple(attachments(message.media)),
        )
