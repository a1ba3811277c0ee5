-- Many nodes: events get a place in one order that every node sees alike, and background work is
-- claimed by one node at a time (decisions/0020).

CREATE TABLE events_before AS SELECT * FROM events;
DROP TABLE events;
CREATE TABLE events (
    arrival INTEGER PRIMARY KEY,
    sid TEXT NOT NULL,
    service_sid TEXT NOT NULL,
    conversation_sid TEXT,
    kind TEXT NOT NULL,
    webhooks BIGINT NOT NULL,
    date BIGINT NOT NULL,
    payload TEXT NOT NULL,
    position BIGINT
);
CREATE UNIQUE INDEX events_by_position ON events (position);
CREATE INDEX events_to_place ON events (arrival) WHERE position IS NULL;
INSERT INTO events
    (sid, service_sid, conversation_sid, kind, webhooks, date, payload, position)
SELECT sid, service_sid, conversation_sid, kind, webhooks, date, payload,
    row_number() OVER (ORDER BY sid)
FROM events_before ORDER BY sid;
DROP TABLE events_before;

CREATE TABLE feed (
    name TEXT PRIMARY KEY,
    position BIGINT NOT NULL
);
INSERT INTO feed (name, position) SELECT 'events', max(position) FROM events
HAVING count(*) > 0;

CREATE TABLE claims (
    duty TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    beat BIGINT NOT NULL
);
