"""Who is online: at which nodes users have sockets."""

from msgspec import Struct


class Presence(Struct, frozen=True, gc=False):
    """That a user has a socket at a node, or several."""

    user_sid: str
    node: str
    service_sid: str


class Node(Struct, frozen=True, gc=False):
    """A node at which users have sockets, and how often it has said that it lives."""

    name: str
    beat: int


class Reached(Struct, frozen=True, gc=False):
    """That a user came or went, as far as anybody can reach them."""

    user_sid: str
    is_online: bool
    is_notifiable: bool
