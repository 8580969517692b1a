//! The caller of a request, and what each scope of its token allows.

use std::sync::Arc;

use weft_api::{Authentication, problem::ProblemCode};
use weft_model::{
    name::{EnvironmentName, PackageName},
    scope::Scope,
};

use crate::{
    error::ApiError,
    extract::RequestFacts,
    store::{Cause, TokenEntry, clock},
};

/// What a request does, for the check of its permission.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action<'a> {
    /// Reads everything.
    Read,
    /// Publishes a project, or yanks what it published.
    Publish(&'a PackageName),
    /// Deploys a project to an environment.
    Deploy(&'a PackageName, &'a EnvironmentName),
    /// Records results of checks of a project in an environment; allowed to those that deploy it there, too.
    Record(&'a PackageName, &'a EnvironmentName),
    /// Approves findings of a project.
    Waive(&'a PackageName),
    /// Registers consumers in an environment, or removes them.
    Register(&'a EnvironmentName),
    /// Sets a policy.
    SetPolicy,
    /// Creates, lists or revokes tokens.
    ManageTokens,
}

/// The caller of a request.
#[derive(Debug, Clone)]
pub(crate) enum Principal {
    /// A client with the admin token.
    Admin,
    /// Any client, because no admin token is configured.
    Open,
    /// A client with a token of this registry, valid or not.
    Token(Arc<TokenEntry>),
    /// A client without a token, or with an unknown one.
    Unknown,
}

impl Principal {
    /// The name of the principal in the registry's records.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Admin | Self::Open => "admin".to_owned(),
            Self::Token(token) => format!("token:{}", token.name),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// Whether it may do something.
    pub(crate) fn may(&self, action: Action<'_>) -> bool {
        self.require(action).is_ok()
    }

    /// The cause of what a request of this principal changes.
    pub(crate) fn cause(&self, request: RequestFacts) -> Cause {
        let (principal, how, token) = match self {
            Self::Admin => (Some(self.name()), Some(Authentication::AdminToken), None),
            Self::Open => (Some("anonymous".to_owned()), Some(Authentication::Open), None),
            Self::Token(token) => (Some(self.name()), Some(Authentication::Token), Some(token.number)),
            Self::Unknown => (None, None, None),
        };
        Cause { principal, how, token, request_id: request.id, client: request.client }
    }

    /// Lets the request pass or refuses it. A missing token and one that does not suffice get the same code; the message for
    /// a token also says what the token has, or that it expired or was revoked.
    pub(crate) fn require(&self, action: Action<'_>) -> Result<(), ApiError> {
        let why = match self {
            Self::Admin | Self::Open => return Ok(()),
            Self::Token(token) => match refusal(token, action) {
                None => return Ok(()),
                Some(why) => format!("; {why}"),
            },
            Self::Unknown => String::new(),
        };
        Err(ApiError::new(ProblemCode::NotAuthorized, format!("{}{why}", action.needs())))
    }
}

impl Action<'_> {
    /// What it needs, as a sentence.
    fn needs(self) -> String {
        match self {
            Self::Read => "reading from this registry needs a token".to_owned(),
            Self::Publish(package_name) => format!("publishing `{package_name}` needs a token that allows it"),
            Self::Deploy(package_name, environment) => {
                format!("deploying `{package_name}` to `{environment}` needs a token that allows it")
            }
            Self::Record(package_name, environment) => {
                format!("recording results of `{package_name}` in `{environment}` needs a token that deploys there")
            }
            Self::Waive(package_name) => format!("waivers of `{package_name}` need a token that allows them"),
            Self::Register(environment) => {
                format!("registering consumers in `{environment}` needs a token that allows it")
            }
            Self::SetPolicy => "changing a policy needs a token that allows it".to_owned(),
            Self::ManageTokens => "managing tokens needs a token with the scope `admin`".to_owned(),
        }
    }

    /// Whether a scope allows it.
    fn is_allowed_by(self, scope: &Scope) -> bool {
        match (scope, self) {
            (Scope::Admin, _)
            | (_, Self::Read)
            | (Scope::Record, Self::Record(..))
            | (Scope::Policy, Self::SetPolicy) => true,
            (Scope::Publish(project), Self::Publish(name)) | (Scope::Waive(project), Self::Waive(name)) => {
                project.covers(name)
            }
            (Scope::Deploy(project, environment), Self::Deploy(name, at) | Self::Record(name, at)) => {
                project.covers(name) && environment.covers(at)
            }
            (Scope::Register(environment), Self::Register(at)) => environment.covers(at),
            _ => false,
        }
    }
}

/// Why a token does not allow an action; `None` if it does.
fn refusal(token: &TokenEntry, action: Action<'_>) -> Option<String> {
    let name = &token.name;
    if token.revoked.is_some() {
        return Some(format!("the token `{name}` is revoked"));
    }
    if !token.is_valid(clock::now()) {
        return Some(format!("the token `{name}` has expired"));
    }
    let scopes = token.scopes.iter().filter_map(|scope| scope.parse::<Scope>().ok());
    if scopes.into_iter().any(|scope| action.is_allowed_by(&scope)) {
        return None;
    }
    let has: Vec<String> = token.scopes.iter().map(|scope| format!("`{scope}`")).collect();
    Some(format!("the token `{name}` has {}", has.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_allows_what_it_names_and_reading() {
        let [inventory, sales]: [PackageName; 2] = ["inventory", "sales"].map(|name| name.parse().unwrap());
        let [prod, staging]: [EnvironmentName; 2] = ["prod", "staging"].map(|name| name.parse().unwrap());
        let actions = [
            Action::Read,
            Action::Publish(&inventory),
            Action::Publish(&sales),
            Action::Deploy(&inventory, &prod),
            Action::Deploy(&inventory, &staging),
            Action::Record(&inventory, &prod),
            Action::Waive(&inventory),
            Action::Register(&prod),
            Action::SetPolicy,
            Action::ManageTokens,
        ];
        let allowed = |scope: &str| {
            let scope: Scope = scope.parse().unwrap();
            actions.iter().map(|action| if action.is_allowed_by(&scope) { 'x' } else { '.' }).collect::<String>()
        };
        for (scope, expected) in [
            ("read", "x........."),
            ("publish:inventory", "xx........"),
            ("publish:*", "xxx......."),
            ("deploy:inventory:prod", "x..x.x...."),
            ("deploy:*:staging", "x...x....."),
            ("deploy:sales:*", "x........."),
            ("record", "x....x...."),
            ("waive:*", "x.....x..."),
            ("register:prod", "x......x.."),
            ("policy", "x.......x."),
            ("admin", "xxxxxxxxxx"),
        ] {
            assert_eq!(allowed(scope), expected, "{scope}");
        }
    }
}
