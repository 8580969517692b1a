-- One row about the registry as a whole. Its epoch changes when a back-up is restored: what a process keeps in memory is
-- of one epoch. `checked_at` is written by /readyz, to see whether the database takes writes.
CREATE TABLE registry_state (
    id BIGINT NOT NULL PRIMARY KEY,
    epoch TEXT NOT NULL,
    checked_at TIMESTAMPTZ
);

INSERT INTO registry_state (id, epoch) VALUES (1, 'first');
