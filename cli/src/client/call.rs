//! A request, before it is known how it travels.

use http::{HeaderName, Method, header};
use reqwest::Url;
use weft_model::digest::Digest;

/// A request below `/v1`. All of weft's requests may be sent twice: writing the same again changes nothing. Removing
/// twice reports that it does not exist the second time.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// GET, PUT, POST or DELETE.
    pub(super) method: Method,
    /// The body as JSON, if any.
    pub(super) body: Option<Vec<u8>>,
    /// Under which condition it is done: a header and its value.
    pub(super) condition: Option<(HeaderName, String)>,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
}

impl Call {
    /// A request to the path of these parts.
    pub(super) fn new<'a>(method: Method, path: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            method,
            body: None,
            condition: None,
            path: path.into_iter().map(str::to_owned).collect(),
            query: Vec::new(),
        }
    }

    /// Adds a parameter.
    pub(super) fn query(mut self, name: &'static str, value: &str) -> Self {
        self.query.push((name, value.to_owned()));
        self
    }

    /// Unless the answer is what has this digest; it is 304 then.
    pub(super) fn unless(self, held: Digest) -> Self {
        Self { condition: Some((header::IF_NONE_MATCH, format!("\"{held}\""))), ..self }
    }

    /// Only over this revision; only if nothing exists for 0.
    pub(super) fn over(self, revision: u64) -> Self {
        let condition = match revision {
            0 => (header::IF_NONE_MATCH, "*".to_owned()),
            _ => (header::IF_MATCH, format!("\"{revision}\"")),
        };
        Self { condition: Some(condition), ..self }
    }

    /// With a body of JSON.
    pub(super) fn body(self, body: Vec<u8>) -> Self {
        Self { body: Some(body), ..self }
    }

    /// The URL at a registry, whose own path may have parts already.
    pub(super) fn url(&self, registry: &Url) -> Url {
        let mut url = registry.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("v1").extend(&self.path);
        }
        url.set_query(None);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_may_live_below_a_path_and_parts_are_encoded() {
        let call = Call::new(Method::GET, ["projects", "a/b", "1.0.0+x"]).query("after", "é&");
        let url = |registry: &str| call.url(&registry.parse().unwrap()).to_string();
        assert_eq!(url("http://h"), "http://h/v1/projects/a%2Fb/1.0.0+x?after=%C3%A9%26");
        assert_eq!(url("http://h/weft/"), "http://h/weft/v1/projects/a%2Fb/1.0.0+x?after=%C3%A9%26");
    }
}
