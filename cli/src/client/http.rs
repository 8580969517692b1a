//! The transport over HTTP: bounded in time and size, tried again where that can help.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::{Response, Url, redirect::Policy};
use weft_api::problem::{Problem, ProblemCode};

use crate::{
    client::{
        answer::{Answer, LARGEST, content_type},
        call::Call,
    },
    escape::escape,
    failure::{Result, problem, problem_with_hint, root_cause},
};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request may take as a whole, unless `WEFT_TIMEOUT` says otherwise.
const WHOLE: Duration = Duration::from_mins(1);
/// How long a stream may take: for ever.
const ENDLESS: Duration = Duration::from_secs(u32::MAX as u64);
/// The waits before the second, third and last try.
const WAITS: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1600)];
/// The longest wait that a registry may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Bodies above this many bytes are compressed.
const COMPRESSED_ABOVE: usize = 1024;

/// A registry that is reached by HTTP.
#[derive(Debug)]
pub(super) struct Http {
    client: reqwest::Client,
    url: Url,
    timeout: Duration,
}

impl Http {
    /// A client for the registry at a URL; the token is `WEFT_TOKEN`.
    pub(super) fn new(url: Url) -> Result<Self> {
        let timeout = timeout(std::env::var("WEFT_TIMEOUT").ok().as_deref())?;
        let mut headers = HeaderMap::new();
        if let Some(token) = std::env::var("WEFT_TOKEN").ok().filter(|token| !token.is_empty()) {
            headers.insert(header::AUTHORIZATION, bearer(&token)?);
        }
        let client = reqwest::Client::builder()
            .user_agent(concat!("weft/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT)
            .timeout(timeout)
            .redirect(Policy::none())
            .build()
            .map_err(|error| unreachable(&url, &root_cause(&error)))?;
        Ok(Self { client, url, timeout })
    }

    /// Sends a call; tries again when no connection came about, or the registry was too busy or failing.
    pub(super) async fn send(&self, call: Call) -> Result<Answer> {
        let url = call.url(&self.url);
        let (body, encoding) = compressed(call.body.unwrap_or_default())?;
        let mut waits = WAITS.into_iter();
        loop {
            let mut request = self.client.request(call.method.clone(), url.clone());
            if !body.is_empty() {
                request = request.header(header::CONTENT_TYPE, "application/json").body(body.clone());
            }
            if let Some((name, value)) = &call.condition {
                request = request.header(name, value);
            }
            if let Some(encoding) = encoding {
                request = request.header(header::CONTENT_ENCODING, encoding);
            }
            let result = request.send().await;
            match waits.next() {
                Some(wait) if worth_another_try(&result) => {
                    tokio::time::sleep(asked_wait(&result).unwrap_or(wait)).await;
                }
                _ => return self.answer(result).await,
            }
        }
    }

    /// Opens a stream of server-sent events, after the event of an id. How long it may be silent is up to the caller.
    pub(super) async fn stream(&self, call: &Call, after: u64, registry: &str) -> Result<Response> {
        let request = self.client.get(call.url(&self.url)).header(header::ACCEPT, "text/event-stream");
        let request = request.header("last-event-id", after).timeout(ENDLESS);
        let response = request.send().await.map_err(|error| self.failed(&error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let refused = self.answer(Ok(response)).await?.read::<serde_json::Value>(registry);
        Err(refused.err().unwrap_or_else(|| unreachable(&self.url, "it streams no events")))
    }

    async fn answer(&self, result: reqwest::Result<Response>) -> Result<Answer> {
        let mut response = result.map_err(|error| self.failed(&error))?;
        if response.status().is_redirection() && response.status() != StatusCode::NOT_MODIFIED {
            return Err(self.moved(&response));
        }
        let (status, content_type) = (response.status(), content_type(response.headers()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failed(&error))? {
            if body.len() + chunk.len() > LARGEST {
                let detail = format!("`{}` answers with more than {} MiB", self.url, LARGEST >> 20);
                return Err(problem(ProblemCode::RegistryUnknown, detail));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, content_type, body })
    }

    fn failed(&self, error: &reqwest::Error) -> Box<Problem> {
        if error.is_timeout() && !error.is_connect() {
            return problem_with_hint(
                ProblemCode::RegistryUnreachable,
                format!("`{}` did not answer in {} s", self.url, self.timeout.as_secs()),
                "try again; WEFT_TIMEOUT sets how many seconds a request may take",
            );
        }
        unreachable(&self.url, &root_cause(error))
    }

    fn moved(&self, response: &Response) -> Box<Problem> {
        let target = response.headers().get(header::LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let target = target.as_deref().unwrap_or("nowhere");
        problem_with_hint(
            ProblemCode::RegistryUnknown,
            format!("`{}` answered {} and points to `{}`", self.url, response.status(), escape(target)),
            "weft follows no redirects, because they would receive the token: use the registry's new URL",
        )
    }
}

/// Whether another try can help: nothing was begun, or the registry was too busy or failing.
fn worth_another_try(result: &reqwest::Result<Response>) -> bool {
    match result {
        Err(error) => error.is_connect() && !error.is_timeout(),
        Ok(response) => response.status() == StatusCode::TOO_MANY_REQUESTS || response.status().is_server_error(),
    }
}

/// The wait that the registry asks for (`Retry-After`, in seconds), as far as there is patience for it.
fn asked_wait(result: &reqwest::Result<Response>) -> Option<Duration> {
    let value = result.as_ref().ok()?.headers().get(header::RETRY_AFTER)?;
    let seconds = value.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

fn compressed(body: Vec<u8>) -> Result<(Vec<u8>, Option<&'static str>)> {
    if body.len() <= COMPRESSED_ABOVE {
        return Ok((body, None));
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    let zipped = encoder.write_all(&body).and_then(|()| encoder.finish());
    let zipped =
        zipped.map_err(|error| problem(ProblemCode::Internal, format!("the request cannot be compressed: {error}")))?;
    Ok((zipped, Some("gzip")))
}

fn timeout(given: Option<&str>) -> Result<Duration> {
    let Some(given) = given.filter(|text| !text.is_empty()) else { return Ok(WHOLE) };
    match given.parse::<u64>() {
        Ok(seconds) if (1..=3600).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(problem_with_hint(
            ProblemCode::Usage,
            format!("WEFT_TIMEOUT is `{}`", escape(given)),
            "use whole seconds, 1 to 3600",
        )),
    }
}

fn bearer(token: &str) -> Result<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
        problem_with_hint(
            ProblemCode::NotAuthorized,
            "WEFT_TOKEN has characters that a token cannot have",
            "check for line breaks: the variable must contain only the token",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn unreachable(url: &Url, reason: &str) -> Box<Problem> {
    problem(ProblemCode::RegistryUnreachable, format!("`{url}` cannot be reached: {}", escape(reason)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_whole_seconds() {
        assert_eq!(timeout(None).unwrap(), WHOLE);
        assert_eq!(timeout(Some("5")).unwrap(), Duration::from_secs(5));
        for bad in ["0", "1.5", "-1", "99999", "x"] {
            assert!(timeout(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_with_a_line_break_is_refused_without_being_shown() {
        let problem = bearer("s3cret\n").unwrap_err();
        assert!(!format!("{problem:?}").contains("s3cret"));
    }

    #[test]
    fn only_long_bodies_are_compressed() {
        assert_eq!(compressed(vec![b'a'; 1024]).unwrap().1, None);
        let (zipped, encoding) = compressed(vec![b'a'; 100_000]).unwrap();
        assert!(zipped.len() < 1000 && encoding == Some("gzip"));
    }
}
