ALTER TABLE accounts ADD COLUMN default_messaging_service_sid TEXT;
ALTER TABLE accounts ADD COLUMN default_inactive_timer TEXT;
ALTER TABLE accounts ADD COLUMN default_closed_timer TEXT;

ALTER TABLE services ADD COLUMN reachability_enabled BIGINT NOT NULL DEFAULT 0;

ALTER TABLE conversations ADD COLUMN group_mms BIGINT NOT NULL DEFAULT 0;

ALTER TABLE participants ADD COLUMN messaging_type TEXT;
ALTER TABLE participants ADD COLUMN address TEXT;
ALTER TABLE participants ADD COLUMN proxy_address TEXT;
ALTER TABLE participants ADD COLUMN projected_address TEXT;
CREATE INDEX participants_by_address ON participants (service_sid, address, conversation_sid, sid)
    WHERE address IS NOT NULL;
CREATE INDEX participants_with_address ON participants (conversation_sid, address, sid)
    WHERE address IS NOT NULL;
CREATE INDEX participants_with_projection ON participants (conversation_sid, projected_address)
    WHERE projected_address IS NOT NULL;

-- Which address talks through which proxy: an account's pair is in one open conversation at most
-- (decisions/0013). The rows go when the conversation closes or the participant goes.
CREATE TABLE address_pairs (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    proxy_address TEXT NOT NULL,
    conversation_sid TEXT NOT NULL,
    participant_sid TEXT NOT NULL REFERENCES participants (sid) ON DELETE CASCADE,
    PRIMARY KEY (account, address, proxy_address)
);
CREATE UNIQUE INDEX address_pairs_by_participant ON address_pairs (participant_sid);
CREATE INDEX address_pairs_by_conversation ON address_pairs (conversation_sid);

-- Who is in a Group MMS: an account's group of numbers is one open conversation at most.
CREATE TABLE address_groups (
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    addresses TEXT NOT NULL,
    conversation_sid TEXT NOT NULL REFERENCES conversations (sid) ON DELETE CASCADE,
    PRIMARY KEY (account, addresses)
);
CREATE UNIQUE INDEX address_groups_by_conversation ON address_groups (conversation_sid);

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
    sid TEXT PRIMARY KEY,
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
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversation_webhooks_by_conversation
    ON conversation_webhooks (conversation_sid, sid);

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
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL REFERENCES services (sid) ON DELETE CASCADE,
    user_sid TEXT NOT NULL REFERENCES users (sid) ON DELETE CASCADE,
    identity TEXT NOT NULL,
    binding_type TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    credential_sid TEXT,
    message_types TEXT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT NOT NULL
);
CREATE UNIQUE INDEX bindings_by_service ON bindings (service_sid, sid);
CREATE INDEX bindings_by_user ON bindings (user_sid, sid);

CREATE TABLE receipts (
    sid TEXT PRIMARY KEY,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT NOT NULL,
    message_sid TEXT NOT NULL REFERENCES messages (sid) ON DELETE CASCADE,
    participant_sid TEXT NOT NULL,
    channel_message_sid TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code BIGINT NOT NULL,
    date_created BIGINT NOT NULL,
    date_updated BIGINT
);
CREATE UNIQUE INDEX receipts_by_message ON receipts (message_sid, sid);
