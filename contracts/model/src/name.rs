//! Names of projects, environments and nodes, and lines that people write. Each is a type that parses, so what was
//! checked once stays checked.

use std::{borrow::Borrow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::near::short;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not {kind}: {rule}", input.escape_debug())]
pub struct ParseNameError {
    /// What was given, at most its first 80 characters.
    pub input: String,
    /// What it was to be, with its article: "a project name".
    pub kind: &'static str,
    /// The grammar, in words.
    pub rule: &'static str,
}

impl ParseNameError {
    fn new(input: &str, kind: &'static str, rule: &'static str) -> Self {
        Self { input: short(input), kind, rule }
    }
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(value_type = String)]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $type {
            type Err = ParseNameError;
            fn from_str(input: &str) -> Result<Self, Self::Err> {
                Self::try_from(input.to_owned())
            }
        }

        impl TryFrom<String> for $type {
            type Error = ParseNameError;
            fn try_from(input: String) -> Result<Self, Self::Error> {
                let valid: fn(&str) -> bool = $valid;
                if valid(&input) { Ok(Self(input)) } else { Err(ParseNameError::new(&input, $kind, $rule)) }
            }
        }

        impl From<$type> for String {
            fn from(name: $type) -> Self {
                name.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

name!(
    /// The name of a dbt project, dbt's own grammar for `name:` in `dbt_project.yml`.
    PackageName,
    "a project name",
    "it starts with a letter or `_`, then has ASCII letters, digits and `_`, at most 128 characters",
    |name| {
        name.len() <= 128
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    }
);

name!(
    /// The name of an environment: `prod`, `staging`, `pr-17`.
    EnvironmentName,
    "an environment name",
    "it starts with a lower-case letter or digit, then has these, `-` and `_`, at most 63 characters",
    |name| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        name.len() <= 63 && name.starts_with(plain) && name.chars().all(|c| plain(c) || c == '-' || c == '_')
    }
);

name!(
    /// The `unique_id` of a dbt node. It is opaque: names may contain dots, so it is never split.
    UniqueId,
    "a unique_id",
    "it has 1 to 1024 bytes and no control characters",
    |id| !id.is_empty() && id.len() <= 1024 && !id.chars().any(char::is_control)
);

name!(
    /// What a token is called, as `ci-inventory`.
    TokenName,
    "a token name",
    "it has 1 to 64 letters, digits, `-`, `_` and `.`, and starts with a letter or digit",
    |name| {
        let plain = |c: char| c.is_ascii_alphanumeric();
        name.len() <= 64 && name.starts_with(plain) && name.chars().all(|c| plain(c) || matches!(c, '-' | '_' | '.'))
    }
);

name!(
    /// Who approves: a person or a team, as they call themselves.
    Author,
    "an author",
    "it has 1 to 200 characters, not only spaces, and no control characters",
    |author| is_line(author, 200)
);

name!(
    /// Why something is approved.
    Reason,
    "a reason",
    "it has 1 to 1000 characters, not only spaces, and no control characters",
    |reason| is_line(reason, 1000)
);

fn is_line(text: &str, limit: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= limit && !text.chars().any(char::is_control)
}

/// The types of what weft knows among nodes and dbt does not: a project as a whole, and a registered consumer.
const OWN_TYPES: [&str; 2] = ["project.", "consumer."];

impl UniqueId {
    /// Whether it is of a type that dbt does not have. No publication may use it for a node.
    pub fn is_reserved(&self) -> bool {
        OWN_TYPES.iter().any(|own| self.0.starts_with(own))
    }

    /// The id of a project as a whole, in a place that takes a node. dbt has no nodes of a type `project`.
    pub fn for_project(package_name: &PackageName) -> Self {
        Self(format!("project.{package_name}"))
    }

    /// What a registered consumer is known by among nodes. dbt has no nodes of a type `consumer`.
    pub fn for_consumer(name: &PackageName) -> Self {
        Self(format!("consumer.{name}"))
    }

    /// The id of a place in a contract, in a report of its lint: `orders#/schema/0/properties/2`, cut to the maximum length of
    /// an id. Nothing keeps it or compares it with nodes.
    pub fn for_contract(id: &str, pointer: &str) -> Self {
        let place = if pointer.is_empty() { id.to_owned() } else { format!("{id}#{pointer}") };
        let safe = place.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c });
        // No character has more than four bytes.
        let safe: String = safe.take(256).collect();
        Self(if safe.is_empty() { "#".to_owned() } else { safe })
    }
}

impl Default for EnvironmentName {
    /// `prod`, the environment that commands mean when none is named.
    fn default() -> Self {
        Self("prod".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_name_follows_dbts_grammar() {
        for good in ["inventory", "_x", "Sales2"] {
            assert_eq!(good.parse::<PackageName>().unwrap().as_str(), good);
        }
        for bad in ["", "2sales", "sales-eu", "sales.eu", "sa les", "s🎈", "../etc", &"x".repeat(129)] {
            assert!(bad.parse::<PackageName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_environment_name_is_lower_case() {
        assert!("pr-17".parse::<EnvironmentName>().is_ok());
        for bad in ["", "Prod", "a/b", "-x", "prod "] {
            assert!(bad.parse::<EnvironmentName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_unique_id_keeps_dots_spaces_and_emoji() {
        for good in ["model.shop.a.b", "model.shop.order totals", "model.shop.é🎈"] {
            assert_eq!(good.parse::<UniqueId>().unwrap().to_string(), good);
        }
        assert!("model.a\u{1b}[31m".parse::<UniqueId>().is_err());
    }

    #[test]
    fn what_is_no_node_has_an_id_that_no_node_may_have() {
        let name = "shop".parse().unwrap();
        assert!(UniqueId::for_project(&name).is_reserved() && UniqueId::for_consumer(&name).is_reserved());
        for node in ["model.project.a", "model.shop.project.a", "projects.shop", "exposure.shop.consumer"] {
            assert!(!node.parse::<UniqueId>().unwrap().is_reserved(), "{node}");
        }
    }

    #[test]
    fn a_place_in_a_contract_makes_an_id_however_long_or_strange_it_is() {
        assert_eq!(UniqueId::for_contract("orders", "/schema/0").as_str(), "orders#/schema/0");
        assert_eq!(UniqueId::for_contract("orders", "").as_str(), "orders");
        for (id, pointer) in [("", ""), ("a\nb\u{1b}", "/\0"), (&*"😀".repeat(2_000), "/a")] {
            let made = UniqueId::for_contract(id, pointer);
            assert_eq!(made.as_str().parse(), Ok(made.clone()), "{made}");
        }
    }

    #[test]
    fn a_reason_is_one_line_with_something_on_it() {
        assert_eq!("agreed with finance, 6 May".parse::<Reason>().unwrap().as_str(), "agreed with finance, 6 May");
        for bad in ["", "  ", "a\nb", "\u{1b}[2J", &"é".repeat(1001)] {
            assert!(bad.parse::<Reason>().is_err(), "{bad}");
        }
        assert!("é".repeat(1000).parse::<Reason>().is_ok());
        let error = "".parse::<Reason>().unwrap_err().to_string();
        assert!(error.starts_with("`` is not a reason: it has 1 to 1000 characters"), "{error}");
    }

    #[test]
    fn a_refused_name_is_shown_escaped_and_short() {
        let error = "\u{1b}[31m".parse::<PackageName>().unwrap_err();
        assert!(error.to_string().starts_with("`\\u{1b}[31m` is not a project name"), "{error}");
        assert_eq!("é".repeat(999).parse::<PackageName>().unwrap_err().input.chars().count(), 80);
    }
}
