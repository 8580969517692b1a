//! Data contracts in a publication.

mod tie;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weft_model::name::UniqueId;
use weft_odcs::DataContract;

pub use crate::contract::tie::{Tie, TiedBy, tie};

/// A data contract and the nodes that it describes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublishedContract {
    /// The contract, by the Open Data Contract Standard, 3.0 to 3.2.
    #[schema(value_type = Object)]
    pub document: DataContract,
    /// For each object of its schema, the node that it describes, by the object's name. Objects without a node are
    /// absent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nodes: BTreeMap<String, UniqueId>,
}

#[cfg(test)]
mod tests;
