//! The lineage that is published.

use std::collections::{BTreeMap, BTreeSet};

use weft_model::name::UniqueId;
use weft_publication::{LineageNode, Reading, relation::Relation};

use crate::derive::{lineage::ProjectGraph, node_reading::NodeReading, reading::PublishedReadings};

impl ProjectGraph<'_, '_> {
    /// The published members and their edges; edges through a node that is not published are joined. A node whose
    /// reading was known before, and is unknown to this run of dbt, is added to `carried_over`.
    pub(in crate::derive) fn lineage(
        &self,
        told: &PublishedReadings<'_, '_, '_>,
        carried_over: &mut BTreeSet<UniqueId>,
    ) -> BTreeMap<UniqueId, LineageNode> {
        let published = self.members.iter().filter(|(_, member)| member.is_published());
        published
            .map(|(unique_id, member)| {
                let mut depends_on = self.published_ancestors(member.reads);
                depends_on.remove(*unique_id);
                let NodeReading { reading, unknown, .. } = told.node(unique_id);
                let tables = reading.iter().flat_map(Reading::nodes).filter(|read| self.is_table(read));
                depends_on.extend(tables.cloned());
                let (mut reading, mut unknown) = (reading, unknown.map(str::to_owned));
                let now = (reading.as_ref(), unknown.as_deref());
                let earlier = self.earlier.reading(unique_id, now);
                // What was published then may be private now.
                if let Some((known, not_known)) =
                    earlier.filter(|(known, _)| known.nodes().iter().all(|id| self.is_told(id)))
                {
                    reading = Some(known.clone());
                    unknown = not_known.map(str::to_owned);
                    carried_over.insert((*unique_id).clone());
                }
                let resource_type = member.resource_type.to_owned();
                let fingerprint = self.fingerprints.get(unique_id).map(str::to_owned);
                let reading = reading.map(Reading::without_repetition);
                let node = LineageNode { depends_on, reading, unknown, fingerprint, ..LineageNode::new(resource_type) };
                ((*unique_id).clone(), node)
            })
            .collect()
    }

    /// Adds the tables that only earlier readings name; returns their relations.
    pub(in crate::derive) fn carry_tables(
        &self,
        lineage: &mut BTreeMap<UniqueId, LineageNode>,
    ) -> BTreeMap<UniqueId, Relation> {
        let named = lineage.values().filter_map(|node| node.reading.as_ref()).flat_map(Reading::nodes);
        let named = named.filter(|unique_id| !lineage.contains_key(*unique_id)).collect();
        let tables = self.earlier.tables(&named);
        let is_table = |read: &&UniqueId| tables.contains_key(*read);
        for node in lineage.values_mut() {
            let read = node.reading.iter().flat_map(Reading::nodes).filter(is_table);
            node.depends_on.extend(read.cloned());
        }
        for unique_id in tables.keys() {
            lineage.entry(unique_id.clone()).or_insert_with(|| LineageNode::new("relation"));
        }
        tables.into_iter().filter_map(|(unique_id, relation)| Some((unique_id, relation?))).collect()
    }
}
