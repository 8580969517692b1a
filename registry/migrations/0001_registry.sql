-- One text for SQLite and PostgreSQL: natural keys, no serials, nothing that only one of them has.

-- A project's row is the lock of its writers: every write begins with `revision + 1` here.
CREATE TABLE project (
    package_name TEXT NOT NULL PRIMARY KEY,
    origin TEXT,
    revision BIGINT NOT NULL,
    publications BIGINT NOT NULL,
    latest TEXT,
    created_at TIMESTAMPTZ NOT NULL
);

-- The document is canonical JSON; nothing queries inside it. It stands last: rows are read without it, too.
CREATE TABLE publication (
    package_name TEXT NOT NULL REFERENCES project (package_name),
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    relations_digest TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    yanked BOOLEAN NOT NULL,
    yanked_at TIMESTAMPTZ,
    requires TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (package_name, version)
);

CREATE TABLE relations (
    package_name TEXT NOT NULL REFERENCES project (package_name),
    digest TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (package_name, digest)
);

-- What stands in an environment now; its past is in deployment_history. forced is why it was deployed all the same.
CREATE TABLE deployment (
    package_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    revision BIGINT NOT NULL,
    version TEXT NOT NULL,
    relations_digest TEXT NOT NULL,
    deployed_at TIMESTAMPTZ NOT NULL,
    forced TEXT,
    PRIMARY KEY (package_name, environment),
    FOREIGN KEY (package_name, version) REFERENCES publication (package_name, version),
    FOREIGN KEY (package_name, relations_digest) REFERENCES relations (package_name, digest)
);

CREATE INDEX deployment_by_environment ON deployment (environment, package_name);

CREATE TABLE deployment_history (
    package_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    revision BIGINT NOT NULL,
    version TEXT NOT NULL,
    relations_digest TEXT NOT NULL,
    deployed_at TIMESTAMPTZ NOT NULL,
    forced TEXT,
    removed BOOLEAN NOT NULL,
    PRIMARY KEY (package_name, environment, revision),
    FOREIGN KEY (package_name, version) REFERENCES publication (package_name, version),
    FOREIGN KEY (package_name, relations_digest) REFERENCES relations (package_name, digest)
);

CREATE INDEX deployment_history_by_version ON deployment_history (package_name, environment, version, revision);

-- Who reads what, as each publication says.
CREATE TABLE node_use (
    package_name TEXT NOT NULL,
    version TEXT NOT NULL,
    reader TEXT NOT NULL,
    upstream TEXT NOT NULL,
    unique_id TEXT NOT NULL,
    via TEXT NOT NULL,
    PRIMARY KEY (package_name, version, reader, upstream, unique_id, via),
    FOREIGN KEY (package_name, version) REFERENCES publication (package_name, version)
);

CREATE INDEX node_use_by_upstream ON node_use (upstream, package_name, version);

-- Readers that are no dbt project, as they stand now; what they read, and their past, is in consumer_history.
CREATE TABLE consumer (
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    revision BIGINT NOT NULL,
    digest TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (environment, name)
);

CREATE TABLE consumer_history (
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    revision BIGINT NOT NULL,
    digest TEXT NOT NULL,
    document TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    removed BOOLEAN NOT NULL,
    PRIMARY KEY (environment, name, revision)
);

-- Whoever changes what stands in an environment takes turns here.
CREATE TABLE environment_turn (
    environment TEXT NOT NULL PRIMARY KEY,
    turns BIGINT NOT NULL
);

-- How grave rules are, whole for each place: package_name '' means every project, node_group '' every node.
CREATE TABLE policy (
    package_name TEXT NOT NULL,
    node_group TEXT NOT NULL,
    revision BIGINT NOT NULL,
    rules TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (package_name, node_group)
);

-- Approvals of findings; none is ever deleted. The day is written as 2027-01-31.
CREATE TABLE waiver (
    package_name TEXT NOT NULL REFERENCES project (package_name),
    number BIGINT NOT NULL,
    rule TEXT NOT NULL,
    unique_id TEXT NOT NULL,
    column_name TEXT,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    until_day TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    revoked_by TEXT,
    revoked_at TIMESTAMPTZ,
    PRIMARY KEY (package_name, number)
);

-- The outbox: written with what it tells of, in the same transaction. package_name '' is the registry as a whole.
CREATE TABLE event (
    package_name TEXT NOT NULL,
    revision BIGINT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (package_name, revision, kind)
);
