//! Upstream publications and relations, by digest: from the cache under `.weft/cache`, else from the registry.

use std::{fs, io::ErrorKind, path::PathBuf};

use semver::Version;
use serde::de::DeserializeOwned;
use serde_json::Value;
use weft_api::{
    ResolvedPackage,
    problem::{Problem, ProblemCode},
};
use weft_bindings::{Upstream, is_quoted_by};
use weft_model::{
    digest::{Digest, canonical},
    name::PackageName,
};
use weft_publication::{Publication, document, relation::Relations};

use crate::{
    client::Client,
    failure::{FileError, Result, problem, problem_with_hint},
    project::dot_weft::DotWeft,
    system::files,
};

/// Where upstream documents come from.
pub(crate) struct UpstreamDocuments<'a> {
    folder: PathBuf,
    /// The registry; `None` while offline.
    client: Option<&'a Client>,
    /// Whether the project's dbt writes names between quotes, where that is known.
    quotes_names: Option<bool>,
}

/// A document to fetch, by the digest of its content.
struct ExpectedDocument<'a> {
    /// In words, for messages.
    what: &'static str,
    package: &'a ResolvedPackage,
    digest: Digest,
    path: PathBuf,
}

/// The content that was found has another digest.
#[derive(Debug, thiserror::Error)]
#[error("the {what} of `{package_name}` {version} do not have the digest {wanted} from the lock")]
struct OtherDigest<'a> {
    what: &'static str,
    package_name: &'a PackageName,
    version: &'a Version,
    wanted: Digest,
}

impl ExpectedDocument<'_> {
    fn other_digest(&self, hint: &str) -> Box<Problem> {
        let ResolvedPackage { package_name, version, .. } = self.package;
        let error = OtherDigest { what: self.what, package_name, version, wanted: self.digest };
        problem_with_hint(ProblemCode::DigestMismatch, error.to_string(), hint)
    }

    fn missing(&self) -> Box<Problem> {
        problem_with_hint(
            ProblemCode::OfflineMissing,
            format!("`{}` {} is not in the cache", self.package.package_name, self.package.version),
            "run `weft resolve --locked` once with access to the registry",
        )
    }
}

impl<'a> UpstreamDocuments<'a> {
    /// Documents of a project's cache, and of the registry for those that are not there.
    pub(crate) fn new(dot_weft: &DotWeft, client: Option<&'a Client>, quotes_names: Option<bool>) -> Self {
        Self { folder: dot_weft.join("cache"), client, quotes_names }
    }

    /// The publication and relations of a resolved package.
    ///
    /// # Errors
    /// `digest_mismatch` where the content is not what was resolved, `offline_missing`, or what the registry says.
    pub(crate) async fn upstream(&self, package: &ResolvedPackage) -> Result<Upstream> {
        let ResolvedPackage { package_name, version, digest, relations_digest, .. } = package;
        // The digest of a document is taken as it is: a newer weft may have written keys that this one does not know. It
        // is the publication's own where defaults were written out.
        let is_publication = |document: &Value, publication: &Publication| {
            publication.package_name == *package_name
                && publication.version == *version
                && (document::digest_of_document(document).is_ok_and(|found| found == *digest)
                    || document::digest(publication).is_ok_and(|found| found == *digest))
        };
        let are_relations =
            |document: &Value, _: &Relations| Digest::hash(document).is_ok_and(|found| found == *relations_digest);
        let [wanted_publication, wanted_relations] = self.wanted(package);
        let publication = self
            .document(&wanted_publication, is_publication, async |client| {
                client.publication_document(package_name, version).await
            })
            .await?;
        let relations = self
            .document(&wanted_relations, are_relations, async |client| {
                client.relations_document(package_name, *relations_digest).await
            })
            .await?;
        let is_quoted = self.quotes_names.unwrap_or_else(|| is_quoted_by(publication.source.adapter_type.as_deref()));
        Ok(Upstream { publication, relations, is_quoted })
    }

    /// A document from the cache if it is the right one there, else from the registry, to be kept.
    async fn document<T: DeserializeOwned>(
        &self,
        wanted: &ExpectedDocument<'_>,
        is_right: impl Fn(&Value, &T) -> bool,
        fetch: impl AsyncFnOnce(&Client) -> Result<Value>,
    ) -> Result<T> {
        let right = |document: &Value| T::deserialize(document).ok().filter(|read| is_right(document, read));
        let cached = match fs::read(&wanted.path) {
            Ok(bytes) => Some(serde_json::from_slice(&bytes).ok().and_then(|document: Value| right(&document))),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(FileError::on(&wanted.path, "read")(error).into()),
        };
        match (cached, self.client) {
            (Some(Some(right)), _) => Ok(right),
            (Some(None), None) => Err(wanted.other_digest(
                "a file under `.weft/cache` was changed: run `weft resolve --locked` with access to the registry",
            )),
            (None, None) => Err(wanted.missing()),
            (_, Some(client)) => {
                let fetched = fetch(client).await?;
                let Some(read) = right(&fetched) else {
                    return Err(wanted.other_digest(
                        "the registry's content differs from weft.lock: run `weft resolve` to lock the current content",
                    ));
                };
                let text =
                    canonical(&fetched).map_err(|error| problem(ProblemCode::InvalidPublication, error.to_string()))?;
                files::write(&wanted.path, &text)?;
                Ok(read)
            }
        }
    }

    /// Removes what none of these packages needs.
    pub(crate) fn prune(&self, packages: &[&ResolvedPackage]) -> Result<()> {
        let needed: Vec<PathBuf> =
            packages.iter().flat_map(|package| self.wanted(package)).map(|wanted| wanted.path).collect();
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(()) };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| !needed.contains(path)) {
            fs::remove_file(&path).map_err(FileError::on(&path, "removed"))?;
        }
        Ok(())
    }

    /// A package's documents. A digest covers a publication's content without its version, so the file's name has both.
    fn wanted<'p>(&self, package: &'p ResolvedPackage) -> [ExpectedDocument<'p>; 2] {
        [("publication", "contents", package.digest), ("relations", "relations", package.relations_digest)].map(
            |(kind, what, digest)| {
                let ResolvedPackage { package_name, version, .. } = package;
                let path = self.folder.join(format!("{package_name}-{version}-{kind}-{}.json", digest.hex()));
                ExpectedDocument { what, package, digest, path }
            },
        )
    }
}
