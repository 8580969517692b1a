//! Every statement, each once for both databases. `COLLATE "C"` is the order of bytes; `store::pool` gives SQLite the name.

/// Names each statement and lists them all, so that a test can prepare each on both databases.
macro_rules! statements {
    ($every:ident: $($name:ident = $text:expr;)*) => {
        $(pub(super) const $name: &str = $text;)*
        #[cfg(test)]
        pub(super) const $every: &[&str] = &[$($name),*];
    };
}

/// The names on a page of the list of projects: `$1` is the name before it, `$2` its size.
macro_rules! page {
    () => {
        "(SELECT package_name FROM project WHERE package_name COLLATE \"C\" > $1
          ORDER BY package_name COLLATE \"C\" LIMIT $2)"
    };
}

/// The publications that speak for their project: what is deployed, else the latest.
macro_rules! reads {
    () => {
        "SELECT DISTINCT u.package_name, u.upstream FROM node_use u
         WHERE u.upstream <> u.package_name
           AND (EXISTS (SELECT 1 FROM deployment d WHERE d.package_name = u.package_name AND d.version = u.version)
             OR (NOT EXISTS (SELECT 1 FROM deployment d WHERE d.package_name = u.package_name)
                 AND u.version = (SELECT p.latest FROM project p WHERE p.package_name = u.package_name)))
           AND u.package_name "
    };
}

/// The readers of the nodes of project `$1`, each pair of reader and node once.
macro_rules! readers {
    () => {
        "SELECT DISTINCT d.package_name, d.version, d.environment, u.reader, u.unique_id
         FROM node_use u JOIN deployment d ON d.package_name = u.package_name AND d.version = u.version
         WHERE u.upstream = $1 AND u.package_name <> $1"
    };
}

macro_rules! deployment_columns {
    () => {
        "SELECT package_name, environment, revision, version, relations_digest, deployed_at, forced FROM "
    };
}

macro_rules! insert_history {
    () => {
        "INSERT INTO deployment_history
            (package_name, environment, revision, version, relations_digest, deployed_at, forced, removed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, "
    };
}

macro_rules! token_columns {
    () => {
        "SELECT number, name, scopes, created_by, created_at, expires_at, last_used_at, revoked_at, revoked_by FROM token "
    };
}

macro_rules! consumer_columns {
    () => {
        "SELECT c.name, c.environment, c.revision, c.digest, h.document, c.changed_at
         FROM consumer c JOIN consumer_history h
           ON h.environment = c.environment AND h.name = c.name AND h.revision = c.revision
         WHERE c.environment = $1 AND c.name "
    };
}

macro_rules! publication_columns {
    () => {
        "SELECT version, digest, relations_digest, published_at, yanked FROM publication WHERE package_name = $1"
    };
}

macro_rules! policy_columns {
    () => {
        "SELECT package_name, node_group, revision, rules, changed_at FROM policy "
    };
}

macro_rules! waiver_columns {
    () => {
        "SELECT number, rule, unique_id, column_name, author, reason, until_day, created_at, revoked_by, revoked_at,
            changes, spent_version, spent_at
         FROM waiver WHERE package_name = $1"
    };
}

/// The events after `$1` and before `$2`: in an environment, of some kinds (`,deployed,refused,`), of a principal, each
/// where it is not empty; from a moment on; with those of tokens or without.
macro_rules! events {
    () => {
        "SELECT number, occurred_us, kind, package_name, environment, version, reason, principal, how, token, request_id,
            client, what
         FROM event_log
         WHERE number > $1 AND number < $2 AND ($3 = '' OR environment = $3)
           AND ($4 = '' OR $4 LIKE '%,' || kind || ',%') AND ($5 = '' OR principal = $5) AND occurred_us >= $6
           AND ($7 OR kind NOT IN ('token_created', 'token_revoked'))"
    };
}

statements! { EVERY:
    PING = "SELECT CAST(1 AS BIGINT)";
    CHECK_WRITE = "UPDATE registry_state SET checked_at = $1 WHERE id = 1";
    COUNT_PROJECTS = "SELECT COUNT(*), CAST(COALESCE(SUM(publications), 0) AS BIGINT) FROM project";
    COUNT_DEPLOYED = "SELECT environment, COUNT(*) FROM deployment GROUP BY environment ORDER BY environment";
    NEWEST_MIGRATION = "SELECT MAX(version) FROM _sqlx_migrations";

    // Writing: each transaction of a project begins with one of these two.
    TOUCH_PROJECT = "INSERT INTO project (package_name, revision, publications, created_at) VALUES ($1, 1, 0, $2)
        ON CONFLICT (package_name) DO UPDATE SET revision = project.revision + 1
        RETURNING origin, latest";
    LOCK_PROJECT = "UPDATE project SET revision = revision + 1 WHERE package_name = $1
        RETURNING origin, latest";
    SET_ORIGIN = "UPDATE project SET origin = $2 WHERE package_name = $1";
    SET_LATEST = "UPDATE project SET latest = $2, publications = publications + $3 WHERE package_name = $1";
    INSERT_PUBLICATION = "INSERT INTO publication
            (package_name, version, digest, relations_digest, published_at, yanked, requires, document)
        VALUES ($1, $2, $3, $4, $5, FALSE, $6, $7)
        ON CONFLICT (package_name, version) DO NOTHING";
    SET_YANKED = "UPDATE publication SET yanked = $3, yanked_at = $4 WHERE package_name = $1 AND version = $2";
    INSERT_RELATIONS = "INSERT INTO relations (package_name, digest, document) VALUES ($1, $2, $3)
        ON CONFLICT (package_name, digest) DO NOTHING";
    PUT_DEPLOYMENT = "INSERT INTO deployment
            (package_name, environment, revision, version, relations_digest, deployed_at, forced)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (package_name, environment) DO UPDATE SET revision = excluded.revision,
            version = excluded.version, relations_digest = excluded.relations_digest,
            deployed_at = excluded.deployed_at, forced = excluded.forced";
    INSERT_HISTORY = concat!(insert_history!(), "FALSE)");
    REMOVE_DEPLOYMENT = "DELETE FROM deployment WHERE package_name = $1 AND environment = $2";
    INSERT_REMOVAL = concat!(insert_history!(), "TRUE)");
    LAST_REVISION = "SELECT COALESCE(MAX(revision), 0) FROM deployment_history
        WHERE package_name = $1 AND environment = $2";
    TAKE_TURN = "INSERT INTO environment_turn (environment, turns) VALUES ($1, 1)
        ON CONFLICT (environment) DO UPDATE SET turns = environment_turn.turns + 1
        RETURNING turns";
    WAIT_FOR_TURN = "UPDATE environment_turn SET turns = turns + 1 WHERE environment = $1";
    FALLBACK = "SELECT fallback FROM environment_turn WHERE environment = $1";
    SET_FALLBACK = "UPDATE environment_turn SET fallback = $2 WHERE environment = $1";
    TAKE_EVENT_NUMBERS = "UPDATE event_sequence SET last = last + $1 RETURNING last";
    INSERT_EVENT = "INSERT INTO event_log (number, occurred_us, kind, package_name, environment, version, reason,
            principal, how, token, request_id, client, what)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

    // Events: those after `$1` and before `$2`.
    LAST_EVENT = "SELECT last FROM event_sequence";
    EVENTS_NEWEST = concat!(events!(), " ORDER BY number DESC LIMIT $8");
    EVENTS_OLDEST = concat!(events!(), " ORDER BY number LIMIT $8");
    PROJECT_EVENTS_NEWEST = concat!(events!(), " AND package_name = $9 ORDER BY number DESC LIMIT $8");
    PROJECT_EVENTS_OLDEST = concat!(events!(), " AND package_name = $9 ORDER BY number LIMIT $8");
    HAS_INHERITED_EVENTS = "SELECT EXISTS (SELECT 1 FROM event)";
    LOCK_EVENT_NUMBERS = "UPDATE event_sequence SET last = last";
    INHERITED_EVENTS = "SELECT package_name, revision, kind, payload, occurred_at FROM event
        ORDER BY occurred_at, package_name COLLATE \"C\", revision, kind COLLATE \"C\" LIMIT $1";
    REMOVE_INHERITED_EVENT = "DELETE FROM event WHERE package_name = $1 AND revision = $2 AND kind = $3";

    // Projects.
    PROJECT = "SELECT package_name, origin, publications, latest FROM project WHERE package_name = $1";
    PROJECT_CREATED = "SELECT created_at FROM project WHERE package_name = $1";
    PROJECTS_AFTER = concat!("SELECT package_name, origin, publications, latest FROM project WHERE package_name IN ",
        page!(), " ORDER BY package_name COLLATE \"C\"");
    READS = concat!(reads!(), "= $1");
    READS_AFTER = concat!(reads!(), "IN ", page!());
    READERS = concat!("SELECT * FROM (", readers!(), ") AS reader ORDER BY package_name COLLATE \"C\",
        environment COLLATE \"C\", reader COLLATE \"C\", unique_id COLLATE \"C\" LIMIT $2");
    COUNT_READERS = concat!("SELECT COUNT(*) FROM (", readers!(), ") AS reader");

    // Publications and relations.
    PUBLICATIONS = publication_columns!();
    PUBLICATION = concat!(publication_columns!(), " AND version = $2");
    DOCUMENT = "SELECT digest, document FROM publication WHERE package_name = $1 AND version = $2";
    RELATIONS = "SELECT document FROM relations WHERE package_name = $1 AND digest = $2";

    // Deployments.
    DEPLOYMENT = concat!(deployment_columns!(), "deployment WHERE package_name = $1 AND environment = $2");
    DEPLOYMENTS = concat!(deployment_columns!(), "deployment WHERE package_name = $1");
    DEPLOYMENTS_AFTER = concat!(deployment_columns!(), "deployment WHERE package_name IN ", page!());
    HISTORY = "SELECT package_name, environment, revision, version, relations_digest, deployed_at, forced, removed
        FROM deployment_history
        WHERE package_name = $1 AND environment = $2 AND revision < $3 ORDER BY revision DESC LIMIT $4";
    DEPLOYED_VERSIONS = "SELECT h.version, h.relations_digest, h.deployed_at, p.yanked
        FROM deployment_history h JOIN publication p ON p.package_name = h.package_name AND p.version = h.version
        WHERE h.package_name = $1 AND h.environment = $2 AND h.revision = (SELECT MAX(l.revision)
            FROM deployment_history l
            WHERE l.package_name = h.package_name AND l.environment = h.environment AND l.version = h.version)";
    USUAL_RELATIONS = "SELECT p.digest, p.relations_digest,
            (SELECT h.relations_digest FROM deployment_history h
                WHERE h.package_name = p.package_name AND h.environment = $2 AND h.version = p.version
                ORDER BY h.revision DESC LIMIT 1) AS of_version,
            (SELECT h.relations_digest FROM deployment_history h
                WHERE h.package_name = p.package_name AND h.environment = $2
                ORDER BY h.revision DESC LIMIT 1) AS of_project,
            (SELECT h.environment FROM deployment_history h
                WHERE h.package_name = p.package_name AND h.version = p.version AND h.environment <> $2
                    AND h.relations_digest = p.relations_digest
                ORDER BY h.deployed_at, h.environment COLLATE \"C\" LIMIT 1) AS published_to
        FROM publication p WHERE p.package_name = $1 AND p.version = $3";
    // Whoever deploys takes the environment's turn, and gives it back where nothing was deployed.
    ENVIRONMENTS = "SELECT environment FROM environment_turn ORDER BY environment COLLATE \"C\"";
    DEPLOYED_PROJECTS = "SELECT environment, package_name FROM deployment";

    // Resolution: one statement each, so that what it tells belongs together.
    DEPLOYED_CANDIDATES = "SELECT d.environment, d.relations_digest AS deployed_relations,
            p.version, p.digest, p.relations_digest, p.yanked, p.requires
        FROM deployment d JOIN publication p ON p.package_name = d.package_name AND p.version = d.version
        WHERE d.package_name = $1";
    CANDIDATES = "SELECT version, digest, relations_digest, yanked, requires FROM publication WHERE package_name = $1";

    // Policies and waivers.
    POLICY = concat!(policy_columns!(), "WHERE package_name = $1 AND node_group = $2");
    POLICIES = concat!(policy_columns!(), "WHERE package_name IN ('', $1)
        ORDER BY package_name COLLATE \"C\", node_group COLLATE \"C\"");
    TOUCH_POLICY = "INSERT INTO policy (package_name, node_group, revision, rules, changed_at)
        VALUES ($1, $2, 1, '{}', $3)
        ON CONFLICT (package_name, node_group) DO UPDATE SET revision = policy.revision + 1
        RETURNING package_name, node_group, revision, rules, changed_at";
    SET_POLICY = "UPDATE policy SET rules = $3, changed_at = $4 WHERE package_name = $1 AND node_group = $2";
    WAIVER = concat!(waiver_columns!(), " AND number = $2");
    WAIVERS = concat!(waiver_columns!(), " AND number < $2 ORDER BY number DESC LIMIT $3");
    OPEN_WAIVERS = concat!(waiver_columns!(), " AND revoked_at IS NULL ORDER BY number DESC");
    LAST_WAIVER = "SELECT COALESCE(MAX(number), 0) FROM waiver WHERE package_name = $1";
    INSERT_WAIVER = "INSERT INTO waiver
            (package_name, number, rule, unique_id, column_name, author, reason, until_day, created_at, changes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    SPEND_WAIVER = "UPDATE waiver SET spent_version = $3, spent_at = $4
        WHERE package_name = $1 AND number = $2 AND spent_version IS NULL AND revoked_at IS NULL";
    REVOKE_WAIVER = "UPDATE waiver SET revoked_by = $3, revoked_at = $4 WHERE package_name = $1 AND number = $2";

    // The mesh of an environment.
    STANDING = "SELECT TRUE AS is_project, d.package_name AS name, d.version, p.digest, d.relations_digest, d.environment
        FROM deployment d JOIN publication p ON p.package_name = d.package_name AND p.version = d.version
        WHERE d.environment = $1
        UNION ALL
        SELECT FALSE, name, CAST(revision AS TEXT), digest, '', environment FROM consumer WHERE environment = $1";
    MEMBER = "SELECT p.document, r.document AS relations
        FROM publication p JOIN relations r ON r.package_name = p.package_name
        WHERE p.package_name = $1 AND p.version = $2 AND r.digest = $3";

    // What checks found.
    SAME_CHECK_RUN = "SELECT number, recorded_at FROM check_run
        WHERE package_name = $1 AND environment = $2 AND digest = $3";
    LAST_CHECK_RUN = "SELECT COALESCE(MAX(number), 0) FROM check_run WHERE package_name = $1 AND environment = $2";
    INSERT_CHECK_RUN = "INSERT INTO check_run
            (package_name, environment, number, digest, ran_by, ran_at, program, recorded_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    PRUNE_NODE_RUNS = "DELETE FROM node_run
        WHERE package_name = $1 AND environment = $2 AND ran_by = $3 AND (unique_id, number) IN (
            SELECT unique_id, number FROM (
                SELECT unique_id, number, ROW_NUMBER() OVER (PARTITION BY unique_id ORDER BY number DESC) AS place
                FROM node_run WHERE package_name = $1 AND environment = $2 AND ran_by = $3) AS ranked
            WHERE place > $4)";
    NODE_RUNS = "SELECT r.number, r.ran_by, r.ran_at, r.program, n.document
        FROM node_run n JOIN check_run r
          ON r.package_name = n.package_name AND r.environment = n.environment AND r.number = n.number
        WHERE n.package_name = $1 AND n.environment = $2 AND n.unique_id = $3 ORDER BY n.number DESC";

    // Tokens, and the keys that sign.
    TOKEN = concat!(token_columns!(), "WHERE number = $1");
    TOKENS = concat!(token_columns!(), "WHERE number < $1 ORDER BY number DESC LIMIT $2");
    TOKENS_OF_NAME = concat!(token_columns!(), "WHERE name = $1 AND revoked_at IS NULL ORDER BY number DESC");
    TOKEN_BY_DIGEST = concat!(token_columns!(), "WHERE digest = $1");
    LAST_TOKEN = "SELECT COALESCE(MAX(number), 0) FROM token";
    INSERT_TOKEN = "INSERT INTO token (number, name, digest, scopes, created_by, created_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    REVOKE_TOKEN = "UPDATE token SET revoked_by = $2, revoked_at = $3 WHERE number = $1";
    USE_TOKEN = "UPDATE token SET last_used_at = $2 WHERE number = $1";
    SIGNING_KEYS = "SELECT number, secret FROM signing_key ORDER BY number DESC";
    INSERT_SIGNING_KEY = "INSERT INTO signing_key (number, secret, created_at) VALUES ($1, $2, $3)";

    // Registered consumers.
    CONSUMER = concat!(consumer_columns!(), "= $2");
    CONSUMERS_AFTER = concat!(consumer_columns!(), "COLLATE \"C\" > $2 ORDER BY c.name COLLATE \"C\" LIMIT $3");
    CONSUMER_DOCUMENT = "SELECT document FROM consumer_history
        WHERE environment = $1 AND name = $2 AND digest = $3 LIMIT 1";
    LAST_CONSUMER_REVISION = "SELECT COALESCE(MAX(revision), 0) FROM consumer_history WHERE environment = $1 AND name = $2";
    PUT_CONSUMER = "INSERT INTO consumer (environment, name, revision, digest, changed_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (environment, name) DO UPDATE SET revision = excluded.revision, digest = excluded.digest,
            changed_at = excluded.changed_at";
    REMOVE_CONSUMER = "DELETE FROM consumer WHERE environment = $1 AND name = $2";
    INSERT_CONSUMER_HISTORY = "INSERT INTO consumer_history
            (environment, name, revision, digest, document, changed_at, removed)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

statements! { SQLITE_ONLY:
    SQLITE_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";
    INSERT_USES_SQLITE = "INSERT INTO node_use (package_name, version, reader, upstream, unique_id, via)
        SELECT $1, $2, json_extract(value, '$.reader'), json_extract(value, '$.upstream'),
            json_extract(value, '$.unique_id'), json_extract(value, '$.via') FROM json_each($3)";
    INSERT_NODE_RUNS_SQLITE = "INSERT INTO node_run (package_name, environment, ran_by, number, unique_id, document)
        SELECT $1, $2, $3, $4, json_extract(value, '$.unique_id'), json_extract(value, '$.document') FROM json_each($5)";
}

statements! { POSTGRES_ONLY:
    NOTIFY_EVENTS = "SELECT pg_notify('weft_events', '')";
    INSERT_USES_POSTGRES = "INSERT INTO node_use (package_name, version, reader, upstream, unique_id, via)
        SELECT $1, $2, u.reader, u.upstream, u.unique_id, u.via
        FROM json_to_recordset(CAST($3 AS TEXT)::json) AS u (reader TEXT, upstream TEXT, unique_id TEXT, via TEXT)";
    INSERT_NODE_RUNS_POSTGRES = "INSERT INTO node_run (package_name, environment, ran_by, number, unique_id, document)
        SELECT $1, $2, $3, $4, u.unique_id, u.document
        FROM json_to_recordset(CAST($5 AS TEXT)::json) AS u (unique_id TEXT, document TEXT)";
}
