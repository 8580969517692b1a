//! Upstream publications and relations, by digest: from the cache under `.weft/cache`, else from the registry.

use std::{fs, path::PathBuf};

use contracts::{
    api::ResolvedPackage,
    bindings::Upstream,
    digest::{Digest, canonical},
    problem::{Problem, ProblemCode},
    publication::{Publication, document},
    relation::Relations,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    client::Client,
    dot_weft::DotWeft,
    failure::{FileError, Result, problem_with_hint},
    files,
};

/// Where upstream documents come from.
pub(crate) struct Documents<'a> {
    folder: PathBuf,
    /// `None` while offline.
    client: Option<&'a Client>,
}

/// Content of another digest than the one that was asked for.
#[derive(Debug, thiserror::Error)]
#[error("the {what} of `{}` {} have another digest than {wanted}, which was resolved", package.package_name, package.version)]
struct OtherDigest<'a> {
    what: &'static str,
    package: &'a ResolvedPackage,
    wanted: Digest,
}

impl OtherDigest<'_> {
    fn problem(&self, hint: &str) -> Box<Problem> {
        problem_with_hint(ProblemCode::DigestMismatch, self.to_string(), hint)
    }
}

impl<'a> Documents<'a> {
    /// Documents of a project's cache, and of the registry for those that are not there.
    pub(crate) fn new(dot_weft: &DotWeft, client: Option<&'a Client>) -> Self {
        Self { folder: dot_weft.join("cache"), client }
    }

    /// The publication and relations of a resolved package.
    ///
    /// # Errors
    /// `digest_mismatch` where the content is not what was resolved, `offline_missing`, or what the registry says.
    pub(crate) async fn upstream(&self, package: &ResolvedPackage) -> Result<Upstream> {
        Ok(Upstream { publication: self.publication(package).await?, relations: self.relations(package).await? })
    }

    async fn publication(&self, package: &ResolvedPackage) -> Result<Publication> {
        let is_right = |publication: &Publication| {
            publication.package_name == package.package_name
                && publication.version == package.version
                && document::digest(publication).is_ok_and(|digest| digest == package.digest)
        };
        let refusal = OtherDigest { what: "publication's contents", package, wanted: package.digest };
        let path = self.path(package, "publication", package.digest);
        match (Self::cached(&path, is_right)?, self.client) {
            (Cached::Right(publication), _) => Ok(publication),
            (Cached::Missing, None) => Err(missing(package)),
            (Cached::Wrong, None) => Err(refusal.problem(CACHE_HINT)),
            (_, Some(client)) => {
                let publication = client.publication(&package.package_name, &package.version).await?;
                keep(&path, publication, is_right, &refusal)
            }
        }
    }

    async fn relations(&self, package: &ResolvedPackage) -> Result<Relations> {
        let wanted = package.relations_digest;
        let is_right = |relations: &Relations| Digest::of(relations).is_ok_and(|digest| digest == wanted);
        let refusal = OtherDigest { what: "relations", package, wanted };
        let path = self.path(package, "relations", wanted);
        match (Self::cached(&path, is_right)?, self.client) {
            (Cached::Right(relations), _) => Ok(relations),
            (Cached::Missing, None) => Err(missing(package)),
            (Cached::Wrong, None) => Err(refusal.problem(CACHE_HINT)),
            (_, Some(client)) => {
                let relations = client.relations(&package.package_name, wanted).await?;
                keep(&path, relations, is_right, &refusal)
            }
        }
    }

    /// Removes what none of these packages needs.
    pub(crate) fn prune(&self, packages: &[&ResolvedPackage]) -> Result<()> {
        let needed: Vec<PathBuf> = packages
            .iter()
            .flat_map(|package| {
                let publication = self.path(package, "publication", package.digest);
                [publication, self.path(package, "relations", package.relations_digest)]
            })
            .collect();
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(()) };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| !needed.contains(path)) {
            fs::remove_file(&path).map_err(FileError::on(&path, "removed"))?;
        }
        Ok(())
    }

    /// A digest is over a publication's content without its version, so both stand in the file's name.
    fn path(&self, package: &ResolvedPackage, what: &str, digest: Digest) -> PathBuf {
        self.folder.join(format!("{}-{}-{what}-{}.json", package.package_name, package.version, digest.hex()))
    }

    fn cached<T: DeserializeOwned>(path: &std::path::Path, is_right: impl Fn(&T) -> bool) -> Result<Cached<T>> {
        match fs::read(path) {
            Ok(bytes) => Ok(match serde_json::from_slice(&bytes) {
                Ok(document) if is_right(&document) => Cached::Right(document),
                _ => Cached::Wrong,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Cached::Missing),
            Err(error) => Err(FileError::on(path, "read")(error).into()),
        }
    }
}

const CACHE_HINT: &str =
    "a file under `.weft/cache` was changed: run `weft resolve --locked` with the registry at hand";

enum Cached<T> {
    Right(T),
    Wrong,
    Missing,
}

fn missing(package: &ResolvedPackage) -> Box<Problem> {
    problem_with_hint(
        ProblemCode::OfflineMissing,
        format!("`{}` {} is not in the cache", package.package_name, package.version),
        "run `weft resolve --locked` once with the registry at hand",
    )
}

fn keep<T: Serialize>(
    path: &std::path::Path,
    document: T,
    is_right: impl Fn(&T) -> bool,
    refusal: &OtherDigest<'_>,
) -> Result<T> {
    if !is_right(&document) {
        return Err(refusal.problem(
            "the registry holds other content than weft.lock names: run `weft resolve` to lock what is there",
        ));
    }
    let text = canonical(&document)
        .map_err(|error| crate::failure::problem(ProblemCode::InvalidPublication, error.to_string()))?;
    files::write(path, &text)?;
    Ok(document)
}
