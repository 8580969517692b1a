//! The nodes whose tables SQL changes that dbt runs beside them.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
};

use weft_model::name::UniqueId;
use weft_publication::ResourceType;

use crate::manifest::{Manifest, Node, altered::Altered};

impl Manifest {
    /// The nodes whose tables SQL changes that dbt runs beside them: in their hooks and the macros that they call, in those
    /// of other nodes, and in operations. What a node's own SQL gives is then not what its readers find.
    pub fn altered(&self) -> &BTreeSet<UniqueId> {
        self.altered.get_or_init(|| self.find_altered().into_iter().cloned().collect())
    }

    fn find_altered(&self) -> BTreeSet<&UniqueId> {
        let mut found = BTreeSet::new();
        let mut others: BTreeSet<&Altered> = BTreeSet::new();
        let builders = self.builders();
        let by_name = LazyCell::new(|| self.node_names());
        for (unique_id, node) in &self.nodes {
            // What a macro of the project makes of the SQL is not known.
            let is_built_by_own = node.resource_type != ResourceType::Seed && !builders.of(node).is_empty();
            found.extend(is_built_by_own.then_some(unique_id));
            for altered in self.altered_by(node) {
                match altered {
                    Altered::ByJinja(schema) => {
                        found.extend((schema.is_none() || is_in(node, schema.as_deref())).then_some(unique_id));
                    }
                    Altered::ByArgument(schema) => {
                        let named: Vec<_> = named_by(&by_name, given_by(node)).collect();
                        let own = schema.is_none() || is_in(node, schema.as_deref());
                        found.extend((named.is_empty() && own).then_some(unique_id));
                        found.extend(named);
                    }
                    Altered::Model(_) | Altered::Named { .. } => drop(others.insert(altered)),
                }
            }
        }
        for (_, resource, operation) in self.operations() {
            let called = self.called(&operation.calls);
            for altered in operation.alters.iter().chain(called.into_iter().flat_map(|called| &called.alters)) {
                match altered {
                    Altered::ByJinja(_) | Altered::ByArgument(_) => {
                        found.extend(resource.depends_on.iter());
                        found.extend(named_by(&by_name, operation.names.iter().map(|name| &**name)));
                    }
                    Altered::Model(_) | Altered::Named { .. } => drop(others.insert(altered)),
                }
            }
        }
        if !others.is_empty() {
            found.extend(self.nodes.iter().filter(|(_, node)| is_named(node, &others)).map(|(unique_id, _)| unique_id));
        }
        found
    }

    fn altered_by<'m>(&'m self, node: &'m Node) -> impl Iterator<Item = &'m Altered> {
        let called = self.called(node.calls.iter().chain(&node.hooks.calls));
        node.alters.iter().chain(called.into_iter().flat_map(|called| &called.alters))
    }

    /// The nodes by the names in lower case that code may give them: alone, after the schema, and after the database, too.
    fn node_names(&self) -> BTreeMap<String, BTreeSet<&UniqueId>> {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_lowercase();
        let mut names: BTreeMap<String, BTreeSet<&UniqueId>> = BTreeMap::new();
        for (unique_id, node) in &self.nodes {
            let (schema, database) = (lower(node.schema.as_deref()), lower(node.database.as_deref()));
            for name in [Some(&*node.name), node.alias.as_deref()].into_iter().flatten().map(str::to_lowercase) {
                for whole in [format!("{schema}.{name}"), format!("{database}.{schema}.{name}"), name] {
                    names.entry(whole).or_default().insert(unique_id);
                }
            }
        }
        names
    }
}

/// The nodes that one of these literals names.
fn named_by<'m, 'l>(
    by_name: &BTreeMap<String, BTreeSet<&'m UniqueId>>,
    literals: impl Iterator<Item = &'l str>,
) -> impl Iterator<Item = &'m UniqueId> {
    let named = literals.filter_map(|literal| by_name.get(&literal.to_lowercase().replace(['"', '`'], "")));
    named.flatten().copied()
}

/// The literals that a node gives to macros, in its hooks and in its own text.
fn given_by(node: &Node) -> impl Iterator<Item = &str> {
    node.hooks.names.iter().chain(&node.literals).map(|literal| &**literal)
}

fn is_in(node: &Node, schema: Option<&str>) -> bool {
    node.schema.as_deref().zip(schema).is_some_and(|(is, said)| is.eq_ignore_ascii_case(said))
}

/// Whether a statement names a node's table, with or without its schema, or the node.
fn is_named(node: &Node, others: &BTreeSet<&Altered>) -> bool {
    let table: Box<str> = node.alias.as_deref().unwrap_or(&node.name).to_lowercase().into();
    let schema = node.schema.as_deref().map(|schema| schema.to_lowercase().into());
    let any = Altered::Named { schema: None, table: table.clone() };
    others.contains(&any)
        || others.contains(&Altered::Model(node.name.to_lowercase().into()))
        || others.contains(&Altered::Named { schema, table })
}
