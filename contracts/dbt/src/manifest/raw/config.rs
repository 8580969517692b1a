//! What an entry and its columns are configured to be.

use serde_json::{Map, Value};

use crate::artifact::lenient::{List, Text, objects};

objects! {
    pub(in crate::manifest) struct RawFreshness {
        warn_after: RawAge,
        error_after: RawAge,
        filter: Text,
    }

    pub(in crate::manifest) struct RawAge {
        count: Option<u64>,
    }

    pub(in crate::manifest) struct RawConfig {
        materialized: Text,
        database: Text,
        schema: Text,
        target_database: Text,
        target_schema: Text,
        alias: Text,
        access: Text,
        group: Text,
        contract: RawContract,
        meta: Map<String, Value>,
        tags: Vec<Box<str>>,
        severity: Text,
        warn_if: Text,
        error_if: Text,
        fail_calc: Text,
        limit: Text,
        delimiter: Text,
        quote_columns: Text,
        column_types: Map<String, Value>,
        on_schema_change: Text,
        snapshot_meta_column_names: Map<String, Value>,
        hard_deletes: Text,
        invalidate_hard_deletes: Text,
        dbt_valid_to_current: Text,
        strategy: Text,
        unique_key: Vec<Box<str>>,
        check_cols: Vec<Box<str>>,
        updated_at: Text,
        sql_header: Text,
        full_refresh: Text,
        grants: Map<String, Value>,
        #[serde(rename = "where")]
        filter: Text,
        freshness: RawFreshness,
        loaded_at_field: Text,
        loaded_at_query: Text,
        #[serde(rename = "pre-hook", alias = "pre_hook")]
        pre_hook: List<RawHook>,
        #[serde(rename = "post-hook", alias = "post_hook")]
        post_hook: List<RawHook>,
    }

    pub(in crate::manifest) struct RawHook {
        sql: Text,
    }

    /// A configured place, as the project's files write it.
    pub(in crate::manifest) struct RawPlace {
        database: Text,
        schema: Text,
        target_database: Text,
        target_schema: Text,
        alias: Text,
    }

    pub(in crate::manifest) struct RawContract {
        enforced: bool,
    }

    pub(in crate::manifest) struct RawColumn {
        name: Text,
        quote: bool,
        data_type: Text,
        description: Text,
        meta: Map<String, Value>,
        tags: Vec<Box<str>>,
        config: RawConfig,
        constraints: List<RawConstraint>,
    }

    pub(in crate::manifest) struct RawConstraint {
        #[serde(rename = "type")]
        kind: Text,
        name: Text,
        expression: Text,
        columns: Vec<Box<str>>,
        to: Text,
        to_columns: Vec<Box<str>>,
    }
}

impl RawFreshness {
    /// dbt writes the ages that nobody has said, too, with null in them.
    pub(in crate::manifest) fn is_said(&self) -> bool {
        self.warn_after.count.is_some() || self.error_after.count.is_some()
    }
}
