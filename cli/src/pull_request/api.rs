//! A service's REST API: JSON, one token, bounded in time and size.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use reqwest::{Url, redirect::Policy};
use serde_json::Value;

use crate::{escape::escape, failure::root_cause};

/// How long a request may take as a whole.
const WHOLE: Duration = Duration::from_secs(20);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// A page of comments is smaller.
const LARGEST: usize = 32 << 20;
/// How much of a refusal is shown.
const SHOWN: usize = 200;

/// The API below a URL.
pub(super) struct Api {
    client: reqwest::Client,
    base: Url,
}

/// An answer: its headers, and its document, if it has one.
pub(super) struct ApiAnswer {
    pub(super) headers: HeaderMap,
    pub(super) document: Value,
}

/// What came between.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("{method} {path} was answered with {status}: {}", escape(message))]
    Refused { method: Method, path: String, status: StatusCode, message: String },
    #[error("`{host}` cannot be reached: {}", escape(reason))]
    Unreachable { host: String, reason: String },
    #[error("{path} was answered with something else than the API documents: {reason}")]
    Unexpected { path: String, reason: &'static str },
}

impl ApiError {
    /// Whether the token does not allow it, or hides it.
    pub(super) fn is_forbidden(&self) -> bool {
        let Self::Refused { status, .. } = self else { return false };
        matches!(*status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
    }
}

impl Api {
    /// `token` is a header with the token, which no log shows.
    ///
    /// # Errors
    /// If the URL or the token cannot be used; why.
    pub(super) fn new(base: &str, token: (HeaderName, &str), accept: &'static str) -> Result<Self, String> {
        let base = Url::parse(base).map_err(|error| error.to_string())?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err("it is not an http or https URL".to_owned());
        }
        let mut value = HeaderValue::try_from(token.1).map_err(|_| "the token has line breaks".to_owned())?;
        value.set_sensitive(true);
        let headers =
            HeaderMap::from_iter([(token.0, value), (http::header::ACCEPT, HeaderValue::from_static(accept))]);
        let client = reqwest::Client::builder()
            .user_agent(concat!("weft/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            // A redirect would take the token elsewhere.
            .redirect(Policy::none())
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, base })
    }

    /// Asks for a path below the base, as `/user`, with a query or without.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<ApiAnswer, ApiError> {
        let url = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        let mut request = self.client.request(method.clone(), url);
        if let Some(body) = body {
            request = request.header(http::header::CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let mut response = request.send().await.map_err(|error| self.unreachable(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut text = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(&error))? {
            if text.len() + chunk.len() > LARGEST {
                return Err(ApiError::Unexpected { path: path.to_owned(), reason: "the answer is too large" });
            }
            text.extend_from_slice(&chunk);
        }
        let document: Value = serde_json::from_slice(&text).unwrap_or_default();
        if !status.is_success() {
            let told = [&document["message"], &document["error"]].into_iter().find(|told| !told.is_null());
            let told = told.map_or_else(
                || String::from_utf8_lossy(&text).into_owned(),
                |told| match told {
                    Value::String(told) => told.clone(),
                    other => other.to_string(),
                },
            );
            let message = told.chars().take(SHOWN).collect();
            return Err(ApiError::Refused { method, path: without_query(path), status, message });
        }
        Ok(ApiAnswer { headers, document })
    }

    fn unreachable(&self, error: &reqwest::Error) -> ApiError {
        ApiError::Unreachable { host: self.base.authority().to_owned(), reason: root_cause(error) }
    }
}

fn without_query(path: &str) -> String {
    path.split('?').next().unwrap_or_default().to_owned()
}
