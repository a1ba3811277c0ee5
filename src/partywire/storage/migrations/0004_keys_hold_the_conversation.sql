-- The keys of what belongs to a conversation hold its SID, so that a distributed engine may keep it
-- all on one machine; indices that this makes superfluous go (decisions/0019).
-- Tables are written anew: neither engine changes a key in a way that the other understands.
-- Dropping a table takes along the rows that refer to it: those go first.

CREATE TABLE address_pairs_before AS SELECT * FROM address_pairs;
DROP TABLE address_pairs;

CREATE TABLE receipts_before AS SELECT * FROM receipts;
DROP TABLE receipts;

CREATE TABLE participants_before AS SELECT * FROM participants;
DROP TABLE participants;
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
INSERT INTO participants
    (sid, service_sid, conversation_sid, user_sid, identity, role_sid, attributes,
    notification_level, last_read_message_index, last_read_timestamp, date_created, date_updated,
    messaging_type, address, proxy_address, projected_address)
SELECT sid, service_sid, conversation_sid, user_sid, identity, role_sid, attributes,
    notification_level, last_read_message_index, last_read_timestamp, date_created, date_updated,
    messaging_type, address, proxy_address, projected_address
FROM participants_before;
DROP TABLE participants_before;
CREATE UNIQUE INDEX participants_by_identity ON participants (conversation_sid, identity);
CREATE UNIQUE INDEX participants_by_user ON participants (user_sid, conversation_sid);
CREATE INDEX participants_by_address ON participants (service_sid, address, conversation_sid, sid)
    WHERE address IS NOT NULL;
CREATE INDEX participants_with_address ON participants (conversation_sid, address, sid)
    WHERE address IS NOT NULL;
CREATE INDEX participants_with_projection
    ON participants (conversation_sid, projected_address, sid) WHERE projected_address IS NOT NULL;

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
INSERT INTO address_pairs (account, address, proxy_address, conversation_sid, participant_sid)
SELECT account, address, proxy_address, conversation_sid, participant_sid
FROM address_pairs_before;
DROP TABLE address_pairs_before;
CREATE INDEX address_pairs_by_participant ON address_pairs (conversation_sid, participant_sid);

DROP INDEX address_groups_by_conversation;
CREATE INDEX address_groups_by_conversation ON address_groups (conversation_sid);

CREATE TABLE messages_before AS SELECT * FROM messages;
DROP TABLE messages;
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
    PRIMARY KEY (sid, conversation_sid)
);
INSERT INTO messages
    (sid, service_sid, conversation_sid, message_index, author, participant_sid, body, subject,
    attributes, date_created, date_updated)
SELECT sid, service_sid, conversation_sid, message_index, author, participant_sid, body, subject,
    attributes, date_created, date_updated
FROM messages_before;
DROP TABLE messages_before;
CREATE UNIQUE INDEX messages_by_index ON messages (conversation_sid, message_index);

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
INSERT INTO receipts
    (sid, service_sid, conversation_sid, message_sid, participant_sid, channel_message_sid, status,
    error_code, date_created, date_updated)
SELECT sid, service_sid, conversation_sid, message_sid, participant_sid, channel_message_sid,
    status, error_code, date_created, date_updated
FROM receipts_before;
DROP TABLE receipts_before;

CREATE TABLE conversation_webhooks_before AS SELECT * FROM conversation_webhooks;
DROP TABLE conversation_webhooks;
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
    PRIMARY KEY (conversation_sid, sid)
);
INSERT INTO conversation_webhooks
    (sid, service_sid, conversation_sid, target, url, method, filters, triggers, flow_sid,
    replay_after, date_created, date_updated)
SELECT sid, service_sid, conversation_sid, target, url, method, filters, triggers, flow_sid,
    replay_after, date_created, date_updated
FROM conversation_webhooks_before;
DROP TABLE conversation_webhooks_before;

CREATE TABLE bindings_before AS SELECT * FROM bindings;
DROP TABLE bindings;
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
INSERT INTO bindings
    (sid, service_sid, user_sid, identity, binding_type, endpoint, credential_sid, message_types,
    date_created, date_updated)
SELECT sid, service_sid, user_sid, identity, binding_type, endpoint, credential_sid, message_types,
    date_created, date_updated
FROM bindings_before;
DROP TABLE bindings_before;
CREATE INDEX bindings_by_service ON bindings (service_sid, sid);
