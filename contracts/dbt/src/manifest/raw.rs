//! The entries of a manifest as the file has them, field for field, with nothing required.

mod config;

use serde_json::{Map, Value};
use weft_publication::ModelVersion;

pub(super) use crate::manifest::raw::config::{
    RawColumn, RawConfig, RawConstraint, RawContract, RawFreshness, RawPlace,
};
use crate::{
    artifact::lenient::{List, Text, objects},
    manifest::{columns::YamlColumns, unit_tests::rows::RawRows},
};

objects! {
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
