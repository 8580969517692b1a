//! What a token may do at a registry.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    name::{EnvironmentName, PackageName},
    near::short,
};

/// One permission of a token, as `publish:inventory` or `deploy:*:staging`. Whoever may do anything may read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// `read`: reads everything.
    Read,
    /// `publish:PROJECT`: publishes a project, and yanks its versions.
    Publish(Part<PackageName>),
    /// `deploy:PROJECT:ENVIRONMENT`: deploys a project to an environment, undeploys it, and records results there.
    Deploy(Part<PackageName>, Part<EnvironmentName>),
    /// `record`: records the results of checks, of any project.
    Record,
    /// `waive:PROJECT`: approves findings of a project, and revokes approvals.
    Waive(Part<PackageName>),
    /// `register:ENVIRONMENT`: registers and removes consumers in an environment.
    Register(Part<EnvironmentName>),
    /// `policy`: sets policies.
    Policy,
    /// `admin`: everything, tokens too.
    Admin,
}

impl utoipa::PartialSchema for Scope {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let text = utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("One permission, as `read`, `publish:inventory` or `deploy:*:staging`"))
            .pattern(Some("^(read|record|policy|admin|(publish|waive|register):[^:]+|deploy:[^:]+:[^:]+)$"));
        text.build().into()
    }
}

impl utoipa::ToSchema for Scope {}

/// A part of a scope: one name, or `*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part<T> {
    /// Every name.
    Any,
    /// This name.
    One(T),
}

/// Why a text is not a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a scope: use `read`, `publish:PROJECT`, `deploy:PROJECT:ENVIRONMENT`, `record`, `waive:PROJECT`, `register:ENVIRONMENT`, `policy` or `admin`; a part may be `*`", input.escape_debug())]
pub struct ParseScopeError {
    /// What was given, at most its first 80 characters.
    pub input: String,
}

impl<T: PartialEq> Part<T> {
    /// Whether a name is covered.
    pub fn covers(&self, name: &T) -> bool {
        match self {
            Self::Any => true,
            Self::One(one) => one == name,
        }
    }
}

impl<T: fmt::Display> fmt::Display for Part<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::One(name) => name.fmt(f),
        }
    }
}

impl<T: FromStr> FromStr for Part<T> {
    type Err = T::Err;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        if input == "*" { Ok(Self::Any) } else { input.parse().map(Self::One) }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read => f.write_str("read"),
            Self::Publish(project) => write!(f, "publish:{project}"),
            Self::Deploy(project, environment) => write!(f, "deploy:{project}:{environment}"),
            Self::Record => f.write_str("record"),
            Self::Waive(project) => write!(f, "waive:{project}"),
            Self::Register(environment) => write!(f, "register:{environment}"),
            Self::Policy => f.write_str("policy"),
            Self::Admin => f.write_str("admin"),
        }
    }
}

impl FromStr for Scope {
    type Err = ParseScopeError;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = input.splitn(4, ':').collect();
        let scope = match *parts.as_slice() {
            ["read"] => Some(Self::Read),
            ["publish", project] => project.parse().ok().map(Self::Publish),
            ["deploy", project, environment] => {
                project.parse().ok().zip(environment.parse().ok()).map(|(project, at)| Self::Deploy(project, at))
            }
            ["record"] => Some(Self::Record),
            ["waive", project] => project.parse().ok().map(Self::Waive),
            ["register", environment] => environment.parse().ok().map(Self::Register),
            ["policy"] => Some(Self::Policy),
            ["admin"] => Some(Self::Admin),
            _ => None,
        };
        scope.ok_or_else(|| ParseScopeError { input: short(input) })
    }
}

impl TryFrom<String> for Scope {
    type Error = ParseScopeError;
    fn try_from(input: String) -> Result<Self, Self::Error> {
        input.parse()
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_written_as_it_was_read() {
        for text in [
            "read",
            "publish:inventory",
            "publish:*",
            "deploy:inventory:prod",
            "deploy:*:staging",
            "deploy:*:*",
            "record",
            "waive:sales",
            "register:prod",
            "policy",
            "admin",
        ] {
            assert_eq!(text.parse::<Scope>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_scope_is_refused() {
        for text in [
            "",
            "*",
            "read:inventory",
            "publish",
            "publish:",
            "publish:a:b",
            "publish:a b",
            "deploy:a",
            "deploy:a:b:c",
            "deploy::prod",
            "Admin",
            "admin ",
            "register:Prod",
            "waive:🎈",
            "record:a",
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
        let long = "x".repeat(1000).parse::<Scope>().unwrap_err();
        assert_eq!(long.input.len(), 80);
    }
}
