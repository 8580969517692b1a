//! What data contracts say of a node.

use std::collections::HashMap;

use weft_model::{column_name::is_same, name::UniqueId, types::Dialect};
use weft_odcs::{DataContract, SchemaObject, SchemaProperty};
use weft_publication::{Publication, PublishedContract};

/// What a contract says of a node: the contract, and the object of its schema that the node is.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) contract: &'a DataContract,
    pub(crate) object: &'a SchemaObject,
    /// In which the node's project names its columns.
    dialect: Dialect,
}

/// What contracts say of nodes, by node.
pub(crate) type TermsByNode<'a> = HashMap<&'a UniqueId, Terms<'a>>;

/// The terms of every node that a contract describes.
pub(in crate::diff) fn by_node(publication: &Publication) -> TermsByNode<'_> {
    let dialect = publication.dialect();
    let mut terms = TermsByNode::new();
    for PublishedContract { document: contract, nodes } in publication.contracts.values() {
        for object in &contract.schema {
            // Of two objects of one name the first counts, and of two contracts of one node.
            if let Some(unique_id) = nodes.get(&object.name) {
                terms.entry(unique_id).or_insert(Terms { contract, object, dialect });
            }
        }
    }
    terms
}

impl<'a> Terms<'a> {
    /// The property that a column is.
    pub(crate) fn property(self, column: &str) -> Option<&'a SchemaProperty> {
        self.object.properties.iter().find(|it| is_same(it.stored_name(), column, self.dialect))
    }

    /// How sensitive the contract says that a column is.
    pub(crate) fn classification(self, column: &str) -> Option<&'a str> {
        self.property(column)?.classification.as_deref()
    }
}
