//! When a write last went through.

use std::time::{Duration, Instant};

/// For how long one answer is good: many balancers ask, and each write costs the disk.
const FRESH: Duration = Duration::from_secs(1);

/// When a write last went through.
#[derive(Debug, Default)]
pub(super) struct LastWrite(std::sync::Mutex<Option<Instant>>);

impl LastWrite {
    pub(super) fn is_fresh(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < FRESH)
    }

    pub(super) fn note(&self) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(Instant::now());
    }
}
