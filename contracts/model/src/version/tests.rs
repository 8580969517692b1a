use proptest::prelude::*;

use super::*;

#[test]
fn the_next_version_follows_semver() {
    use RequiredUpdate::{Major, Minor, None, Patch};
    for (version, update, expected) in [
        ("1.4.2", None, "1.4.2"),
        ("1.4.2", Patch, "1.4.3"),
        ("1.4.2", Minor, "1.5.0"),
        ("1.4.2", Major, "2.0.0"),
        ("1.4.2+build", Patch, "1.4.3"),
        ("2.0.0-rc.1", Patch, "2.0.0"),
        ("2.0.0-rc.1", Minor, "2.0.0"),
        ("2.0.0-rc.1", Major, "2.0.0"),
        ("1.3.0-rc.1", Minor, "1.3.0"),
        ("1.3.0-rc.1", Major, "2.0.0"),
        ("1.2.3-rc.1", Minor, "1.3.0"),
        ("0.3.1", Patch, "0.3.2"),
        ("0.3.1", Minor, "0.3.2"),
        ("0.3.1", Major, "0.4.0"),
        ("0.4.0-rc.1", Major, "0.4.0"),
    ] {
        assert_eq!(next(&version.parse().unwrap(), update).to_string(), expected, "{version} {update:?}");
    }
}

#[test]
fn a_pre_release_of_a_large_enough_version_is_enough() {
    let enough = |baseline: &str, version: &str, update| {
        is_enough(&baseline.parse().unwrap(), &version.parse().unwrap(), update)
    };
    assert!(enough("1.4.2", "2.0.0-rc.1", RequiredUpdate::Major));
    assert!(enough("2.0.0-rc.1", "2.0.0-rc.2", RequiredUpdate::Major));
    assert!(enough("1.4.2", "3.0.0", RequiredUpdate::Patch));
    assert!(!enough("1.4.2", "1.9.0", RequiredUpdate::Major));
    assert!(!enough("1.4.2", "1.4.2", RequiredUpdate::Patch));
    assert!(!enough("1.4.2", "1.4.2-rc.1", RequiredUpdate::Patch));
}

#[test]
fn a_new_version_is_compared_with_the_release_that_it_follows() {
    for (standing, new, expected) in [
        (&[][..], "1.0.0", None),
        (&["1.0.0"], "1.0.0", None),
        (&["1.4.2", "2.0.0"], "1.4.3", Some("1.4.2")),
        (&["1.4.2", "2.0.0"], "2.1.0", Some("2.0.0")),
        (&["1.0.0", "1.1.0-rc.1"], "1.1.0", Some("1.0.0")),
        (&["1.0.0", "1.1.0-rc.1"], "1.1.0-rc.2", Some("1.0.0")),
        (&["1.0.0-rc.1", "1.0.0-rc.2"], "1.0.0", Some("1.0.0-rc.2")),
        (&["1.0.0-rc.1", "2.0.0"], "1.5.0", Some("1.0.0-rc.1")),
        (&["2.0.0", "1.0.0"], "0.9.0", Some("1.0.0")),
        (&["1.0.0+a"], "1.0.0+b", Some("1.0.0+a")),
    ] {
        let standing: Vec<Version> = standing.iter().map(|version| version.parse().unwrap()).collect();
        let chosen = baseline(&standing, &new.parse().unwrap()).map(ToString::to_string);
        assert_eq!(chosen.as_deref(), expected, "{new} after {standing:?}");
    }
}

fn versions() -> impl Strategy<Value = Version> {
    (0..4u64, 0..4u64, 0..4u64, any::<bool>()).prop_map(|(major, minor, patch, pre)| {
        let pre = if pre { Prerelease::new("rc.1").unwrap() } else { Prerelease::EMPTY };
        Version { pre, ..Version::new(major, minor, patch) }
    })
}

fn updates() -> impl Strategy<Value = RequiredUpdate> {
    prop_oneof![Just(RequiredUpdate::Patch), Just(RequiredUpdate::Minor), Just(RequiredUpdate::Major)]
}

::laws::laws! {
    "versions", 256;

    fn the_next_version_is_later_enough_and_no_pre_release(version in versions(), update in updates()) {
        let next = next(&version, update);
        prop_assert!(next > version && next.pre.is_empty());
        prop_assert!(is_enough(&version, &next, update));
    }

    fn what_follows_a_version_by_itself_is_compared_with_it_and_is_enough(
        standing in proptest::collection::vec(versions(), 1..8), update in updates()
    ) {
        // As `--version auto` takes it: the next after the highest release, or pre-release where there is none.
        let latest = standing.iter().max_by_key(|version| (version.pre.is_empty(), *version)).unwrap();
        let next = next(latest, update);
        prop_assert_eq!(baseline(&standing, &next), Some(latest));
        prop_assert!(is_enough(latest, &next, update));
    }

    fn the_order_in_which_versions_stand_does_not_matter(
        mut standing in proptest::collection::vec(versions(), 0..8), new in versions()
    ) {
        let chosen = baseline(&standing, &new).cloned();
        standing.reverse();
        prop_assert_eq!(chosen.as_ref(), baseline(&standing, &new));
    }

    fn a_larger_update_never_gives_an_earlier_version(version in versions(), a in updates(), b in updates()) {
        if a >= b {
            prop_assert!(next(&version, a) >= next(&version, b));
        }
    }

    fn a_major_update_leaves_the_range_that_a_caret_takes(version in versions().prop_filter("release", |v| v.pre.is_empty())) {
        let caret: semver::VersionReq = format!("^{version}").parse().unwrap();
        prop_assert!(!caret.matches(&next(&version, RequiredUpdate::Major)));
        if version >= Version::new(0, 1, 0) {
            prop_assert!(caret.matches(&next(&version, RequiredUpdate::Minor)));
        }
    }
}

#[test]
fn versions_that_are_no_semver_are_compared_by_their_numbers() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    for (a, b, expected) in [
        ("1.2.0", "1.10.0", Some(Less)),
        ("1.0.0-rc.1", "1.0.0", Some(Less)),
        ("1.2", "1.10", Some(Less)),
        ("v2", "1.9.9", Some(Greater)),
        ("1.0", "1.0.0", Some(Equal)),
        ("2026-01", "1.0.0", None),
        ("", "1", None),
        ("99999999999999999999999", "1", None),
    ] {
        assert_eq!(compare_loosely(a, b), expected, "{a} {b}");
    }
}

#[test]
fn a_version_has_a_neighbour_above_and_one_that_was_withdrawn_below() {
    let versions = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<Version>>();
    let standing = versions(&["1.0.0", "1.2.0-rc.1", "1.2.0", "1.3.0"]);
    let next = |new: &str| above(&standing, &new.parse().unwrap()).map(ToString::to_string);
    assert_eq!(next("1.1.0").as_deref(), Some("1.2.0"), "a pre-release promises nothing");
    assert_eq!(next("1.3.0"), None);
    let gone = versions(&["0.9.0", "1.0.0", "2.0.0", "2.1.0-rc.1", "3.0.0"]);
    let below = |baseline: Option<&str>, new: &str| {
        let baseline = baseline.map(|it| it.parse().unwrap());
        let found = withdrawn(&gone, baseline.as_ref(), &new.parse().unwrap());
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(below(Some("1.1.0"), "2.1.0"), ["2.0.0"]);
    assert_eq!(below(Some("1.1.0"), "1.2.0"), [] as [&str; 0], "what is compared lies above it");
    assert_eq!(below(None, "1.0.1"), ["1.0.0", "0.9.0"], "every other version was withdrawn");
}
