//! What a project reads of another, and that is not known to be there.

use weft_api::{Evidence, Finding, Severity};
use weft_publication::{Publication, is_by_star};

use crate::{Levels, rules::rule};

/// The rule whose severity a policy sets for columns that are not known to be in the table.
pub const UNBUILT_RULE: &str = "column_unbuilt";

/// The columns that a project reads and that an upstream project has in its SQL, but is not known to have in its table.
/// The gate refuses their readers, unless a policy lowers it; the check reports the same.
pub fn unbuilt_reads(project: &Publication, upstream: &Publication, levels: &Levels) -> Vec<Finding> {
    let Some(rule) = rule(UNBUILT_RULE) else { return Vec::new() };
    let said = |levels: &Levels| levels.of(UNBUILT_RULE, || None).unwrap_or(Severity::Error);
    // The gate does not hear the project's own word.
    let severity = if said(&levels.only_registry()) == Severity::Error { Severity::Error } else { said(levels) };
    let (Some(level), dialect) = (severity.level(), upstream.dialect()) else { return Vec::new() };
    let uses = project.uses.iter().filter(|used| used.upstream == upstream.package_name);
    let found = uses.flat_map(|used| {
        let node = upstream.interface.get(&used.unique_id);
        let read = node.zip(used.columns.as_ref());
        let read = read.filter(|(node, columns)| !used.star || !is_by_star(node, columns, dialect));
        let columns = read.into_iter().flat_map(move |(node, columns)| {
            columns.keys().filter(move |column| node.is_unbuilt(column, dialect))
        });
        columns.map(move |column| {
            let Publication { package_name, version, .. } = upstream;
            let message = format!(
                "it reads column `{column}` of `{}`, which `{package_name}` {version} has in its SQL, but is not known to have in its table",
                used.unique_id
            );
            let name = node.map_or("", |node| &node.name);
            let remedy = format!(
                "Ask the owner of `{package_name}` to run `dbt build --full-refresh --select {name}` and publish after it, or to publish with a catalog that shows the column (`dbt docs generate`)."
            );
            let found = rule.finding(&used.reader, message).evidence(Evidence::Sql).remedy(remedy);
            found.change(None, Some(column)).at(level, Vec::new())
        })
    });
    found.collect()
}
