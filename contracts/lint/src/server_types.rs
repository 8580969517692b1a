//! Servers: what each type of them says of itself.

/// A type of server: since which minor version, with which keys.
pub(crate) struct Type {
    pub(crate) name: &'static str,
    pub(crate) since: u32,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

const fn server(
    name: &'static str,
    since: u32,
    required: &'static [&'static str],
    optional: &'static [&'static str],
) -> Type {
    Type { name, since, required, optional }
}

/// Every type, with its keys in the last version.
pub(crate) const TYPES: [Type; 44] = [
    server("api", 0, &["location"], &[]),
    server("athena", 0, &["schema"], &["catalog", "regionName", "stagingDir", "workgroup"]),
    server("azure", 0, &["format", "location"], &["delimiter", "encoding"]),
    server("bigquery", 0, &["dataset", "project"], &[]),
    server("btrieve", 2, &["database", "host"], &["port"]),
    server("clickhouse", 0, &["database", "host", "port"], &[]),
    server("cloudsql", 0, &["database", "host", "port", "schema"], &[]),
    server("custom", 0, &[], &CUSTOM),
    server("databricks", 0, &["catalog", "schema"], &["host"]),
    server("db2", 0, &["database", "host", "port"], &["schema"]),
    server("denodo", 0, &["host", "port"], &["database"]),
    server("dremio", 0, &["host", "port"], &["schema"]),
    server("duckdb", 0, &["database"], &["schema"]),
    server("exasol", 2, &["host"], &["port", "schema"]),
    server("fastobjects", 2, &["database"], &["host", "port"]),
    server("glue", 0, &["account", "database"], &["encoding", "format", "location"]),
    server("hana", 2, &["host"], &["database", "port", "schema"]),
    server("hive", 1, &["database", "host"], &["port"]),
    server("iceberg", 2, &["catalog", "catalogUrl"], &["namespace", "warehouse"]),
    server("impala", 1, &["database", "host"], &["port"]),
    server("informix", 0, &["database", "host"], &["port"]),
    server("ingres", 2, &["database", "host"], &["port"]),
    server("kafka", 0, &["host"], &["encoding", "format"]),
    server("kinesis", 0, &[], &["encoding", "format", "region"]),
    server("local", 0, &["format", "path"], &["encoding"]),
    server("mysql", 0, &["database", "host", "port"], &[]),
    server("oracle", 0, &["host", "port", "serviceName"], &[]),
    server("poet", 2, &["database"], &["host", "port"]),
    server("postgres", 0, &["database", "host", "port", "schema"], &[]),
    server("postgresql", 0, &["database", "host", "port", "schema"], &[]),
    server("presto", 0, &["host"], &["catalog", "schema"]),
    server("pubsub", 0, &["project"], &[]),
    server("redshift", 0, &["database", "schema"], &["account", "host", "region"]),
    server("s3", 0, &["location"], &["delimiter", "encoding", "endpointUrl", "format"]),
    server("sftp", 0, &["location"], &["delimiter", "encoding", "format"]),
    server("snowflake", 0, &["account", "database", "schema"], &["host", "port", "warehouse"]),
    server("sqlserver", 0, &["database", "host", "schema"], &["port"]),
    server("synapse", 0, &["database", "host", "port"], &[]),
    server("teradata", 2, &["host"], &["database", "port"]),
    server("trino", 0, &["catalog", "host", "port", "schema"], &[]),
    server("vectorwise", 2, &["database", "host"], &["port"]),
    server("versant", 2, &["database"], &["host", "port"]),
    server("vertica", 0, &["database", "host", "port", "schema"], &[]),
    server("zen", 1, &["database", "host"], &["port"]),
];

/// What a type that the standard does not know can say.
const CUSTOM: [&str; 20] = [
    "account",
    "catalog",
    "database",
    "dataset",
    "delimiter",
    "encoding",
    "endpointUrl",
    "format",
    "host",
    "location",
    "path",
    "port",
    "project",
    "region",
    "regionName",
    "schema",
    "serviceName",
    "stagingDir",
    "stream",
    "warehouse",
];

impl Type {
    /// The keys that a server of it has to have.
    pub(crate) fn required(&self, minor: u32) -> Vec<&'static str> {
        let more: &[_] = if self.name == "athena" && minor < 2 { &["stagingDir"] } else { &[] };
        self.required.iter().chain(more).copied().collect()
    }

    /// The keys that a server of it can have.
    pub(crate) fn keys(&self, minor: u32) -> impl Iterator<Item = &'static str> {
        let is_there = move |key: &&str| match *key {
            "encoding" | "workgroup" => minor >= 2,
            "stream" => minor >= 1,
            _ => true,
        };
        self.required.iter().chain(self.optional).copied().filter(is_there)
    }
}

fn of_name(name: &str, minor: u32) -> Option<&'static Type> {
    TYPES.iter().find(|it| it.name == name && it.since <= minor)
}

/// The keys that a server of a type has to have.
pub(crate) fn required(name: &str, minor: u32) -> Vec<&'static str> {
    of_name(name, minor).map(|it| it.required(minor)).unwrap_or_default()
}

/// Whether a server of a type can have a key beside those of all servers; one of an unknown type can have any.
pub(crate) fn has(name: &str, minor: u32, key: &str) -> bool {
    of_name(name, minor).is_none_or(|it| it.keys(minor).any(|it| it == key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_stands_there_once_and_in_order() {
        assert!(TYPES.is_sorted_by(|a, b| a.name < b.name));
        assert!(has("athena", 2, "workgroup") && !has("athena", 1, "workgroup") && has("zen", 0, "any"));
        assert_eq!(required("athena", 1), ["schema", "stagingDir"]);
    }
}
