-- What leaves the house: who caused an event, how far each follower of the feed has come, what is
-- delivered to webhooks, pushed to devices and carried to addresses, and which timers end next.

ALTER TABLE events ADD COLUMN source TEXT NOT NULL DEFAULT 'API';
ALTER TABLE events ADD COLUMN client_identity TEXT;
CREATE INDEX events_with_webhooks ON events (position) WHERE webhooks = 1;

CREATE TABLE cursors (
    follower TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
CREATE INDEX cursors_by_position ON cursors (position);
INSERT INTO cursors (follower, position) SELECT 'webhooks', COALESCE(max(position), 0) FROM events;
INSERT INTO cursors (follower, position) SELECT 'push', COALESCE(max(position), 0) FROM events;
INSERT INTO cursors (follower, position) SELECT 'channels', COALESCE(max(position), 0) FROM events;

-- Who is inactive does not become so again.
CREATE INDEX conversations_to_inactivate ON conversations (date_inactive, sid)
    WHERE date_inactive IS NOT NULL AND state = 'active';
CREATE INDEX conversations_to_close ON conversations (date_closed, sid)
    WHERE date_closed IS NOT NULL;

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

CREATE TABLE delivery_lanes (
    lane TEXT PRIMARY KEY,
    receiver TEXT NOT NULL,
    due BIGINT NOT NULL,
    failures BIGINT NOT NULL
);
CREATE INDEX delivery_lanes_by_receiver ON delivery_lanes (receiver, due, lane);

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

CREATE TABLE removed_conversations (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL,
    messaging_service_sid TEXT NOT NULL,
    webhooks TEXT NOT NULL,
    date BIGINT NOT NULL
);
CREATE INDEX removed_conversations_by_date ON removed_conversations (date);

ALTER TABLE conversation_webhooks ADD COLUMN next_message_index BIGINT NOT NULL DEFAULT 0;

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

CREATE TABLE vapid_keys (
    account TEXT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    private_key TEXT NOT NULL,
    date_created BIGINT NOT NULL
);

ALTER TABLE messages ADD COLUMN delivery TEXT;

CREATE TABLE handsets (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code BIGINT NOT NULL,
    PRIMARY KEY (account, address)
);

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
    date_created BIGINT NOT NULL
);
CREATE UNIQUE INDEX handset_messages_by_sid ON handset_messages (account, sid);
CREATE INDEX handset_messages_by_address ON handset_messages (account, address, number);

CREATE UNIQUE INDEX receipts_by_channel_message
    ON receipts (channel_message_sid, participant_sid, conversation_sid);
