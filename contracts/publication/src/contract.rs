//! Data contracts in a publication.

mod tie;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use weft_model::name::UniqueId;
use weft_odcs::DataContract;

pub use crate::contract::tie::{Tie, TiedBy, tie};

/// A data contract, and the nodes that it speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PublishedContract {
    /// What it says: the Open Data Contract Standard, 3.0 to 3.2.
    #[schema(value_type = Object)]
    pub document: DataContract,
    /// The node of the interface that each object of its schema is, by the object's name. Others are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub nodes: BTreeMap<String, UniqueId>,
}

#[cfg(test)]
mod tests;
