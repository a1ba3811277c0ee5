-- At which nodes users have sockets.

CREATE TABLE nodes (
    name TEXT PRIMARY KEY,
    beat BIGINT NOT NULL
);
CREATE TABLE presences (
    user_sid TEXT NOT NULL REFERENCES users (sid) ON DELETE CASCADE,
    node TEXT NOT NULL REFERENCES nodes (name) ON DELETE CASCADE,
    service_sid TEXT NOT NULL,
    PRIMARY KEY (user_sid, node)
);
CREATE INDEX presences_by_node ON presences (node, user_sid);
