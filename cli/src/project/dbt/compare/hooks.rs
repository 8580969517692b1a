//! Whether `dbt_project.yml` has the hooks of runs that a manifest was made from.
//!
//! dbt keeps them as they are written, one operation each.

use serde::{Deserialize, de::IgnoredAny};
use weft_dbt::manifest::{Manifest, Operation};
use weft_model::text::is_jinja;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
struct Document {
    on_run_start: Option<Hooks>,
    on_run_end: Option<Hooks>,
}

/// dbt takes one text for a list of one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Hooks {
    One(String),
    Many(Vec<String>),
    Other(IgnoredAny),
}

/// The first key of which the file of a package, or of the project itself, says otherwise than the manifest.
pub(super) fn contradiction(manifest: &Manifest, package: &str, text: &str) -> Option<&'static str> {
    let document: Document = serde_saphyr::from_str(text).ok()?;
    let keys = [("on-run-start", document.on_run_start), ("on-run-end", document.on_run_end)];
    keys.into_iter().find_map(|(key, hooks)| {
        let written = match hooks {
            None => Vec::new(),
            Some(Hooks::One(text)) => vec![text],
            Some(Hooks::Many(texts)) => texts,
            Some(Hooks::Other(_)) => return None,
        };
        if written.iter().any(|text| text.trim().is_empty()) {
            return None;
        }
        let kept = kept(manifest, package, key);
        let is_other = |(text, operation): (&String, &&Operation)| {
            !is_jinja(text) && operation.statements.first().is_none_or(|statement| statement.trim() != text.trim())
        };
        (written.len() != kept.len() || written.iter().zip(&kept).any(is_other)).then_some(key)
    })
}

/// The operations that a manifest has of a package under a key, in their order.
fn kept<'m>(manifest: &'m Manifest, package: &str, key: &str) -> Vec<&'m Operation> {
    let prefix = format!("{package}-{key}-");
    let of_package = manifest.operations().filter(|(_, resource, _)| *resource.package_name == *package);
    let numbered = of_package.filter_map(|(_, resource, operation)| {
        Some((resource.name.strip_prefix(&*prefix)?.parse::<usize>().ok()?, operation))
    });
    let mut numbered: Vec<_> = numbered.collect();
    numbered.sort_by_key(|(number, _)| *number);
    numbered.into_iter().map(|(_, operation)| operation).collect()
}
