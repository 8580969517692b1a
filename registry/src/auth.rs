//! Who asks, and what they may do.

mod keys;
mod principal;
mod secret;

use axum::extract::FromRequestParts;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::{header, request::Parts};

pub(crate) use crate::auth::{
    keys::Keys,
    principal::{Action, Principal},
    secret::{hex, random_bits, same},
};
use crate::{caller::Caller, error::ApiError, rates::Rates};

impl<S: AsRef<Keys> + AsRef<Rates> + Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let keys: &Keys = state.as_ref();
        let principal = keys.principal(header.and_then(token).as_deref()).await?;
        let caller = parts.extensions.get::<Caller>().cloned().unwrap_or_default();
        caller.identify(principal.name());
        let rates: &Rates = state.as_ref();
        rates.count(|| match &principal {
            Self::Token(_) | Self::Admin => Some(principal.name()),
            Self::Open | Self::Unknown => caller.address().map(|address| address.to_string()),
        })?;
        Ok(principal)
    }
}

/// The token of an `Authorization` header: bearer, or Basic with the token as password.
fn token(header: &str) -> Option<String> {
    let (scheme, credentials) = header.trim().split_once(' ')?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// A new token's secret, and the digest under which it is kept.
///
/// # Errors
/// The system gives no random bits.
pub(crate) fn new_secret() -> Result<(String, String), ApiError> {
    let secret = secret::token(random_bits()?);
    let digest = secret::digest(&secret);
    Ok((secret, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_from_bearer_and_basic_and_nothing_else() {
        assert_eq!(token("Bearer s3cret").as_deref(), Some("s3cret"));
        assert_eq!(token("basic dXNlcjpwYTpzcw==").as_deref(), Some("pa:ss"));
        for bad in ["", "s3cret", "Basic", "Basic !!!", "Basic dXNlcg==", "Digest x"] {
            assert_eq!(token(bad), None, "{bad}");
        }
    }
}
