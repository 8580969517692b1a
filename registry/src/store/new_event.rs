//! An event that is to be recorded, and the cause of a write.

use semver::Version;
use serde_json::{Map, Value};
use weft_api::{Authentication, EventKind};
use weft_model::name::{EnvironmentName, PackageName};

/// Who asked for a write, and by which request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    /// `admin`, `token:NAME`, `anonymous`; absent for what an older weft recorded without it.
    pub(crate) principal: Option<String>,
    pub(crate) how: Option<Authentication>,
    /// The number of the token.
    pub(crate) token: Option<u64>,
    pub(crate) request_id: Option<String>,
    /// The program that sent the request, as it calls itself.
    pub(crate) client: Option<String>,
}

impl Cause {
    /// Of what the registry does by itself. It records no events.
    pub(super) const NONE: Self = Self { principal: None, how: None, token: None, request_id: None, client: None };
}

/// An event that is to be recorded: what happened and where. The transaction knows the cause.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct NewEvent {
    pub(super) kind: EventKind,
    pub(super) package_name: Option<PackageName>,
    pub(super) environment: Option<EnvironmentName>,
    pub(super) version: Option<Version>,
    pub(super) reason: Option<String>,
    /// Further facts: small, and without secrets.
    pub(super) what: Map<String, Value>,
}

impl NewEvent {
    /// An event of the registry as a whole, unless more is said.
    pub(super) fn new(kind: EventKind) -> Self {
        Self { kind, package_name: None, environment: None, version: None, reason: None, what: Map::new() }
    }

    /// About a project.
    pub(super) fn of(self, package_name: &PackageName) -> Self {
        Self { package_name: Some(package_name.clone()), ..self }
    }

    /// About a project, or the registry as a whole.
    pub(super) fn of_any(self, package_name: Option<&PackageName>) -> Self {
        Self { package_name: package_name.cloned(), ..self }
    }

    /// In an environment.
    pub(super) fn within(self, environment: &EnvironmentName) -> Self {
        Self { environment: Some(environment.clone()), ..self }
    }

    /// About a version.
    pub(super) fn version(self, version: &Version) -> Self {
        Self { version: Some(version.clone()), ..self }
    }

    /// For a reason.
    pub(super) fn because(self, reason: Option<&str>) -> Self {
        Self { reason: reason.map(str::to_owned), ..self }
    }

    /// With the facts of an object.
    pub(super) fn what(mut self, facts: Value) -> Self {
        if let Value::Object(facts) = facts {
            self.what.extend(facts.into_iter().filter(|(_, fact)| !fact.is_null()));
        }
        self
    }
}
