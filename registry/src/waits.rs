//! How many wait for something.

use std::sync::atomic::{AtomicI64, Ordering};

/// Counts one that waits, until it is dropped.
pub(crate) struct Waits<'a>(&'a AtomicI64);

impl<'a> Waits<'a> {
    pub(crate) fn new(count: &'a AtomicI64) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
