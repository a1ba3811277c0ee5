-- Files that users send: what is known of them. Their bytes are in an object store.

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

ALTER TABLE messages ADD COLUMN media TEXT;
ALTER TABLE handset_messages ADD COLUMN media TEXT;

INSERT INTO cursors (follower, position) SELECT 'media', COALESCE(max(position), 0) FROM events;
