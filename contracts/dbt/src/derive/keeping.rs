//! What dbt does to a table that is there already, where its columns are other than those of the SQL or of a seed's file.

use weft_model::name::UniqueId;
use weft_publication::{Publication, ResourceType};

use crate::{
    manifest::{Manifest, Node},
    run_results::RunResults,
};

/// What dbt does to a table whose SQL gives other columns than the table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeping {
    /// It adds nothing, and fails where a column is gone.
    Ignore,
    /// It adds what is new, and keeps what is gone.
    Append,
    /// It makes the table as the SQL is.
    Sync,
    /// The run fails.
    Fail,
    /// It adds new columns to a snapshot and keeps removed ones, with any flags.
    Snapshot,
    /// It fills the table of a seed again as it is: in DuckDB by the places of the columns, elsewhere it fails.
    Refill,
}

impl Keeping {
    /// `None` for a node whose table is rebuilt in each run.
    pub(super) fn from_node(node: &Node) -> Option<Self> {
        if node.resource_type == ResourceType::Snapshot {
            return Some(Self::Snapshot);
        }
        if node.resource_type == ResourceType::Seed {
            return (node.full_refresh != Some(true)).then_some(Self::Refill);
        }
        let is_added_to = node.materialized.as_deref() == Some("incremental") && node.full_refresh != Some(true);
        let keeping = match node.on_schema_change.as_deref() {
            Some("append_new_columns") => Self::Append,
            Some("sync_all_columns") => Self::Sync,
            Some("fail") => Self::Fail,
            // dbt takes a word that it does not know for its default.
            _ => Self::Ignore,
        };
        is_added_to.then_some(keeping)
    }

    /// Whether a run of dbt gives the table the columns that its SQL gained; `is_built` where it has run and built it.
    pub(super) fn adds(self, is_built: bool) -> bool {
        match self {
            Self::Ignore | Self::Refill => false,
            Self::Fail => is_built,
            Self::Append | Self::Sync | Self::Snapshot => true,
        }
    }

    /// Why a new column is not known to be in the table, as a note says it.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Fail => "`on_schema_change: fail` makes dbt's runs fail until a full refresh",
            Self::Refill => "dbt keeps the columns of a seed's table, so only a full refresh adds it",
            _ => "`on_schema_change` is `ignore`, so only a full refresh adds it",
        }
    }
}

/// The columns that dbt writes into a snapshot beside those of its SQL, as far as the configuration names others than dbt's
/// default. dbt refuses to add to a table that has other ones, so that one is built anew with them.
#[derive(Debug, Clone, Copy)]
pub(super) struct MetaColumns<'n>(&'n Node);

/// dbt's names of them.
const META: [&str; 5] = ["dbt_scd_id", "dbt_updated_at", "dbt_valid_from", "dbt_valid_to", IS_DELETED];
/// It is there only with `hard_deletes: new_record`.
const IS_DELETED: &str = "dbt_is_deleted";

impl<'n> MetaColumns<'n> {
    pub(super) fn new(node: &'n Node) -> Self {
        Self(node)
    }

    fn records_deletes(self) -> bool {
        self.0.history.get("hard_deletes").is_some_and(|deletes| &**deletes == "new_record")
    }

    /// Whether a column has one of dbt's names, and dbt does not write it into this snapshot.
    pub(super) fn are_without(self, column: &str) -> bool {
        let Some(name) = META.iter().find(|name| name.eq_ignore_ascii_case(column)) else { return false };
        let is_snapshot = self.0.resource_type == ResourceType::Snapshot;
        let is_left_out = *name == IS_DELETED && !self.records_deletes();
        is_snapshot && (is_left_out || self.0.history.contains_key(*name))
    }

    /// Those that are not there by default.
    pub(super) fn other(self) -> impl Iterator<Item = &'n str> {
        let node = self.0;
        let renamed = META.iter().filter(move |name| **name != IS_DELETED || self.records_deletes());
        let renamed = renamed.filter_map(move |name| node.history.get(*name).map(|name| &**name));
        let is_plain = self.records_deletes() && !node.history.contains_key(IS_DELETED);
        renamed.chain(is_plain.then_some(IS_DELETED))
    }
}

/// Whether dbt's last run rebuilt the table of a node.
pub(super) fn is_rebuilt(unique_id: &UniqueId, node: &Node, results: Option<&RunResults>) -> bool {
    let is_built = results.is_some_and(|results| results.full_refresh && results.is_success(unique_id.as_str()));
    is_built && node.full_refresh.is_none()
}

/// Whether there is a table whose columns may be other than its SQL, or its file, says.
pub fn may_lag(publication: &Publication, manifest: &Manifest) -> bool {
    let ids = publication.interface.keys().chain(publication.lineage.keys());
    ids.filter_map(|unique_id| manifest.nodes.get(unique_id)).any(|node| Keeping::from_node(node).is_some())
}

/// Whether a table lacks the columns that its SQL, or its file, gained until it is rebuilt.
pub(super) fn lags(unique_id: &UniqueId, node: &Node, results: Option<&RunResults>) -> bool {
    let is_built = results.is_some_and(|results| results.is_success(unique_id.as_str()));
    let lags = Keeping::from_node(node).is_some_and(|keeping| !keeping.adds(is_built));
    lags && !is_rebuilt(unique_id, node, results)
}
