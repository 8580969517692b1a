//! What is published: what this run of dbt says, with what earlier publications knew of the same code.

use weft_dbt::derive::{Derived, mark_failed_columns};
use weft_model::digest::Digest;
use weft_publication::{Git, Publication};

use crate::{
    client::Client,
    command::publish::{
        arguments::Arguments,
        built::BuiltColumns,
        version::{Standing, digest},
    },
    failure::Result,
    output::progress::Progress,
    project::{
        config::Config,
        data_contracts,
        dbt::{Project, current::Current},
        interface::{self, DbtFiles, Material},
    },
};

/// What this run of dbt, or the contracts, say.
pub(super) struct Made {
    derived: Derived,
    /// What it is derived from; absent of contracts alone.
    material: Option<Material>,
    /// Whether the manifest does not match the work tree.
    stale: bool,
    /// How the manifest goes with the work tree.
    remarks: Vec<String>,
}

/// What this run of dbt says together with earlier publications.
pub(super) struct Combined {
    pub(super) derived: Derived,
    /// Whether dbt built what changed; absent of contracts alone.
    pub(super) built: Option<Result<BuiltColumns>>,
    /// How the manifest goes with the work tree, one sentence each.
    pub(super) remarks: Vec<String>,
}

impl Made {
    /// Reads the contracts that are named, else what dbt wrote.
    pub(super) async fn read(
        arguments: &Arguments,
        config: &Config,
        project: &Project,
        git: Option<Git>,
        progress: &Progress,
    ) -> Result<Self> {
        if let Some(path) = &arguments.artifacts.contracts {
            let contracts = data_contracts::below(path)?;
            let environment = arguments.environment.or_default();
            let derived = interface::of_contracts(config, arguments.name.as_ref(), &environment, git, contracts)?;
            return Ok(Self { derived, material: None, stale: false, remarks: Vec::new() });
        }
        let given = arguments.artifacts.manifest();
        let Current { manifest, path, stale, remarks } =
            project.current(config, given, arguments.currency, progress).await?;
        let catalog = project.catalog(arguments.artifacts.catalog())?;
        let contracts = data_contracts::of_project(config, project)?;
        let name = arguments.name.as_ref();
        let written = DbtFiles { manifest, catalog, path };
        let material = Material::new(config, project, name, written, git, contracts)?;
        let mut derived = material.derived(&[])?;
        derived.publication.source.stale = stale;
        Ok(Self { derived, material: Some(material), stale, remarks })
    }

    /// As this run of dbt alone says it.
    pub(super) fn publication(&self) -> &Publication {
        &self.derived.publication
    }

    /// The same, with what earlier publications knew of nodes with the same code and this run does not know. Its
    /// columns are checked against the tables as the last of them, the deployed one, says they were built.
    pub(super) fn after(self, earlier: &[Publication]) -> Result<Combined> {
        let Self { mut derived, material, stale, remarks } = self;
        let Some(material) = material else { return Ok(Combined { derived, built: None, remarks }) };
        let known: Vec<_> =
            earlier.iter().filter(|earlier| material.learns_from(earlier, &derived.publication)).collect();
        if !known.is_empty() {
            drop(derived);
            derived = material.derived(&known)?;
        }
        derived.publication.source.stale = stale;
        if let Some(before) = earlier.last() {
            derived.notes.extend(material.apply_tables(&mut derived.publication, before));
            derived.notes.sort_by(|a, b| (&a.unique_id, &a.message).cmp(&(&b.unique_id, &b.message)));
        }
        if let Some((before, run)) = earlier.last().zip(material.build()) {
            mark_failed_columns(&mut derived.publication, before, run);
        }
        let built = BuiltColumns::of(&material, &derived.publication, earlier.last());
        Ok(Combined { derived, built: Some(built), remarks })
    }

    /// The publication that the next one follows, then the one that is deployed in the environment, if it is a different one. Empty if the
    /// latest has this content and no other is deployed.
    pub(super) async fn earlier(
        &self,
        client: &Client,
        arguments: &Arguments,
        standing: Option<&Standing>,
    ) -> Result<Vec<Publication>> {
        let Some((standing, latest)) = standing.and_then(|it| Some((it, it.followed()?))) else {
            return Ok(Vec::new());
        };
        let summary = &standing.project.summary;
        let current = self.publication();
        let (name, held) = (&current.package_name, digest(current)?);
        // What stands between may pass conditions by, so the whole may come although it is the same.
        let found = client.publication_unless(name, latest, held).await?;
        let environment = arguments.environment.or_default();
        let deployed = summary.deployed_in(&environment).filter(|it| it.version != *latest);
        let mut earlier = match changed(found, held)? {
            Some(found) => vec![found],
            None if deployed.is_none() => return Ok(Vec::new()),
            None => vec![Publication { version: latest.clone(), ..current.clone() }],
        };
        if let Some(deployed) = deployed {
            earlier.push(client.publication(name, &deployed.version).await?);
        }
        Ok(earlier)
    }
}

/// The baseline, if its content differs from that of the digest.
fn changed(baseline: Option<Publication>, current: Digest) -> Result<Option<Publication>> {
    let Some(baseline) = baseline else { return Ok(None) };
    Ok((digest(&baseline)? != current).then_some(baseline))
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::*;

    #[test]
    fn the_same_content_is_unchanged_even_where_it_was_sent_whole() {
        let publication = |requires: serde_json::Value| -> Publication {
            let document = serde_json::json!({
                "package_name": "shop", "version": "1.0.0", "source": {}, "requires": requires
            });
            serde_json::from_value(document).unwrap()
        };
        let current = publication(serde_json::json!({ "inventory": "^1" }));
        let baseline = Publication { version: Version::new(3, 0, 0), ..current.clone() };
        let digest = digest(&current).unwrap();
        assert_eq!(changed(None, digest).unwrap(), None);
        assert_eq!(changed(Some(baseline), digest).unwrap(), None);
        let other = publication(serde_json::json!({}));
        assert_eq!(changed(Some(other.clone()), digest).unwrap(), Some(other));
    }
}
