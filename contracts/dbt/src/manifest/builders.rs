//! Macros of a project that build its tables in the place of dbt's own: with them the SQL of a model does not tell the columns
//! of its table.

use crate::manifest::{Macro, Manifest, Node};

/// dbt's macros that write the statement by which a table or view is made, without the prefix of an adapter.
const MAKING: [&str; 5] = [
    "create_table_as",
    "create_view_as",
    "get_create_table_as_sql",
    "get_create_view_as_sql",
    "get_create_materialized_view_as_sql",
];

/// The macros of a project that build tables. Finding them takes a walk over all macros.
pub struct Builders<'m> {
    manifest: &'m Manifest,
    /// Materializations, by their names.
    materializations: Vec<(&'m str, &'m str)>,
    /// Macros that override the ones by which dbt writes its statement.
    making: Vec<&'m str>,
}

impl Manifest {
    /// The macros that build tables, and are not dbt's. Of packages only materializations count: dbt looks for the others in
    /// the project itself.
    pub fn builders(&self) -> Builders<'_> {
        let adapter = self.metadata.adapter_type.as_deref().unwrap_or_default();
        let own = self.project_name().ok();
        let is_own = |package: &str| own.as_ref().is_some_and(|own| own.as_str() == package);
        let prefixes = ["default__".to_owned(), format!("{adapter}__")];
        let endings = ["_default".to_owned(), format!("_{adapter}")];
        let (mut materializations, mut making) = (Vec::new(), Vec::new());
        for (id, found) in self.macros.iter().filter(|(_, found)| !self.is_of_dbt(found)) {
            let Some(name) = id.splitn(3, '.').nth(2) else { continue };
            let plain = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
            if let Some(of) = name.strip_prefix("materialization_") {
                materializations.extend(endings.iter().find_map(|end| of.strip_suffix(end)).map(|of| (of, &**id)));
            } else if is_own(&found.package_name) && MAKING.contains(&plain.unwrap_or(name)) {
                making.push(&**id);
            }
        }
        Builders { manifest: self, materializations, making }
    }
}

impl<'m> Builders<'m> {
    /// The macros by which a node is built, those that they call among them; none where dbt builds it.
    pub fn of(&self, node: &Node) -> Vec<&'m Macro> {
        if self.materializations.is_empty() && self.making.is_empty() {
            return Vec::new();
        }
        let kind = node.materialized.as_deref().unwrap_or("view");
        let own = self.materializations.iter().filter(|(name, _)| *name == kind).map(|(_, id)| *id);
        let makes = |id: &&&str| match kind {
            "view" => id.contains("create_view_as"),
            "table" | "incremental" | "snapshot" => id.contains("create_table_as"),
            _ => id.contains("materialized_view") && kind == "materialized_view",
        };
        self.manifest.called(own.chain(self.making.iter().filter(makes).copied()))
    }
}
