//! Which node is read next: one whose inputs are done.

use std::{
    collections::BTreeSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// The work that is left, shared by threads.
pub(super) struct Schedule {
    readers: Vec<Vec<usize>>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// How many inputs each waits for.
    waits: Vec<usize>,
    ready: BTreeSet<usize>,
    running: usize,
    /// Those that were not handed out yet.
    left: BTreeSet<usize>,
}

impl Schedule {
    /// Of things by number, each with those that it waits for.
    pub(super) fn new(inputs: Vec<BTreeSet<usize>>) -> Self {
        let mut readers = vec![Vec::new(); inputs.len()];
        let mut waits = vec![0; inputs.len()];
        for (number, inputs) in inputs.into_iter().enumerate() {
            for input in inputs.into_iter().filter(|input| *input != number) {
                readers[input].push(number);
                waits[number] += 1;
            }
        }
        let ready = (0..waits.len()).filter(|&number| waits[number] == 0).collect();
        let state = State { ready, running: 0, left: (0..waits.len()).collect(), waits };
        Self { readers, state: Mutex::new(state), changed: Condvar::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next one, after waiting for its inputs; `None` when there is nothing left to do.
    pub(super) fn next(&self) -> Option<usize> {
        let mut state = self.state();
        loop {
            if let Some(number) = state.ready.pop_first() {
                state.left.remove(&number);
                state.running += 1;
                return Some(number);
            }
            let first = *state.left.first()?;
            if state.running == 0 {
                // Those that are left wait for each other; dbt forbids that, and a file can hold it.
                state.ready.insert(first);
            } else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Says that one is done.
    pub(super) fn done(&self, number: usize) {
        let mut state = self.state();
        state.running -= 1;
        for &reader in &self.readers[number] {
            state.waits[reader] -= 1;
            if state.waits[reader] == 0 && state.left.contains(&reader) {
                state.ready.insert(reader);
            }
        }
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(inputs: &[&[usize]]) -> Vec<usize> {
        let schedule = Schedule::new(inputs.iter().map(|inputs| inputs.iter().copied().collect()).collect());
        let mut order = Vec::new();
        while let Some(number) = schedule.next() {
            order.push(number);
            schedule.done(number);
        }
        order
    }

    #[test]
    fn each_comes_after_its_inputs_and_ties_in_their_order() {
        assert_eq!(order(&[&[2], &[], &[1], &[]]), [1, 2, 0, 3]);
    }

    #[test]
    fn those_that_wait_for_each_other_come_in_their_order() {
        assert_eq!(order(&[&[1], &[0], &[0], &[3]]), [3, 0, 1, 2]);
        assert_eq!(order(&[]), [0_usize; 0]);
    }
}
