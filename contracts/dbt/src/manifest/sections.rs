//! The sections of a manifest's file.

use crate::{
    artifact::{
        Header,
        lenient::{Object, objects},
    },
    manifest::{
        entries::{Exposures, Groups, NodeEntries},
        macros::Macros,
        of_files::OfFiles,
        unit_tests::UnitTests,
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
}
