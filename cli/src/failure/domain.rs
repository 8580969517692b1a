//! Errors of the domain as problems: what went wrong is the domain's sentence; the code and the hint, which names weft's
//! flags and dbt's commands, are given here.

use weft_api::problem::{FieldError, Problem, ProblemCode};
use weft_dbt::{
    artifact::{Artifact, ArtifactError, ArtifactFault},
    derive::ContractsError,
    manifest::ProjectNameError,
    results::OtherProject,
};

/// An error that says what happened as its text, and leaves to the command line what to do about it.
pub(crate) trait Explained: std::error::Error {
    /// The stable code.
    fn code(&self) -> ProblemCode;

    /// What to do; without one, the code's remedy is shown.
    fn hint(&self) -> Option<String> {
        None
    }

    /// The places of its faults.
    fn faults(&self) -> Vec<FieldError> {
        Vec::new()
    }
}

/// For `map_err`: the problem of an error.
pub(crate) fn explained(error: &impl Explained) -> Box<Problem> {
    let problem = Problem::new(error.code(), error.to_string());
    Box::new(Problem { hint: error.hint(), errors: error.faults(), ..problem })
}

impl Explained for ArtifactError {
    fn code(&self) -> ProblemCode {
        match (&self.fault, self.artifact) {
            (ArtifactFault::Other { .. }, _) => ProblemCode::WrongArtifact,
            (ArtifactFault::Unsupported { .. }, Artifact::Manifest) => ProblemCode::ManifestUnsupported,
            (_, Artifact::Manifest) => ProblemCode::ManifestInvalid,
            (_, Artifact::Catalog) => ProblemCode::CatalogInvalid,
            (_, Artifact::RunResults | Artifact::Sources) => ProblemCode::ResultsInvalid,
        }
    }

    fn hint(&self) -> Option<String> {
        let Self { artifact, fault } = self;
        let (file, command) = (artifact.file(), artifact.command());
        let hint = match fault {
            ArtifactFault::Compressed { .. } => {
                return Some(format!("decompress it first; dbt itself writes {file} plain"));
            }
            ArtifactFault::Empty => return Some(format!("run `{command}` again")),
            ArtifactFault::CutOff { .. } | ArtifactFault::NotJson { .. } => {
                return Some(format!("run `{command}` again; if you copied the file, copy all of it"));
            }
            ArtifactFault::NotAnObject | ArtifactFault::Other { .. } | ArtifactFault::NoSchema => {
                return Some(format!("use the {file} that `{command}` writes to target/"));
            }
            ArtifactFault::Utf16 => "save it as UTF-8; some shells convert when output is redirected",
            ArtifactFault::Unsupported { version, .. } => other_version(*artifact, *version),
            ArtifactFault::NoTime | ArtifactFault::NotATime { .. } => "use the file as dbt wrote it",
            ArtifactFault::OtherCommand { .. } => {
                "run `weft results` right after `dbt build` or `dbt test`: other commands overwrite the file"
            }
            ArtifactFault::WithoutData | ArtifactFault::Sampled { .. } => "run dbt without it",
            ArtifactFault::Repeated { .. } => "run `dbt docs generate` again",
            ArtifactFault::Entries { .. } => {
                "run `dbt compile` again; if another program wrote or changed the file, check that program"
            }
        };
        Some(hint.to_owned())
    }

    fn faults(&self) -> Vec<FieldError> {
        match &self.fault {
            ArtifactFault::Entries { faults, .. } => faults.clone(),
            ArtifactFault::Repeated { pointer } => {
                vec![FieldError { pointer: pointer.clone(), message: "the unique_id occurs twice".to_owned() }]
            }
            _ => Vec::new(),
        }
    }
}

/// What to do about a version of a file that is not read.
fn other_version(artifact: Artifact, version: u32) -> &'static str {
    match artifact {
        Artifact::Manifest if version < *artifact.versions().start() => "write the manifest with dbt 1.3 or later",
        Artifact::Manifest => "update weft, or write the manifest with an earlier dbt",
        Artifact::Catalog => "update weft, or leave the catalog out",
        Artifact::RunResults | Artifact::Sources if version < *artifact.versions().start() => "run dbt 1.0 or later",
        Artifact::RunResults | Artifact::Sources => "update weft, or run an earlier dbt",
    }
}

impl Explained for ProjectNameError {
    fn code(&self) -> ProblemCode {
        match self {
            Self::Missing(_) => ProblemCode::ProjectNameMissing,
            Self::Invalid(_) => ProblemCode::InvalidName,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing(_) => "name the project with --as NAME".to_owned(),
            Self::Invalid(_) => "publish it under another name with --as NAME".to_owned(),
        })
    }
}

impl Explained for ContractsError {
    fn code(&self) -> ProblemCode {
        ProblemCode::InvalidContract
    }

    fn hint(&self) -> Option<String> {
        let is_of_a_node = matches!(self, Self::SameNode { .. });
        is_of_a_node.then(|| {
            "remove the object from one of them, or match it to another node with a custom property `dbtUniqueId`"
                .to_owned()
        })
    }
}

impl Explained for OtherProject {
    fn code(&self) -> ProblemCode {
        ProblemCode::ResultsOfOther
    }
}

#[cfg(test)]
mod tests {
    use weft_dbt::{catalog::Catalog, manifest::Manifest, run_results::RunResults};

    use super::*;

    fn told(error: &impl Explained) -> (ProblemCode, String) {
        let problem = explained(error);
        (problem.code, problem.hint.unwrap())
    }

    #[test]
    fn a_file_that_is_not_read_has_the_code_of_its_kind_and_a_way_out() {
        let manifest = |bytes: &[u8]| told(&Manifest::read(bytes).unwrap_err());
        let again = "run `dbt compile` again; if you copied the file, copy all of it".to_owned();
        assert_eq!(manifest(b"{"), (ProblemCode::ManifestInvalid, again));
        assert_eq!(manifest(b" "), (ProblemCode::ManifestInvalid, "run `dbt compile` again".to_owned()));
        let schema = |kind: &str, version: u32| {
            let url = format!("https://schemas.getdbt.com/dbt/{kind}/v{version}.json");
            serde_json::json!({"metadata": {"dbt_schema_version": url}}).to_string()
        };
        let use_it = "use the manifest.json that `dbt compile` writes to target/".to_owned();
        assert_eq!(manifest(schema("catalog", 1).as_bytes()), (ProblemCode::WrongArtifact, use_it));
        for (version, hint) in [
            (4, "write the manifest with dbt 1.3 or later"),
            (13, "update weft, or write the manifest with an earlier dbt"),
        ] {
            let found = manifest(schema("manifest", version).as_bytes());
            assert_eq!(found, (ProblemCode::ManifestUnsupported, hint.to_owned()));
        }
        let catalog = told(&Catalog::read(schema("catalog", 2).as_bytes()).unwrap_err());
        assert_eq!(catalog, (ProblemCode::CatalogInvalid, "update weft, or leave the catalog out".to_owned()));
        let results = told(&RunResults::read(schema("run-results", 3).as_bytes()).unwrap_err());
        assert_eq!(results, (ProblemCode::ResultsInvalid, "run dbt 1.0 or later".to_owned()));
    }

    #[test]
    fn the_faults_of_a_manifest_keep_their_places() {
        let nodes =
            serde_json::json!({"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}});
        let problem = explained(&Manifest::read(nodes.to_string().as_bytes()).unwrap_err());
        assert_eq!((problem.code, &*problem.errors[0].pointer), (ProblemCode::ManifestInvalid, "/nodes"));
        assert_eq!(problem.detail, "at /nodes: there are no nodes");
    }
}
