//! What was asked for last, kept in memory as long as there is room.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Values that were asked for last. What belongs to a key never changes, so nothing is ever out of date.
#[derive(Debug)]
pub(crate) struct Recent<V> {
    kept: Mutex<RecentValues<V>>,
    /// How much is kept.
    capacity: usize,
    /// A value larger than this would push out too many others.
    largest: usize,
}

#[derive(Debug)]
struct RecentValues<V> {
    entries: HashMap<String, RecentEntry<V>>,
    by_use: BTreeMap<u64, String>,
    uses: u64,
    size: usize,
}

#[derive(Debug)]
struct RecentEntry<V> {
    last_use: u64,
    size: usize,
    value: V,
}

impl<V: Clone> Recent<V> {
    /// Keeps values with a total size of `capacity`, and none that is larger than `largest`, in any unit.
    pub(crate) fn new(capacity: usize, largest: usize) -> Self {
        let kept = RecentValues { entries: HashMap::new(), by_use: BTreeMap::new(), uses: 0, size: 0 };
        Self { kept: Mutex::new(kept), capacity, largest }
    }

    pub(crate) fn get(&self, key: &str) -> Option<V> {
        let mut kept = self.lock();
        let now = kept.tick();
        let entry = kept.entries.get_mut(key)?;
        let before = std::mem::replace(&mut entry.last_use, now);
        let value = entry.value.clone();
        if let Some(key) = kept.by_use.remove(&before) {
            kept.by_use.insert(now, key);
        }
        Some(value)
    }

    pub(crate) fn keep(&self, key: String, value: V, size: usize) {
        if size > self.largest {
            return;
        }
        let mut kept = self.lock();
        let last_use = kept.tick();
        kept.size += size;
        kept.by_use.insert(last_use, key.clone());
        if let Some(before) = kept.entries.insert(key, RecentEntry { last_use, size, value }) {
            kept.size -= before.size;
            kept.by_use.remove(&before.last_use);
        }
        while kept.size > self.capacity
            && let Some((_, oldest)) = kept.by_use.pop_first()
        {
            if let Some(entry) = kept.entries.remove(&oldest) {
                kept.size -= entry.size;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, RecentValues<V>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V> RecentValues<V> {
    fn tick(&mut self) -> u64 {
        self.uses += 1;
        self.uses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_values_that_were_not_asked_for_make_room() {
        let recent = Recent::new(8, 1);
        for key in 0..8 {
            recent.keep(key.to_string(), key, 1);
        }
        assert_eq!(recent.get("0"), Some(0));
        recent.keep("8".to_owned(), 8, 1);
        assert!(recent.get("0").is_some() && recent.get("8").is_some());
        assert_eq!(recent.get("1"), None);
        assert_eq!(recent.lock().size, 8);
    }

    #[test]
    fn keeping_a_value_twice_counts_it_once_and_one_that_is_too_large_is_not_kept() {
        let recent = Recent::new(100, 20);
        recent.keep("a".to_owned(), "a", 10);
        recent.keep("a".to_owned(), "a", 10);
        recent.keep("huge".to_owned(), "huge", 21);
        assert_eq!(recent.lock().size, 10);
        assert_eq!(recent.lock().by_use.len(), 1);
        assert_eq!(recent.get("huge"), None);
    }
}
