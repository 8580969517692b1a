-- What happened, in the order of commits. Written at the end of the transaction that it is about.
--
-- It replaces the table event, which had no order and no principal. That one stays: during an upgrade a replica of an
-- older weft writes to it, and each replica that starts takes over what is there.
CREATE TABLE event_log (
    number BIGINT NOT NULL PRIMARY KEY,
    -- Microseconds since 1970: a number compares the same in both databases.
    occurred_us BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- '' is the registry as a whole.
    package_name TEXT NOT NULL,
    -- '' is none.
    environment TEXT NOT NULL,
    version TEXT,
    reason TEXT,
    principal TEXT,
    how TEXT,
    token BIGINT,
    request_id TEXT,
    client TEXT,
    what TEXT NOT NULL
);

CREATE INDEX event_log_by_project ON event_log (package_name, number);

-- The number of the last event. Who takes the next one holds this row until the commit.
CREATE TABLE event_sequence (
    last BIGINT NOT NULL
);

INSERT INTO event_sequence (last) VALUES (0);
