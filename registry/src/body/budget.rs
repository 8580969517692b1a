//! The memory of all bodies in flight: one budget, from which each body takes as it comes.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Mutex as TurnMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};

use crate::waits::Waits;

/// What the budget is counted in.
const UNIT: usize = 1024;

/// The memory of all bodies in flight.
///
/// If there is no room left, one body at a time may take more than there is, because bodies that each wait for the rest of
/// their room would wait for each other. What is taken is therefore at most the budget and one body.
pub(crate) struct BodyBudget {
    room: Arc<Semaphore>,
    /// Whose turn it is to take more than there is.
    overdraft: Arc<TurnMutex<()>>,
    /// In bytes.
    capacity: usize,
    patience: Duration,
    waiting: AtomicI64,
}

/// There was no room within the time that a body waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoRoom;

impl BodyBudget {
    /// A budget of so many bytes, and how long a body waits for its room.
    pub(crate) fn new(capacity: usize, patience: Duration) -> Self {
        let units = (capacity / UNIT).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self {
            room: Arc::new(Semaphore::new(units)),
            overdraft: Arc::default(),
            capacity,
            patience,
            waiting: AtomicI64::new(0),
        }
    }

    /// The whole budget, in bytes.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// How many bytes are taken, and how many bodies wait for room.
    pub(crate) fn figures(&self) -> (i64, i64) {
        let units = (self.capacity / UNIT).max(1).saturating_sub(self.room.available_permits());
        (i64::try_from(units * UNIT).unwrap_or(i64::MAX), self.waiting.load(Ordering::Relaxed))
    }
}

/// What the body of one request has taken of the budget. It is given back when the request is answered.
#[derive(Clone)]
pub(crate) struct BodyShare(Arc<Share>);

struct Share {
    budget: Arc<BodyBudget>,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    permits: Option<OwnedSemaphorePermit>,
    overdraft: Option<OwnedMutexGuard<()>>,
}

impl BodyShare {
    /// Nothing, at first.
    pub(crate) fn new(budget: &Arc<BodyBudget>) -> Self {
        Self(Arc::new(Share { budget: Arc::clone(budget), held: Mutex::default() }))
    }

    /// The budget that it is taken from.
    pub(super) fn budget(&self) -> &BodyBudget {
        &self.0.budget
    }

    /// Takes so many bytes until there are as many, or waits for them.
    ///
    /// # Errors
    /// There is no room in time.
    pub(super) async fn reach(&self, bytes: usize) -> Result<(), NoRoom> {
        let budget = &self.0.budget;
        let missing = {
            let held = self.held();
            let have = held.permits.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
            if held.overdraft.is_some() { 0 } else { bytes.div_ceil(UNIT).saturating_sub(have) }
        };
        let Ok(missing) = u32::try_from(missing) else { return Err(NoRoom) };
        if missing == 0 {
            return Ok(());
        }
        if let Ok(permit) = Arc::clone(&budget.room).try_acquire_many_owned(missing) {
            self.keep(permit);
            return Ok(());
        }
        let _waits = Waits::new(&budget.waiting);
        tokio::select! {
            permit = Arc::clone(&budget.room).acquire_many_owned(missing) => {
                self.keep(permit.map_err(|_closed| NoRoom)?);
            }
            turn = Arc::clone(&budget.overdraft).lock_owned() => self.held().overdraft = Some(turn),
            () = tokio::time::sleep(budget.patience) => return Err(NoRoom),
        }
        Ok(())
    }

    fn keep(&self, more: OwnedSemaphorePermit) {
        let mut held = self.held();
        match &mut held.permits {
            Some(permits) => permits.merge(more),
            none => *none = Some(more),
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn bodies_that_wait_for_each_other_do_not_wait_for_ever_and_one_without_room_is_refused() {
        let budget = Arc::new(BodyBudget::new(100 * UNIT, Duration::from_millis(50)));
        let [one, two, three] = [(); 3].map(|()| BodyShare::new(&budget));
        one.reach(50 * UNIT).await.unwrap();
        two.reach(50 * UNIT).await.unwrap();
        assert_eq!(budget.figures(), (100 * 1024, 0));
        one.reach(80 * UNIT).await.unwrap();
        assert_eq!(two.reach(80 * UNIT).await, Err(NoRoom), "one body at a time takes more than there is");
        assert_eq!(three.reach(1).await, Err(NoRoom));
        one.reach(90 * UNIT).await.unwrap();
        drop(one);
        two.reach(80 * UNIT).await.unwrap();
        three.reach(20 * UNIT).await.unwrap();
        drop((two, three));
        assert_eq!(budget.figures(), (0, 0));
    }

    #[tokio::test]
    async fn a_body_that_waits_gets_the_room_of_one_that_is_answered() {
        let budget = Arc::new(BodyBudget::new(10 * UNIT, Duration::from_secs(20)));
        let [over, full, waits] = [(); 3].map(|()| BodyShare::new(&budget));
        full.reach(10 * UNIT).await.unwrap();
        over.reach(UNIT).await.unwrap();
        let waiting = tokio::spawn(async move { waits.reach(5 * UNIT).await });
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(budget.figures().1, 1);
        drop(full);
        assert_eq!(waiting.await.unwrap(), Ok(()));
    }
}
