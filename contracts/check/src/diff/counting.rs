//! How the strictness of a test moved.

use weft_publication::{
    Quality,
    strictness::{Measure, measure, passing},
};

use crate::diff::quality::{Moved, TestDifference};

/// How the strictness of a test moved, or what differs in its counting if that is unknown. The severity is compared
/// elsewhere.
pub(super) fn moved(old: &Quality, new: &Quality) -> Option<Result<Moved, Vec<TestDifference>>> {
    let differences: Vec<TestDifference> = settings(old, new).into_iter().flatten().collect();
    if differences.is_empty() {
        return None;
    }
    let compared = match (measure(old), measure(new)) {
        (Measure::Sql(was, limit), Measure::Sql(is, other)) if was != is || limit != other => None,
        (Measure::Sql(..), Measure::Rows(_) | Measure::Constant(_))
        | (Measure::Rows(_) | Measure::Constant(_), Measure::Sql(..)) => None,
        _ => passing(old).zip(passing(new)),
    };
    let Some((was, is)) = compared else { return Some(Err(differences)) };
    let both_fail = [old, new].iter().all(|quality| quality.severity == "error");
    let mut pairs = vec![(&was.in_silence, &is.in_silence)];
    if both_fail {
        pairs.push((&was.without_error, &is.without_error));
    }
    let loosens = pairs.iter().any(|(was, is)| !is.is_within(was));
    let tightens = pairs.iter().any(|(was, is)| !was.is_within(is));
    (loosens || tightens).then(|| Ok(Moved { was: text(old), is: text(new), loosens, tightens }))
}

/// The differences in how a test counts.
fn settings(old: &Quality, new: &Quality) -> [Option<TestDifference>; 4] {
    let of = |name, text: fn(&Quality) -> Option<String>| TestDifference::new(name, [text(old), text(new)]);
    [
        of("error_if", |it| it.error_if.clone()),
        of("warn_if", |it| it.warn_if.clone()),
        of("fail_calc", |it| it.fail_calc.clone()),
        of("limit", |it| it.limit.map(|limit| limit.to_string())),
    ]
}

/// How a test counts, in few words.
fn text(quality: &Quality) -> String {
    let settings = [
        ("error_if", quality.error_if.clone()),
        ("warn_if", quality.warn_if.clone()),
        ("fail_calc", quality.fail_calc.clone()),
        ("limit", quality.limit.map(|limit| limit.to_string())),
    ];
    let said = settings.into_iter().filter_map(|(name, text)| Some(format!("{name} {}", text?)));
    let said: Vec<_> = said.collect();
    if said.is_empty() { "no row".to_owned() } else { said.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn test(settings: &Value) -> Quality {
        let mut quality = json!({"test": "accepted_values", "severity": "error"});
        quality.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        serde_json::from_value(quality).unwrap()
    }

    /// Whether it loosens and tightens; `None` if it is reported differently.
    fn step(old: &Value, new: &Value) -> Option<(bool, bool)> {
        let moved = moved(&test(old), &test(new)).map_or((false, false), |told| match told {
            Ok(moved) => (moved.loosens, moved.tightens),
            Err(_) => (true, true),
        });
        (moved != (true, true)).then_some(moved)
    }

    #[test]
    fn what_passes_more_rows_is_looser() {
        let (looser, tighter, same) = (Some((true, false)), Some((false, true)), Some((false, false)));
        for (settings, expected) in [
            (json!({"error_if": "> 10"}), looser),
            (json!({"warn_if": "> 10"}), same),
            (json!({"error_if": "> 10", "warn_if": "> 10"}), looser),
            (json!({"error_if": ">0", "warn_if": "<> 0"}), same),
            (json!({"error_if": "between 1 and 5"}), looser),
            (json!({"fail_calc": "0"}), looser),
            (json!({"limit": 0}), looser),
            (json!({"limit": 100}), same),
            (json!({"error_if": ">= 0"}), tighter),
            (json!({"fail_calc": "max(n)"}), None),
            (json!({"error_if": "> (select 1)"}), None),
        ] {
            assert_eq!(step(&json!({}), &settings), expected, "{settings}");
        }
        assert_eq!(step(&json!({"error_if": "> 10"}), &json!({"error_if": "> 5"})), tighter);
        assert_eq!(step(&json!({"fail_calc": "sum(n)"}), &json!({"fail_calc": "SUM(n)", "error_if": "> 5"})), looser);
        assert_eq!(step(&json!({"severity": "warn", "warn_if": "> 5"}), &json!({"severity": "warn"})), tighter);
    }
}
