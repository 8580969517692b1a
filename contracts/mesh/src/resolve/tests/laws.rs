//! What holds of every resolution, over small random meshes.

mod locks;

use super::*;

const NAMES: [&str; 5] = ["finance", "a", "b", "c", "d"];
const REQUIREMENTS: [&str; 6] = ["*", "^1", "^2", ">=1.1", "<2", "^2.0.0-rc.1"];
const VERSIONS: [&str; 5] = ["1.0.0", "1.1.0", "2.0.0-rc.1", "2.0.0", "3.0.0"];

fn any_requires() -> impl Strategy<Value = BTreeMap<PackageName, Requirement>> {
    let pair = (0..NAMES.len(), 0..REQUIREMENTS.len());
    proptest::collection::vec(pair, 0..3)
        .prop_map(|pairs| pairs.into_iter().map(|(n, r)| (name(NAMES[n]), REQUIREMENTS[r].parse().unwrap())).collect())
}

fn any_offer() -> impl Strategy<Value = Offer> {
    let published =
        proptest::collection::btree_map(0..VERSIONS.len(), (any_requires(), proptest::bool::weighted(0.1)), 0..5);
    let deployed = proptest::collection::btree_map(0..2usize, 0..VERSIONS.len(), 0..3);
    (published, deployed).prop_map(|(published, deployed)| Offer {
        deployed: deployed
            .into_iter()
            .map(|(environment, version)| {
                let version = VERSIONS[version].parse().unwrap();
                (
                    place(["prod", "staging"][environment]),
                    OfferedDeployment { version, relations_digest: Digest::hash_bytes(b"x") },
                )
            })
            .collect(),
        published: published
            .into_iter()
            .map(|(version, (requires, yanked))| OfferedVersion {
                yanked,
                requires,
                ..candidate(VERSIONS[version], &[])
            })
            .collect(),
    })
}

fn any_mesh() -> impl Strategy<Value = (ResolveRequest, BTreeMap<PackageName, Offer>)> {
    let offers = proptest::collection::vec(any_offer(), NAMES.len());
    (any_requires(), any::<bool>(), any::<bool>(), any::<bool>(), offers).prop_map(
        |(requires, latest, named, falls, offers)| {
            let fallback = if falls { BTreeMap::from([(place("prod"), place("staging"))]) } else { BTreeMap::new() };
            let package_name = named.then(|| name("finance"));
            let request = ResolveRequest { package_name, requires, latest, fallback, environment: place("prod") };
            (request, NAMES.iter().map(|n| name(n)).zip(offers).collect())
        },
    )
}

/// Resolves as a caller does that knows nothing at first.
fn stepwise(request: &ResolveRequest, all: &BTreeMap<PackageName, Offer>) -> Result<ResolveResponse, Vec<Conflict>> {
    let mut known = BTreeMap::new();
    for _ in 0..=all.len() {
        match resolve(request, &known)? {
            ResolveStep::Done(done) => return Ok(done),
            ResolveStep::Undecided(undecided) => panic!("{undecided:?}"),
            ResolveStep::Need(names) => {
                assert!(names.iter().all(|name| !known.contains_key(name)) && !names.is_empty());
                known.extend(names.into_iter().map(|name| (name.clone(), all[&name].clone())));
            }
        }
    }
    panic!("asked more often than there are projects");
}

/// A version for each project, by trying all: the law of `search`, in the plainest words.
struct Tries<'m> {
    request: &'m ResolveRequest,
    all: &'m BTreeMap<PackageName, Offer>,
    /// Every project, in the order in which they choose.
    order: Vec<&'m PackageName>,
}

type Tried<'m> = BTreeMap<&'m PackageName, &'m OfferedVersion>;

impl<'m> Tries<'m> {
    fn new(request: &'m ResolveRequest, all: &'m BTreeMap<PackageName, Offer>) -> Self {
        let mut tries = Self { request, all, order: Vec::new() };
        let mut left: BTreeSet<&PackageName> = tries.possible(&request.requires);
        loop {
            let more: BTreeSet<_> = left.iter().flat_map(|name| tries.leads_to(name)).collect();
            let before = left.len();
            left.extend(more);
            if left.len() == before {
                break;
            }
        }
        while let Some(next) = left.iter().copied().find(|name| {
            let led_to = |other: &&&PackageName| tries.leads_to(other).contains(*name);
            left.iter().filter(led_to).all(|other| tries.leads_to(name).contains(*other))
        }) {
            left.remove(next);
            tries.order.push(next);
        }
        assert!(left.is_empty());
        tries
    }

    fn possible(&self, requires: &'m BTreeMap<PackageName, Requirement>) -> BTreeSet<&'m PackageName> {
        requires.keys().filter(|name| Some(*name) != self.request.package_name.as_ref()).collect()
    }

    fn open(&self, name: &PackageName) -> Vec<&'m OfferedVersion> {
        let mut open: Vec<_> = self.all[name].published.iter().filter(|it| !it.yanked).collect();
        open.sort_by(|a, b| b.version.cmp(&a.version));
        open
    }

    /// All that a project may require, directly or through others.
    fn leads_to(&self, name: &PackageName) -> BTreeSet<&'m PackageName> {
        let direct = |name: &PackageName| self.open(name).into_iter().flat_map(|it| self.possible(&it.requires));
        let mut found: BTreeSet<_> = direct(name).collect();
        for _ in 0..self.all.len() {
            let more: BTreeSet<_> = found.iter().flat_map(|name| direct(name)).collect();
            found.extend(more);
        }
        found
    }

    /// The first way to complete what is chosen.
    fn first(&self, chosen: &Tried<'m>) -> Option<Tried<'m>> {
        let asked: BTreeSet<_> = self.asked(chosen).map(|(name, _)| name).collect();
        let Some(next) = self.order.iter().find(|name| asked.contains(*name) && !chosen.contains_key(*name)) else {
            return Some(chosen.clone());
        };
        self.open(next).into_iter().find_map(|candidate| {
            let mut chosen = chosen.clone();
            chosen.insert(next, candidate);
            let is_met = self.asked(&chosen).all(|(name, requirement)| {
                chosen.get(name).is_none_or(|candidate| requirement.matches(&candidate.version))
            });
            if is_met { self.first(&chosen) } else { None }
        })
    }

    fn asked(&self, chosen: &Tried<'m>) -> impl Iterator<Item = (&'m PackageName, &'m Requirement)> {
        let own = self.request.package_name.as_ref();
        let all: Vec<_> = chosen.values().map(|it| &it.requires).chain([&self.request.requires]).flatten().collect();
        all.into_iter().filter(move |(name, _)| Some(*name) != own)
    }
}

::laws::laws! {
    "resolve", 1000;

    fn every_chosen_version_meets_every_requirement_on_it_and_nothing_required_is_missing((request, all) in any_mesh()) {
        let Ok(done) = stepwise(&request, &all) else { return Ok(()) };
        let chosen: BTreeMap<_, _> = done.packages.iter().map(|package| (&package.package_name, package)).collect();
        prop_assert_eq!(chosen.len(), done.packages.len());
        let of = |package: &weft_api::ResolvedPackage| {
            let published = &all[&package.package_name].published;
            published.iter().find(|candidate| candidate.version == package.version).unwrap().clone()
        };
        let requirements = done.packages.iter().flat_map(|package| of(package).requires).chain(request.requires.clone());
        let mut required = BTreeSet::new();
        for (name, requirement) in requirements.filter(|(name, _)| Some(name) != request.package_name.as_ref()) {
            prop_assert!(requirement.matches(&chosen[&name].version));
            required.insert(name);
        }
        prop_assert_eq!(required.iter().collect::<Vec<_>>(), chosen.keys().copied().collect::<Vec<_>>());
        for package in &done.packages {
            prop_assert_eq!(package.yanked, of(package).yanked);
            prop_assert!(!(request.latest && package.yanked));
            prop_assert_eq!(package.direct, request.requires.contains_key(&package.package_name));
        }
    }

    fn what_is_offered_beside_the_closure_and_in_which_steps_changes_nothing((request, all) in any_mesh()) {
        let whole = match resolve(&request, &all) {
            Ok(ResolveStep::Done(done)) => Ok(done),
            Ok(step) => panic!("{step:?} though all is offered"),
            Err(conflicts) => Err(conflicts),
        };
        prop_assert_eq!(stepwise(&request, &all), whole);
    }

    fn with_latest_versions_are_found_where_any_go_together_and_they_are_those_of_the_law((request, all) in any_mesh()) {
        let request = ResolveRequest { latest: true, ..request };
        let expected = Tries::new(&request, &all).first(&BTreeMap::new());
        let found = stepwise(&request, &all).ok();
        let versions = found.map(|done| {
            done.packages.into_iter().map(|it| (it.package_name, it.version)).collect::<BTreeMap<_, _>>()
        });
        let expected = expected.map(|it| {
            it.into_iter().map(|(name, it)| (name.clone(), it.version.clone())).collect::<BTreeMap<_, _>>()
        });
        prop_assert_eq!(versions, expected);
    }

    fn the_walk_and_the_solver_find_the_same((request, all) in any_mesh()) {
        let request = ResolveRequest { latest: true, ..request };
        let ranks = order::ranks(&request, &all).unwrap();
        let versions = |found: SearchResult<'_>| match found {
            SearchResult::Versions(chosen) => Some(chosen.iter().map(|(name, it)| ((*name).clone(), it.version.clone())).collect::<BTreeMap<_, _>>()),
            SearchResult::Nothing => None,
            SearchResult::Undecided { .. } => panic!("undecided"),
        };
        let walked = versions(search::search(&request, &all, &ranks));
        prop_assert_eq!(walked, versions(search::tests::by_solver(&request, &all, &ranks)));
    }

    fn conflicts_are_sorted_one_for_each_project_and_each_names_who_is_not_met((request, all) in any_mesh()) {
        let Err(conflicts) = stepwise(&request, &all) else { return Ok(()) };
        let names: Vec<_> = conflicts.iter().map(Conflict::package_name).collect();
        prop_assert!(!names.is_empty() && names.is_sorted_by(|a, b| a < b));
        for conflict in &conflicts {
            prop_assert!(!conflict.required_by().is_empty());
            if let Conflict::DeployedUnmet { required_by, deployed, .. } = conflict {
                prop_assert!(required_by.iter().any(|by| !by.met));
                prop_assert!(required_by.iter().all(|by| by.met == by.requirement.matches(deployed)));
            }
            for by in conflict.required_by() {
                prop_assert_eq!(by.path.first().map(|step| &step.package_name).filter(|_| request.package_name.is_some()), request.package_name.as_ref());
                prop_assert!(conflict.to_string().contains(&by.requirement.to_string()));
            }
        }
    }
}
