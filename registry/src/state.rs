//! What every handler can reach.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::{
    auth::Keys, body::BodyBudget, capability::Capabilities, config::ServiceConfig, documents::DocumentCache,
    metrics::Metrics, public_index::PublicIndex, rates::Rates, store::Store,
};

/// The service's state: the store, the settings, and caches.
#[derive(Clone)]
pub(crate) struct AppState {
    pub(crate) store: Store,
    pub(crate) config: Arc<ServiceConfig>,
    pub(crate) keys: Keys,
    pub(crate) capabilities: Arc<Capabilities>,
    pub(crate) documents: Arc<DocumentCache>,
    pub(crate) public_index: Arc<PublicIndex>,
    pub(crate) metrics: Arc<Metrics>,
    /// A permit for each stream of events that may be open.
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) bodies: Arc<BodyBudget>,
    pub(crate) rates: Arc<Rates>,
}

impl AppState {
    pub(crate) fn new(store: Store, config: ServiceConfig) -> Self {
        let metrics = Arc::new(Metrics::new());
        Self {
            keys: Keys::new(config.admin_token.as_ref(), store.clone()),
            store,
            capabilities: Arc::default(),
            public_index: Arc::new(PublicIndex::new(config.public_hub.clone())),
            documents: Arc::new(DocumentCache::new(Arc::clone(&metrics))),
            metrics,
            streams: Arc::new(Semaphore::new(config.max_streams)),
            rates: Arc::new(Rates::new(config.rate_limit)),
            bodies: Arc::new(BodyBudget::new(config.body_memory, config.body_patience)),
            config: Arc::new(config),
        }
    }
}

/// The keys for the extractor that authenticates callers.
impl AsRef<Keys> for AppState {
    fn as_ref(&self) -> &Keys {
        &self.keys
    }
}

/// The limits, for the same extractor.
impl AsRef<Rates> for AppState {
    fn as_ref(&self) -> &Rates {
        &self.rates
    }
}

/// The settings, for the extractor of bodies, which has to know the largest.
impl AsRef<ServiceConfig> for AppState {
    fn as_ref(&self) -> &ServiceConfig {
        &self.config
    }
}

/// The memory for bodies, for the same extractor.
impl AsRef<Arc<BodyBudget>> for AppState {
    fn as_ref(&self) -> &Arc<BodyBudget> {
        &self.bodies
    }
}
