//! A manifest as the file has it, field for field, with nothing required.

use serde_json::{Map, Value};
use weft_publication::ModelVersion;

use crate::{
    artifact::{
        Header,
        lenient::{List, Object, Text, objects},
    },
    manifest::{
        code::Macros,
        entries::{Exposures, Groups, NodeEntries, YamlColumns},
        of_files::OfFiles,
        unit_tests::{RawRows, UnitTests},
    },
};

objects! {
    pub(super) struct RawManifest {
        metadata: Header,
        nodes: Object<NodeEntries>,
        sources: NodeEntries,
        metrics: NodeEntries,
        semantic_models: NodeEntries,
        saved_queries: NodeEntries,
        functions: NodeEntries,
        exposures: Exposures,
        groups: Groups,
        macros: Macros,
        docs: OfFiles,
        unit_tests: UnitTests,
        disabled: OfFiles,
    }

    /// What any entry says of the file that it was read from.
    pub(super) struct RawFile {
        resource_type: Text,
        package_name: Text,
        name: Text,
        original_file_path: Text,
        patch_path: Text,
        root_path: Text,
        checksum: RawChecksum,
        raw_code: Text,
        macro_sql: Text,
        block_contents: Text,
        test_metadata: RawTestMetadata,
    }

    pub(super) struct RawNode {
        unique_id: Text,
        resource_type: Text,
        package_name: Text,
        name: Text,
        path: Text,
        original_file_path: Text,
        patch_path: Text,
        database: Text,
        schema: Text,
        alias: Text,
        identifier: Text,
        relation_name: Text,
        config: RawConfig,
        unrendered_config: RawPlace,
        access: Text,
        group: Text,
        version: Option<ModelVersion>,
        latest_version: Option<ModelVersion>,
        deprecation_date: Text,
        description: Text,
        meta: Map<String, Value>,
        tags: Vec<Box<str>>,
        contract: RawContract,
        columns: YamlColumns,
        constraints: List<RawConstraint>,
        checksum: RawChecksum,
        raw_code: Text,
        root_path: Text,
        compiled_code: Text,
        language: Text,
        depends_on: RawDependsOn,
        refs: List<RawRef>,
        test_metadata: RawTestMetadata,
        column_name: Text,
        attached_node: Text,
        file_key_name: Text,
        freshness: RawFreshness,
        loaded_at_field: Text,
        loaded_at_query: Text,
    }

    pub(super) struct RawFreshness {
        warn_after: RawAge,
        error_after: RawAge,
        filter: Text,
    }

    pub(super) struct RawAge {
        count: Option<u64>,
    }

    pub(super) struct RawConfig {
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

    pub(super) struct RawHook {
        sql: Text,
    }

    /// A configured place, as the project's files write it.
    pub(super) struct RawPlace {
        database: Text,
        schema: Text,
        target_database: Text,
        target_schema: Text,
        alias: Text,
    }

    pub(super) struct RawContract {
        enforced: bool,
    }

    pub(super) struct RawChecksum {
        name: Text,
        checksum: Text,
    }

    pub(super) struct RawDependsOn {
        nodes: Vec<Box<str>>,
        macros: Vec<Box<str>>,
    }

    pub(super) struct RawRef {
        name: Text,
        version: Option<ModelVersion>,
    }

    pub(super) struct RawTestMetadata {
        name: Text,
        namespace: Text,
        kwargs: Map<String, Value>,
    }

    pub(super) struct RawColumn {
        name: Text,
        quote: bool,
        data_type: Text,
        description: Text,
        meta: Map<String, Value>,
        tags: Vec<Box<str>>,
        config: RawConfig,
        constraints: List<RawConstraint>,
    }

    pub(super) struct RawConstraint {
        #[serde(rename = "type")]
        kind: Text,
        name: Text,
        expression: Text,
        columns: Vec<Box<str>>,
        to: Text,
        to_columns: Vec<Box<str>>,
    }

    pub(super) struct RawExposure {
        unique_id: Text,
        package_name: Text,
        original_file_path: Text,
        name: Text,
        #[serde(rename = "type")]
        kind: Text,
        owner: Map<String, Value>,
        url: Text,
        description: Text,
        depends_on: RawDependsOn,
        refs: List<RawRef>,
    }

    pub(super) struct RawMacro {
        package_name: Text,
        name: Text,
        original_file_path: Text,
        patch_path: Text,
        macro_sql: Text,
        depends_on: RawDependsOn,
    }

    pub(super) struct RawUnitTest {
        package_name: Text,
        original_file_path: Text,
        depends_on: RawDependsOn,
        given: List<RawGiven>,
    }

    /// What a unit test gives instead of an input.
    pub(super) struct RawGiven {
        input: Text,
        format: Text,
        rows: RawRows,
    }

    pub(super) struct RawGroup {
        name: Text,
        package_name: Text,
        owner: Map<String, Value>,
    }
}

impl RawFreshness {
    /// dbt writes the ages that nobody has said, too, with null in them.
    pub(super) fn is_said(&self) -> bool {
        self.warn_after.count.is_some() || self.error_after.count.is_some()
    }
}
