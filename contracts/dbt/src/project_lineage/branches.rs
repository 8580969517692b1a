//! Branches of a node's code that the compiled SQL does not show.

use std::collections::BTreeSet;

use weft_sql::{InputColumn, QueryReading, RelationColumns as _};

use super::{NodesByName, Seen};

impl NodesByName<'_> {
    /// A reading with the columns that other branches of the code may name: of inputs whose columns are known those that the
    /// words name, of others what is not known.
    pub(super) fn with_branches(&self, number: usize, mut reading: QueryReading) -> QueryReading {
        let words = &self.nodes[number].branch_words;
        if words.is_empty() {
            return reading;
        }
        let seen = Seen { project: self, number };
        let key = |name: &str| name.to_lowercase();
        let mut unexplained: BTreeSet<&str> = words.iter().map(|word| &**word).collect();
        let given: Vec<String> = reading.columns.iter().filter_map(|column| column.name.as_deref().map(key)).collect();
        let named: Vec<String> = reading.referenced.iter().map(|input| key(&input.column)).collect();
        unexplained.retain(|word| !given.iter().chain(&named).any(|name| name == word));
        let mut open = Vec::new();
        for relation in reading.relations.clone() {
            match seen.columns(&relation) {
                Some(known) if known.complete => {
                    for column in known.columns.iter().filter(|column| words.contains(&*key(&column.name))) {
                        unexplained.remove(&*key(&column.name));
                        reading
                            .referenced
                            .insert(InputColumn { relation: relation.clone(), column: column.name.clone() });
                    }
                }
                _ => open.push(relation),
            }
        }
        if !unexplained.is_empty() {
            reading.rest.extend(open);
        }
        reading
    }
}
