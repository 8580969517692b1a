//! Documents that never change.

use std::sync::Arc;

use bytes::Bytes;

use crate::{metrics::Metrics, recent::Recent};

/// How many bytes are kept.
const CAPACITY: usize = 64 * 1024 * 1024;

/// The documents that were asked for last.
pub(crate) struct DocumentCache {
    documents: Recent<TaggedDocument>,
    metrics: Arc<Metrics>,
}

/// A document and its entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaggedDocument {
    pub(crate) etag: String,
    pub(crate) bytes: Bytes,
}

impl DocumentCache {
    /// An empty memory, whose lookups are counted.
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self { documents: Recent::new(CAPACITY, CAPACITY / 8), metrics }
    }

    pub(crate) fn get(&self, key: &str) -> Option<TaggedDocument> {
        let found = self.documents.get(key);
        self.metrics.looked_up(found.is_some());
        found
    }

    pub(crate) fn keep(&self, key: String, document: TaggedDocument) {
        let size = document.bytes.len();
        self.documents.keep(key, document, size);
    }
}
