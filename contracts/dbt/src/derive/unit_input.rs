//! What the text of a `ref()` or `source()` means, where dbt keeps it as the project wrote it: in unit tests and arguments.

use weft_model::name::UniqueId;
use weft_publication::ModelVersion;

use crate::{derive::project::ManifestProject, manifest::Manifest};

/// A call of `ref` or `source`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnitInput<'t> {
    is_source: bool,
    names: Vec<&'t str>,
    version: Option<&'t str>,
}

impl<'t> UnitInput<'t> {
    /// Parses a text; `None` if it is a different call, or has arguments that are not texts.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let text = text.trim().trim_start_matches("{{").trim_end_matches("}}").trim();
        let (name, arguments) = text.split_once('(')?;
        let arguments = arguments.trim_end().strip_suffix(')')?;
        let is_source = match name.trim() {
            "ref" => false,
            "source" => true,
            _ => return None,
        };
        let mut call = Self { is_source, names: Vec::new(), version: None };
        for argument in arguments.split(',').map(str::trim).filter(|argument| !argument.is_empty()) {
            match argument.split_once('=') {
                Some((key, value)) if matches!(key.trim(), "v" | "version") => {
                    call.version = Some(value.trim().trim_matches(['"', '\'']));
                }
                Some(_) => return None,
                None => call.names.push(quoted(argument)?),
            }
        }
        (!call.names.is_empty()).then_some(call)
    }

    /// The source that is meant in a package.
    pub(super) fn source<'m>(&self, manifest: &'m Manifest, package: &str) -> Option<&'m UniqueId> {
        let id = self.source_id(package)?;
        manifest.resources.get_key_value(id.as_str()).map(|(unique_id, _)| unique_id)
    }

    fn source_id(&self, package: &str) -> Option<String> {
        let [source, table] = *self.names.as_slice() else { return None };
        self.is_source.then(|| format!("source.{package}.{source}.{table}"))
    }

    /// Whether a source may be meant, in any package.
    pub(super) fn may_be(&self, unique_id: &UniqueId) -> bool {
        let end = match *self.names.as_slice() {
            [source, table] if self.is_source => format!(".{source}.{table}"),
            _ => return false,
        };
        unique_id.as_str().starts_with("source.") && unique_id.as_str().ends_with(&end)
    }

    /// The node of another project that is meant.
    pub(super) fn foreign<'m>(&self, project: &ManifestProject<'m>) -> Option<&'m UniqueId> {
        let (package, name) = match *self.names.as_slice() {
            [name] => (None, name),
            [package, name] => (Some(package), name),
            _ => return None,
        };
        let named = project.named(name).iter().filter(|(unique_id, node)| {
            let version = node.version.as_ref().map(ModelVersion::to_string);
            let latest = node.latest_version.as_ref().map(ModelVersion::to_string);
            let is_version = self.version.map_or_else(|| version == latest, |asked| version.as_deref() == Some(asked));
            project.foreign.contains_key(unique_id)
                && package.is_none_or(|package| package == &*node.package_name)
                && is_version
        });
        let mut named = named.filter(|_| !self.is_source);
        let (unique_id, _) = named.next()?;
        named.next().is_none().then_some(*unique_id)
    }
}

fn quoted(argument: &str) -> Option<&str> {
    let quote = argument.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = argument.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.is_empty()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_with_its_names_and_version() {
        let of = |text| UnitInput::parse(text).map(|it| (it.is_source, it.names, it.version));
        assert_eq!(of("ref('m')"), Some((false, vec!["m"], None)));
        assert_eq!(of(" ref(\"up\", 'm', v=2) "), Some((false, vec!["up", "m"], Some("2"))));
        assert_eq!(of("ref('m', version='2024-06')"), Some((false, vec!["m"], Some("2024-06"))));
        assert_eq!(of("source('up','m')"), Some((true, vec!["up", "m"], None)));
        assert_eq!(of("{{ source('up', 'm') }}"), Some((true, vec!["up", "m"], None)));
        for other in ["this", "ref(var('x'))", "ref()", "ref('m'", "config('m')", "ref('m', k=1)", ""] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
