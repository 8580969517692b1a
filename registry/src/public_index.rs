//! The public hub's list of packages, asked for seldom.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::config::PublicHub;

/// How long a list is used.
const FRESH: Duration = Duration::from_mins(10);
/// How long nothing is asked after a failure.
const PAUSE: Duration = Duration::from_mins(1);
/// How long the hub may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a request waits for the hub's first answer. It never waits for a later one.
const FIRST: Duration = Duration::from_secs(1);

/// The packages of the public hub, as it last listed them. It is asked beside the requests.
pub(crate) struct PublicIndex {
    hub: Option<Arc<dyn PublicHub>>,
    /// None until it has answered or failed once.
    known: watch::Sender<Option<Arc<[String]>>>,
    /// When it is asked again.
    next: Mutex<Option<Instant>>,
}

impl PublicIndex {
    pub(crate) fn new(hub: Option<Arc<dyn PublicHub>>) -> Self {
        Self { hub, known: watch::Sender::new(None), next: Mutex::default() }
    }

    /// The packages; if the hub cannot be reached, those that it listed before, if any.
    pub(crate) async fn packages(self: &Arc<Self>) -> Arc<[String]> {
        let Some(hub) = &self.hub else { return Arc::default() };
        if self.is_due() {
            let (index, hub) = (Arc::clone(self), Arc::clone(hub));
            tokio::spawn(async move { index.ask(&*hub).await });
        }
        let mut known = self.known.subscribe();
        let answer = tokio::time::timeout(FIRST, known.wait_for(Option::is_some)).await;
        answer.ok().and_then(Result::ok).and_then(|known| known.clone()).unwrap_or_default()
    }

    /// Whether the hub is to be asked, which is then left to this caller.
    fn is_due(&self) -> bool {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = next.is_none_or(|next| next <= Instant::now());
        if is_due {
            *next = Some(Instant::now() + PATIENCE + PAUSE);
        }
        is_due
    }

    async fn ask(&self, hub: &dyn PublicHub) {
        let answer = tokio::time::timeout(PATIENCE, hub.index()).await;
        let until = match answer.unwrap_or_else(|_elapsed| Err("it does not answer in time".to_owned())) {
            Ok(packages) => {
                self.known.send_replace(Some(packages.into()));
                FRESH
            }
            Err(reason) => {
                tracing::warn!(hub = hub.base_url(), reason, "The public hub's packages cannot be listed");
                self.known.send_modify(|known| *known = Some(known.take().unwrap_or_default()));
                PAUSE
            }
        };
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BoxFuture;

    struct Silent;

    impl PublicHub for Silent {
        fn base_url(&self) -> &'static str {
            "http://hub"
        }

        fn index(&self) -> BoxFuture<'_, Result<Vec<String>, String>> {
            Box::pin(std::future::pending())
        }
    }

    #[tokio::test]
    async fn nobody_waits_long_for_a_hub_that_does_not_answer() {
        let index = Arc::new(PublicIndex::new(Some(Arc::new(Silent))));
        let started = Instant::now();
        assert!(index.packages().await.is_empty());
        assert!((FIRST..PATIENCE / 2).contains(&started.elapsed()), "{:?}", started.elapsed());
        tokio::time::sleep(PATIENCE).await;
        let started = Instant::now();
        assert!(index.packages().await.is_empty());
        assert!(started.elapsed() < FIRST / 2, "it has failed once: {:?}", started.elapsed());
    }
}
