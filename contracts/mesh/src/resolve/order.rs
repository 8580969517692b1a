//! The order in which projects choose their versions.
//!
//! A project comes before those that some open version of it requires, directly or through others. If two may require
//! each other, or neither the other, the first by name comes first. So the requiring project chooses, and the required
//! one adapts, as far as possible.

use std::collections::{BTreeMap, BTreeSet};

use weft_api::ResolveRequest;
use weft_model::name::PackageName;

use crate::resolve::offer::{Offer, Offers};

/// The place of each project that may be required.
pub(super) type Ranks<'a> = BTreeMap<&'a PackageName, usize>;

/// The order of all projects that a request may come to require.
///
/// # Errors
/// The projects that are not offered and must be, to tell.
pub(super) fn ranks<'a>(request: &'a ResolveRequest, offers: &'a Offers) -> Result<Ranks<'a>, BTreeSet<PackageName>> {
    let own = request.package_name.as_ref();
    let mut requires: BTreeMap<&PackageName, BTreeSet<&PackageName>> = BTreeMap::new();
    let mut unknown = BTreeSet::new();
    let mut open: Vec<&PackageName> = request.requires.keys().filter(|name| Some(*name) != own).collect();
    while let Some(name) = open.pop() {
        if requires.contains_key(name) {
            continue;
        }
        let Some(offer) = offers.get(name) else {
            unknown.insert(name.clone());
            continue;
        };
        let upstream: BTreeSet<_> = may_require(offer).filter(|name| Some(*name) != own).collect();
        open.extend(&upstream);
        requires.insert(name, upstream);
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let names: Vec<&PackageName> = requires.keys().copied().collect();
    let position = |name: &&PackageName| names.binary_search(name).ok();
    let edges: Vec<Vec<usize>> = requires.values().map(|it| it.iter().filter_map(position).collect()).collect();
    Ok(sorted(&edges).into_iter().enumerate().map(|(rank, position)| (names[position], rank)).collect())
}

/// What the open versions of a project require.
fn may_require(offer: &Offer) -> impl Iterator<Item = &PackageName> {
    offer.published.iter().filter(|candidate| !candidate.yanked).flat_map(|candidate| candidate.requires.keys())
}

/// The positions so that each comes before those that it leads to and that do not lead back, ties by position.
fn sorted(edges: &[Vec<usize>]) -> Vec<usize> {
    let rings = rings(edges);
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (position, ring) in rings.iter().enumerate() {
        members.entry(*ring).or_default().push(position);
    }
    let mut left: BTreeMap<usize, usize> = members.iter().map(|(ring, members)| (*ring, members.len())).collect();
    let below: BTreeSet<(usize, usize)> = (0..edges.len())
        .flat_map(|from| edges[from].iter().map(move |to| (from, *to)))
        .map(|(from, to)| (rings[from], rings[to]))
        .filter(|(from, to)| from != to)
        .collect();
    let mut waits: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, to) in &below {
        *waits.entry(*to).or_default() += 1;
    }
    let first = members.iter().filter(|(ring, _)| !waits.contains_key(ring));
    let mut ready: BTreeSet<usize> = first.flat_map(|(_, members)| members).copied().collect();
    let mut sorted = Vec::with_capacity(edges.len());
    while let Some(position) = ready.pop_first() {
        sorted.push(position);
        let ring = rings[position];
        let Some(left) = left.get_mut(&ring) else { continue };
        *left -= 1;
        if *left > 0 {
            continue;
        }
        for (_, to) in below.range((ring, 0)..=(ring, usize::MAX)) {
            let Some(waits) = waits.get_mut(to) else { continue };
            *waits -= 1;
            if *waits == 0 {
                ready.extend(members.get(to).into_iter().flatten());
            }
        }
    }
    sorted
}

/// The ring that each position is in, alone or with those that lead back to it (Kosaraju's way, without recursion: a chain
/// may be long).
fn rings(edges: &[Vec<usize>]) -> Vec<usize> {
    let mut finished = Vec::with_capacity(edges.len());
    let mut seen = vec![false; edges.len()];
    for start in 0..edges.len() {
        visit(start, edges, &mut seen, |position| finished.push(position));
    }
    let mut backward = vec![Vec::new(); edges.len()];
    for (from, reads) in edges.iter().enumerate() {
        for to in reads {
            backward[*to].push(from);
        }
    }
    let mut rings = vec![0; edges.len()];
    let mut seen = vec![false; edges.len()];
    for start in finished.into_iter().rev() {
        visit(start, &backward, &mut seen, |position| rings[position] = start);
    }
    rings
}

/// Visits what has not been seen from a position on, and leaves each after all that it leads to.
fn visit(start: usize, edges: &[Vec<usize>], seen: &mut [bool], mut leave: impl FnMut(usize)) {
    if std::mem::replace(&mut seen[start], true) {
        return;
    }
    let mut path = vec![(start, edges[start].iter())];
    while let Some((position, ways)) = path.last_mut() {
        match ways.next() {
            Some(next) if !std::mem::replace(&mut seen[*next], true) => path.push((*next, edges[*next].iter())),
            Some(_) => {}
            None => {
                leave(*position);
                path.pop();
            }
        }
    }
}
