//! `run_results.json`: what dbt says became of the nodes of its last run.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::{
    artifact::{
        self, Artifact, ArtifactError, ArtifactFault, Header,
        lenient::{List, Text, objects},
    },
    manifest::Manifest,
};

/// The commands that build tables and views. `dbt test` and others write the file, too, and build nothing.
const BUILDING: [&str; 5] = ["build", "run", "seed", "snapshot", "retry"];

/// The commands that build and test. Others write the file, too, and have looked at no data.
const LOOKING: [&str; 6] = ["build", "run", "test", "seed", "snapshot", "retry"];

/// The results of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResults {
    /// The schema version, 4 to 6.
    pub version: u32,
    /// The dbt that ran.
    pub dbt_version: Option<String>,
    /// When it had run.
    pub ran_at: OffsetDateTime,
    /// The run, as it and what else it wrote say.
    pub invocation_id: Option<String>,
    /// What dbt was asked to do (`build`, `compile`, ...), where the file says so.
    pub command: Option<Box<str>>,
    /// Whether it rebuilt every table that it built (`--full-refresh`).
    pub full_refresh: bool,
    /// The result of each node of the run, by unique id; of duplicates the last one.
    pub results: BTreeMap<Box<str>, RunResult>,
}

/// What became of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunResult {
    /// `success`, `error`, `skipped`, `pass`, `fail`, `warn`, ...
    pub status: Box<str>,
    /// Of a test: how many rows it found, or what its own way of counting gave.
    pub failures: Option<u64>,
    /// dbt's message, of several lines. It may contain SQL, paths and data.
    pub message: Option<Box<str>>,
    /// The SQL of a test, as dbt ran it (dbt 1.7 and later).
    pub compiled_code: Option<Box<str>>,
}

impl RunResults {
    /// Reads the results of a run that looked at data.
    ///
    /// # Errors
    /// As [`Self::read_any`], and for a run that looked at no data, or at a part of it.
    pub fn read(bytes: &[u8]) -> Result<Self, ArtifactError> {
        let (results, arguments) = Self::parse(bytes)?;
        arguments.looks_at_data()?;
        Ok(results)
    }

    /// Reads the results of a run, whatever dbt did in it.
    ///
    /// # Errors
    /// The file is not what dbt wrote of a run, or has a version that is not read.
    pub fn read_any(bytes: &[u8]) -> Result<Self, ArtifactError> {
        Self::parse(bytes).map(|(results, _)| results)
    }

    fn parse(bytes: &[u8]) -> Result<(Self, RawArguments), ArtifactError> {
        let bytes = artifact::plain(bytes, Artifact::RunResults)?;
        let raw: RawRunResults = artifact::parse(bytes, Artifact::RunResults)?;
        let version = artifact::identify(bytes, Artifact::RunResults, &raw.metadata)?;
        let ran_at = moment(&raw.metadata, Artifact::RunResults)?;
        let results = raw.results.0.into_iter().filter_map(|raw| {
            let unique_id = raw.unique_id.filter(|id| !id.is_empty())?;
            let status = raw.status.unwrap_or_default();
            let compiled_code = raw.compiled_code.filter(|_| unique_id.starts_with("test."));
            Some((unique_id, RunResult { status, failures: raw.failures, message: raw.message, compiled_code }))
        });
        let dbt_version = raw.metadata.dbt_version.map(String::from);
        let invocation_id = raw.metadata.invocation_id.map(String::from);
        let (command, full_refresh) = (raw.args.which.as_deref().map(Box::from), raw.args.full_refresh);
        let results = results.collect();
        Ok((Self { version, dbt_version, ran_at, invocation_id, command, full_refresh, results }, raw.args))
    }

    /// Whether it was a run that builds tables and views. A file that does not name the command is believed to be of one.
    pub fn builds(&self) -> bool {
        self.command.as_deref().is_none_or(|command| BUILDING.contains(&command))
    }

    /// Whether they are of the run that wrote a manifest, so that what it built is what the manifest says.
    pub fn are_of(&self, manifest: &Manifest) -> bool {
        match (&self.invocation_id, &manifest.metadata.invocation_id) {
            (Some(run), Some(wrote)) => run == wrote,
            _ => false,
        }
    }

    /// The status of a node that the run should have built, and did not.
    pub fn failure(&self, unique_id: &str) -> Option<&str> {
        let status = &*self.results.get(unique_id)?.status;
        matches!(status, "error" | "fail" | "runtime error" | "skipped" | "partial success").then_some(status)
    }

    /// Whether a node was of the run, and was built.
    pub fn is_success(&self, unique_id: &str) -> bool {
        self.results.get(unique_id).is_some_and(|result| &*result.status == "success")
    }
}

/// When an artifact was written, as it says.
pub(crate) fn moment(metadata: &Header, wanted: Artifact) -> Result<OffsetDateTime, ArtifactError> {
    let said = metadata.generated_at.as_deref().unwrap_or_default();
    let moment = artifact::moment(said).ok_or_else(|| {
        wanted.refuse(match said {
            "" => ArtifactFault::NoTime,
            said => ArtifactFault::NotATime { found: said.to_owned() },
        })
    })?;
    Ok(moment.to_offset(time::UtcOffset::UTC))
}

objects! {
    struct RawRunResults {
        metadata: Header,
        args: RawArguments,
        results: List<RawResult>,
    }

    struct RawArguments {
        which: Text,
        empty: bool,
        sample: Text,
        full_refresh: bool,
    }

    struct RawResult {
        unique_id: Text,
        status: Text,
        failures: Option<u64>,
        message: Text,
        compiled_code: Text,
    }
}

impl RawArguments {
    /// What dbt did, as it says: whether data was looked at, and all of it. Where it does not say, it is believed to.
    fn looks_at_data(&self) -> Result<(), ArtifactError> {
        let which = self.which.as_deref().filter(|which| !LOOKING.contains(which));
        let sample = self.sample.as_deref().filter(|sample| !matches!(*sample, "" | "false"));
        let fault = if let Some(command) = which {
            ArtifactFault::OtherCommand { command: command.to_owned() }
        } else if self.empty {
            ArtifactFault::WithoutData
        } else if let Some(sample) = sample {
            ArtifactFault::Sampled { sample: sample.to_owned() }
        } else {
            return Ok(());
        };
        Err(Artifact::RunResults.refuse(fault))
    }
}

#[cfg(test)]
mod tests;
