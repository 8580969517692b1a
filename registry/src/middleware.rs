//! What happens around every request: its id, its line in the log, its time limit, and how a problem is written.

use std::{
    any::Any,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use axum::{
    body::Body,
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use weft_api::problem::{Problem, ProblemCode};
use weft_model::name::PackageName;

use crate::{
    body::BodyShare,
    caller::{Caller, Peer},
    error::ApiError,
    extract::RequestId,
    state::AppState,
};

/// Where the figures are.
const METRICS: &str = "/metrics";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The outermost layer: gives the request an id, writes its problem if it has one, and its line in the log.
pub(crate) async fn boundary(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let _running = state.metrics.begin();
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    // Held here until the answer is made.
    let share = BodyShare::new(&state.bodies);
    request.extensions_mut().insert(share.clone());
    let peer = request.extensions().get::<Peer>().copied();
    let caller = Caller::new(peer, request.headers(), state.config.trust_proxy);
    request.extensions_mut().insert(caller.clone());
    let project = path.as_deref().and_then(|path| project(path, request.uri().path()));
    let mut response = next.run(request).await;
    drop(share);
    if let Some(problem) = problem_of(&mut response) {
        write_problem(&mut response, &Problem { request_id: Some(id.clone()), ..problem });
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    state.metrics.answered(&method, path.as_deref(), response.status().as_u16(), started.elapsed());
    tracing::info!(
        http.method = %method,
        http.route = path.as_deref().unwrap_or("-"),
        http.status = response.status().as_u16(),
        latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        client.address = caller.address().map(tracing::field::display),
        principal = caller.principal(),
        project.name = project.as_ref().map(PackageName::as_str),
        request.id = %id,
        "Answered"
    );
    response
}

/// The project that a path names, by the route that it matches.
fn project(route: &str, path: &str) -> Option<PackageName> {
    let (_, name) = route.split('/').zip(path.split('/')).find(|(part, _)| *part == "{package_name}")?;
    name.parse().ok()
}

/// The client's id where it is fit for a log line, else one of our own.
fn request_id(headers: &HeaderMap) -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let sane = |id: &&str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    given
        .filter(sane)
        .map_or_else(|| format!("{:016x}-{}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed)), str::to_owned)
}

/// The problem of a failed response: a handler's own, or one for a refusal of the framework without a body.
fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>() {
        return Some(Arc::unwrap_or_clone(problem));
    }
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ProblemCode::RouteNotFound,
        StatusCode::METHOD_NOT_ALLOWED => ProblemCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::PayloadTooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemCode::UnsupportedEncoding,
        _ if status.is_client_error() => ProblemCode::InvalidRequest,
        _ => ProblemCode::Internal,
    };
    Some(Problem::new(code, code.facts().title))
}

fn write_problem(response: &mut Response, problem: &Problem) {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.status_mut() = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.body_mut() = Body::from(body);
}

/// Gives up on a request that takes too long, its body included, or whose database cannot be reached.
pub(crate) async fn time_limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limit = state.config.request_timeout;
    // Figures of the process are there without a database.
    let needs_database = request.uri().path() != METRICS;
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = tokio::time::sleep(limit) => {
            let detail = format!("the request was not finished within {} s", limit.as_secs_f32());
            ApiError::new(ProblemCode::RequestTimeout, detail).into_response()
        }
        () = state.store.lost_touch(), if needs_database => {
            tracing::error!("The database cannot be reached");
            ApiError::new(ProblemCode::StoreUnavailable, "the registry's database does not answer").into_response()
        }
    }
}

/// A panic is a fault of the registry like any other.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic.downcast_ref::<String>().map(String::as_str);
    let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without a message");
    ApiError::internal(&message).into_response()
}

/// For paths that nothing is served at.
pub(crate) async fn no_route(request: Request) -> ApiError {
    let path: String = request.uri().path().chars().take(200).flat_map(char::escape_debug).collect();
    ApiError::new(ProblemCode::RouteNotFound, format!("nothing is served at `{path}`"))
}

/// For paths that are served with other methods.
pub(crate) async fn no_method(request: Request) -> ApiError {
    let method: String = request.method().as_str().chars().take(40).collect();
    ApiError::new(ProblemCode::MethodNotAllowed, format!("`{method}` is not a method of this path"))
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware::from_fn_with_state, routing::get};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

    use super::*;
    use crate::{config::ServiceConfig, store::Store};

    async fn answer(router: Router) -> Problem {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path().join("registry.db").to_str().unwrap()).await.unwrap();
        let state = AppState::new(store, ServiceConfig::default());
        let router = router.layer(CatchPanicLayer::custom(panicked)).layer(from_fn_with_state(state, boundary));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        let id = response.headers()[REQUEST_ID].to_str().unwrap().to_owned();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let problem: Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!((problem.status, problem.request_id.as_deref()), (status, Some(id.as_str())));
        problem
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing_of_its_cause() {
        async fn fails() -> &'static str {
            panic!("the s3cret was wrong")
        }
        let problem = answer(Router::new().route("/", get(fails))).await;
        assert_eq!(problem.code, ProblemCode::Internal);
        assert!(!serde_json::to_string(&problem).unwrap().contains("s3cret"));
    }

    #[tokio::test]
    async fn what_the_framework_refuses_without_a_word_is_a_problem_too() {
        for (status, code) in [
            (StatusCode::BAD_REQUEST, ProblemCode::InvalidRequest),
            (StatusCode::PAYLOAD_TOO_LARGE, ProblemCode::PayloadTooLarge),
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, ProblemCode::UnsupportedEncoding),
            (StatusCode::BAD_GATEWAY, ProblemCode::Internal),
        ] {
            let problem = answer(Router::new().route("/", get(move || async move { status }))).await;
            assert_eq!(problem.code, code);
        }
    }
}
