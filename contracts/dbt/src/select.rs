//! Selection: which nodes are published (`expose:` in weft.yml).

use std::fmt;

use weft_model::{name::UniqueId, text::shown};
use weft_publication::{Access, ResourceType};

use crate::manifest::Node;

/// What is published: the union of its selectors. Default: `access:public`.
#[derive(Debug, Clone)]
pub struct Selection {
    given: Vec<String>,
    selectors: Vec<Selector>,
}

/// A selector that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a selector: {reason}", shown(selector))]
pub struct SelectionError {
    /// The selector, as it was given.
    pub selector: String,
    /// What is wrong with it.
    pub reason: String,
}

/// One selector of a selection; written as dbt writes its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Selector {
    Access(Access),
    Tag(String),
    Path(Vec<String>),
    Group(String),
    ResourceType(ResourceType),
    Package(String),
    Name(String),
}

const METHODS: &str = "`access:`, `tag:`, `path:`, `group:`, `resource_type:`, `package:`, or a node's name";

impl Default for Selection {
    fn default() -> Self {
        Self { given: Vec::new(), selectors: vec![Selector::Access(Access::Public)] }
    }
}

impl Selection {
    /// Reads selectors: `access:public`, `tag:mart`, `path:models/marts`, `resource_type:seed`, `group:finance`,
    /// `package:dbt_utils`, or a node's name (`orders`, or `orders.v2` for one version). None at all is `access:public`.
    ///
    /// # Errors
    /// The selector whose method is unknown, or that is empty.
    pub fn parse(selectors: &[String]) -> Result<Self, SelectionError> {
        if selectors.is_empty() {
            return Ok(Self::default());
        }
        let parsed = selectors.iter().map(|selector| {
            Selector::parse(selector.trim()).map_err(|reason| SelectionError { selector: selector.clone(), reason })
        });
        Ok(Self { selectors: parsed.collect::<Result<_, _>>()?, given: selectors.to_vec() })
    }

    /// The selectors as given.
    pub fn selectors(&self) -> &[String] {
        &self.given
    }

    pub(crate) fn parsed(&self) -> &[Selector] {
        &self.selectors
    }
}

impl Selector {
    fn parse(text: &str) -> Result<Self, String> {
        let Some((method, value)) = text.split_once(':') else {
            return if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(Self::Name(text.to_owned())) };
        };
        let value = value.trim();
        if value.is_empty() {
            return Err(format!("nothing follows `{}:`", shown(method)));
        }
        match method.trim() {
            "access" => access(value).map(Self::Access),
            "resource_type" => resource_type(value).map(Self::ResourceType),
            "tag" => Ok(Self::Tag(value.to_owned())),
            "path" => path(value).map(Self::Path),
            "group" => Ok(Self::Group(value.to_owned())),
            "package" => Ok(Self::Package(value.to_owned())),
            other => Err(format!("`{}:` is not a method; weft supports {METHODS}", shown(other))),
        }
    }

    /// Whether it selects the node.
    pub(crate) fn selects(&self, unique_id: &UniqueId, node: &Node) -> bool {
        match self {
            Self::Access(access) => node.access.unwrap_or(Access::Protected) == *access,
            Self::Tag(tag) => node.tags.contains(tag),
            Self::Path(parts) => below(parts, &node.original_file_path),
            Self::Group(group) => node.group.as_deref() == Some(group),
            Self::ResourceType(kind) => node.resource_type == *kind,
            Self::Package(package) => *node.package_name == **package,
            Self::Name(name) => named(name, unique_id, node),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(Access::Private) => f.write_str("access:private"),
            Self::Access(Access::Protected) => f.write_str("access:protected"),
            Self::Access(Access::Public) => f.write_str("access:public"),
            Self::Tag(tag) => write!(f, "tag:{}", shown(tag)),
            Self::Path(parts) => write!(f, "path:{}", shown(&parts.join("/"))),
            Self::Group(group) => write!(f, "group:{}", shown(group)),
            Self::ResourceType(ResourceType::Model) => f.write_str("resource_type:model"),
            Self::ResourceType(ResourceType::Seed) => f.write_str("resource_type:seed"),
            Self::ResourceType(ResourceType::Snapshot) => f.write_str("resource_type:snapshot"),
            Self::Package(package) => write!(f, "package:{}", shown(package)),
            Self::Name(name) => f.write_str(&shown(name)),
        }
    }
}

fn access(value: &str) -> Result<Access, String> {
    match value {
        "private" => Ok(Access::Private),
        "protected" => Ok(Access::Protected),
        "public" => Ok(Access::Public),
        _ => Err("an access is `private`, `protected` or `public`".to_owned()),
    }
}

fn resource_type(value: &str) -> Result<ResourceType, String> {
    match value {
        "model" => Ok(ResourceType::Model),
        "seed" => Ok(ResourceType::Seed),
        "snapshot" => Ok(ResourceType::Snapshot),
        _ => Err("a resource type that can be published is `model`, `seed` or `snapshot`".to_owned()),
    }
}

fn path(value: &str) -> Result<Vec<String>, String> {
    let value = value.replace('\\', "/");
    let parts: Vec<_> = value.split('/').filter(|part| !matches!(*part, "" | ".")).map(str::to_owned).collect();
    if parts.is_empty() { Err("the path is empty".to_owned()) } else { Ok(parts) }
}

/// dbt's names for a node: `orders`, `orders.v2`, and its unique id.
fn named(name: &str, unique_id: &UniqueId, node: &Node) -> bool {
    *node.name == *name
        || unique_id.as_str() == name
        || node.version.as_ref().is_some_and(|version| name == format!("{}.v{version}", node.name))
}

/// Whether a file is at or below a path; a `*` in a part matches any text in that part.
fn below(parts: &[String], file: &str) -> bool {
    let mut of_file = file.split('/');
    parts.iter().all(|part| of_file.next().is_some_and(|name| matches(part, name)))
}

/// Whether a pattern with `*` matches a name; linear, because it only goes back to the last `*`.
fn matches(pattern: &str, name: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(selector: &str) -> Result<Selection, SelectionError> {
        Selection::parse(&[selector.to_owned()])
    }

    #[test]
    fn no_selector_is_access_public() {
        assert_eq!(Selection::parse(&[]).unwrap().parsed(), [Selector::Access(Access::Public)]);
        assert!(Selection::default().selectors().is_empty());
    }

    #[test]
    fn a_selector_reads_back_as_it_is_written() {
        for text in [
            "access:public",
            "tag:mart",
            "path:models/marts",
            "group:finance",
            "resource_type:seed",
            "package:x",
            "order totals.v2",
        ] {
            assert_eq!(parse(text).unwrap().parsed()[0].to_string(), text);
        }
        assert_eq!(parse("path:./models\\marts/").unwrap().parsed()[0].to_string(), "path:models/marts");
    }

    #[test]
    fn what_is_no_selector_is_refused_with_the_reason() {
        for (bad, reason) in [
            ("", "it is empty"),
            ("tag:", "nothing follows `tag:`"),
            ("access:open", "an access is"),
            ("resource_type:test", "a resource type that can be published is"),
            ("config.materialized:table", "is not a method; weft supports"),
            ("path:./", "the path is empty"),
        ] {
            let error = parse(bad).unwrap_err();
            assert!(error.reason.contains(reason), "{bad}: {error}");
        }
        assert_eq!(parse("ta\u{1b}g:x").unwrap_err().to_string().matches('\u{1b}').count(), 0);
    }

    #[test]
    fn a_path_selects_whole_parts_and_stars_within_them() {
        let selects = |pattern: &str, file: &str| below(&path(pattern).unwrap(), file);
        assert!(selects("models/marts", "models/marts/orders.sql"));
        assert!(selects("models/*/orders.sql", "models/marts/orders.sql"));
        assert!(selects("models/m*t*/*.sql", "models/marts/orders.sql"));
        assert!(!selects("models/mart", "models/marts/orders.sql"));
        assert!(!selects("models/*.sql", "models/marts/orders.sql"));
        assert!(!selects("models/marts/orders.sql/x", "models/marts/orders.sql"));
        assert!(!selects("models", ""));
    }

    #[test]
    fn a_star_never_overlaps_itself() {
        assert!(matches("a*a", "aa") && !matches("a*a", "a") && matches("*", "") && matches("*b*b*", "abab"));
    }
}
