//! Who waits for new events in this process, and how they are woken.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};

/// The number of the last event that is known here, and who waits for a larger one.
#[derive(Debug)]
pub(super) struct Feed {
    /// The number of the last known event.
    last: watch::Sender<u64>,
    /// Woken when there may be a new one.
    hint: Arc<Notify>,
    /// Whether somebody watches the table for those who wait.
    is_watched: Mutex<bool>,
}

impl Default for Feed {
    fn default() -> Self {
        Self { last: watch::Sender::new(0), hint: Arc::default(), is_watched: Mutex::new(false) }
    }
}

impl Feed {
    /// Says that there may be a new event.
    pub(super) fn nudge(&self) {
        self.hint.notify_one();
    }

    /// What wakes the one who watches the table.
    pub(super) fn hint(&self) -> Arc<Notify> {
        Arc::clone(&self.hint)
    }

    /// Waits with the others. The second value says that nobody watches the table, so that the caller has to begin.
    pub(super) fn subscribe(&self) -> (watch::Receiver<u64>, bool) {
        let mut is_watched = self.is_watched.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = self.last.subscribe();
        (receiver, !std::mem::replace(&mut is_watched, true))
    }

    /// Whether the one who watches may stop, because nobody waits any more.
    pub(super) fn stops(&self) -> bool {
        let mut is_watched = self.is_watched.lock().unwrap_or_else(PoisonError::into_inner);
        *is_watched = self.last.receiver_count() > 0;
        !*is_watched
    }

    /// Tells those who wait the number of the last event.
    pub(super) fn publish(&self, last: u64) {
        self.last.send_if_modified(|known| {
            let is_new = last > *known;
            *known = last.max(*known);
            is_new
        });
    }
}
