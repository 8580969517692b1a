//! The JSON files of dbt that weft reads.

use std::ops::RangeInclusive;

/// A JSON file of dbt's that weft reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artifact {
    /// The project as dbt parsed or compiled it.
    Manifest,
    /// The columns in the warehouse.
    Catalog,
    /// What became of each node in a run.
    RunResults,
    /// How old the sources are.
    Sources,
}

/// What previews of dbt Fusion call manifest v12.
pub(super) const FUSION: u32 = 20;

impl Artifact {
    /// The file's name in dbt's target folder.
    pub fn file(self) -> &'static str {
        match self {
            Self::Manifest => "manifest.json",
            Self::Catalog => "catalog.json",
            Self::RunResults => "run_results.json",
            Self::Sources => "sources.json",
        }
    }

    /// dbt's command that writes it.
    pub fn command(self) -> &'static str {
        match self {
            Self::Manifest => "dbt compile",
            Self::Catalog => "dbt docs generate",
            Self::RunResults => "dbt build",
            Self::Sources => "dbt source freshness",
        }
    }

    /// The schema versions that are read, but for the one of Fusion's previews.
    ///
    /// Manifests of dbt 1.3 to 1.12 and dbt 2.0; results of dbt 1.0 and later. Of catalogs and freshness there has been no
    /// other version since dbt 1.0.
    pub fn versions(self) -> RangeInclusive<u32> {
        match self {
            Self::Manifest => 7..=12,
            Self::Catalog => 1..=1,
            Self::RunResults => 4..=6,
            Self::Sources => 3..=3,
        }
    }

    /// Its name in the URLs of schemas.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Catalog => "catalog",
            Self::RunResults => "run-results",
            Self::Sources => "sources",
        }
    }
}
