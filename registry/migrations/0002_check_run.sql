-- What checks found in an environment, run by run. Only the head of a run stays for good: it tells a run that comes again.
CREATE TABLE check_run (
    package_name TEXT NOT NULL REFERENCES project (package_name),
    environment TEXT NOT NULL,
    number BIGINT NOT NULL,
    digest TEXT NOT NULL,
    ran_by TEXT NOT NULL,
    ran_at TIMESTAMPTZ NOT NULL,
    program TEXT,
    recorded_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (package_name, environment, number),
    UNIQUE (package_name, environment, digest)
);

-- What a run found of each node; of each node and program the newest runs are kept. The document is JSON.
CREATE TABLE node_run (
    package_name TEXT NOT NULL,
    environment TEXT NOT NULL,
    unique_id TEXT NOT NULL,
    ran_by TEXT NOT NULL,
    number BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (package_name, environment, unique_id, ran_by, number),
    FOREIGN KEY (package_name, environment, number) REFERENCES check_run (package_name, environment, number)
);

CREATE INDEX node_run_by_number ON node_run (package_name, environment, number);
