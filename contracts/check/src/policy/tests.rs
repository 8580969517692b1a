mod laws;

use time::{Month, OffsetDateTime};
use weft_api::{Coverage, Evidence, Level, RuleId};
use weft_model::version::RequiredUpdate;

use super::*;
use crate::policy::{Revocation, Spent};

fn day(day: u8) -> Date {
    Date::from_calendar_date(2027, Month::January, day).unwrap()
}

fn finding(rule: &str, column: Option<&str>) -> Finding {
    Finding {
        rule: rule.to_owned().into(),
        unique_id: "model.shop.orders".parse().unwrap(),
        column: column.map(str::to_owned),
        level: Level::Error,
        evidence: Evidence::Contract,
        baseline: None,
        current: None,
        message: "changed".to_owned(),
        remedy: "change it back".to_owned(),
        location: None,
        consumers: Vec::new(),
        waiver: None,
    }
}

fn waiver(number: u64, column: Option<&str>, until: Date) -> RecordedWaiver {
    RecordedWaiver {
        number,
        rule: RuleId::new("column_removed"),
        unique_id: "model.shop.orders".parse().unwrap(),
        column: column.map(str::to_owned),
        author: format!("author {number}"),
        reason: "agreed".to_owned(),
        until: until.into(),
        created_at: OffsetDateTime::UNIX_EPOCH,
        revoked: None,
        changes: None,
        spent: None,
    }
}

fn waived(waivers: &[RecordedWaiver], finding: Finding, today: Date) -> (Option<String>, Vec<u64>) {
    let mut report =
        Report { required_update: RequiredUpdate::Major, findings: vec![finding], coverage: Coverage::default() };
    let lapsed = waive(&mut report, waivers, None, today).lapsed;
    let expired = lapsed.iter().filter(|it| it.why == Lapse::Expired).map(|it| it.waiver.number).collect();
    let author = report.findings[0].waiver.take().map(|waiver| waiver.author);
    (author, expired)
}

#[test]
fn a_waiver_holds_through_its_last_day_and_is_told_of_after_it() {
    let waivers = [waiver(1, Some("price"), day(10))];
    let at = |today| waived(&waivers, finding("column_removed", Some("price")), today);
    assert_eq!(at(day(10)), (Some("author 1".to_owned()), vec![]));
    assert_eq!(at(day(11)), (None, vec![1]));
}

#[test]
fn a_waiver_of_a_node_is_for_its_columns_and_one_of_a_column_for_that_alone() {
    let of = |waiver_column, column| {
        waived(&[waiver(1, waiver_column, day(10))], finding("column_removed", column), day(1)).0.is_some()
    };
    assert!(of(None, None) && of(None, Some("price")) && of(Some("price"), Some("price")));
    assert!(!of(Some("price"), None) && !of(Some("price"), Some("cost")));
}

#[test]
fn a_waiver_is_for_its_rule_and_node_alone() {
    let other = RecordedWaiver { unique_id: "model.shop.customers".parse().unwrap(), ..waiver(1, None, day(10)) };
    assert_eq!(waived(&[other], finding("column_removed", None), day(20)), (None, vec![]));
    assert_eq!(waived(&[waiver(1, None, day(10))], finding("type_changed", None), day(1)), (None, vec![]));
}

#[test]
fn a_revoked_waiver_has_no_effect_and_is_not_told_of() {
    let revoked = Some(Revocation { author: "ana".to_owned(), revoked_at: OffsetDateTime::UNIX_EPOCH });
    let revoked = RecordedWaiver { revoked, ..waiver(1, None, day(10)) };
    for today in [1, 20] {
        assert_eq!(waived(std::slice::from_ref(&revoked), finding("column_removed", None), day(today)), (None, vec![]));
    }
}

#[test]
fn the_narrower_waiver_is_shown_then_the_later_and_an_expired_one_beside_it_is_not() {
    let shown = |waivers: &[RecordedWaiver]| waived(waivers, finding("column_removed", Some("price")), day(5));
    let (wide, narrow) = (waiver(2, None, day(10)), waiver(1, Some("price"), day(10)));
    assert_eq!(shown(&[wide.clone(), narrow]).0.as_deref(), Some("author 1"));
    assert_eq!(shown(&[wide.clone(), waiver(3, None, day(10))]).0.as_deref(), Some("author 3"));
    assert_eq!(shown(&[wide, waiver(3, None, day(4))]), (Some("author 2".to_owned()), vec![]));
}

/// How a waiver of these changes, spent by a version, deals with a finding in a step from a version.
fn dealt(changes: Option<&[&Finding]>, spent: Option<&str>, baseline: Option<&str>, finding: Finding) -> Option<Lapse> {
    let changes = changes.map(|seen| seen.iter().map(|finding| ApprovedChange::from_finding(finding)).collect());
    let spent = spent.map(|version| Spent { version: version.parse().unwrap(), spent_at: OffsetDateTime::UNIX_EPOCH });
    let waivers = [RecordedWaiver { changes, spent, ..waiver(1, None, day(10)) }];
    let mut report =
        Report { required_update: RequiredUpdate::Major, findings: vec![finding], coverage: Coverage::default() };
    let baseline = baseline.map(|version| version.parse().unwrap());
    let waived = waive(&mut report, &waivers, baseline.as_ref(), day(1));
    let is_covered = report.findings[0].waiver.is_some();
    assert_eq!(waived.covering.contains(&1), is_covered);
    assert_eq!(waived.lapsed.is_empty(), is_covered);
    waived.lapsed.first().map(|it| it.why)
}

#[test]
fn a_waiver_covers_the_changes_that_were_seen_and_no_other() {
    let seen = Finding { baseline: Some("integer".to_owned()), ..finding("column_removed", Some("price")) };
    let others = [
        Finding { baseline: Some("text".to_owned()), ..seen.clone() },
        Finding { current: Some("cost".to_owned()), ..seen.clone() },
        Finding { column: Some("cost".to_owned()), ..seen.clone() },
        Finding { message: "changed in another way".to_owned(), ..seen.clone() },
    ];
    assert_eq!(dealt(Some(&[&others[0], &seen]), None, None, seen.clone()), None);
    for other in others {
        assert_eq!(dealt(Some(&[&seen]), None, None, other.clone()), Some(Lapse::OtherChange), "{other:?}");
        assert_eq!(dealt(None, None, None, other), None, "a waiver of an older client tells no change");
    }
}

#[test]
fn a_spent_waiver_covers_the_step_that_it_was_spent_in_and_none_after_it() {
    let seen = finding("column_removed", Some("price"));
    let in_step_from = |baseline| dealt(Some(&[&seen]), Some("2.0.0"), baseline, seen.clone());
    assert_eq!(in_step_from(Some("1.0.0")), None, "where the version before it is still deployed");
    assert_eq!(in_step_from(Some("2.0.0")), Some(Lapse::Spent));
    assert_eq!(in_step_from(Some("2.1.0")), Some(Lapse::Spent));
    assert_eq!(in_step_from(None), Some(Lapse::Spent), "of a state without a version it is not known");
}

#[test]
fn a_waiver_of_a_state_is_not_spent() {
    let mut report = Report {
        required_update: RequiredUpdate::None,
        findings: vec![finding("owner_missing", None), finding("column_removed", None)],
        coverage: Coverage::default(),
    };
    let of_state = RecordedWaiver { rule: RuleId::new("owner_missing"), ..waiver(1, None, day(10)) };
    let waivers = [of_state, waiver(2, None, day(10))];
    assert_eq!(waive(&mut report, &waivers, None, day(1)).covering, BTreeSet::from([2]));
    assert!(report.findings.iter().all(|finding| finding.waiver.is_some()));
}
