//! How long `resolve --latest` takes over 300 projects of 50 versions each: `cargo bench -p weft-mesh --bench resolve`.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a benchmark prints what it measured, and may fail loudly"
)]

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use semver::Version;
use weft_api::ResolveRequest;
use weft_mesh::resolve::{Offer, OfferedVersion, ResolveStep, resolve};
use weft_model::{digest::Digest, name::PackageName};

const PROJECTS: usize = 300;
const VERSIONS: u64 = 50;
const RUNS: usize = 21;

/// Random numbers, the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn position(&mut self, limit: usize) -> usize {
        usize::try_from(self.below(limit as u64)).unwrap_or_default()
    }
}

/// Names that do not come in the order in which projects require each other.
fn name(number: usize) -> PackageName {
    format!("p{}", (number * 7919) % 10_007).parse().expect("it is a name")
}

/// Ten versions to each major version. A project requires up to four of those before it: the major version of its own
/// time, or for `conflicts` in a hundred the one before, so that the highest versions do not go together.
fn offers(conflicts: u64) -> BTreeMap<PackageName, Offer> {
    let mut dice = Dice(conflicts + 1);
    let offer = |number: usize, dice: &mut Dice| {
        let upstream: Vec<usize> = (0..dice.below(5).min(number as u64)).map(|_| dice.position(number)).collect();
        let candidate = |version: u64, dice: &mut Dice| {
            let major = version / 10 + 1;
            let requires = upstream.iter().map(|other| {
                let lag = u64::from(dice.below(100) < conflicts);
                (name(*other), format!("^{}", major.saturating_sub(lag).max(1)).parse().expect("it is a requirement"))
            });
            OfferedVersion {
                version: Version::new(major, version % 10, 0),
                digest: Digest::hash_bytes(&version.to_be_bytes()),
                relations_digest: Digest::hash_bytes(b"relations"),
                yanked: false,
                requires: requires.collect(),
            }
        };
        Offer { published: (0..VERSIONS).map(|version| candidate(version, dice)).collect(), ..Offer::default() }
    };
    (0..PROJECTS).map(|number| (name(number), offer(number, &mut dice))).collect()
}

fn measure(what: &str, conflicts: u64) {
    let offers = offers(conflicts);
    let requires = (0..PROJECTS).rev().step_by(10).map(|number| (name(number), "*".parse().expect("any")));
    let request = ResolveRequest { requires: requires.collect(), latest: true, ..ResolveRequest::default() };
    let mut times: Vec<Duration> = Vec::new();
    let mut told = String::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let outcome = resolve(&request, &offers);
        times.push(start.elapsed());
        told = match outcome {
            Ok(ResolveStep::Done(done)) => {
                let below = done.packages.iter().filter(|package| package.version.major < 5).count();
                format!("{} projects, {below} below the highest major version", done.packages.len())
            }
            Ok(ResolveStep::Need(needed)) => format!("{} projects are missing", needed.len()),
            Ok(ResolveStep::Undecided(given_up)) => format!("cannot tell after {} steps", given_up.steps),
            Err(conflicts) => format!("{} conflicts", conflicts.len()),
        };
    }
    times.sort_unstable();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!(
        "{what}: median {:.1} ms, slowest {:.1} ms ({told})",
        milliseconds(times[RUNS / 2]),
        milliseconds(times[RUNS - 1])
    );
}

fn main() {
    println!("{PROJECTS} projects of {VERSIONS} versions, all offered:");
    measure("the highest versions go together", 0);
    measure("1 requirement in 100 lags a major version", 1);
    measure("10 requirements in 100 lag a major version", 10);
    measure("50 requirements in 100 lag a major version", 50);
}
