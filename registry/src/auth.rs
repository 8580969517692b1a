//! Who asks, and what they may do.

use axum::extract::FromRequestParts;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{header, request::Parts};
use semver::Version;
use sha2::{Digest as _, Sha256};
use weft_api::problem::ProblemCode;
use weft_model::name::{EnvironmentName, PackageName};

use crate::{config::Secret, error::ApiError};

/// What a request does, as far as rights go.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'a> {
    /// Reads anything.
    Read,
    /// Publishes a project, or yanks what it published.
    Publish(&'a PackageName),
    /// Deploys a project to an environment.
    Deploy(&'a PackageName, &'a EnvironmentName),
    /// Records what checks found of a project in an environment: for whoever deploys it there.
    Record(&'a PackageName, &'a EnvironmentName),
    /// Approves findings of a project.
    Waive(&'a PackageName),
    /// Registers consumers in an environment, or takes them away.
    Register(&'a EnvironmentName),
    /// Says how grave rules are.
    SetPolicy,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Principal {
    /// Whoever holds the admin token, or everyone where none is configured.
    Admin,
    /// No token, or none that is known.
    Unknown,
}

impl Principal {
    /// Lets the request pass or refuses it; a missing token and one that does not suffice are told alike.
    pub(crate) fn require(self, scope: Scope<'_>) -> Result<(), ApiError> {
        if self == Self::Admin {
            return Ok(());
        }
        let detail = match scope {
            Scope::Read => "reading from this registry needs a token".to_owned(),
            Scope::Publish(package_name) => format!("publishing `{package_name}` needs a token that allows it"),
            Scope::Deploy(package_name, environment) => {
                format!("deploying `{package_name}` to `{environment}` needs a token that allows it")
            }
            Scope::Record(package_name, environment) => {
                format!("recording results of `{package_name}` in `{environment}` needs a token that deploys there")
            }
            Scope::Waive(package_name) => format!("waivers of `{package_name}` need a token that allows them"),
            Scope::Register(environment) => {
                format!("registering consumers in `{environment}` needs a token that allows it")
            }
            Scope::SetPolicy => "changing a policy needs the admin token".to_owned(),
        };
        Err(ApiError::new(ProblemCode::NotAuthorized, detail))
    }
}

impl<S: AsRef<Keys> + Sync> FromRequestParts<S> for Principal {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        Ok(state.as_ref().principal(header.and_then(token).as_deref()))
    }
}

/// The token of an `Authorization` header: bearer, or Basic with the token as password.
fn token(header: &str) -> Option<String> {
    let (scheme, credentials) = header.trim().split_once(' ')?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(credentials.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}

/// What tokens are compared with.
#[derive(Clone)]
pub(crate) struct Keys {
    admin: Option<Admin>,
}

#[derive(Clone)]
struct Admin {
    digest: [u8; 32],
    signer: Hmac<Sha256>,
}

impl Keys {
    pub(crate) fn new(admin_token: Option<&Secret>) -> Self {
        // HMAC takes keys of any length, so the empty key is never used.
        let admin = admin_token.and_then(|token| {
            let key = token.reveal().as_bytes();
            let signer = Hmac::<Sha256>::new_from_slice(key).ok()?;
            Some(Admin { digest: Sha256::digest(key).into(), signer })
        });
        Self { admin }
    }

    fn principal(&self, token: Option<&str>) -> Principal {
        match (&self.admin, token) {
            (None, _) => Principal::Admin,
            (Some(admin), Some(token)) if same(&admin.digest, &Sha256::digest(token.as_bytes()).into()) => {
                Principal::Admin
            }
            _ => Principal::Unknown,
        }
    }

    /// What stands in a tarball's path so that it can be fetched without a token; `None` where none is needed.
    ///
    /// It is the same for the same file, so dbt's lock does not change, and it opens nothing else.
    pub(crate) fn capability(
        &self,
        environment: &EnvironmentName,
        package_name: &PackageName,
        version: &Version,
    ) -> Option<String> {
        let mut signer = self.admin.as_ref()?.signer.clone();
        signer.update(format!("tarball/{environment}/{package_name}/{version}").as_bytes());
        Some(hex(&signer.finalize().into_bytes()))
    }

    /// Whether a path's capability is the one of the file.
    pub(crate) fn allows(
        &self,
        capability: &str,
        environment: &EnvironmentName,
        package_name: &PackageName,
        version: &Version,
    ) -> bool {
        self.capability(environment, package_name, version).is_some_and(|right| {
            same(&Sha256::digest(right.as_bytes()).into(), &Sha256::digest(capability.as_bytes()).into())
        })
    }
}

/// Compares in a time that does not depend on where the two differ.
fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_from_bearer_and_basic_and_nothing_else() {
        assert_eq!(token("Bearer s3cret").as_deref(), Some("s3cret"));
        assert_eq!(token("basic dXNlcjpwYTpzcw==").as_deref(), Some("pa:ss"));
        for bad in ["", "s3cret", "Basic", "Basic !!!", "Basic dXNlcg==", "Digest x"] {
            assert_eq!(token(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_the_admin_token_opens_a_registry_that_has_one() {
        let keys = Keys::new(Some(&Secret::new("right")));
        assert_eq!(keys.principal(Some("right")), Principal::Admin);
        for wrong in [None, Some("wrong"), Some("")] {
            assert_eq!(keys.principal(wrong), Principal::Unknown);
        }
        assert_eq!(Keys::new(None).principal(None), Principal::Admin);
    }

    #[test]
    fn a_capability_opens_one_file_only() {
        let keys = Keys::new(Some(&Secret::new("right")));
        let (prod, name) = (EnvironmentName::default(), "inventory".parse::<PackageName>().unwrap());
        let capability = keys.capability(&prod, &name, &Version::new(1, 0, 0)).unwrap();
        assert_eq!(keys.capability(&prod, &name, &Version::new(1, 0, 0)), Some(capability.clone()));
        assert!(keys.allows(&capability, &prod, &name, &Version::new(1, 0, 0)));
        assert!(!keys.allows(&capability, &prod, &name, &Version::new(1, 0, 1)));
        let other = Keys::new(Some(&Secret::new("other")));
        assert!(!other.allows(&capability, &prod, &name, &Version::new(1, 0, 0)));
    }
}
