//! Conditional requests (RFC 9110, section 13): entity tags, `If-Match`, `If-None-Match`.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use weft_api::problem::ProblemCode;

use crate::{error::ApiError, store::Precondition};

/// A revision that nothing ever has.
const NEVER: u64 = 0;

/// The encodings in which answers are sent, each with an entity tag of its own.
const ENCODINGS: [&str; 2] = ["-gzip", "-zstd"];

/// An entity tag without the encoding that was added to it.
fn unencoded(tag: &str) -> &str {
    ENCODINGS.iter().find_map(|encoding| tag.strip_suffix(encoding)).unwrap_or(tag)
}

/// Gives a compressed answer a tag of its own: a strong tag is for the same bytes.
pub(crate) async fn tag_encodings(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let tag = text(header::ETAG).and_then(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
    if let (Some(encoding), Some(tag)) = (text(header::CONTENT_ENCODING), tag)
        && let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}-{encoding}\""))
    {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// How long an answer stays true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CacheLifetime {
    /// Forever: the content of this URL never changes.
    Immutable,
    /// For a few minutes.
    Short,
    /// Ask again each time.
    Revalidate,
}

/// An answer that a client may already hold.
pub(crate) struct Tagged<'a> {
    /// The entity tag, without its quotes.
    pub(crate) etag: String,
    pub(crate) freshness: CacheLifetime,
    /// Whether only clients with a token may cache it.
    pub(crate) private: bool,
    pub(crate) headers: &'a HeaderMap,
}

impl Tagged<'_> {
    /// Whether the client holds the answer, by `If-None-Match`.
    pub(crate) fn is_known(&self) -> bool {
        self.held().is_some()
    }

    /// The tag by which the client names what it holds.
    fn held(&self) -> Option<String> {
        // The comparison is the weak one: a proxy that compresses makes `W/"x"` of `"x"`.
        let is_this =
            |tag: &String| tag == "*" || unencoded(tag.trim_start_matches("W/").trim_matches('"')) == self.etag;
        tags(self.headers, &header::IF_NONE_MATCH)?.0.into_iter().find(is_this)
    }

    /// 304, without the answer.
    pub(crate) fn not_modified(&self) -> Response {
        let mut response = self.dress(StatusCode::NOT_MODIFIED.into_response());
        // The tag of the encoding that the client holds.
        let held = self.held().filter(|tag| tag.starts_with('"'));
        if let Some(held) = held.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            response.headers_mut().insert(header::ETAG, held);
        }
        response
    }

    /// The response with the content.
    pub(crate) fn answer(&self, content_type: &'static str, body: impl Into<Bytes>) -> Response {
        let mut response = Response::new(Body::from(body.into()));
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.dress(response)
    }

    fn dress(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", self.etag)) {
            headers.insert(header::ETAG, etag);
        }
        let control = match (self.freshness, self.private) {
            (CacheLifetime::Immutable, false) => "public, max-age=31536000, immutable",
            (CacheLifetime::Immutable, true) => "private, max-age=31536000, immutable",
            (CacheLifetime::Short, false) => "public, max-age=300",
            (CacheLifetime::Short, true) => "private, max-age=300",
            (CacheLifetime::Revalidate, _) => "no-cache",
        };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        response
    }
}

/// What the writer of a deployment or a policy insists on.
pub(crate) fn precondition(headers: &HeaderMap) -> Result<Precondition, ApiError> {
    if let Some(tags) = tags(headers, &header::IF_MATCH) {
        // A weak tag never matches here (RFC 9110, section 13.1.1).
        let revision = |tag: &str| match tag.strip_prefix("W/") {
            Some(weak) => weak.starts_with('"').then_some(NEVER),
            None => unencoded(tag.trim_matches('"')).parse().ok(),
        };
        return match (tags.any(), tags.0.iter().map(|tag| revision(tag)).collect::<Option<Vec<u64>>>()) {
            (true, _) => Ok(Precondition::Stands(Vec::new())),
            (false, Some(revisions)) if !revisions.is_empty() => Ok(Precondition::Stands(revisions)),
            _ => Err(unreadable("If-Match must be the ETag of the resource: its revision in quotes")),
        };
    }
    match tags(headers, &header::IF_NONE_MATCH) {
        None => Ok(Precondition::None),
        Some(tags) if tags.any() => Ok(Precondition::Absent),
        Some(_) => Err(unreadable("If-None-Match must be `*` here: only if nothing exists")),
    }
}

fn unreadable(detail: &str) -> ApiError {
    ApiError::new(ProblemCode::InvalidRequest, detail)
}

struct Tags(Vec<String>);

impl Tags {
    fn any(&self) -> bool {
        self.0.iter().any(|tag| tag == "*")
    }
}

fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Tags> {
    let values = headers.get_all(name);
    let tags: Vec<String> = values
        .iter()
        .flat_map(|value| String::from_utf8_lossy(value.as_bytes()).split(',').map(str::to_owned).collect::<Vec<_>>())
        .map(|tag| tag.trim().to_owned())
        .collect();
    (!tags.is_empty()).then_some(Tags(tags))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &HeaderName, values: &[&'static str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    fn is_known(values: &[&'static str]) -> bool {
        let headers = headers(&header::IF_NONE_MATCH, values);
        let etag = "sha256:ab".to_owned();
        Tagged { etag, freshness: CacheLifetime::Immutable, private: false, headers: &headers }.is_known()
    }

    #[test]
    fn a_client_names_what_it_holds_plain_weak_in_a_list_or_as_anything() {
        for values in [
            &["\"sha256:ab\""][..],
            &["W/\"sha256:ab\""],
            &["\"x\", \"sha256:ab\""],
            &["\"x\"", "W/\"sha256:ab\""],
            &["*"],
            &["\"sha256:ab-gzip\""],
            &["W/\"sha256:ab-zstd\""],
        ] {
            assert!(is_known(values), "{values:?}");
        }
        for values in [&[][..], &["\"sha256:cd\""], &["garbage"], &[""]] {
            assert!(!is_known(values), "{values:?}");
        }
    }

    #[test]
    fn a_writer_insists_on_a_revision_on_any_or_on_none() {
        let read = |name, value| precondition(&headers(&name, &[value]));
        assert_eq!(precondition(&HeaderMap::new()).unwrap(), Precondition::None);
        assert_eq!(read(header::IF_MATCH, "\"3\"").unwrap(), Precondition::Stands(vec![3]));
        assert_eq!(read(header::IF_MATCH, "\"3-gzip\"").unwrap(), Precondition::Stands(vec![3]));
        assert_eq!(read(header::IF_MATCH, "W/\"3\"").unwrap(), Precondition::Stands(vec![NEVER]));
        assert_eq!(read(header::IF_MATCH, "W/\"2\", \"3\"").unwrap(), Precondition::Stands(vec![NEVER, 3]));
        assert_eq!(read(header::IF_MATCH, "*").unwrap(), Precondition::Stands(vec![]));
        assert_eq!(read(header::IF_NONE_MATCH, "*").unwrap(), Precondition::Absent);
        for (name, value) in [(header::IF_MATCH, "three"), (header::IF_MATCH, ""), (header::IF_NONE_MATCH, "\"3\"")] {
            assert!(read(name, value).is_err(), "{value}");
        }
    }
}
