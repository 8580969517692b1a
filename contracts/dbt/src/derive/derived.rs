//! What a derivation takes, and what it gives.

use std::collections::BTreeMap;

use semver::Version;
use weft_model::{
    name::{PackageName, UniqueId},
    requirement::Requirement,
};
use weft_publication::{Git, Publication, relation::Relations};

use crate::{derive::node_reading::Readings, select::Selection};

/// What a publication takes from elsewhere than dbt's files.
#[derive(Debug, Clone)]
pub struct DeriveSettings {
    /// Publishes under this name instead of the manifest's (`--as`).
    pub package_name: Option<PackageName>,
    /// The version to give it.
    pub version: Version,
    /// The nodes to publish.
    pub selection: Selection,
    /// What the project asks of others.
    pub requires: BTreeMap<PackageName, Requirement>,
    /// The state of the git work tree, if there is one.
    pub git: Option<Git>,
    /// What the nodes' SQL reads, as far as that is known.
    pub readings: Readings,
}

/// A publication, the relations of its nodes, and what the publisher should know about it.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The publication to send.
    pub publication: Publication,
    /// To be sent with it.
    pub relations: Relations,
    /// What was passed over, in the order of the nodes.
    pub notes: Vec<DeriveNote>,
}

/// Something that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeriveNote {
    /// The node it is about.
    pub unique_id: Option<UniqueId>,
    /// The remark, in one sentence.
    pub message: String,
}

impl DeriveNote {
    pub(super) fn on(unique_id: &UniqueId, message: impl Into<String>) -> Self {
        Self { unique_id: Some(unique_id.clone()), message: message.into() }
    }

    pub(super) fn general(message: impl Into<String>) -> Self {
        Self { unique_id: None, message: message.into() }
    }
}
