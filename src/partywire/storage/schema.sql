-- Times are milliseconds since 1970-01-01T00:00:00Z, SIDs are text in the order of creation.
-- Every statement here runs unchanged on SQLite and PostgreSQL.

-- A bench may hold several accounts of one SID, each opened by a token of its own: hence an id.
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    sid TEXT NOT NULL,
    friendly_name TEXT,
    token TEXT NOT NULL,
    default_service_sid TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    default_messaging_service_sid TEXT,
    default_inactive_timer TEXT,
    default_closed_timer TEXT
);
CREATE INDEX accounts_by_sid ON accounts (sid, id);

CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    sid TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    friendly_name TEXT,
    secret TEXT NOT NULL,
    date_created BIGINT NOT NULL
);
CREATE INDEX api_keys_by_sid ON api_keys (sid, id);
CREATE INDEX api_keys_by_account ON api_keys (account, sid);

CREATE TABLE services (
    sid TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    friendly_name TEXT NOT NULL,
    default_conversation_creator_role_sid TEXT NOT NULL,
    default_conversation_role_sid TEXT NOT NULL,
    default_chat_service_role_sid TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL,
    reachability_enabled BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX services_by_account ON services (account, sid);

CREATE TABLE roles (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
    friendly_name TEXT NOT NULL,
    type TEXT NOT NULL,
    permissions TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX roles_by_service ON roles (service_sid, sid);

CREATE TABLE users (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    friendly_name TEXT,
    attributes TEXT NOT NULL,
    role_sid TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_by_service ON users (service_sid, sid);
CREATE UNIQUE INDEX users_by_identity ON users (service_sid, identity);

CREATE TABLE conversations (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
    messaging_service_sid TEXT NOT NULL,
    friendly_name TEXT,
    unique_name TEXT,
    attributes TEXT NOT NULL,
    state TEXT NOT NULL,
    inactive_timer BIGINT,
    closed_timer BIGINT,
    date_inactive BIGINT,
    date_closed BIGINT,
    email_address TEXT,
    email_name TEXT,
    created_by TEXT NOT NULL,
    next_message_index BIGINT NOT NULL,
    messages_deleted BIGINT NOT NULL,
    date_active BIGINT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL,
    group_mms BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX conversations_by_unique_name ON conversations (service_sid, unique_name);
CREATE INDEX conversations_by_activity ON conversations (service_sid, date_active, sid);
CREATE INDEX conversations_by_creation ON conversations (service_sid, date_created, sid);
-- Whose timer ends next: only those that have one stand there.
CREATE INDEX conversations_to_inactivate ON conversations (date_inactive, sid)
    WHERE date_inactive IS NOT NULL AND state = 'active';
CREATE INDEX conversations_to_close ON conversations (date_closed, sid)
    WHERE date_closed IS NOT NULL;

-- The keys of what belongs to a conversation hold its SID, so that a distributed engine may keep
-- it all on one machine (decisions/0019).
CREATE TABLE participants (
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT NOT NULL REFERENCES conversations (sid) ON DELETE CASCADE,
    user_sid TEXT REFERENCES users (sid) ON DELETE CASCADE,
    identity TEXT,
    role_sid TEXT,
    attributes TEXT NOT NULL,
    notification_level TEXT NOT NULL,
    last_read_message_index BIGINT,
    last_read_timestamp BIGINT,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL,
    messaging_type TEXT,
    address TEXT,
    proxy_address TEXT,
    projected_address TEXT,
    PRIMARY KEY (conversation_sid, sid)
);
CREATE UNIQUE INDEX participants_by_identity ON participants (conversation_sid, identity);
-- Serves a user's list of conversations, in its order.
CREATE UNIQUE INDEX participants_by_user ON participants (user_sid, conversation_sid);
CREATE INDEX participants_by_address ON participants (service_sid, address, conversation_sid, sid)
    WHERE address IS NOT NULL;
CREATE INDEX participants_with_address ON participants (conversation_sid, address, sid)
    WHERE address IS NOT NULL;
CREATE INDEX participants_with_projection
    ON participants (conversation_sid, projected_address, sid) WHERE projected_address IS NOT NULL;

CREATE TABLE messages (
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT NOT NULL REFERENCES conversations (sid) ON DELETE CASCADE,
    message_index BIGINT NOT NULL,
    author TEXT NOT NULL,
    participant_sid TEXT,
    body TEXT,
    subject TEXT,
    attributes TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL,
    -- How many of its receipts have which status; null where there are none (decisions/0032).
    delivery TEXT,
    -- What is attached, as JSON; null where nothing is. It never changes (decisions/0039).
    media TEXT,
    -- In this order, new messages are entered where the last ones were.
    PRIMARY KEY (sid, conversation_sid)
);
CREATE UNIQUE INDEX messages_by_index ON messages (conversation_sid, message_index);

-- How many indexes were deleted, counted in buckets of 1, 32, 1024 and 32768 indexes: any
-- horizon's deletions are the sum of at most a few dozen rows (decisions/0005).
CREATE TABLE message_deletions (
    conversation_sid TEXT NOT NULL REFERENCES conversations (sid) ON DELETE CASCADE,
    level BIGINT NOT NULL,
    bucket BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (conversation_sid, level, bucket)
);

-- Which address talks through which proxy: an account's pair is in one open conversation at most
-- (decisions/0013). The rows go when the conversation closes or the participant goes.
CREATE TABLE address_pairs (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    proxy_address TEXT NOT NULL,
    conversation_sid TEXT NOT NULL,
    participant_sid TEXT NOT NULL,
    PRIMARY KEY (account, address, proxy_address),
    FOREIGN KEY (conversation_sid, participant_sid)
        REFERENCES participants (conversation_sid, sid) ON DELETE CASCADE
);
CREATE INDEX address_pairs_by_participant ON address_pairs (conversation_sid, participant_sid);

-- Who is in a Group MMS: an account's group of numbers is one open conversation at most.
CREATE TABLE address_groups (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    addresses TEXT NOT NULL,
    conversation_sid TEXT NOT NULL REFERENCES conversations (sid) ON DELETE CASCADE,
    PRIMARY KEY (account, addresses)
);
CREATE INDEX address_groups_by_conversation ON address_groups (conversation_sid);

CREATE TABLE account_webhooks (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    pre_webhook_url TEXT,
    post_webhook_url TEXT,
    filters TEXT,
    method TEXT NOT NULL,
    target TEXT NOT NULL
);

CREATE TABLE service_webhooks (
    service_sid TEXT PRIMARY KEY REFERENCES services (sid) ON DELETE CASCADE,
    pre_webhook_url TEXT,
    post_webhook_url TEXT,
    filters TEXT,
    method TEXT
);

-- One JSON document: what a push says is read and written as a whole.
CREATE TABLE service_notifications (
    service_sid TEXT PRIMARY KEY REFERENCES services (sid) ON DELETE CASCADE,
    settings TEXT NOT NULL
);

CREATE TABLE conversation_webhooks (
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT NOT NULL REFERENCES conversations (sid) ON DELETE CASCADE,
    target TEXT NOT NULL,
    url TEXT,
    method TEXT,
    filters TEXT,
    triggers TEXT,
    flow_sid TEXT,
    replay_after BIGINT,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL,
    next_message_index BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (conversation_sid, sid)
);

CREATE TABLE addresses (
    sid TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    address TEXT NOT NULL,
    friendly_name TEXT,
    address_country TEXT,
    auto_creation TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX addresses_by_account ON addresses (account, sid);
CREATE UNIQUE INDEX addresses_by_address ON addresses (account, address);

CREATE TABLE credentials (
    sid TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    type TEXT NOT NULL,
    friendly_name TEXT,
    sandbox BIGINT NOT NULL,
    secrets TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX credentials_by_account ON credentials (account, sid);

CREATE TABLE bindings (
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
    user_sid TEXT NOT NULL REFERENCES users (sid) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    binding_type TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    credential_sid TEXT,
    message_types TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL,
    PRIMARY KEY (user_sid, sid)
);
CREATE INDEX bindings_by_service ON bindings (service_sid, sid);
-- Whose a device is, when it is registered: endpoints are longer than PostgreSQL can index.
CREATE INDEX bindings_by_endpoint ON bindings (service_sid, substr(endpoint, 1, 200));

CREATE TABLE receipts (
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT NOT NULL,
    message_sid TEXT NOT NULL,
    participant_sid TEXT NOT NULL,
    channel_message_sid TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code BIGINT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT,
    PRIMARY KEY (conversation_sid, message_sid, sid),
    FOREIGN KEY (conversation_sid, message_sid)
        REFERENCES messages (conversation_sid, sid) ON DELETE CASCADE
);

CREATE UNIQUE INDEX receipts_by_channel_message
    ON receipts (channel_message_sid, participant_sid, conversation_sid);

-- The outbox: appended in the transaction of the change, acted on only after it (decisions/0004).
-- Events arrive in the order in which their rows are written, and become visible in the order of
-- the commits: a position is given to what is visible, so that whoever reads on from a position
-- misses nothing. SQLite gives it at once, PostgreSQL afterwards (decisions/0020).
CREATE TABLE events (
    arrival INTEGER PRIMARY KEY,
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT,
    kind TEXT NOT NULL,
    webhooks BIGINT NOT NULL,
    date BIGINT NOT NULL,
    payload TEXT NOT NULL,
    position BIGINT,
    source TEXT NOT NULL DEFAULT 'API',
    client_identity TEXT,
    user_sid TEXT
);
CREATE UNIQUE INDEX events_by_position ON events (position);
CREATE INDEX events_to_place ON events (arrival) WHERE position IS NULL;
CREATE INDEX events_with_webhooks ON events (position) WHERE webhooks = 1;
-- What a client that comes back has missed of a conversation, or of its own conversations.
CREATE INDEX events_by_conversation ON events (conversation_sid, position)
    WHERE conversation_sid IS NOT NULL AND position IS NOT NULL;
CREATE INDEX events_by_user ON events (user_sid, position)
    WHERE user_sid IS NOT NULL AND position IS NOT NULL;
CREATE INDEX events_of_removals ON events (service_sid, position)
    WHERE kind = 'conversation.removed' AND position IS NOT NULL;

-- How far the events have got their positions; who holds the row gives the next ones.
CREATE TABLE feed (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);

-- Which node does which background work; a claim lives as long as its beat goes on.
CREATE TABLE claims (
    duty TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);

-- How far each follower has come in the feed: nothing beyond the last of them is pruned.
CREATE TABLE cursors (
    follower TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
CREATE INDEX cursors_by_position ON cursors (position);
INSERT INTO cursors (follower, position) VALUES ('webhooks', 0);
INSERT INTO cursors (follower, position) VALUES ('push', 0);
INSERT INTO cursors (follower, position) VALUES ('channels', 0);
INSERT INTO cursors (follower, position) VALUES ('media', 0);

-- What is told to webhooks, each row to one of them: in the order of the numbers within a lane, which is
-- one webhook's part of one conversation. A delivery waits, is delivered, or is dead: given up.
CREATE TABLE deliveries (
    number INTEGER PRIMARY KEY,
    sid TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT,
    webhook TEXT NOT NULL,
    lane TEXT NOT NULL,
    event_sid TEXT NOT NULL,
    event_type TEXT NOT NULL,
    method TEXT NOT NULL,
    url TEXT NOT NULL,
    receiver TEXT NOT NULL,
    parameters TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    date_queued BIGINT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX deliveries_by_sid ON deliveries (sid);
CREATE INDEX deliveries_by_account ON deliveries (account, number);
CREATE INDEX deliveries_by_state ON deliveries (state, number);
CREATE INDEX deliveries_waiting ON deliveries (lane, number) WHERE state = 'waiting';

-- The lanes in which something waits, each with when its first delivery is to be tried.
CREATE TABLE delivery_lanes (
    lane TEXT PRIMARY KEY,
    receiver TEXT NOT NULL,
    due BIGINT NOT NULL,
    failures BIGINT NOT NULL
);
CREATE INDEX delivery_lanes_by_receiver ON delivery_lanes (receiver, due, lane);

-- What was really sent, what was signed of it, and what came back.
CREATE TABLE delivery_attempts (
    delivery BIGINT NOT NULL REFERENCES deliveries (number) ON DELETE CASCADE,
    attempt BIGINT NOT NULL,
    date BIGINT NOT NULL,
    milliseconds BIGINT NOT NULL,
    request TEXT NOT NULL,
    signed TEXT NOT NULL,
    status BIGINT,
    response TEXT,
    problem TEXT,
    PRIMARY KEY (delivery, attempt)
);

-- What webhooks and clients still have to know of conversations that are gone: kept as long as events are.
CREATE TABLE removed_conversations (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL,
    messaging_service_sid TEXT NOT NULL,
    webhooks TEXT NOT NULL,
    date BIGINT NOT NULL,
    user_sids TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX removed_conversations_by_date ON removed_conversations (date);

-- The decision log of push: what was pushed to which device of whom, and why not. An empty SID stands
-- for nobody in particular, or for no device. What is still to be sent has a date on which it is due.
CREATE TABLE pushes (
    number INTEGER PRIMARY KEY,
    service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
    conversation_sid TEXT NOT NULL,
    event_sid TEXT NOT NULL,
    kind TEXT NOT NULL,
    message_sid TEXT,
    participant_sid TEXT NOT NULL,
    user_sid TEXT,
    identity TEXT,
    binding_sid TEXT NOT NULL,
    binding_type TEXT,
    outcome TEXT NOT NULL,
    reason TEXT,
    notification TEXT,
    attempts BIGINT NOT NULL,
    due BIGINT,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX pushes_by_event ON pushes (event_sid, participant_sid, binding_sid);
CREATE INDEX pushes_by_service ON pushes (service_sid, number);
CREATE INDEX pushes_by_message ON pushes (message_sid, number) WHERE message_sid IS NOT NULL;
CREATE INDEX pushes_due ON pushes (binding_type, due, number) WHERE due IS NOT NULL;

-- Each account's key pair for Web Push, encrypted; browsers know the public half.
CREATE TABLE vapid_keys (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    private_key TEXT NOT NULL,
    date_created BIGINT NOT NULL
);

-- What a bench's handsets, those of participants by address, make of what comes to them: the status that
-- it gets. One without a row delivers.
CREATE TABLE handsets (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code BIGINT NOT NULL,
    PRIMARY KEY (account, address)
);

-- What these handsets hold, which exist nowhere else.
CREATE TABLE handset_messages (
    number INTEGER PRIMARY KEY,
    sid TEXT NOT NULL,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    proxy_address TEXT NOT NULL,
    direction TEXT NOT NULL,
    body TEXT,
    author TEXT,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT NOT NULL,
    message_sid TEXT NOT NULL,
    participant_sid TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    media TEXT
);
CREATE UNIQUE INDEX handset_messages_by_sid ON handset_messages (account, sid);
CREATE INDEX handset_messages_by_address ON handset_messages (account, address, number);

-- Nodes at which users have sockets; a beat that stands still is that of a node that is gone.
CREATE TABLE nodes (
    name TEXT PRIMARY KEY,
    beat BIGINT NOT NULL
);

-- At which nodes users have sockets, in services that show who is online.
CREATE TABLE presences (
    user_sid TEXT NOT NULL REFERENCES users (sid) ON DELETE CASCADE,
    node TEXT NOT NULL REFERENCES nodes (name) ON DELETE CASCADE,
    service_sid TEXT NOT NULL,
    PRIMARY KEY (user_sid, node)
);
CREATE INDEX presences_by_node ON presences (node, user_sid);

-- Files that users send: what is known of them. Their bytes are in an object store, from before a
-- row has a size until after the row is gone; so a row outlives the conversation or the service
-- until its bytes were deleted (decisions/0039).
CREATE TABLE media (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL,
    author TEXT,
    category TEXT NOT NULL,
    filename TEXT,
    content_type TEXT NOT NULL,
    size BIGINT,
    conversation_sid TEXT,
    message_sid TEXT,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE INDEX media_by_service ON media (service_sid, sid);
CREATE INDEX media_by_conversation ON media (conversation_sid, message_sid, sid)
    WHERE conversation_sid IS NOT NULL;
CREATE INDEX media_waiting ON media (date_created, sid) WHERE message_sid IS NULL;
