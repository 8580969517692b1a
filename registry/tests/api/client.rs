//! A registry in process and a client for it, without a socket.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use registry::{ServiceConfig, Store};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{database::Database, mesh::Sample};

/// A registry in process.
#[derive(Clone)]
pub(crate) struct Registry {
    pub(crate) app: Router,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Registry {
    pub(crate) async fn open(database: &Database) -> Self {
        Self::with(database, ServiceConfig::default()).await
    }

    pub(crate) async fn with(database: &Database, config: ServiceConfig) -> Self {
        Self { app: registry::app(Store::open(&database.url).await.unwrap(), config) }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request(Method::GET, path, headers, Body::empty())).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.put_with(path, &[], body).await
    }

    pub(crate) async fn put_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        self.send(request(Method::PUT, path, &with_json(headers), Body::from(body.to_string()))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(request(Method::POST, path, &with_json(&[]), Body::from(body.to_string()))).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(request(Method::DELETE, path, &[], Body::empty())).await
    }

    /// Publishes and deploys to `prod`.
    pub(crate) async fn publish(&self, sample: &Sample) -> Answer {
        self.put(&sample.path(), &sample.request()).await
    }
}

fn with_json<'a>(headers: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [headers, &[("content-type", "application/json")]].concat()
}

pub(crate) fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).body(body).unwrap()
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status, the headers that are part of the contract, and the body.
    pub(crate) fn told(&self) -> Value {
        let names = ["content-type", "etag", "cache-control", "location", "allow", "www-authenticate"];
        let headers: Value = names
            .iter()
            .filter(|name| self.headers.contains_key(**name))
            .map(|name| ((*name).to_owned(), Value::from(self.header(name))))
            .collect::<serde_json::Map<_, _>>()
            .into();
        json!({"status": self.status.as_u16(), "headers": headers, "body": self.body()})
    }

    fn body(&self) -> Value {
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// The code of a problem, which must be a whole one.
    pub(crate) fn problem(&self) -> String {
        let problem = self.json();
        assert_eq!(self.header("content-type"), "application/problem+json", "{problem}");
        assert_eq!(problem["status"], self.status.as_u16(), "{problem}");
        assert_eq!(problem["request_id"], self.header("x-request-id"), "{problem}");
        assert!(!problem["detail"].as_str().unwrap().is_empty(), "{problem}");
        problem["code"].as_str().unwrap().to_owned()
    }
}
