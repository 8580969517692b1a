//! The address of this registry, as clients reach it.

use http::{HeaderMap, Uri, header};

use crate::config::ServiceConfig;

/// The start of URLs that lead back to this registry, without a slash at its end.
pub(crate) fn base(config: &ServiceConfig, uri: &Uri, headers: &HeaderMap) -> String {
    match &config.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => requested(uri, headers, config.trust_proxy),
    }
}

/// The scheme and host that the client asked, by its own words or its proxy's.
fn requested(uri: &Uri, headers: &HeaderMap, trust_proxy: bool) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).and_then(first);
    let forwarded = |name: &str| header(name).filter(|_| trust_proxy);
    let scheme = forwarded("x-forwarded-proto").filter(|scheme| ["http", "https"].contains(scheme)).unwrap_or("http");
    let host = forwarded("x-forwarded-host")
        .or_else(|| header(header::HOST.as_str()))
        .or_else(|| uri.authority().map(http::uri::Authority::as_str))
        .filter(|host| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte)))
        .unwrap_or("localhost");
    format!("{scheme}://{host}")
}

fn first(list: &str) -> Option<&str> {
    list.split(',').next().map(str::trim).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_url_is_made_from_the_host_that_was_asked_and_a_proxys_word_only_if_trusted() {
        let asked = headers(&[
            ("host", "weft.example.com:8080"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "weft.example.com, inner"),
        ]);
        let uri = Uri::from_static("/hub");
        assert_eq!(requested(&uri, &asked, false), "http://weft.example.com:8080");
        assert_eq!(requested(&uri, &asked, true), "https://weft.example.com");
    }

    #[test]
    fn a_host_that_is_none_does_not_get_into_a_url() {
        let uri = Uri::from_static("/hub");
        assert_eq!(requested(&uri, &headers(&[("host", "evil\"/><script>")]), false), "http://localhost");
        assert_eq!(requested(&uri, &HeaderMap::new(), false), "http://localhost");
    }
}
