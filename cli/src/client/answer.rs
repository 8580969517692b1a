//! From an answer to its content: a document, or a problem.

use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use weft_api::problem::{FieldError, Problem, ProblemCode};

use crate::{
    escape::escape,
    failure::{Result, problem, problem_at, problem_with_hint},
};

/// The largest answer that is read, in bytes after decompression.
pub(super) const LARGEST: usize = 512 * 1024 * 1024;

/// What to do about JSON that is not what was asked for.
const OTHER_JSON: &str = concat!(
    "check the URL; if a weft registry answers there, it is newer than this weft (",
    env!("CARGO_PKG_VERSION"),
    "): install the registry's version"
);

/// The answer to a call.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Without parameters, in lower case; empty where the answer has none.
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// A problem document of any RFC 9457 service, as far as it can be used: its code may be of a newer weft.
#[derive(Deserialize)]
struct AnyProblem {
    code: Option<serde_json::Value>,
    detail: Option<String>,
    title: Option<String>,
    hint: Option<String>,
    #[serde(default)]
    errors: Vec<FieldError>,
    request_id: Option<String>,
}

impl Answer {
    /// The document that a successful answer holds.
    ///
    /// # Errors
    /// The problem that the registry tells, or that this is no answer of a registry.
    pub(super) fn read<T: DeserializeOwned>(self, registry: &str) -> Result<T> {
        if self.status.is_success() && self.content_type == "application/json" {
            return serde_json::from_slice(&self.body).map_err(|error| {
                let problem = self.unknown(registry, &error.to_string());
                if error.is_data() { Box::new(problem.with_hint(OTHER_JSON)) } else { problem }
            });
        }
        if self.content_type == "application/problem+json" {
            return Err(self.problem(registry));
        }
        Err(self.unknown(registry, "no JSON"))
    }

    fn problem(&self, registry: &str) -> Box<Problem> {
        if let Ok(problem) = serde_json::from_slice::<Problem>(&self.body) {
            return Box::new(problem);
        }
        let Ok(any) = serde_json::from_slice::<AnyProblem>(&self.body) else {
            return self.unknown(registry, "a problem document that cannot be read");
        };
        let detail = any.detail.or(any.title).unwrap_or_else(|| self.status.to_string());
        // The code may be known where something else in the document is not.
        let code = any.code.and_then(|code| serde_json::from_value(code).ok());
        let code = code.or_else(|| by_status(self.status)).unwrap_or(ProblemCode::RegistryUnknown);
        let known = problem_at(code, detail, any.errors);
        Box::new(Problem { hint: any.hint, request_id: any.request_id, ..*known })
    }

    /// For answers that no registry gives: a proxy's, a login page's, those of another service.
    fn unknown(&self, registry: &str, what: &str) -> Box<Problem> {
        let kind = if self.content_type.is_empty() { "without a type" } else { &self.content_type };
        let detail = format!("`{registry}` answered {} ({}): {}", self.status, escape(kind), escape(what));
        match by_status(self.status) {
            Some(code) => problem(code, detail),
            None => problem_with_hint(
                ProblemCode::RegistryUnknown,
                detail,
                "check the URL: this does not look like a weft registry; a proxy or login page may be in front of it",
            ),
        }
    }
}

/// The media type alone.
pub(super) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn by_status(status: StatusCode) -> Option<ProblemCode> {
    match status.as_u16() {
        401 | 403 | 407 => Some(ProblemCode::NotAuthorized),
        413 => Some(ProblemCode::PayloadTooLarge),
        429 | 502..=504 => Some(ProblemCode::RegistryUnreachable),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use weft_api::Health;

    use super::*;

    fn read(status: u16, content_type: &str, body: &str) -> Box<Problem> {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, content_type: content_type.to_owned(), body: body.as_bytes().to_vec() };
        answer.read::<Health>("http://r").unwrap_err()
    }

    #[test]
    fn a_problem_of_the_registry_comes_through_whole() {
        let sent = Problem::new(ProblemCode::NameTaken, "it is taken").with_hint("use another");
        let got = read(409, "application/problem+json", &serde_json::to_string(&sent).unwrap());
        assert_eq!(*got, sent);
    }

    #[test]
    fn a_code_of_a_newer_registry_keeps_its_sentence_and_hint() {
        let body = r#"{"code":"token_expired","status":401,"detail":"it expired","hint":"make a new one"}"#;
        let got = read(401, "application/problem+json", body);
        assert_eq!(
            (got.code, got.detail.as_str(), got.hint.as_deref()),
            (ProblemCode::NotAuthorized, "it expired", Some("make a new one"))
        );
    }

    #[test]
    fn what_is_not_wefts_answer_is_told_as_such() {
        assert_eq!(read(200, "text/html", "<html>login").code, ProblemCode::RegistryUnknown);
        assert_eq!(read(200, "application/json", r#"{"hello":1}"#).code, ProblemCode::RegistryUnknown);
        assert_eq!(read(404, "text/html", "").code, ProblemCode::RegistryUnknown);
        assert_eq!(read(403, "text/html", "").code, ProblemCode::NotAuthorized);
        assert_eq!(read(413, "text/html", "").code, ProblemCode::PayloadTooLarge);
        assert_eq!(read(503, "", "").code, ProblemCode::RegistryUnreachable);
    }
}
