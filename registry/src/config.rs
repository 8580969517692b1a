//! What an operator decides about a registry.

use std::{fmt, num::NonZeroU32, pin::Pin, sync::Arc, time::Duration};

/// A future behind a pointer, so that a trait with asynchronous functions can be an object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The settings of [`crate::app`].
#[derive(Clone)]
pub struct ServiceConfig {
    /// The token with all permissions. Without one the registry is open to every client.
    pub admin_token: Option<Secret>,
    /// The largest body that is read, in bytes after decompression.
    pub max_body: usize,
    /// The memory for the bodies of all requests together, and for the values in them, in bytes.
    pub body_memory: usize,
    /// How long a request waits for its part of that memory.
    pub body_patience: Duration,
    /// Answers only requests whose `Host` is this machine or `public_url`: for a registry without a token.
    pub only_own_host: bool,
    /// Where clients reach the registry, for URLs in answers; else what the request's `Host` says.
    pub public_url: Option<String>,
    /// How many requests a second each principal may send, and each address without a valid token.
    pub rate_limit: Option<NonZeroU32>,
    /// Believes `X-Forwarded-Proto`, `X-Forwarded-Host` and the end of `X-Forwarded-For`; only right behind a proxy that sets them.
    pub trust_proxy: bool,
    /// The package hub that packages of others are redirected to.
    pub public_hub: Option<Arc<dyn PublicHub>>,
    /// How long a request may take, its body included.
    pub request_timeout: Duration,
    /// How many clients may follow the events at once.
    pub max_streams: usize,
}

impl Default for ServiceConfig {
    /// Open, 64 MiB a body, 512 MiB all bodies, a minute a request.
    fn default() -> Self {
        Self {
            admin_token: None,
            max_body: 64 * 1024 * 1024,
            body_memory: 512 * 1024 * 1024,
            body_patience: Duration::from_secs(20),
            only_own_host: false,
            public_url: None,
            rate_limit: None,
            trust_proxy: false,
            public_hub: None,
            request_timeout: Duration::from_mins(1),
            max_streams: 256,
        }
    }
}

impl fmt::Debug for ServiceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("admin_token", &self.admin_token)
            .field("max_body", &self.max_body)
            .field("body_memory", &self.body_memory)
            .field("body_patience", &self.body_patience)
            .field("only_own_host", &self.only_own_host)
            .field("public_url", &self.public_url)
            .field("rate_limit", &self.rate_limit)
            .field("trust_proxy", &self.trust_proxy)
            .field("public_hub", &self.public_hub.as_ref().map(|hub| hub.base_url().to_owned()))
            .field("request_timeout", &self.request_timeout)
            .field("max_streams", &self.max_streams)
            .finish()
    }
}

/// The public package hub. The registry itself opens no outgoing connections: the caller provides the client.
pub trait PublicHub: Send + Sync {
    /// The hub's URL, as `DBT_PACKAGE_HUB_URL` would name it.
    fn base_url(&self) -> &str;

    /// The hub's `api/v1/index.json`: every `namespace/package`.
    ///
    /// # Errors
    /// Why it could not be had, in words for the log.
    fn index(&self) -> BoxFuture<'_, Result<Vec<String>, String>>;
}

/// A text that never shows itself in logs.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes the text in.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The text, for comparing and signing.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_show_itself() {
        let config = ServiceConfig { admin_token: Some(Secret::new("hunter2")), ..ServiceConfig::default() };
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
