//! Local servers that answer as GitHub and GitLab document it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, patch, post, put},
};
use serde_json::{Value, json};

/// What a server has and was asked.
#[derive(Default)]
pub(super) struct Service {
    /// By id: author and body.
    pub(super) comments: BTreeMap<u64, (String, String)>,
    pub(super) statuses: Vec<(String, Value)>,
    pub(super) checks: Vec<Value>,
    /// Whether the token may make check runs.
    pub(super) has_checks: bool,
    /// Whether the token may write at all.
    pub(super) is_read_only: bool,
    /// What another job writes right before this one's first comment.
    pub(super) rival: Option<String>,
}

pub(super) type Shared = Arc<Mutex<Service>>;

async fn serve(router: Router<Shared>, service: &Shared) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = router.with_state(Arc::clone(service));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn refused(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

/// A page of comments, in the form of a service.
fn page(service: &Service, query: &BTreeMap<String, String>, form: fn(u64, &(String, String)) -> Value) -> Vec<Value> {
    let number = |key: &str| query[key].parse::<usize>().unwrap();
    let all = service.comments.iter().skip((number("page") - 1) * number("per_page")).take(number("per_page"));
    all.map(|(id, comment)| form(*id, comment)).collect()
}

fn create(service: &mut Service, author: &str, body: &Value) -> u64 {
    let next = |service: &Service| service.comments.last_key_value().map_or(1, |(id, _)| id + 1);
    if let Some(rival) = service.rival.take() {
        let id = next(service);
        service.comments.insert(id, (author.to_owned(), rival));
    }
    let id = next(service);
    service.comments.insert(id, (author.to_owned(), body["body"].as_str().unwrap().to_owned()));
    id
}

/// The author of what a job of GitHub writes.
pub(super) const BOT: &str = "github-actions[bot]";

fn of_github(id: u64, (author, body): &(String, String)) -> Value {
    json!({ "id": id, "user": { "login": author, "type": "Bot" }, "body": body })
}

pub(super) async fn github(service: &Shared) -> String {
    async fn list(
        State(service): State<Shared>,
        Query(query): Query<BTreeMap<String, String>>,
        headers: HeaderMap,
    ) -> Response {
        assert_eq!(headers["authorization"], "Bearer s3cret");
        Json(page(&service.lock().unwrap(), &query, of_github)).into_response()
    }
    async fn post_comment(State(service): State<Shared>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        if service.is_read_only {
            return refused(StatusCode::FORBIDDEN, "Resource not accessible by integration");
        }
        let id = create(&mut service, BOT, &body);
        let made = of_github(id, &service.comments[&id]);
        (StatusCode::CREATED, Json(made)).into_response()
    }
    async fn change(State(service): State<Shared>, Path(id): Path<u64>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        service.comments.get_mut(&id).unwrap().1 = body["body"].as_str().unwrap().to_owned();
        Json(of_github(id, &service.comments[&id])).into_response()
    }
    async fn delete(State(service): State<Shared>, Path(id): Path<u64>) -> StatusCode {
        service.lock().unwrap().comments.remove(&id).unwrap();
        StatusCode::NO_CONTENT
    }
    async fn check_run(State(service): State<Shared>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        if !service.has_checks {
            return refused(StatusCode::FORBIDDEN, "Resource not accessible by personal access token");
        }
        service.checks.push(body);
        StatusCode::CREATED.into_response()
    }
    async fn status(State(service): State<Shared>, Path(sha): Path<String>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        if service.is_read_only {
            return refused(StatusCode::FORBIDDEN, "Resource not accessible by integration");
        }
        service.statuses.push((sha, body));
        StatusCode::CREATED.into_response()
    }
    let router = Router::new()
        .route("/user", get(async || refused(StatusCode::FORBIDDEN, "Resource not accessible by integration")))
        .route("/repos/acme/shop/issues/7/comments", get(list).post(post_comment))
        .route("/repos/acme/shop/issues/comments/{id}", patch(change).delete(delete))
        .route("/repos/acme/shop/check-runs", post(check_run))
        .route("/repos/acme/shop/statuses/{sha}", post(status));
    serve(router, service).await
}

fn of_gitlab(id: u64, (author, body): &(String, String)) -> Value {
    json!({ "id": id, "author": { "id": author.parse::<u64>().unwrap() }, "body": body, "system": false })
}

pub(super) async fn gitlab(service: &Shared) -> String {
    async fn list(
        State(service): State<Shared>,
        Query(query): Query<BTreeMap<String, String>>,
        headers: HeaderMap,
    ) -> Response {
        assert_eq!(headers["private-token"], "s3cret");
        let service = service.lock().unwrap();
        let found = page(&service, &query, of_gitlab);
        let (number, many) = (query["page"].parse::<usize>().unwrap(), found.len());
        let next = if number * many < service.comments.len() { (number + 1).to_string() } else { String::new() };
        ([("x-next-page", next)], Json(found)).into_response()
    }
    async fn post_note(State(service): State<Shared>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        let id = create(&mut service, "42", &body);
        let made = of_gitlab(id, &service.comments[&id]);
        (StatusCode::CREATED, Json(made)).into_response()
    }
    async fn change(State(service): State<Shared>, Path(id): Path<u64>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        service.comments.get_mut(&id).unwrap().1 = body["body"].as_str().unwrap().to_owned();
        Json(of_gitlab(id, &service.comments[&id])).into_response()
    }
    async fn delete(State(service): State<Shared>, Path(id): Path<u64>) -> StatusCode {
        service.lock().unwrap().comments.remove(&id).unwrap();
        StatusCode::NO_CONTENT
    }
    async fn status(State(service): State<Shared>, Path(sha): Path<String>, Json(body): Json<Value>) -> Response {
        let mut service = service.lock().unwrap();
        if service.statuses.last().is_some_and(|(_, last)| last["state"] == body["state"]) {
            let message = "Cannot transition status via :run from :success (Reason(s): Status cannot transition)";
            return refused(StatusCode::BAD_REQUEST, message);
        }
        service.statuses.push((sha, body));
        StatusCode::CREATED.into_response()
    }
    let router = Router::new()
        .route("/user", get(async || Json(json!({ "id": 42, "username": "project_5_bot" }))))
        .route("/projects/5/merge_requests/3/notes", get(list).post(post_note))
        .route("/projects/5/merge_requests/3/notes/{id}", put(change).delete(delete))
        .route("/projects/5/statuses/{sha}", post(status));
    serve(router, service).await
}
