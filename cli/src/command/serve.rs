//! `weft serve`.

mod admin_token;

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::PathBuf,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use registry::{PublicHub, Secret, ServiceConfig, Store, StoreError};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tracing::{info, warn};
use weft_api::problem::{Problem, ProblemCode};

use crate::{
    client::{Hub, location::RegistryLocation, unusable},
    escape::escape,
    failure::{Result, problem, problem_with_hint},
    options::Shared,
    output::{
        self, Output,
        log::{self, LogFormat},
    },
    project::dot_weft,
};

/// How long weft waits before it looks for the database again.
const PAUSE: Duration = Duration::from_secs(2);

/// Serve the registry over HTTP, from a SQLite file or a PostgreSQL database.
///
/// On a loopback address, everybody who can reach it has access; any other address requires an admin token of at least
/// 128 bits, which creates further tokens (`weft token`). On SIGTERM and SIGINT it finishes running requests before it exits.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  weft serve\n  weft serve --database postgres://weft@db/weft --listen 0.0.0.0:8080 \
                        --public-url https://weft.example.com\n\n\
                        Variables: WEFT_ADMIN_TOKEN (the token with all permissions), RUST_LOG (default: info)."
)]
pub(super) struct Arguments {
    /// The address to listen on; port 0 uses a free port
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "HOST:PORT")]
    listen: String,

    /// The database: the path of a SQLite file, or postgres://...; default: the same as --registry
    #[arg(long, value_name = "PATH|URL")]
    database: Option<String>,

    /// The URL at which clients reach the registry; default: taken from their requests
    #[arg(long, value_name = "URL", value_parser = web_url)]
    public_url: Option<Url>,

    /// Trust X-Forwarded-Proto, -Host and the last address of -For; use only behind a proxy that sets them
    #[arg(long)]
    trust_proxy: bool,

    /// The largest request body, after decompression: bytes, or with KiB, MiB, GiB
    #[arg(long, default_value = "64MiB", value_name = "SIZE")]
    max_body: ByteSize,

    /// The memory for the bodies of all requests together; a request waits up to 20 s for its part
    #[arg(long, default_value = "512MiB", value_name = "SIZE")]
    body_memory: ByteSize,

    /// How many connections are served at a time; further ones wait
    #[arg(long, default_value_t = 900, value_name = "NUMBER")]
    max_connections: usize,

    /// How many requests a second each token may send, and each address without one; default: no limit
    #[arg(long, value_name = "NUMBER")]
    rate_limit: Option<NonZeroU32>,

    /// How many seconds to wait for a PostgreSQL database that does not answer at the start
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    database_wait: u64,

    /// A file that holds the admin token, instead of `WEFT_ADMIN_TOKEN`
    #[arg(long, value_name = "FILE")]
    admin_token_file: Option<PathBuf>,

    /// The package hub for packages that the registry does not have; `none` to use no hub
    #[arg(long, default_value = "https://hub.getdbt.com/", value_name = "URL|none")]
    public_hub: String,

    /// The format of the log on stderr
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
}

/// A URL that can be clicked on.
fn web_url(input: &str) -> std::result::Result<Url, String> {
    let url: Url = input.parse().map_err(|error| format!("{error}"))?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err("it is not an http URL".to_owned()) }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ByteSize(usize);

impl FromStr for ByteSize {
    type Err = String;
    fn from_str(input: &str) -> std::result::Result<Self, Self::Err> {
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)];
        let unit = units.iter().find_map(|(name, unit)| Some((input.strip_suffix(name)?, *unit)));
        let (number, unit) = unit.unwrap_or((input, 1));
        let bytes = number.trim().parse().ok().and_then(|number: usize| number.checked_mul(unit));
        bytes
            .filter(|bytes| *bytes > 0)
            .map(ByteSize)
            .ok_or_else(|| "write it as 1048576, 512KiB, 64MiB or 1GiB".to_owned())
    }
}

/// Serves until it is asked to stop. The answer is shown at the start: programs wait for it to know the address.
pub(super) async fn run(arguments: Arguments, shared: &Shared) -> Result<()> {
    log::start(arguments.log_format);
    let database = database(&arguments, shared)?;
    let listener =
        TcpListener::bind(&arguments.listen).await.map_err(|error| cannot_listen(&arguments.listen, &error))?;
    let address = listener.local_addr().map_err(|error| cannot_listen(&arguments.listen, &error))?;
    let config = config(&arguments, address)?;
    // Whoever reads the address may ask for the end at once.
    let stop =
        stop().map_err(|error| problem(ProblemCode::Internal, format!("signals cannot be received: {error}")))?;
    let mut stop = Box::pin(stop);
    let store = tokio::select! {
        store = open(&database, Duration::from_secs(arguments.database_wait)) => store?,
        () = &mut stop => return Ok(()),
    };
    let listening = Listening { url: format!("http://{address}"), database: database.to_string() };
    output::show(&listening, shared.format);
    info!(url = %listening.url, database = %listening.database, "weft serves");
    registry::serve(listener, registry::app(store, config), arguments.max_connections, stop)
        .await
        .map_err(|error| problem(ProblemCode::Internal, format!("the service stopped: {error}")))?;
    info!("weft has stopped");
    Ok(())
}

fn database(arguments: &Arguments, shared: &Shared) -> Result<RegistryLocation> {
    let location = match &arguments.database {
        Some(database) => RegistryLocation::choose(Some(database), None, &shared.project_dir)?,
        None => shared.location(&shared.config()?)?,
    };
    match location {
        RegistryLocation::Server(url) => Err(problem_with_hint(
            ProblemCode::Usage,
            format!("`{url}` is a server, but `weft serve` needs a database"),
            "name a SQLite file or a postgres:// URL with --database",
        )),
        database => Ok(database),
    }
}

/// Opens the database. One that is not there yet is waited for: it often starts at the same time as weft.
async fn open(database: &RegistryLocation, patience: Duration) -> Result<Store> {
    if let Some(folder) = database.file().and_then(|path| path.parent()).filter(|folder| folder.ends_with(".weft")) {
        dot_weft::make(folder)?;
    }
    let url = match database {
        RegistryLocation::File(path) => path.to_string_lossy().into_owned(),
        RegistryLocation::Postgres(url) => url.clone(),
        RegistryLocation::Server(url) => url.to_string(),
    };
    let started = Instant::now();
    loop {
        match Store::open(&url).await {
            Err(error @ StoreError::Unavailable(_)) if started.elapsed() + PAUSE < patience => {
                warn!(%error, waited_s = started.elapsed().as_secs(), "The database is not there yet; weft waits for it");
                tokio::time::sleep(PAUSE).await;
            }
            store => return store.map_err(|error| unusable(&error)),
        }
    }
}

fn config(arguments: &Arguments, address: SocketAddr) -> Result<ServiceConfig> {
    let token = admin_token::given(arguments.admin_token_file.as_deref())?;
    if !address.ip().is_loopback() {
        admin_token::hold(token.as_deref(), address)?;
    }
    if token.is_none() {
        warn!("WEFT_ADMIN_TOKEN is not set: everybody who can reach {address} can read and write everything");
    }
    Ok(ServiceConfig {
        only_own_host: token.is_none(),
        admin_token: token.map(Secret::new),
        max_body: arguments.max_body.0,
        body_memory: arguments.body_memory.0,
        rate_limit: arguments.rate_limit,
        public_url: arguments.public_url.as_ref().map(|url| url.as_str().trim_end_matches('/').to_owned()),
        trust_proxy: arguments.trust_proxy,
        public_hub: public_hub(&arguments.public_hub)?,
        ..ServiceConfig::default()
    })
}

fn public_hub(given: &str) -> Result<Option<Arc<dyn PublicHub>>> {
    if given == "none" {
        return Ok(None);
    }
    let refuse = |reason: String| {
        problem_with_hint(
            ProblemCode::Usage,
            format!("--public-hub `{}`: {reason}", escape(given)),
            "name a package hub by its URL, or `none`",
        )
    };
    let url: Url = given.parse().map_err(|error| refuse(format!("{error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(refuse("it is not an http URL".to_owned()));
    }
    let hub = Hub::new(url).map_err(|error| refuse(error.to_string()))?;
    Ok(Some(Arc::new(hub)))
}

fn cannot_listen(listen: &str, error: &std::io::Error) -> Box<Problem> {
    problem_with_hint(
        ProblemCode::Usage,
        format!("weft cannot listen on `{}`: {error}", escape(listen)),
        "set --listen to an address of this machine and a free port, such as 127.0.0.1:8080",
    )
}

/// Listens for SIGTERM and SIGINT from now on; what it returns resolves when one of them comes.
#[cfg(unix)]
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Resolves on an interrupt.
#[cfg(not(unix))]
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// The message once the service listens.
struct Listening {
    url: String,
    database: String,
}

impl Output for Listening {
    fn text(&self) -> String {
        let Self { url, database } = self;
        format!("weft serves {database} at {url}\n  API and its documentation: {url}/docs\n")
    }

    fn json(&self) -> Value {
        json!({ "url": self.url, "docs": format!("{}/docs", self.url), "database": self.database })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_a_unit_or_is_bytes() {
        assert_eq!("64MiB".parse(), Ok(ByteSize(64 << 20)));
        assert_eq!("1000".parse(), Ok(ByteSize(1000)));
        for bad in ["", "0", "MiB", "1MB", "-1", "99999999999999GiB"] {
            assert!(bad.parse::<ByteSize>().is_err(), "{bad}");
        }
    }
}
