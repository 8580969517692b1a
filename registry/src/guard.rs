//! What keeps browsers from being used against the registry.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Uri, header};
use weft_api::problem::ProblemCode;

use crate::{error::ApiError, extract::shown, state::AppState};

/// The headers of every answer. The pages of `/docs` load nothing from elsewhere; nothing else is a page.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'",
        ),
    ),
];

/// Adds the headers.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Refuses a request that names another host than this machine, where the registry is open to whoever is on this machine.
///
/// Else a page of any site could let its own name lead to 127.0.0.1, and a browser here would read and write the registry
/// for it (DNS rebinding).
pub(crate) async fn own_host(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if !state.config.only_own_host {
        return next.run(request).await;
    }
    let named = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or("\u{fffd}"));
    let host = named.or_else(|| request.uri().authority().map(http::uri::Authority::as_str));
    let public = state.config.public_url.as_deref().and_then(|url| url.parse::<Uri>().ok());
    let public = public.as_ref().and_then(Uri::authority).map(http::uri::Authority::as_str);
    match host {
        Some(host) if !is_of_this_machine(host) && !public.is_some_and(|public| public.eq_ignore_ascii_case(host)) => {
            let detail = format!(
                "this registry is open on this machine only, and the request is for the host `{}`",
                shown(host)
            );
            ApiError::new(ProblemCode::HostNotAllowed, detail).into_response()
        }
        _ => next.run(request).await,
    }
}

/// Whether a `Host` is a name or an address of the machine itself, with a port or without.
fn is_of_this_machine(host: &str) -> bool {
    let Ok(authority) = host.parse::<http::uri::Authority>() else { return false };
    if authority.as_str().contains('@') {
        return false;
    }
    let name = authority.host();
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    address.map_or_else(|_| name.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_of_this_machine_is_known_with_and_without_a_port() {
        for own in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3:1", "[::1]", "[::1]:8080"]
        {
            assert!(is_of_this_machine(own), "{own}");
        }
        for other in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost@evil.example",
            "10.0.0.1",
            "[2001:db8::1]:80",
            "0.0.0.0:8080",
            "\u{fffd}",
        ] {
            assert!(!is_of_this_machine(other), "{other}");
        }
    }
}
