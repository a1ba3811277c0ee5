"""One table of what distinguishes a running server: name, type, default, and what it is for."""

from typing import Final

import msgspec

KIB: Final = 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on what clients may store. Source: the limits page of the Conversations docs."""

    name_characters: int = 256
    identity_characters: int = 256
    conversation_attributes_bytes: int = 16 * KIB
    user_attributes_bytes: int = 16 * KIB
    participant_attributes_bytes: int = 4 * KIB
    message_attributes_bytes: int = 4 * KIB
    message_body_bytes: int = 32 * KIB
    media_per_message: int = 10
    participants_per_conversation: int = 1000
    addresses_per_conversation: int = 50
    conversations_per_user: int = 1000
    request_body_bytes: int = 1024 * KIB
    media_bytes: int = 150 * KIB * KIB


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What distinguishes one running server from another.

    Attributes:
        database: URL of the database: ``sqlite:///FILE``, or
            ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE``.
        key_file: file that holds the key under which tokens and secrets are encrypted; made
            with mode 0600 where it is missing.
        public_url: base of every URL in an answer; without it, the host that was asked.
        open_accounts: whether an unknown pair of credentials opens an account of its own.
        guest: user name and password of whoever asks a bench for an access token and names none;
            None lets nobody ask so.
        demo_page: folder with the built page that a bench serves at ``/demo``; None serves none.
        hints: whether a 404 for a SID that exists elsewhere says so in a header.
        seed: fixes the SIDs that are handed out.
        frozen_at: fixes the clock, in milliseconds since 1970-01-01T00:00:00Z.
        messaging_service_sid: the ``messaging_service_sid`` of conversations that name none.
        days_kept: for how many days events stay in the outbox.
        database_connections: the most that this process opens to a PostgreSQL server.
        limits: bounds on what clients may store.
        drain_delay: seconds for which a server that was asked to stop still takes connections.
        metrics_host: address on which ``/metrics`` is served.
        metrics_port: port of the same; None serves none.
        worker: number of this process among those that serve together.
        figures_folder: where those put their figures together; None if this one is alone.
        allowed_targets: networks (CIDR) that outgoing requests may reach although they are not
            public, such as ``127.0.0.0/8``.
        handsets: whether messages to addresses are carried to handsets that exist only here.
        apns_url: base of the Apple push service's URLs; None for Apple's own, by sandbox or not.
        fcm_url: base of Firebase Cloud Messaging's URLs; None for Google's own.
        push_contact: who operates this server, as a ``mailto:`` or ``https:`` URL, for the
            operators of Web Push services.
        authorities_file: certificates (PEM) that outgoing requests trust besides the usual ones.
        webhook_patience: for how many hours a webhook that fails is tried.
        webhook_first_pause: seconds after the first failure; each further one doubles them.
        webhook_longest_pause: seconds; no pause is longer.
        media: where the bytes of media lie, a folder or ``s3://BUCKET/PREFIX``; None for a folder
            beside the database.
        media_types: the content types that may be uploaded, such as ``image/png`` or ``image/*``;
            none means all.
        media_link_seconds: for how long a link to a file's content can be used.
    """

    database: str
    key_file: str
    public_url: str | None = None
    open_accounts: bool = False
    guest: tuple[str, str] | None = None
    demo_page: str | None = None
    hints: bool = False
    seed: int | None = None
    frozen_at: int | None = None
    messaging_service_sid: str = "MG" + "0" * 32
    days_kept: int = 7
    database_connections: int = 10
    limits: Limits = Limits()
    drain_delay: float = 0.0
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = None
    worker: int = 1
    figures_folder: str | None = None
    allowed_targets: tuple[str, ...] = ()
    handsets: bool = False
    apns_url: str | None = None
    fcm_url: str | None = None
    push_contact: str | None = None
    authorities_file: str | None = None
    webhook_patience: float = 24.0
    webhook_first_pause: float = 1.0
    webhook_longest_pause: float = 900.0
    media: str | None = None
    media_types: tuple[str, ...] = ()
    media_link_seconds: int = 300
