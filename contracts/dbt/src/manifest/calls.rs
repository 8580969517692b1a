//! The macros that code calls, and what they bring to it: SQL that runs beside it, and words of branches.

use std::collections::BTreeSet;

use crate::manifest::{
    Manifest,
    branches::words,
    node::{Macro, Node, Operation},
};

/// The adapters whose macros other adapters call.
const SHARED: [&str; 2] = ["dbt_postgres", "dbt_spark"];

impl Manifest {
    /// Whether a node, or a macro that one calls, reads variables, the environment or the target: its SQL may come out
    /// differently though no file has changed.
    pub fn varies(&self) -> bool {
        self.nodes.values().any(|node| node.varies || self.called_by(node).iter().any(|called| called.varies))
    }

    /// The macros of the project and its packages that a node calls, those that they call, and so on; none of dbt's own.
    pub fn called_by<'m>(&'m self, node: &'m Node) -> Vec<&'m Macro> {
        self.called(&node.calls)
    }

    /// Whether a macro is dbt's own, or one of the adapter's.
    pub(super) fn is_of_dbt(&self, called: &Macro) -> bool {
        let package = &*called.package_name;
        let adapter = self.metadata.adapter_type.as_deref().unwrap_or_default();
        package == "dbt" || package.strip_prefix("dbt_") == Some(adapter) || SHARED.contains(&package)
    }

    /// The same of macros that something calls.
    pub(super) fn called<'m, C: AsRef<str> + ?Sized + 'm>(
        &'m self,
        calls: impl IntoIterator<Item = &'m C>,
    ) -> Vec<&'m Macro> {
        let mut seen = BTreeSet::new();
        let mut to_do: Vec<&str> = calls.into_iter().map(AsRef::as_ref).collect();
        let mut all = Vec::new();
        while let Some(id) = to_do.pop() {
            let Some((id, called)) = self.macros.get_key_value(id) else { continue };
            if self.is_of_dbt(called) || !seen.insert(id) {
                continue;
            }
            all.push(called);
            to_do.extend(called.calls.iter().map(|id| &**id));
        }
        all
    }
}

/// The macros of dbt that send SQL to the warehouse: some engines write no text of the code that calls them.
const RUNNING: [&str; 3] = ["macro.dbt.run_query", "macro.dbt.statement", "macro.dbt.get_query_results_as_dict"];

/// Whether dbt sends SQL to the warehouse for a node, by its Jinja or by that of the macros that it calls.
pub(super) fn is_run_for(node: &Node, called: &[&Macro]) -> bool {
    let mut calls = std::iter::once(&node.calls).chain(called.iter().map(|called| &called.calls)).flatten();
    node.runs || called.iter().any(|called| called.runs) || calls.any(|id| RUNNING.contains(&&**id))
}

impl Manifest {
    /// The SQL that dbt runs for a node beside what it compiled: its hooks, and the queries of its Jinja and of the macros
    /// that it and its hooks call; `called` are the macros that it calls.
    pub fn run_beside<'m>(&'m self, node: &'m Node, called: &[&'m Macro]) -> Vec<&'m str> {
        let hooks = node.hooks.statements.iter().map(|hook| &**hook);
        if node.queries.is_empty() && node.calls.is_empty() && node.hooks.calls.is_empty() {
            return hooks.collect();
        }
        let is_run = is_run_for(node, called);
        let queries = node.queries.iter().map(|text| &**text).chain(called.iter().flat_map(|called| called.texts()));
        let of_node = queries.filter(|_| is_run);
        let mut texts: Vec<&str> = hooks.chain(of_node).collect();
        texts.extend(self.called(&node.hooks.calls).into_iter().flat_map(Macro::texts));
        texts
    }

    /// Whether dbt runs SQL for a node in which the name of a table is put together from what only that run knows.
    pub fn names_in_pieces(&self, node: &Node) -> bool {
        let called = self.called_by(node);
        let own = node.deferred.as_deref().into_iter();
        let mut all = own.chain(called.iter().filter_map(|called| called.deferred.as_deref()));
        let has_pieces = all.any(|deferred| deferred.has_pieces);
        has_pieces && is_run_for(node, &called)
    }

    /// The SQL that an operation runs: its own, and that of the macros that it calls.
    pub fn run_by<'m>(&'m self, operation: &'m Operation) -> Vec<&'m str> {
        let own = operation.statements.iter().map(|text| &**text);
        own.chain(self.called(&operation.calls).into_iter().flat_map(Macro::texts)).collect()
    }
}

impl Macro {
    /// The SQL that it holds, where that names a table by its schema.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.queries.iter().chain(&self.body).map(|text| &**text)
    }
}

impl Node {
    /// The words of the branches that dbt takes in some of its runs only, in lower case; and what the node gives to the
    /// macros that have such branches. `called` are the macros that it calls.
    pub fn branch_words(&self, called: &[&Macro]) -> BTreeSet<Box<str>> {
        let own = self.deferred.as_deref().and_then(|own| own.branch_words.clone());
        let mut found = own.unwrap_or_default();
        let branching = called.iter().filter_map(|called| called.deferred.as_deref()?.branch_words.as_ref());
        let branching: Vec<_> = branching.collect();
        if !branching.is_empty() {
            found.extend(self.literals.iter().flat_map(|literal| words(literal)));
            found.extend(branching.into_iter().flatten().cloned());
        }
        found
    }
}
