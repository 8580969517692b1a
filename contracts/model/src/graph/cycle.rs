//! The cycle to show: as short as can be found in reasonable time.

use std::collections::VecDeque;

/// How many edges are looked at before the best cycle so far is taken.
const PATIENCE: usize = 2_000_000;

/// A shortest cycle among the nodes that are not `sorted`, starting at its smallest node; empty if there are no cycles.
pub(super) fn shortest(reads: &[Vec<usize>], sorted: &[usize]) -> Vec<usize> {
    let mut left = vec![true; reads.len()];
    for &node in sorted {
        left[node] = false;
    }
    let mut search = Search { reads, left, looked: 0 };
    let mut best = search.any();
    for start in 0..reads.len() {
        if search.looked > PATIENCE || best.len() <= 1 {
            break;
        }
        if search.left[start] {
            best = search.through(start, best.len()).unwrap_or(best);
        }
    }
    let smallest = best.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(position, _)| position);
    best.rotate_left(smallest);
    best
}

struct Search<'a> {
    reads: &'a [Vec<usize>],
    /// The nodes that may be on a cycle.
    left: Vec<bool>,
    looked: usize,
}

impl Search<'_> {
    /// A cycle found by following the smallest edge until a node comes again, then shortened.
    fn any(&mut self) -> Vec<usize> {
        let mut walk: Vec<usize> = self.left.iter().position(|left| *left).into_iter().collect();
        let mut seen = vec![false; self.reads.len()];
        while let Some(&node) = walk.last() {
            if seen[node] {
                return self.through(node, usize::MAX).unwrap_or_default();
            }
            seen[node] = true;
            // A node that is left reads another that is left: that is why it could not be sorted.
            walk.extend(self.reads[node].iter().copied().find(|read| self.left[*read]));
        }
        Vec::new()
    }

    /// The shortest cycle through a node, if it is shorter than `limit`.
    fn through(&mut self, start: usize, limit: usize) -> Option<Vec<usize>> {
        let mut came_from: Vec<Option<usize>> = vec![None; self.reads.len()];
        let mut queue = VecDeque::from([(start, 1)]);
        while let Some((node, length)) = queue.pop_front() {
            if length >= limit {
                return None;
            }
            for &read in &self.reads[node] {
                self.looked += 1;
                if read == start {
                    return Some(path(&came_from, start, node));
                }
                if self.left[read] && came_from[read].is_none() {
                    came_from[read] = Some(node);
                    queue.push_back((read, length + 1));
                }
            }
        }
        None
    }
}

fn path(came_from: &[Option<usize>], start: usize, end: usize) -> Vec<usize> {
    let mut path = vec![end];
    let mut node = end;
    while node != start {
        let Some(previous) = came_from[node] else { break };
        path.push(previous);
        node = previous;
    }
    path.reverse();
    path
}
