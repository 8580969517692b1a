//! The queues for writes of one project or environment: a write that waits in one holds no connection.
//!
//! The database's own locks decide; they also hold between replicas. A write that waits for such a lock holds a
//! connection. Here those of one replica wait before they take one.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use tokio::sync::{Mutex as TurnMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use weft_model::name::{EnvironmentName, PackageName};

use crate::{store::error::StoreError, waits::Waits};

/// How many writes hold a connection at the same time: half of a replica's connections are left for reads.
const WRITES: usize = 10;
/// From how many queues on those are dropped in which nobody is.
const MANY: usize = 256;

/// The queues of a replica.
#[derive(Debug)]
pub(super) struct Turns {
    queues: Mutex<HashMap<String, Arc<TurnMutex<()>>>>,
    writes: Arc<Semaphore>,
    waiting: AtomicI64,
}

impl Default for Turns {
    fn default() -> Self {
        Self { queues: Mutex::default(), writes: Arc::new(Semaphore::new(WRITES)), waiting: AtomicI64::new(0) }
    }
}

/// The turn of a write. It ends when this is dropped.
#[derive(Debug)]
pub(super) struct Turn {
    _queues: Vec<OwnedMutexGuard<()>>,
    _write: OwnedSemaphorePermit,
}

impl Turns {
    /// How many writes wait.
    pub(super) fn waiting(&self) -> i64 {
        self.waiting.load(Ordering::Relaxed)
    }

    fn queue(&self, name: String) -> Arc<TurnMutex<()>> {
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        if queues.len() > MANY {
            queues.retain(|_, queue| Arc::strong_count(queue) > 1);
        }
        Arc::clone(queues.entry(name).or_default())
    }

    /// Projects in the order of their names, then the environment, as transactions lock them: nobody waits in a circle.
    pub(super) async fn take(
        &self,
        projects: &BTreeSet<PackageName>,
        environment: Option<&EnvironmentName>,
    ) -> Result<Turn, StoreError> {
        let waits = Waits::new(&self.waiting);
        let projects = projects.iter().map(|name| format!("project {name}"));
        let mut held = Vec::new();
        for name in projects.chain(environment.map(|name| format!("environment {name}"))) {
            held.push(self.queue(name).lock_owned().await);
        }
        let write = Arc::clone(&self.writes).acquire_owned().await;
        let write = write.map_err(|_closed| StoreError::Unavailable(sqlx::Error::PoolClosed))?;
        drop(waits);
        Ok(Turn { _queues: held, _write: write })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn names(names: &[&str]) -> BTreeSet<PackageName> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[tokio::test]
    async fn writes_of_one_project_or_environment_take_turns_and_others_do_not_wait() {
        let turns = Arc::new(Turns::default());
        let (prod, staging) = ("prod".parse().unwrap(), "staging".parse().unwrap());
        let first = turns.take(&names(&["sales", "hr"]), Some(&prod)).await.unwrap();
        turns.take(&names(&["stock"]), Some(&staging)).await.unwrap();
        for (projects, environment) in [(names(&["hr"]), None), (names(&["stock"]), Some(&prod))] {
            let waits = turns.take(&projects, environment);
            assert!(tokio::time::timeout(Duration::from_millis(20), waits).await.is_err());
        }
        assert_eq!(turns.waiting.load(Ordering::Relaxed), 0, "those that went away");
        drop(first);
        turns.take(&names(&["hr", "stock"]), Some(&prod)).await.unwrap();
    }

    #[tokio::test]
    async fn queues_in_which_nobody_is_are_dropped() {
        let turns = Turns::default();
        for number in 0..2 * MANY {
            turns.take(&names(&[&format!("p{number}")]), None).await.unwrap();
        }
        assert!(turns.queues.lock().unwrap().len() <= MANY + 1);
    }
}
