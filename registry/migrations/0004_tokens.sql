-- Tokens. Of a secret only the SHA-256 is kept; scopes are JSON. A revoked token stays in the table.
CREATE TABLE token (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    revoked_at TIMESTAMPTZ,
    revoked_by TEXT
);

-- The keys that sign the URLs of tarballs, in hexadecimal digits. The newest signs.
CREATE TABLE signing_key (
    number BIGINT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
