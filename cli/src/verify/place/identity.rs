//! Whether a URL leads to the database of a contract's server: a different one proves nothing about the contract.

use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use weft_api::problem::{Problem, ProblemCode};
use weft_odcs::Server;

use crate::{
    escape::{self, escape},
    failure::{Result, problem_with_hint},
    verify::{
        contract::ContractFile,
        place::server::{duckdb_file, variables},
    },
};

/// Checks a PostgreSQL URL against the server's database, host and schema.
///
/// A URL to this machine may be a tunnel to any host: then only database and schema are compared.
pub(super) fn check_postgres_url(
    variable: &str,
    file: &ContractFile,
    server: &Server,
    options: &PgConnectOptions,
) -> Result<()> {
    let host = options.get_host();
    let is_near = |host: &str| host.starts_with('/') || matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]");
    let database = options.get_database().unwrap_or(options.get_username());
    let schema = options.get_options().and_then(search_path);
    let said = |key: &str| server.setting(key);
    let differs = [
        ("database", said("database"), Some(database.to_owned()).filter(|it| said("database") != Some(it))),
        (
            "host",
            said("host"),
            Some(host.to_owned())
                .filter(|it| !is_near(it) && !said("host").is_some_and(|said| said.eq_ignore_ascii_case(it))),
        ),
        ("schema", said("schema"), schema.filter(|it| said("schema") != Some(it))),
    ];
    for (what, said, found) in differs {
        if let (Some(said), Some(found)) = (said, found) {
            return Err(other(variable, file, server, &format!("the {what} {}", escape(&found)), &escape(said)));
        }
    }
    Ok(())
}

/// Holds a DuckDB file to the one that the server names. One that is not there can be known by its name alone.
pub(super) fn check_duckdb_path(variable: &str, file: &ContractFile, server: &Server, path: &Path) -> Result<()> {
    let Some(said) = duckdb_file(file, server) else { return Ok(()) };
    let is_it = match (said.canonicalize(), path.canonicalize()) {
        (Ok(said), Ok(path)) => said == path,
        _ => said.file_name() == path.file_name(),
    };
    if is_it {
        return Ok(());
    }
    Err(other(variable, file, server, &format!("the file {}", escape::path(path)), &escape::path(&said)))
}

fn other(variable: &str, file: &ContractFile, server: &Server, found: &str, said: &str) -> Box<Problem> {
    let [own, _] = variables(&file.contract, server);
    let (name, title) = (escape(&server.server), escape(file.contract.title()));
    problem_with_hint(
        ProblemCode::DatabaseOther,
        format!("{variable} points to {found}, but the server {name} of {title} has {said}"),
        format!("set {own} to the URL of that contract's database, or correct the contract's server"),
    )
}

/// The schema that a URL's options set, where they set one.
fn search_path(options: &str) -> Option<String> {
    let (_, path) = options.rsplit_once("search_path=")?;
    let first = path.split([' ', ',']).next()?;
    Some(first.trim_matches(['"', '\'']).to_owned()).filter(|schema| !schema.is_empty())
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use weft_odcs::DataContract;

    use super::*;

    fn file(server: &str) -> ContractFile {
        let text = format!(r#"{{"id": "shop-1", "name": "Shop", "servers": [{server}]}}"#);
        let contract: DataContract = serde_json::from_str(&text).unwrap();
        ContractFile { path: "contracts/shop.odcs.yaml".into(), contract }
    }

    /// The difference between a URL and a server.
    fn told(server: &str, url: &str) -> Option<String> {
        let file = file(server);
        let options = PgConnectOptions::from_str(url).unwrap();
        check_postgres_url("WEFT_DSN_PROD", &file, &file.contract.servers[0], &options).err().map(|it| it.detail)
    }

    const SERVER: &str =
        r#"{"server": "prod", "type": "postgres", "host": "db.example.com", "database": "shop", "schema": "sales"}"#;

    #[test]
    fn a_url_to_another_database_host_or_schema_is_told_with_both() {
        let database = told(SERVER, "postgres://me:secret@db.example.com/crm").unwrap();
        assert_eq!(database, "WEFT_DSN_PROD points to the database crm, but the server prod of Shop has shop");
        let host = told(SERVER, "postgres://me@other.example.com/shop").unwrap();
        assert!(host.contains("the host other.example.com") && host.contains("has db.example.com"), "{host}");
        let schema = told(SERVER, "postgres://me@db.example.com/shop?options=-csearch_path%3Dhr").unwrap();
        assert!(schema.contains("the schema hr"), "{schema}");
        let of_user = told(SERVER, "postgres://me@db.example.com").unwrap();
        assert!(of_user.contains("the database me"), "a URL without a database means the user's: {of_user}");
    }

    #[test]
    fn the_same_database_passes_by_whatever_tunnel_and_so_does_what_the_server_does_not_say() {
        for url in [
            "postgres://me@DB.example.com:6432/shop",
            "postgres://me@127.0.0.1:6432/shop",
            "postgres://me@localhost/shop?options=-csearch_path%3Dsales",
        ] {
            assert_eq!(told(SERVER, url), None, "{url}");
        }
        assert_eq!(told(r#"{"server": "prod", "type": "postgres"}"#, "postgres://me@anywhere/any"), None);
    }

    #[test]
    fn a_file_is_the_servers_by_its_place_or_where_it_is_not_there_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["shop.duckdb", "crm.duckdb"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let file = ContractFile {
            path: folder.path().join("shop.odcs.yaml"),
            ..file(r#"{"server": "prod", "type": "duckdb", "database": "shop.duckdb"}"#)
        };
        let held = |path: &Path| check_duckdb_path("WEFT_DSN_PROD", &file, &file.contract.servers[0], path);
        assert!(held(&folder.path().join("shop.duckdb")).is_ok());
        assert!(held(Path::new("/elsewhere/shop.duckdb")).is_ok());
        for other in [folder.path().join("crm.duckdb"), "/elsewhere/crm.duckdb".into()] {
            assert_eq!(held(&other).unwrap_err().code, ProblemCode::DatabaseOther);
        }
    }
}
