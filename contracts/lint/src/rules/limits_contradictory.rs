//! Contradictory limits.

use serde_json::Value;
use weft_model::finding::Level;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "limits_contradictory",
    title: "Contradictory limits",
    why: "No value can satisfy both limits: every row breaks the contract, or nobody checks it.",
    example: "`minLength` is 10, but `maxLength` is 5",
    remedy: "Swap or correct the limits.",
    level: Level::Error,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.properties(|at, property| {
        let Some(options) = &property.logical_type_options else { return };
        let number = |it: &Option<Value>| it.as_ref().and_then(Value::as_f64);
        #[expect(clippy::cast_precision_loss, reason = "lengths beyond 2^53 are not told apart")]
        let count = |it: Option<u64>| it.map(|it| it as f64);
        let pairs = [
            ("minLength", count(options.min_length), "maxLength", count(options.max_length)),
            ("minItems", count(options.min_items), "maxItems", count(options.max_items)),
            ("minProperties", count(options.min_properties), "maxProperties", count(options.max_properties)),
            ("minimum", number(&options.minimum), "maximum", number(&options.maximum)),
        ];
        let at = at.key("logicalTypeOptions");
        for (low_key, low, high_key, high) in pairs {
            if let (Some(low), Some(high)) = (low, high)
                && low > high
            {
                found.push(RULE.on(at.key(low_key), format!("`{low_key}` is {low}, but `{high_key}` is {high}")));
            }
        }
    });
    found
}
