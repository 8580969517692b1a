//! What holds of all policies and waivers: whose word counts, and what an approval covers.

use proptest::prelude::*;
use time::OffsetDateTime;
use weft_publication::Publication;

use super::*;
use crate::{Side, check};

/// The level of a finding about a removed column of a node in the group `a`.
fn told(own: Option<Severity>, policies: &[Policy]) -> Option<Level> {
    let publication = |columns: serde_json::Value| -> Publication {
        serde_json::from_value(serde_json::json!({
            "package_name": "shop", "version": "1.0.0", "source": {},
            "interface": {"model.shop.orders": {"name": "orders", "resource_type": "model", "access": "public",
                "group": "a", "contract": {"enforced": true}, "columns": columns}}
        }))
        .unwrap()
    };
    let column = |name: &str| serde_json::json!({"name": name, "data_type": "int", "origin": "contract"});
    let [old, new] = [vec![column("id"), column("price")], vec![column("id")]].map(|it| publication(it.into()));
    let own = own.map(|severity| ("column_removed".parse().unwrap(), severity)).into_iter().collect();
    let report = check(Side::new(&old), Side::new(&new), day(1), &levels(&own, policies));
    assert_eq!(report.required_update, RequiredUpdate::Major, "whatever is said of its level");
    report.findings.iter().find(|finding| finding.rule == "column_removed").map(|finding| finding.level)
}

fn policy(group: Option<&str>, severity: Option<Severity>) -> Policy {
    let rules = severity.map(|severity| (RuleId::new("column_removed"), severity)).into_iter().collect();
    Policy { group: group.map(str::to_owned), rules, ..Policy::default() }
}

fn opinions() -> impl Strategy<Value = Option<Severity>> {
    proptest::option::of(prop_oneof![
        Just(Severity::Off),
        Just(Severity::Info),
        Just(Severity::Warning),
        Just(Severity::Error)
    ])
}

const RULES: [&str; 3] = ["column_removed", "type_changed", "owner_missing"];
const COLUMNS: [Option<&str>; 3] = [None, Some("price"), Some("cost")];

fn any_finding() -> impl Strategy<Value = Finding> {
    let change = (0..2_usize, 0..2_usize);
    (0..RULES.len(), 0..2_usize, 0..COLUMNS.len(), change).prop_map(|(rule, node, column, (was, is))| Finding {
        unique_id: format!("model.shop.n{node}").parse().unwrap(),
        baseline: [None, Some("integer".to_owned())][was].clone(),
        current: [None, Some("text".to_owned())][is].clone(),
        ..finding(RULES[rule], COLUMNS[column])
    })
}

/// A waiver for a finding, for its changes and others, or for everything that is found there.
fn any_waiver() -> impl Strategy<Value = RecordedWaiver> {
    let seen = prop::option::of(prop::collection::vec(any_finding(), 0..3));
    let fate = (1..6_u8, any::<bool>(), prop::option::of(1..4_u64));
    (any_finding(), any::<bool>(), seen, any::<bool>(), fate).prop_map(
        |(about, is_wide, seen, is_seen, (until, is_revoked, spent))| {
            let changes = seen.map(|seen| {
                let about = Some(&about).filter(|_| is_seen);
                seen.iter().chain(about).map(ApprovedChange::from_finding).collect()
            });
            RecordedWaiver {
                rule: about.rule.clone(),
                unique_id: about.unique_id.clone(),
                author: format!("of {until} {is_wide} {spent:?}"),
                revoked: is_revoked
                    .then(|| Revocation { author: "ana".to_owned(), revoked_at: OffsetDateTime::UNIX_EPOCH }),
                spent: spent
                    .map(|major| Spent { version: Version::new(major, 0, 0), spent_at: OffsetDateTime::UNIX_EPOCH }),
                changes,
                ..waiver(1, about.column.as_deref().filter(|_| !is_wide), day(until))
            }
        },
    )
}

/// Whether a waiver approves a finding, in plain words.
fn approves(waiver: &RecordedWaiver, finding: &Finding, baseline: Option<&Version>, today: Date) -> bool {
    let is_about_it = waiver.rule == finding.rule && waiver.unique_id == finding.unique_id;
    let is_of_the_column = match &waiver.column {
        None => true,
        Some(column) => finding.column.as_ref() == Some(column),
    };
    let was_seen = match &waiver.changes {
        None => true,
        Some(changes) => changes.iter().any(|change| {
            change.column == finding.column
                && change.baseline == finding.baseline
                && change.current == finding.current
                && change.message == finding.message
        }),
    };
    let is_unspent = match (&waiver.spent, baseline) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(spent), Some(baseline)) => *baseline < spent.version,
    };
    is_about_it
        && is_of_the_column
        && was_seen
        && is_unspent
        && waiver.revoked.is_none()
        && today <= waiver.until.date()
}

::laws::laws! {
    "policies and waivers", 64;

    fn of_the_project_the_registry_its_word_on_the_project_and_on_the_group_the_last_counts(
        own in opinions(), registry in opinions(), project in opinions(), group in opinions(), other in opinions()
    ) {
        let policies =
            [policy(None, registry), policy(None, project), policy(Some("a"), group), policy(Some("b"), other)];
        let last = [group, project, registry, own].into_iter().flatten().next();
        prop_assert_eq!(told(own, &policies), last.unwrap_or(Severity::Error).level());
    }

    fn whoever_has_no_opinion_changes_nothing(own in opinions(), registry in opinions(), place in 0..3usize) {
        let said = vec![policy(None, registry), policy(Some("a"), None)];
        let mut with_silence = said.clone();
        with_silence.insert(place, policy(None, None));
        prop_assert_eq!(told(own, &said), told(own, &with_silence));
    }

    fn a_finding_is_approved_by_a_plain_reading_of_the_waivers_and_by_the_narrowest_and_last(
        findings in prop::collection::vec(any_finding(), 1..5), mut waivers in prop::collection::vec(any_waiver(), 0..5),
        baseline in prop::option::of(1..4_u64), today in 1..6_u8
    ) {
        (1..).zip(&mut waivers).for_each(|(number, waiver)| waiver.number = number);
        let baseline = baseline.map(|major| Version::new(major, 0, 0));
        let before = Report { required_update: RequiredUpdate::Major, findings, coverage: Coverage::default() };
        let mut report = before.clone();
        let waived = waive(&mut report, &waivers, baseline.as_ref(), day(today));
        let mut covering = BTreeSet::new();
        for (finding, was) in report.findings.iter().zip(&before.findings) {
            let mut approving: Vec<_> =
                waivers.iter().filter(|it| approves(it, was, baseline.as_ref(), day(today))).collect();
            covering.extend(approving.iter().filter(|_| was.rule != "owner_missing").map(|it| it.number));
            approving.sort_by_key(|it| (it.column.is_some(), it.number));
            let author = finding.waiver.as_ref().map(|waiver| &waiver.author);
            prop_assert_eq!(author, approving.last().map(|it| &it.author), "{:?}", was);
            prop_assert_eq!(&Finding { waiver: None, ..finding.clone() }, was, "nothing else of it changes");
        }
        prop_assert_eq!(waived.covering, covering);
        prop_assert_eq!(report.required_update, before.required_update);
    }

    fn a_further_waiver_takes_no_approval_away_and_a_revoked_one_gives_none(
        findings in prop::collection::vec(any_finding(), 1..5), waivers in prop::collection::vec(any_waiver(), 1..5),
        today in 1..6_u8
    ) {
        let approved = |waivers: &[RecordedWaiver]| -> Vec<bool> {
            let mut report =
                Report { required_update: RequiredUpdate::Major, findings: findings.clone(), coverage: Coverage::default() };
            waive(&mut report, waivers, None, day(today));
            report.findings.iter().map(|finding| finding.waiver.is_some()).collect()
        };
        let (fewer, all) = (approved(&waivers[1..]), approved(&waivers));
        prop_assert!(fewer.iter().zip(&all).all(|(fewer, all)| !fewer || *all));
        let revocation = Some(Revocation { author: "ana".to_owned(), revoked_at: OffsetDateTime::UNIX_EPOCH });
        let mut revoked = waivers.clone();
        revoked[0].revoked = revocation;
        prop_assert_eq!(approved(&revoked), fewer);
    }
}
