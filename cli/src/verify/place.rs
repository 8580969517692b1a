//! Where a contract is verified: its server, and the way in.

mod identity;
mod server;

use std::{
    env,
    path::{Path, PathBuf},
    str::FromStr as _,
};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use weft_api::problem::ProblemCode;
use weft_odcs::{DataContract, Server};
use weft_verify::{DUCKDB, Engine, EngineKind, POSTGRES, of_server_type, supported};

use crate::{
    escape::escape,
    failure::{Result, problem_with_hint},
    project::profile::{self, Profile},
    verify::{
        contract::ContractFile,
        place::server::{duckdb_file, variables},
        python,
        secrets::Secrets,
    },
};

/// The source of a place that comes from dbt's profile.
const PROFILE: &str = "dbt's profile";

/// What the user says of the place.
#[derive(Debug, Clone, Default)]
pub(crate) struct DatabaseChoice {
    /// The contract's name for the server.
    pub(crate) server: Option<String>,
    /// The environment of the server.
    pub(crate) environment: Option<String>,
    /// The variable that holds the database's URL, if it is not the server's own.
    pub(crate) dsn_env: Option<String>,
    /// The name of dbt's target.
    pub(crate) target: Option<String>,
    /// The dbt project's folder.
    pub(crate) project: PathBuf,
}

/// A database, and the way in.
#[derive(Debug, Clone)]
pub(crate) struct DatabasePlace {
    /// Whose SQL it speaks.
    pub(crate) engine: &'static dyn Engine,
    /// The contract's name for it; none if only the profile names it.
    pub(crate) server: Option<String>,
    /// Where tables are looked for; none for the connection's own.
    pub(crate) schema: Option<String>,
    /// Where the credentials come from: a variable, the contract, dbt's profile.
    pub(crate) told_by: String,
    pub(super) target: DatabaseTarget,
    pub(super) secrets: Secrets,
}

#[derive(Debug, Clone)]
pub(super) enum DatabaseTarget {
    Postgres(Box<PgConnectOptions>),
    DuckDb { path: PathBuf, python: PathBuf },
}

impl DatabasePlace {
    /// Finds the server of a contract and the way in.
    pub(crate) fn for_contract(file: &ContractFile, choice: &DatabaseChoice) -> Result<Self> {
        let server = server(&file.contract, choice)?;
        if let Some(dsn) = Dsn::read(&file.contract, server, choice) {
            return of_dsn(dsn, file, server, choice);
        }
        if let Some(server) = server
            && let Some(path) = duckdb_file(file, server)
        {
            return Ok(duckdb(path, Some(server), choice, "the contract".to_owned()));
        }
        let profile = profile::read(&choice.project, choice.target.as_deref())?;
        match (profile, server) {
            (Some(profile), None) => of_profile(&profile, None, choice),
            (Some(profile), Some(server)) if leads_to(&profile, server)? => of_profile(&profile, Some(server), choice),
            _ => Err(no_way_in(file, server)),
        }
    }

    /// Whether two places are one database.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.target, &other.target) {
            (DatabaseTarget::Postgres(one), DatabaseTarget::Postgres(other)) => {
                let place = |it: &PgConnectOptions| {
                    (it.get_host().to_owned(), it.get_port(), it.get_database().unwrap_or(it.get_username()).to_owned())
                };
                place(one) == place(other)
            }
            (DatabaseTarget::DuckDb { path: one, .. }, DatabaseTarget::DuckDb { path: other, .. }) => {
                let place = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
                place(one) == place(other)
            }
            _ => false,
        }
    }
}

/// The server that is meant: by its name, by its environment, or the only one that can be read. None where the contract
/// has no servers at all.
fn server<'c>(contract: &'c DataContract, choice: &DatabaseChoice) -> Result<Option<&'c Server>> {
    let names = |servers: &[&Server]| servers.iter().map(|it| escape(&it.server)).collect::<Vec<_>>().join(", ");
    let all: Vec<&Server> = contract.servers.iter().collect();
    let unclear = |detail: String, hint: String| problem_with_hint(ProblemCode::ServerUnknown, detail, hint);
    let title = escape(contract.title());
    if let Some(name) = &choice.server {
        let found = all.iter().find(|it| &it.server == name || it.id.as_ref() == Some(name)).copied();
        let Some(found) = found else {
            let detail = format!("the contract {title} has no server {}", escape(name));
            return Err(unclear(detail, format!("its servers: {}", names(&all))));
        };
        return readable(found, &title).map(Some);
    }
    if all.is_empty() {
        return Ok(None);
    }
    let of_environment = |it: &&Server| choice.environment.is_some() && it.environment == choice.environment;
    let there: Vec<&Server> = all.iter().copied().filter(of_environment).collect();
    let among = if there.is_empty() { all.clone() } else { there };
    let known: Vec<&Server> = among.iter().copied().filter(|it| of_server_type(&it.r#type).is_some()).collect();
    match (known.as_slice(), among.as_slice()) {
        ([only], _) => Ok(Some(only)),
        ([], [first, ..]) => readable(first, &title).map(Some),
        (several, _) => {
            let detail = format!("the contract {title} has several servers: {}", names(several));
            Err(unclear(detail, "name one with --server, or its environment with --environment".to_owned()))
        }
    }
}

/// Refuses a server of a type that nobody here reads.
fn readable<'c>(server: &'c Server, title: &str) -> Result<&'c Server> {
    if of_server_type(&server.r#type).is_some() {
        return Ok(server);
    }
    Err(problem_with_hint(
        ProblemCode::ServerUnknown,
        format!("the server {} of {title} is of type {}", escape(&server.server), escape(&server.r#type)),
        format!("weft verifies on servers of type {}", supported().join(" and ")),
    ))
}

/// A URL from a variable.
struct Dsn {
    variable: String,
    url: String,
}

impl Dsn {
    /// From the variable that the user names, else from the contract's own for the server, else from that of all servers of
    /// this name.
    fn read(contract: &DataContract, server: Option<&Server>, choice: &DatabaseChoice) -> Option<Self> {
        let variables = match (&choice.dsn_env, server) {
            (Some(named), _) => vec![named.clone()],
            (None, Some(server)) => variables(contract, server).into(),
            (None, None) => Vec::new(),
        };
        variables.into_iter().find_map(|variable| {
            let url = env::var(&variable).ok().filter(|url| !url.is_empty())?;
            Some(Self { variable, url })
        })
    }
}

fn of_dsn(
    Dsn { variable, url }: Dsn,
    file: &ContractFile,
    server: Option<&Server>,
    choice: &DatabaseChoice,
) -> Result<DatabasePlace> {
    // Never the driver's words: they may hold the URL.
    let wrong = |what: &str| {
        let hint = "write it as postgres://user:password@host:5432/database, or as duckdb:PATH";
        problem_with_hint(ProblemCode::CredentialsMissing, format!("{variable} {what}"), hint)
    };
    let kind = server.and_then(|server| of_server_type(&server.r#type)).map(Engine::kind);
    let is_duckdb = kind == Some(EngineKind::DuckDb);
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        if is_duckdb {
            return Err(wrong("is a PostgreSQL URL, but the server is of type duckdb"));
        }
        let options = PgConnectOptions::from_str(&url).map_err(|_| wrong("is not a PostgreSQL URL"))?;
        if let Some(server) = server {
            identity::check_postgres_url(&variable, file, server, &options)?;
        }
        let mut secrets = Secrets::default();
        secrets.add(&url);
        if let Some((user, _)) = url.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'))
            && let Some((_, password)) = user.split_once(':')
        {
            secrets.add(password);
        }
        return Ok(postgres(options, server, None, secrets, variable));
    }
    match url.strip_prefix("duckdb:").or(is_duckdb.then_some(url.as_str())) {
        Some(_) if server.is_some() && !is_duckdb => Err(wrong("is a DuckDB file, but the server has another type")),
        Some(path) => {
            let path = PathBuf::from(path.trim_start_matches("//"));
            if let Some(server) = server {
                identity::check_duckdb_path(&variable, file, server, &path)?;
            }
            Ok(duckdb(path, server, choice, variable))
        }
        None => Err(wrong("is not the URL of a database")),
    }
}

/// Whether the profile's target is the server's database: it agrees with everything that the server specifies.
fn leads_to(profile: &Profile, server: &Server) -> Result<bool> {
    let engine = of_server_type(&server.r#type).map(Engine::kind);
    if engine != of_server_type(&profile.kind).map(Engine::kind) {
        return Ok(false);
    }
    for (setting, fields) in [("host", ["host"].as_slice()), ("database", &["dbname", "database"])] {
        let said = server.setting(setting);
        if said.is_some() && said != profile.field(fields)?.as_deref() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn of_profile(profile: &Profile, server: Option<&Server>, choice: &DatabaseChoice) -> Result<DatabasePlace> {
    let schema = profile.field(&["schema"])?;
    match of_server_type(&profile.kind).map(Engine::kind) {
        Some(EngineKind::Postgres) => {
            let needed = |names: &[&str]| profile.field(names)?.ok_or_else(|| profile.lacks(names[0]));
            let mut options = PgConnectOptions::new_without_pgpass()
                .host(&needed(&["host"])?)
                .username(&needed(&["user"])?)
                .database(&needed(&["dbname", "database"])?);
            if let Some(port) = profile.field(&["port"])? {
                options = options.port(port.trim().parse().map_err(|_| profile.lacks("port"))?);
            }
            let mut secrets = Secrets::default();
            if let Some(password) = profile.field(&["password", "pass"])? {
                secrets.add(&password);
                options = options.password(&password);
            }
            if let Some(mode) = profile.field(&["sslmode"])? {
                options = options.ssl_mode(PgSslMode::from_str(&mode).map_err(|_| profile.lacks("sslmode"))?);
            }
            Ok(postgres(options, server, schema, secrets, PROFILE.to_owned()))
        }
        Some(EngineKind::DuckDb) => {
            let path = profile.field(&["path"])?.ok_or_else(|| profile.lacks("path"))?;
            let place = duckdb(choice.project.join(path), server, choice, PROFILE.to_owned());
            Ok(DatabasePlace { schema: place.schema.or(schema), ..place })
        }
        None => Err(problem_with_hint(
            ProblemCode::ServerUnknown,
            format!("the target of dbt's profile is of type {}", escape(&profile.kind)),
            format!("weft verifies on {}", supported().join(" and ")),
        )),
    }
}

fn postgres(
    options: PgConnectOptions,
    server: Option<&Server>,
    schema: Option<String>,
    secrets: Secrets,
    told_by: String,
) -> DatabasePlace {
    let said = server.and_then(|server| server.setting("schema")).map(str::to_owned);
    DatabasePlace {
        engine: POSTGRES,
        server: server.map(|server| server.server.clone()),
        schema: said.or(schema),
        told_by,
        target: DatabaseTarget::Postgres(Box::new(options)),
        secrets,
    }
}

fn duckdb(path: PathBuf, server: Option<&Server>, choice: &DatabaseChoice, told_by: String) -> DatabasePlace {
    DatabasePlace {
        engine: DUCKDB,
        server: server.map(|server| server.server.clone()),
        schema: server.and_then(|server| server.setting("schema")).map(str::to_owned),
        told_by,
        target: DatabaseTarget::DuckDb { path, python: python::find(&choice.project) },
        secrets: Secrets::default(),
    }
}

fn no_way_in(file: &ContractFile, server: Option<&Server>) -> Box<weft_api::problem::Problem> {
    let title = escape(file.contract.title());
    match server {
        Some(server) => problem_with_hint(
            ProblemCode::CredentialsMissing,
            format!("there are no credentials for the server {} of {title}", escape(&server.server)),
            {
                let [own, of_all] = variables(&file.contract, server);
                format!(
                    "set {of_all} to the database's URL ({own} only for this contract), or run weft where dbt's profile names the same host and database"
                )
            },
        ),
        None => problem_with_hint(
            ProblemCode::ServerUnknown,
            format!("the contract {title} has no servers, and no dbt profile names a database"),
            "add a server to the contract, name the dbt project with --project-dir, or name the variable with the database's URL with --dsn-env",
        ),
    }
}
