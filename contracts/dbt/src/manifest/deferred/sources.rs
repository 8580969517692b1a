//! The sources that are named only while dbt runs.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;

use crate::manifest::{Manifest, deferred::Deferred};

impl Manifest {
    /// Adds the sources that are named only while dbt runs to what their nodes, operations and tests read.
    pub(in crate::manifest) fn add_deferred(&mut self) {
        let of_macros = self.macros.values().map(|called| &called.deferred);
        let of_tests = self.tests.values().map(|test| &test.deferred);
        let of_operations = self.operations().map(|(.., operation)| &operation.deferred);
        let all = self.nodes.values().map(|node| &node.deferred).chain(of_macros).chain(of_tests).chain(of_operations);
        if all.flatten().all(|deferred| deferred.sources.is_empty()) {
            return;
        }
        let by_name = self.sources_by_name();
        let mut nodes = std::mem::take(&mut self.nodes);
        for node in nodes.values_mut() {
            let calls = node.calls.iter().chain(&node.hooks.calls);
            let named = self.named_in_run(&by_name, node.deferred.as_deref(), calls);
            node.depends_on.extend(named);
        }
        self.nodes = nodes;
        let mut tests = std::mem::take(&mut self.tests);
        for test in tests.values_mut() {
            let named = self.named_in_run(&by_name, test.deferred.as_deref(), &test.calls);
            test.depends_on.extend(named);
        }
        self.tests = tests;
        let mut resources = std::mem::take(&mut self.resources);
        for resource in resources.values_mut() {
            let Some(operation) = &resource.operation else { continue };
            let named = self.named_in_run(&by_name, operation.deferred.as_deref(), &operation.calls);
            resource.depends_on.extend(named);
        }
        self.resources = resources;
    }

    /// The sources by `source.table`; packages may have sources of one name.
    fn sources_by_name(&self) -> BTreeMap<Box<str>, Vec<UniqueId>> {
        let mut by_name: BTreeMap<Box<str>, Vec<UniqueId>> = BTreeMap::new();
        for unique_id in self.resources.keys().filter(|unique_id| unique_id.as_str().starts_with("source.")) {
            if let Some(name) = unique_id.as_str().splitn(3, '.').nth(2) {
                by_name.entry(name.into()).or_default().push(unique_id.clone());
            }
        }
        by_name
    }

    /// The sources that a code and the macros that it calls name, where dbt may list fewer.
    fn named_in_run<'m>(
        &'m self,
        by_name: &BTreeMap<Box<str>, Vec<UniqueId>>,
        own: Option<&Deferred>,
        calls: impl IntoIterator<Item = &'m Box<str>>,
    ) -> BTreeSet<UniqueId> {
        let called = self.called(calls);
        let all = own.into_iter().chain(called.iter().filter_map(|called| called.deferred.as_deref()));
        let named = all.flat_map(|deferred| &deferred.sources).filter_map(|name| by_name.get(name));
        named.flatten().cloned().collect()
    }
}
