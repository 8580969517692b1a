//! The columns of nodes that are not in the interface, as far as they are known for sure: others may read their relations.

use std::collections::BTreeMap;

use weft_model::name::UniqueId;
use weft_publication::{InterfaceNode, LineageNode, Origin, ShapeColumn, shape::text_digest};

use crate::{
    catalog::Catalog,
    derive::{
        columns::{self, NodeKnowledge},
        earlier::Earlier,
        node_reading::Readings,
        project::ManifestProject,
    },
    manifest::Node,
};

/// What is known of columns.
pub(super) struct Shapes<'s, 'm> {
    pub(super) project: &'s ManifestProject<'m>,
    pub(super) readings: &'s Readings,
    pub(super) catalog: Option<&'s Catalog>,
    pub(super) catalog_is_older: bool,
    pub(super) earlier: Earlier<'s>,
}

impl Shapes<'_, '_> {
    /// Adds to a lineage the columns of the nodes that are not in the interface and have a relation.
    pub(super) fn add(
        &self,
        interface: &BTreeMap<UniqueId, InterfaceNode>,
        lineage: &mut BTreeMap<UniqueId, LineageNode>,
    ) {
        for (unique_id, hidden) in lineage.iter_mut().filter(|(unique_id, _)| !interface.contains_key(*unique_id)) {
            let node = self.project.manifest.nodes.get(unique_id).filter(|node| has_relation(node));
            let Some(node) = node.filter(|_| hidden.is_built()) else { continue };
            match self.columns(unique_id, node) {
                Some((origin, columns)) => hidden.take_shape(origin, columns),
                None => hidden.text = hidden.fingerprint.is_none().then(|| text(node)),
            }
        }
    }

    /// The columns by the strongest evidence; those known earlier of the same code if this run does not know them.
    fn columns(&self, unique_id: &UniqueId, node: &Node) -> Option<(Origin, Vec<ShapeColumn>)> {
        let reading = self.readings.nodes.get(unique_id);
        let (catalog, catalog_is_older) = (self.catalog, self.catalog_is_older);
        let known = NodeKnowledge::new(unique_id, (catalog, catalog_is_older), reading, self.earlier);
        columns::surest_of(self.project, unique_id, node, &known).or_else(|| self.earlier.shape(unique_id))
    }
}

/// A digest of the code of a node: of its own text, else of the columns that its YAML names.
fn text(node: &Node) -> String {
    let declared = || node.columns.iter().map(|column| &*column.name).collect::<Vec<_>>().join(",");
    text_digest(&node.checksum.as_deref().map_or_else(declared, str::to_owned))
}

fn has_relation(node: &Node) -> bool {
    node.relation_name.is_some() && node.materialized.as_deref() != Some("ephemeral")
}
