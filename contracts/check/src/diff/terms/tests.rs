use proptest::prelude::*;
use serde_json::json;
use weft_odcs::accepted::{Accepted, Numbers};
use weft_odcs::{Quality, SlaProperty};

use super::level::PromisedLevel;

fn quality(threshold: serde_json::Value) -> Quality {
    serde_json::from_value(threshold).unwrap()
}

fn accepted(threshold: serde_json::Value, numbers: Numbers) -> Accepted {
    Accepted::by(&quality(threshold).thresholds(), numbers).unwrap()
}

/// Any threshold, with small numbers.
fn threshold() -> impl Strategy<Value = serde_json::Value> {
    let keys =
        ["mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan", "mustBeLessOrEqualTo"];
    let one = (prop::sample::select(keys.to_vec()), 0..12_i32).prop_map(|(key, number)| json!({ key: number }));
    let two = (prop::sample::select(vec!["mustBeBetween", "mustNotBeBetween"]), 0..12_i32, 0..6_i32)
        .prop_map(|(key, from, more)| json!({ key: [from, from + more] }));
    prop_oneof![one, two]
}

/// What a threshold says of a number, in the standard's own words.
#[expect(clippy::float_cmp, reason = "the numbers are small and written out")]
fn holds(threshold: &serde_json::Value, number: f64) -> bool {
    let (key, to) = threshold.as_object().unwrap().iter().next().unwrap();
    let at = |index: usize| to.get(index).unwrap_or(to).as_f64().unwrap();
    match key.as_str() {
        "mustBe" => number == at(0),
        "mustNotBe" => number != at(0),
        "mustBeGreaterThan" => number > at(0),
        "mustBeGreaterOrEqualTo" => number >= at(0),
        "mustBeLessThan" => number < at(0),
        "mustBeLessOrEqualTo" => number <= at(0),
        "mustBeBetween" => number >= at(0) && number <= at(1),
        _ => number < at(0) || number > at(1),
    }
}

proptest! {
    #[test]
    fn one_threshold_is_within_another_where_every_count_that_it_accepts_the_other_accepts(a in threshold(), b in threshold()) {
        let sets = [&a, &b].map(|it| accepted(it.clone(), Numbers::Counts));
        let is_within = (0..40).map(f64::from).all(|count| !holds(&a, count) || holds(&b, count));
        prop_assert_eq!(sets[0].is_within(&sets[1]), is_within, "{} {}", a, b);
    }

    #[test]
    fn one_threshold_is_within_another_where_every_share_that_it_accepts_the_other_accepts(a in threshold(), b in threshold()) {
        let sets = [&a, &b].map(|it| accepted(it.clone(), Numbers::Percent));
        let is_within = (0..1000).map(|it| f64::from(it) / 10.0).all(|share| !holds(&a, share) || holds(&b, share));
        prop_assert_eq!(sets[0].is_within(&sets[1]), is_within, "{} {}", a, b);
    }
}

#[test]
fn whole_numbers_know_that_less_than_ten_is_nine_and_less() {
    let (less, at_most) = (json!({"mustBeLessThan": 10}), json!({"mustBeLessOrEqualTo": 9}));
    assert_eq!(accepted(less.clone(), Numbers::Counts), accepted(at_most.clone(), Numbers::Counts));
    assert_ne!(accepted(less, Numbers::Percent), accepted(at_most, Numbers::Percent));
    let not_five = accepted(json!({"mustNotBe": 5}), Numbers::Counts);
    assert!(
        !Accepted::all(Numbers::Counts).is_within(&not_five) && not_five.is_within(&Accepted::all(Numbers::Counts))
    );
}

fn level(property: &str, value: serde_json::Value, unit: Option<&str>) -> PromisedLevel {
    PromisedLevel::from_sla(&SlaProperty {
        property: property.into(),
        value,
        unit: unit.map(Into::into),
        ..SlaProperty::default()
    })
}

#[test]
fn a_duration_is_the_same_in_any_unit_that_writes_it() {
    let day = PromisedLevel::Seconds(86_400.0);
    for (value, unit) in [
        (json!(24), Some("h")),
        (json!(1), Some("day")),
        (json!("1"), Some("D")),
        (json!("P1D"), None),
        (json!("PT24H"), None),
        (json!("24h"), None),
        (json!(1440), Some("minutes")),
    ] {
        assert_eq!(level("freshness", value.clone(), unit), day, "{value} {unit:?}");
    }
    assert_eq!(level("retention", json!(12), Some("M")), level("retention", json!("P1Y"), None));
    assert_eq!(level("availability", json!("99.9%"), None), level("availability", json!(99.9), Some("percent")));
    assert!(matches!(level("endOfSupport", json!("2027-06-30"), None), PromisedLevel::Day(_)));
    for word in ["P", "PT", "P1X", "1 fortnight", "soon", "P1", "P-", "PTT", "é"] {
        assert!(
            matches!(level("freshness", json!(word), None), PromisedLevel::Text(_) | PromisedLevel::Seconds(0.0)),
            "{word}"
        );
    }
}

#[test]
fn availability_is_compared_by_what_may_fail() {
    let [a, b] = [99.9, 99.0].map(|it| level("availability", json!(it), Some("percent")));
    assert!((a.growth(&b).unwrap() + 9.0).abs() < 0.01);
    assert!(b.growth(&a).unwrap() > 0.0);
}
