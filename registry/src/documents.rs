//! Documents that never change.

use bytes::Bytes;

use crate::recent::Recent;

/// How many bytes are kept.
const CAPACITY: usize = 64 * 1024 * 1024;

/// The documents that were asked for last.
pub(crate) struct DocumentCache(Recent<TaggedDocument>);

/// A document and its entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TaggedDocument {
    pub(crate) etag: String,
    pub(crate) bytes: Bytes,
}

impl Default for DocumentCache {
    fn default() -> Self {
        Self(Recent::new(CAPACITY, CAPACITY / 8))
    }
}

impl DocumentCache {
    pub(crate) fn get(&self, key: &str) -> Option<TaggedDocument> {
        self.0.get(key)
    }

    pub(crate) fn keep(&self, key: String, document: TaggedDocument) {
        let size = document.bytes.len();
        self.0.keep(key, document, size);
    }
}
