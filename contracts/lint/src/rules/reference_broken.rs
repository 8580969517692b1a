//! Broken reference.

use weft_model::finding::Level;
use weft_odcs::{At, References, Relationship};

use crate::{Found, rules::Rule, sense::Sense};

pub(crate) const RULE: Rule = Rule {
    id: "reference_broken",
    title: "Broken reference",
    why: "Joins and checks that use the relationship find nothing to compare with.",
    example: "`customers.number` is not an object or property of this contract",
    remedy: "Write `object.property` with the names or ids of this contract (`customers.id`), the path (`schema/customers/properties/id`), or another contract's: `customers.odcs.yaml#customers.id`.",
    level: Level::Error,
    find,
};

fn find(sense: &Sense<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut check = |at: &At<'_>, relationships: &[Relationship]| {
        let at = at.key("relationships");
        for (index, relationship) in relationships.iter().enumerate() {
            of_one(sense, &at.item(index), relationship, &mut found);
        }
    };
    sense.objects(|at, object| check(at, &object.relationships));
    sense.properties(|at, property| check(at, &property.relationships));
    found
}

fn of_one(sense: &Sense<'_>, at: &At<'_>, relationship: &Relationship, found: &mut Vec<Found>) {
    let Relationship { from, to, .. } = relationship;
    for (key, references) in [("from", from), ("to", to)] {
        let Some(references) = references else { continue };
        let at = at.key(key);
        for (index, reference) in references.iter().enumerate().filter(|(_, it)| !leads_somewhere(sense, it)) {
            let message = format!("`{reference}` is not an object or property of this contract");
            found.push(match references {
                References::One(_) => RULE.on(at, message),
                References::Several(_) => RULE.on(at.item(index), message),
            });
        }
    }
    if let (Some(from), Some(to)) = (from, to) {
        let (many, others) = (from.iter().count(), to.iter().count());
        if many != others {
            let message = format!("{many} properties refer to {others}");
            found.push(RULE.on(at, message).remedy("Name as many properties in `to` as in `from`, in the same order."));
        }
    }
}

fn leads_somewhere(sense: &Sense<'_>, reference: &str) -> bool {
    // What is in another file is not looked into.
    reference.contains('#')
        || if reference.contains('/') {
            sense.references().has_path(reference)
        } else {
            sense.references().has_dotted(reference)
        }
}
