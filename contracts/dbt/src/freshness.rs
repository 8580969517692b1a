//! `sources.json`: how old dbt found the sources to be.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::{
    artifact::{
        self, Artifact, ArtifactError, Header,
        lenient::{List, Text, objects},
    },
    run_results::moment,
};

/// What `dbt source freshness` found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freshness {
    /// The dbt that ran.
    pub dbt_version: Option<String>,
    /// When it had run.
    pub ran_at: OffsetDateTime,
    /// The sources that were checked, by unique id; of duplicates the last one.
    pub results: BTreeMap<Box<str>, SourceAge>,
}

/// What was found of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAge {
    /// `pass`, `warn`, `error` (too old) or `runtime error`.
    pub status: Box<str>,
    /// How old its newest row is, in whole seconds.
    pub age: Option<u64>,
    /// dbt's message, if the source could not be checked. It may contain SQL and data.
    pub message: Option<Box<str>>,
}

impl Freshness {
    /// Reads what was found.
    ///
    /// # Errors
    /// The file is not what dbt wrote of its sources, or has a version that is not read.
    pub fn read(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let bytes = artifact::plain(bytes, Artifact::Sources)?;
        let raw: RawSources = artifact::parse(bytes, Artifact::Sources)?;
        artifact::identify(bytes, Artifact::Sources, &raw.metadata)?;
        let results = raw.results.0.into_iter().filter_map(|raw| {
            let unique_id = raw.unique_id.filter(|id| !id.is_empty())?;
            let (status, age) = (raw.status.unwrap_or_default(), raw.age.as_deref().and_then(seconds));
            Some((unique_id, SourceAge { status, age, message: raw.error }))
        });
        let results = results.collect();
        let dbt_version = raw.metadata.dbt_version.as_deref().map(str::to_owned);
        Ok(Self { dbt_version, ran_at: moment(&raw.metadata, Artifact::Sources)?, results })
    }
}

/// Whole seconds; a row from the future is no age.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast stops at the type's limits")]
fn seconds(text: &str) -> Option<u64> {
    text.parse::<f64>().ok().filter(|age| *age >= 0.0).map(|age| age as u64)
}

objects! {
    struct RawSources {
        metadata: Header,
        results: List<RawSource>,
    }

    struct RawSource {
        unique_id: Text,
        status: Text,
        #[serde(rename = "max_loaded_at_time_ago_in_s")]
        age: Text,
        error: Text,
    }
}

#[cfg(test)]
mod tests;
