//! A manifest as the file has it, field for field, with nothing required.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    artifact::{
        Header,
        lenient::{Object, Text, list, object, read},
    },
    manifest::entries::{Columns, Entries, Exposures, Groups},
    publication::ModelVersion,
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawManifest {
    #[serde(deserialize_with = "read")]
    pub(super) metadata: Header,
    #[serde(deserialize_with = "read")]
    pub(super) nodes: Object<Entries>,
    #[serde(deserialize_with = "read")]
    pub(super) sources: Entries,
    #[serde(deserialize_with = "read")]
    pub(super) metrics: Entries,
    #[serde(deserialize_with = "read")]
    pub(super) semantic_models: Entries,
    #[serde(deserialize_with = "read")]
    pub(super) saved_queries: Entries,
    #[serde(deserialize_with = "read")]
    pub(super) functions: Entries,
    #[serde(deserialize_with = "read")]
    pub(super) exposures: Exposures,
    #[serde(deserialize_with = "read")]
    pub(super) groups: Groups,
}
object!(RawManifest);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawNode {
    #[serde(deserialize_with = "read")]
    pub(super) unique_id: Text,
    #[serde(deserialize_with = "read")]
    pub(super) resource_type: Text,
    #[serde(deserialize_with = "read")]
    pub(super) package_name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) path: Text,
    #[serde(deserialize_with = "read")]
    pub(super) original_file_path: Text,
    #[serde(deserialize_with = "read")]
    pub(super) patch_path: Text,
    #[serde(deserialize_with = "read")]
    pub(super) database: Text,
    #[serde(deserialize_with = "read")]
    pub(super) schema: Text,
    #[serde(deserialize_with = "read")]
    pub(super) alias: Text,
    #[serde(deserialize_with = "read")]
    pub(super) identifier: Text,
    #[serde(deserialize_with = "read")]
    pub(super) relation_name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) config: RawConfig,
    #[serde(deserialize_with = "read")]
    pub(super) access: Text,
    #[serde(deserialize_with = "read")]
    pub(super) group: Text,
    #[serde(deserialize_with = "read")]
    pub(super) version: Option<ModelVersion>,
    #[serde(deserialize_with = "read")]
    pub(super) latest_version: Option<ModelVersion>,
    #[serde(deserialize_with = "read")]
    pub(super) deprecation_date: Text,
    #[serde(deserialize_with = "read")]
    pub(super) description: Text,
    #[serde(deserialize_with = "read")]
    pub(super) meta: Map<String, Value>,
    #[serde(deserialize_with = "read")]
    pub(super) tags: Vec<Box<str>>,
    #[serde(deserialize_with = "read")]
    pub(super) contract: RawContract,
    #[serde(deserialize_with = "read")]
    pub(super) columns: Columns,
    #[serde(deserialize_with = "list")]
    pub(super) constraints: Vec<RawConstraint>,
    #[serde(deserialize_with = "read")]
    pub(super) checksum: RawChecksum,
    #[serde(deserialize_with = "read")]
    pub(super) depends_on: RawDependsOn,
    #[serde(deserialize_with = "read")]
    pub(super) test_metadata: RawTestMetadata,
    #[serde(deserialize_with = "read")]
    pub(super) column_name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) attached_node: Text,
    #[serde(deserialize_with = "read")]
    pub(super) file_key_name: Text,
}
object!(RawNode);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawConfig {
    #[serde(deserialize_with = "read")]
    pub(super) materialized: Text,
    #[serde(deserialize_with = "read")]
    pub(super) access: Text,
    #[serde(deserialize_with = "read")]
    pub(super) group: Text,
    #[serde(deserialize_with = "read")]
    pub(super) contract: RawContract,
    #[serde(deserialize_with = "read")]
    pub(super) meta: Map<String, Value>,
    #[serde(deserialize_with = "read")]
    pub(super) tags: Vec<Box<str>>,
    #[serde(deserialize_with = "read")]
    pub(super) severity: Text,
    #[serde(rename = "where", deserialize_with = "read")]
    pub(super) filter: Text,
}
object!(RawConfig);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawContract {
    #[serde(deserialize_with = "read")]
    pub(super) enforced: bool,
}
object!(RawContract);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawChecksum {
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) checksum: Text,
}
object!(RawChecksum);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawDependsOn {
    #[serde(deserialize_with = "read")]
    pub(super) nodes: Vec<Box<str>>,
}
object!(RawDependsOn);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawTestMetadata {
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) namespace: Text,
    #[serde(deserialize_with = "read")]
    pub(super) kwargs: Map<String, Value>,
}
object!(RawTestMetadata);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawColumn {
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) data_type: Text,
    #[serde(deserialize_with = "read")]
    pub(super) description: Text,
    #[serde(deserialize_with = "read")]
    pub(super) meta: Map<String, Value>,
    #[serde(deserialize_with = "read")]
    pub(super) tags: Vec<Box<str>>,
    #[serde(deserialize_with = "read")]
    pub(super) config: RawConfig,
    #[serde(deserialize_with = "list")]
    pub(super) constraints: Vec<RawConstraint>,
}
object!(RawColumn);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawConstraint {
    #[serde(rename = "type", deserialize_with = "read")]
    pub(super) kind: Text,
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) expression: Text,
    #[serde(deserialize_with = "read")]
    pub(super) columns: Vec<Box<str>>,
    #[serde(deserialize_with = "read")]
    pub(super) to: Text,
    #[serde(deserialize_with = "read")]
    pub(super) to_columns: Vec<Box<str>>,
}
object!(RawConstraint);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawExposure {
    #[serde(deserialize_with = "read")]
    pub(super) unique_id: Text,
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(rename = "type", deserialize_with = "read")]
    pub(super) kind: Text,
    #[serde(deserialize_with = "read")]
    pub(super) owner: Map<String, Value>,
    #[serde(deserialize_with = "read")]
    pub(super) url: Text,
    #[serde(deserialize_with = "read")]
    pub(super) description: Text,
    #[serde(deserialize_with = "read")]
    pub(super) depends_on: RawDependsOn,
}
object!(RawExposure);

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RawGroup {
    #[serde(deserialize_with = "read")]
    pub(super) name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) package_name: Text,
    #[serde(deserialize_with = "read")]
    pub(super) owner: Map<String, Value>,
}
object!(RawGroup);
