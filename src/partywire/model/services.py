"""A conversation service: users, conversations and roles that know nothing of other services'."""

from msgspec import Struct


class Service(Struct, frozen=True):
    """One service of an account, with the roles that newcomers get."""

    sid: str
    account: str
    friendly_name: str
    default_conversation_creator_role_sid: str
    default_conversation_role_sid: str
    default_chat_service_role_sid: str
    date_created: int
    date_updated: int
