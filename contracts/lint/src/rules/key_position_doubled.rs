//! Duplicate position in a key.

use std::collections::BTreeMap;

use weft_model::finding::Level;
use weft_odcs::SchemaProperty;

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "key_position_doubled",
    title: "Duplicate position in a key",
    why: "The order of the key is unknown: indexes and partitions may be built in the wrong order.",
    example: "`line` and `order_id` both have `primaryKeyPosition` 1",
    remedy: "Number the properties of the key 1, 2, 3.",
    level: Level::Error,
    find,
};

/// A key: what says that a property is of it, what says at which place, and how both are read.
type Key = (&'static str, &'static str, fn(&SchemaProperty) -> (Option<bool>, Option<i64>));

const KEYS: [Key; 2] = [
    ("primaryKey", "primaryKeyPosition", |it| (it.primary_key, it.primary_key_position)),
    ("partitioned", "partitionKeyPosition", |it| (it.partitioned, it.partition_key_position)),
];

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    sense.siblings(|at, properties| {
        for (member, position, of) in KEYS {
            let mut taken: BTreeMap<i64, &str> = BTreeMap::new();
            for (index, property) in properties.iter().enumerate() {
                let (is_member, place) = of(property);
                let Some(place) = place.filter(|place| *place > 0) else { continue };
                let told = |message| RULE.on(at.item(index).key(position), message);
                if is_member != Some(true) {
                    let message = format!("`{}` has `{position}` {place} without `{member}: true`", property.name);
                    found.push(
                        told(message)
                            .level(Level::Warning)
                            .remedy(format!("Set `{member}: true`, or leave `{position}` out.")),
                    );
                } else if let Some(first) = taken.get(&place) {
                    found.push(told(format!("`{}` and `{first}` both have `{position}` {place}", property.name)));
                } else {
                    taken.insert(place, &property.name);
                }
            }
        }
    });
    found
}
