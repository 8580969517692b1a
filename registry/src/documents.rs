//! Documents that never change, kept in memory as long as there is room.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;

/// How many bytes are kept.
const CAPACITY: usize = 64 * 1024 * 1024;
/// A document larger than this would push out too many others.
const LARGEST: usize = CAPACITY / 8;

/// The documents that were asked for last. What belongs to a key never changes, so nothing is ever out of date.
#[derive(Default)]
pub(crate) struct Documents(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    entries: HashMap<String, Entry>,
    by_use: BTreeMap<u64, String>,
    uses: u64,
    size: usize,
}

#[derive(Clone)]
struct Entry {
    last_use: u64,
    document: Document,
}

/// A document and its entity tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) etag: String,
    pub(crate) bytes: Bytes,
}

impl Documents {
    pub(crate) fn get(&self, key: &str) -> Option<Document> {
        let mut kept = self.lock();
        let now = kept.tick();
        let entry = kept.entries.get_mut(key)?;
        let before = std::mem::replace(&mut entry.last_use, now);
        let document = entry.document.clone();
        if let Some(key) = kept.by_use.remove(&before) {
            kept.by_use.insert(now, key);
        }
        Some(document)
    }

    pub(crate) fn keep(&self, key: String, document: Document) {
        if document.bytes.len() > LARGEST {
            return;
        }
        let mut kept = self.lock();
        let last_use = kept.tick();
        kept.size += document.bytes.len();
        kept.by_use.insert(last_use, key.clone());
        if let Some(before) = kept.entries.insert(key, Entry { last_use, document }) {
            kept.size -= before.document.bytes.len();
            kept.by_use.remove(&before.last_use);
        }
        while kept.size > CAPACITY
            && let Some((_, oldest)) = kept.by_use.pop_first()
        {
            if let Some(entry) = kept.entries.remove(&oldest) {
                kept.size -= entry.document.bytes.len();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn tick(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(size: usize) -> Document {
        Document { etag: "x".to_owned(), bytes: Bytes::from(vec![0; size]) }
    }

    #[test]
    fn the_documents_that_were_not_asked_for_make_room() {
        let documents = Documents::default();
        for key in 0..8 {
            documents.keep(key.to_string(), document(LARGEST));
        }
        assert!(documents.get("0").is_some());
        documents.keep("8".to_owned(), document(LARGEST));
        assert!(documents.get("0").is_some() && documents.get("8").is_some());
        assert!(documents.get("1").is_none());
        assert_eq!(documents.lock().size, CAPACITY);
    }

    #[test]
    fn keeping_a_document_twice_counts_it_once() {
        let documents = Documents::default();
        documents.keep("a".to_owned(), document(10));
        documents.keep("a".to_owned(), document(10));
        documents.keep("huge".to_owned(), document(LARGEST + 1));
        assert_eq!(documents.lock().size, 10);
        assert_eq!(documents.lock().by_use.len(), 1);
    }
}
