//! The transport without a socket: the registry's router, called in process.

use std::{path::Path, time::Duration};

use axum::{Router, body::Body};
use http::{Request, header};
use http_body_util::{BodyExt, Limited};
use registry::{ServiceConfig, Store, StoreError};
use reqwest::Url;
use tempfile::TempDir;
use tower::ServiceExt as _;
use weft_api::problem::{Problem, ProblemCode};

use crate::{
    client::{
        answer::{Answer, LARGEST, content_type},
        call::Call,
        location::RegistryUse,
    },
    escape::escape,
    failure::{FileError, Result, problem, problem_with_hint},
    project::dot_weft,
};

/// How long a call may take: longer than the registry gives itself.
const PATIENCE: Duration = Duration::from_secs(90);
/// What the router sees as its own address.
const ADDRESS: &str = "http://registry.embedded/";

/// A registry in this process.
#[derive(Debug)]
pub(super) struct Embedded {
    router: Router,
    address: Url,
    /// The empty registry that is used if there is none, until this is dropped.
    nothing: Option<TempDir>,
}

impl Embedded {
    /// Opens a SQLite file.
    pub(super) async fn open_file(path: &Path, purpose: RegistryUse) -> Result<Self> {
        if purpose == RegistryUse::Read && !path.exists() {
            let nothing = tempfile::tempdir().map_err(FileError::on(&std::env::temp_dir(), "written"))?;
            let mut opened = Self::open(&nothing.path().join("registry.db").to_string_lossy()).await?;
            opened.nothing = Some(nothing);
            return Ok(opened);
        }
        if let Some(folder) = path.parent().filter(|folder| folder.ends_with(".weft")) {
            dot_weft::make(folder)?;
        }
        let Some(path) = path.to_str() else {
            return Err(problem(
                ProblemCode::FileUnreadable,
                format!("the registry's path `{}` is not UTF-8", escape(&path.to_string_lossy())),
            ));
        };
        Self::open(path).await
    }

    /// Opens a database by its path or `postgres://` URL.
    pub(super) async fn open(database: &str) -> Result<Self> {
        let store = Store::open(database).await.map_err(|error| unusable(&error))?;
        let address = ADDRESS.parse().map_err(|error| problem(ProblemCode::Internal, format!("{ADDRESS}: {error}")))?;
        // Nobody but this process sends bodies here: what the client takes, the registry takes too.
        let config = ServiceConfig { max_body: LARGEST, ..ServiceConfig::default() };
        Ok(Self { router: registry::app(store, config), address, nothing: None })
    }

    /// Sends a call to the router in this process.
    pub(super) async fn send(&self, call: Call) -> Result<Answer> {
        let url = call.url(&self.address);
        let mut request = Request::builder();
        if let Some((name, value)) = &call.condition {
            request = request.header(name, value);
        }
        let request = request
            .method(call.method)
            .uri(url.as_str())
            .header(header::HOST, "registry.embedded")
            .header(header::USER_AGENT, concat!("weft/", env!("CARGO_PKG_VERSION")))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(call.body.unwrap_or_default()))
            .map_err(|error| problem(ProblemCode::Internal, format!("the request cannot be made: {error}")))?;
        tokio::time::timeout(PATIENCE, self.answer(request))
            .await
            .map_err(|_| problem(ProblemCode::StoreUnavailable, format!("no answer in {} s", PATIENCE.as_secs())))?
    }

    async fn answer(&self, request: Request<Body>) -> Result<Answer> {
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let content_type = content_type(response.headers());
        let status = response.status();
        let body = Limited::new(response.into_body(), LARGEST).collect().await.map_err(|error| {
            problem(ProblemCode::Internal, format!("the answer cannot be read: {}", escape(&error.to_string())))
        })?;
        Ok(Answer { status, content_type, body: body.to_bytes().to_vec() })
    }
}

/// The problem of a database that cannot be opened.
pub(crate) fn unusable(error: &StoreError) -> Box<Problem> {
    let hint = match error {
        StoreError::Open { .. } => "check the path, its permissions and that the file is a weft registry",
        StoreError::Foreign { .. } => "name another file with --registry or --database; this file was not changed",
        StoreError::Newer { .. } => "install the newer weft, or name another registry",
        _ => "check that --registry or --database names a weft registry's database, and that it answers",
    };
    problem_with_hint(ProblemCode::StoreUnavailable, escape(&error.to_string()), hint)
}
