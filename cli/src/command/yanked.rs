//! Versions that are yanked and deployed anyway.

use semver::Version;
use weft_model::name::PackageName;

use crate::{client::Client, failure::Result, output::Message};

/// A warning for each of the versions that is yanked.
pub(super) async fn warnings(
    client: &Client,
    versions: impl IntoIterator<Item = (&PackageName, &Version)>,
) -> Result<Vec<Message>> {
    let mut warnings = Vec::new();
    for (package_name, version) in versions {
        let published = client.publications(package_name).await?;
        if published.iter().any(|it| it.version == *version && it.yanked) {
            warnings.push(Message::Warning(format!(
                "{package_name} {version} is yanked: its owner has withdrawn it, and new resolutions skip it"
            )));
        }
    }
    Ok(warnings)
}
