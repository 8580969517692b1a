//! The public package hub, which `weft serve` looks into for packages that are not its own.

use std::time::Duration;

use registry::{BoxFuture, PublicHub};
use reqwest::Url;

/// How long the hub may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The largest index that is read, in bytes.
const LARGEST: usize = 64 * 1024 * 1024;

/// A package hub reached by HTTP.
#[derive(Debug)]
pub(crate) struct Hub {
    url: Url,
    client: reqwest::Client,
}

impl Hub {
    /// The hub at a URL.
    ///
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub(crate) fn new(url: Url) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(PATIENCE).connect_timeout(Duration::from_secs(5)).build()?;
        Ok(Self { url, client })
    }

    async fn fetch(&self) -> Result<Vec<String>, String> {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1", "index.json"]);
        }
        let sent = self.client.get(url).send().await.and_then(reqwest::Response::error_for_status);
        let mut response = sent.map_err(|error| error.to_string())?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| error.to_string())? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err(format!("its index is larger than {} MiB", LARGEST >> 20));
            }
        }
        serde_json::from_slice(&body).map_err(|error| format!("its index is not a list of names: {error}"))
    }
}

impl PublicHub for Hub {
    fn base_url(&self) -> &str {
        self.url.as_str()
    }

    fn index(&self) -> BoxFuture<'_, Result<Vec<String>, String>> {
        Box::pin(self.fetch())
    }
}
