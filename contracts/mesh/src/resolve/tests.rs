use proptest::prelude::*;
use semver::Version;
use weft_model::{digest::Digest, name::EnvironmentName, requirement::Requirement};

use super::*;

mod laws;

fn name(name: &str) -> PackageName {
    name.parse().unwrap()
}

fn place(place: &str) -> EnvironmentName {
    place.parse().unwrap()
}

fn requires(requires: &[(&str, &str)]) -> BTreeMap<PackageName, Requirement> {
    requires.iter().map(|(upstream, requirement)| (name(upstream), requirement.parse().unwrap())).collect()
}

fn finance(asks: &[(&str, &str)]) -> ResolveRequest {
    ResolveRequest { package_name: Some(name("finance")), requires: requires(asks), ..ResolveRequest::default() }
}

fn candidate(version: &str, asks: &[(&str, &str)]) -> OfferedVersion {
    OfferedVersion {
        version: version.parse().unwrap(),
        digest: Digest::hash_bytes(version.as_bytes()),
        relations_digest: Digest::hash_bytes(b"as published"),
        yanked: false,
        requires: requires(asks),
    }
}

fn offer(published: Vec<OfferedVersion>, deployed: &[(&str, &str)]) -> Offer {
    let deployed = deployed.iter().map(|(environment, version)| {
        let relations_digest = Digest::hash_bytes(environment.as_bytes());
        (place(environment), OfferedDeployment { version: version.parse().unwrap(), relations_digest })
    });
    Offer { deployed: deployed.collect(), published }
}

fn plain(versions: &[&str], deployed: &[(&str, &str)]) -> Offer {
    offer(versions.iter().map(|version| candidate(version, &[])).collect(), deployed)
}

fn offers(offers: Vec<(&str, Offer)>) -> BTreeMap<PackageName, Offer> {
    offers.into_iter().map(|(upstream, offer)| (name(upstream), offer)).collect()
}

fn chosen(request: &ResolveRequest, offers: &BTreeMap<PackageName, Offer>) -> Vec<String> {
    match resolve(request, offers) {
        Ok(ResolveStep::Done(done)) => {
            done.packages.iter().map(|p| format!("{} {}", p.package_name, p.version)).collect()
        }
        Ok(ResolveStep::Need(names)) => names.iter().map(|name| format!("needs {name}")).collect(),
        Ok(ResolveStep::Undecided(undecided)) => vec![undecided.to_string()],
        Err(conflicts) => conflicts.iter().map(ToString::to_string).collect(),
    }
}

/// Every conflict in words.
fn text(request: &ResolveRequest, offers: &BTreeMap<PackageName, Offer>) -> String {
    let conflicts = resolve(request, offers).unwrap_err();
    conflicts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_closure_is_asked_for_step_by_step() {
    let request = finance(&[("sales", "*")]);
    assert_eq!(chosen(&request, &BTreeMap::new()), ["needs sales"]);
    let sales = offer(vec![candidate("1.2.0", &[("inventory", "^1")])], &[("prod", "1.2.0")]);
    assert_eq!(chosen(&request, &offers(vec![("sales", sales.clone())])), ["needs inventory"]);
    let all = offers(vec![("sales", sales), ("inventory", plain(&["1.3.0", "1.4.0"], &[("prod", "1.3.0")]))]);
    assert_eq!(chosen(&request, &all), ["inventory 1.3.0", "sales 1.2.0"], "what is deployed, not what is highest");
    let Ok(ResolveStep::Done(done)) = resolve(&request, &all) else { panic!("not done") };
    assert_eq!(done.packages.iter().map(|package| package.direct).collect::<Vec<_>>(), [false, true]);
    assert_eq!(done.packages[0].relations_digest, Digest::hash_bytes(b"prod"));
}

#[test]
fn both_paths_and_what_is_deployed_are_told() {
    let request = finance(&[("inventory", "^2"), ("sales", "*")]);
    let sales = offer(vec![candidate("1.2.0", &[("inventory", "^1")])], &[("prod", "1.2.0")]);
    let all = offers(vec![("sales", sales), ("inventory", plain(&["1.3.0", "1.4.0"], &[("prod", "1.4.0")]))]);
    let detail = text(&request, &all);
    assert_eq!(
        detail,
        "`inventory` 1.4.0 is deployed in `prod`, but\n  \
         `finance` requires `inventory` ^2\n  \
         `finance` → `sales` 1.2.0 requires `inventory` ^1, which it meets\n\
         published: 1.4.0, 1.3.0"
    );
    insta::assert_json_snapshot!(resolve(&request, &all).unwrap_err());
}

#[test]
fn every_conflict_is_told_at_once() {
    let request = finance(&[("hr", "*"), ("inventory", "^2"), ("sales", "^1"), ("web", "^3")]);
    let all = offers(vec![
        ("hr", Offer::default()),
        ("inventory", plain(&["1.0.0", "2.1.0"], &[("prod", "1.0.0")])),
        ("sales", plain(&["1.0.0"], &[("staging", "1.0.0")])),
        ("web", plain(&["2.0.0"], &[])),
    ]);
    let detail = text(&request, &all);
    assert_eq!(
        detail,
        "`hr` is not published, but\n  `finance` requires `hr` *\n\n\
         `inventory` 1.0.0 is deployed in `prod`, but\n  `finance` requires `inventory` ^2\npublished: 2.1.0, 1.0.0\n\n\
         `sales` is not deployed in `prod`, but\n  `finance` requires `sales` ^1\ndeployed in: `staging`\npublished: 1.0.0\n\n\
         `web` is not deployed in `prod`, but\n  `finance` requires `web` ^3\npublished: 2.0.0"
    );
}

#[test]
fn a_fallback_is_followed_where_it_is_asked_for_and_never_round_and_round() {
    let mut request = finance(&[("sales", "^1")]);
    request.environment = place("pr-17");
    let all = offers(vec![("sales", plain(&["1.0.0"], &[("prod", "1.0.0")]))]);
    request.fallback = BTreeMap::from([(place("pr-17"), place("staging")), (place("staging"), place("prod"))]);
    let Ok(ResolveStep::Done(done)) = resolve(&request, &all) else { panic!("not done") };
    assert_eq!(done.packages[0].environment, Some(place("prod")));

    request.fallback = BTreeMap::from([(place("pr-17"), place("staging")), (place("staging"), place("pr-17"))]);
    assert!(text(&request, &all).starts_with("`sales` is not deployed in `pr-17` nor in `staging`, but"));
}

#[test]
fn a_yanked_version_is_taken_where_it_is_deployed_and_passed_by_where_it_is_not() {
    let mut sales = plain(&["1.0.0", "1.1.0"], &[("prod", "1.1.0")]);
    sales.published[1].yanked = true;
    let all = offers(vec![("sales", sales)]);
    let mut request = finance(&[("sales", "^1")]);
    let Ok(ResolveStep::Done(done)) = resolve(&request, &all) else { panic!("not done") };
    assert!(done.packages[0].yanked && done.packages[0].version == Version::new(1, 1, 0));
    request.latest = true;
    assert_eq!(chosen(&request, &all), ["sales 1.0.0"]);
    request.requires = requires(&[("sales", "^1.1")]);
    assert!(text(&request, &all).ends_with("`sales` ^1.1, which none meets\npublished: 1.0.0"));
}

#[test]
fn a_pre_release_is_refused_as_semver_does_and_the_rule_is_told() {
    let all = offers(vec![("sales", plain(&["2.0.0-rc.1"], &[("prod", "2.0.0-rc.1")]))]);
    let detail = text(&finance(&[("sales", "*")]), &all);
    assert!(
        detail.ends_with(
            "a pre-release meets only a requirement that names a pre-release of the same version, such as ^2.0.0-rc.1"
        ),
        "{detail}"
    );
    assert_eq!(chosen(&finance(&[("sales", "^2.0.0-rc.1")]), &all), ["sales 2.0.0-rc.1"]);
}

#[test]
fn a_deployed_version_that_is_not_published_counts_as_not_deployed() {
    let all = offers(vec![("sales", plain(&["1.0.0"], &[("prod", "9.9.9")]))]);
    assert!(text(&finance(&[("sales", "*")]), &all).starts_with("`sales` is not deployed in `prod`"));
}

#[test]
fn projects_that_require_each_other_and_the_project_itself_end_the_walk() {
    let sales = offer(vec![candidate("1.0.0", &[("hr", "*"), ("finance", "^9")])], &[("prod", "1.0.0")]);
    let hr = offer(vec![candidate("1.0.0", &[("sales", "*")])], &[("prod", "1.0.0")]);
    let all = offers(vec![("sales", sales), ("hr", hr)]);
    let mut request = finance(&[("sales", "*"), ("finance", "^1")]);
    assert_eq!(chosen(&request, &all), ["hr 1.0.0", "sales 1.0.0"]);
    request.latest = true;
    assert_eq!(chosen(&request, &all), ["hr 1.0.0", "sales 1.0.0"]);
    request.package_name = None;
    assert_eq!(chosen(&request, &all), ["needs finance"], "a project without a name cannot be told from others");
}

#[test]
fn latest_takes_the_highest_that_all_can_take_though_a_later_choice_narrows_it() {
    let mut request = finance(&[("inventory", ">=1"), ("sales", "*")]);
    request.latest = true;
    let sales =
        vec![candidate("1.0.0", &[("inventory", "*")]), candidate("2.0.0", &[("inventory", "<3"), ("hr", "*")])];
    let hr = vec![candidate("1.0.0", &[("inventory", "<2")])];
    let inventory = plain(&["1.0.0", "1.5.0", "2.0.0", "3.0.0"], &[("prod", "1.5.0")]);
    let all = offers(vec![("sales", offer(sales, &[])), ("hr", offer(hr, &[])), ("inventory", inventory)]);
    assert_eq!(chosen(&request, &all), ["hr 1.0.0", "inventory 1.5.0", "sales 2.0.0"]);
    let Ok(ResolveStep::Done(done)) = resolve(&request, &all) else { panic!("not done") };
    assert_eq!(done.packages[1].environment, Some(place("prod")), "it is the deployed one");
    assert_eq!(done.packages[2].environment, None);
    assert_eq!(done.packages[2].relations_digest, Digest::hash_bytes(b"as published"));
}

#[test]
fn latest_takes_a_lower_version_where_the_highest_fits_nothing_else() {
    let request = ResolveRequest { latest: true, ..finance(&[("b", "^1"), ("c", "*")]) };
    let c = vec![candidate("1.0.0", &[("b", "^1")]), candidate("2.0.0", &[("b", "^2")])];
    let all = offers(vec![("b", plain(&["1.0.0", "2.0.0"], &[])), ("c", offer(c, &[]))]);
    assert_eq!(chosen(&request, &all), ["b 1.0.0", "c 1.0.0"]);
}

#[test]
fn latest_asks_for_a_project_that_only_a_lower_version_requires() {
    let request = ResolveRequest { latest: true, ..finance(&[("b", "^1"), ("c", "*")]) };
    let c = vec![candidate("1.0.0", &[("d", "*")]), candidate("2.0.0", &[("b", "^2")])];
    let mut all = offers(vec![("b", plain(&["1.0.0", "2.0.0"], &[])), ("c", offer(c, &[]))]);
    assert_eq!(chosen(&request, &all), ["needs d"]);
    all.insert(name("d"), plain(&["3.0.0"], &[]));
    assert_eq!(chosen(&request, &all), ["b 1.0.0", "c 1.0.0", "d 3.0.0"]);
}

#[test]
fn latest_settles_where_two_projects_keep_ruling_out_each_others_choice() {
    let mut request = finance(&[("a", "*"), ("b", "*")]);
    request.latest = true;
    let a = vec![candidate("1.0.0", &[("b", "^2")]), candidate("2.0.0", &[("b", "^1")])];
    let b = vec![candidate("1.0.0", &[("a", "^2")]), candidate("2.0.0", &[("a", "^1")])];
    let all = offers(vec![("a", offer(a, &[])), ("b", offer(b, &[]))]);
    assert_eq!(chosen(&request, &all), ["a 2.0.0", "b 1.0.0"]);
}

/// More pigeons than holes: each version of a pigeon takes a hole, and each version of a hole takes a pigeon.
fn pigeons(number: usize) -> (ResolveRequest, BTreeMap<PackageName, Offer>) {
    let holes = number - 1;
    let exactly = |pigeon: usize| format!("={}.0.0", pigeon + 1).parse().unwrap();
    let mut all = BTreeMap::new();
    for pigeon in 0..number {
        let published = (0..holes).map(|hole| {
            let requires = BTreeMap::from([(name(&format!("hole{hole}")), exactly(pigeon))]);
            OfferedVersion { requires, ..candidate(&format!("{}.0.0", hole + 1), &[]) }
        });
        all.insert(name(&format!("pigeon{pigeon}")), offer(published.collect(), &[]));
    }
    for hole in 0..holes {
        let published = (0..number).map(|pigeon| candidate(&format!("{}.0.0", pigeon + 1), &[]));
        all.insert(name(&format!("hole{hole}")), offer(published.collect(), &[]));
    }
    let requires = (0..number).map(|pigeon| (name(&format!("pigeon{pigeon}")), Requirement::any()));
    let request = ResolveRequest { latest: true, requires: requires.collect(), ..finance(&[]) };
    (request, all)
}

#[test]
fn what_is_too_hard_to_tell_is_neither_yes_nor_no() {
    let (request, all) = pigeons(4);
    assert!(resolve(&request, &all).is_err(), "four pigeons do not fit three holes");
    let (request, all) = pigeons(14);
    let Ok(ResolveStep::Undecided(undecided)) = resolve(&request, &all) else { panic!("decided") };
    let words = undecided.to_string();
    assert!(words.starts_with("it is unknown whether the 27 projects"), "{words}");
}

#[test]
fn a_chain_of_ten_thousand_projects_is_walked() {
    let link = |n: u32| name(&format!("p{n}"));
    let all: BTreeMap<_, _> = (0..10_000)
        .map(|n| {
            let next = BTreeMap::from([(link(n + 1), Requirement::any())]);
            let requires = if n < 9_999 { next } else { BTreeMap::new() };
            let candidate = OfferedVersion { requires, ..candidate("1.0.0", &[]) };
            (link(n), offer(vec![candidate], &[("prod", "1.0.0")]))
        })
        .collect();
    assert_eq!(chosen(&finance(&[("p0", "*")]), &all).len(), 10_000);
    let latest = ResolveRequest { latest: true, ..finance(&[("p0", "*")]) };
    assert_eq!(chosen(&latest, &all).len(), 10_000);
}
