//! The public hub's list of packages, asked for seldom.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::Mutex;

use crate::config::PublicHub;

/// How long a list is used.
const FRESH: Duration = Duration::from_mins(10);
/// How long nothing is asked after a failure.
const PAUSE: Duration = Duration::from_mins(1);
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The public hub's packages, as of the last request.
pub(crate) struct PublicIndex {
    hub: Option<Arc<dyn PublicHub>>,
    last: Mutex<Option<CachedPackages>>,
}

struct CachedPackages {
    packages: Arc<[String]>,
    until: Instant,
}

impl PublicIndex {
    pub(crate) fn new(hub: Option<Arc<dyn PublicHub>>) -> Self {
        Self { hub, last: Mutex::default() }
    }

    /// The packages; if the hub cannot be reached, those of the last request, if any.
    pub(crate) async fn packages(&self) -> Arc<[String]> {
        let Some(hub) = &self.hub else { return Arc::default() };
        // One asks, the others wait for its answer.
        let mut last = self.last.lock().await;
        if let Some(known) = last.as_ref().filter(|known| Instant::now() < known.until) {
            return known.packages.clone();
        }
        let answer = tokio::time::timeout(PATIENCE, hub.index()).await;
        let (packages, fresh) = match answer.unwrap_or_else(|_elapsed| Err("it does not answer in time".to_owned())) {
            Ok(packages) => (packages.into(), FRESH),
            Err(reason) => {
                tracing::warn!(hub = hub.base_url(), reason, "The public hub's packages cannot be listed");
                (last.as_ref().map(|known| known.packages.clone()).unwrap_or_default(), PAUSE)
            }
        };
        *last = Some(CachedPackages { packages: packages.clone(), until: Instant::now() + fresh });
        packages
    }
}
