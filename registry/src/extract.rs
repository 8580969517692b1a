//! What requests hold in path and query, read into the domain's types.

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams};
use http::{header, request::Parts};
use semver::Version;
use serde::de::DeserializeOwned;
use weft_api::problem::ProblemCode;
use weft_model::{
    digest::Digest,
    name::{EnvironmentName, PackageName, UniqueId},
    near::short,
};

use crate::error::ApiError;

/// What was given, as a message repeats it: short, and escaped.
pub(crate) fn shown(text: &str) -> String {
    short(text).escape_debug().to_string()
}

/// The longest version that is taken; semver itself sets no bound.
const LONGEST_VERSION: usize = 128;

/// A parameter of a path.
pub(crate) trait PathWord: Sized {
    fn read(text: &str) -> Result<Self, ApiError>;
}

impl PathWord for PackageName {
    fn read(text: &str) -> Result<Self, ApiError> {
        Ok(text.parse()?)
    }
}

impl PathWord for EnvironmentName {
    fn read(text: &str) -> Result<Self, ApiError> {
        Ok(text.parse()?)
    }
}

impl PathWord for UniqueId {
    fn read(text: &str) -> Result<Self, ApiError> {
        Ok(text.parse()?)
    }
}

impl PathWord for Digest {
    fn read(text: &str) -> Result<Self, ApiError> {
        Ok(text.parse()?)
    }
}

impl PathWord for Arc<str> {
    fn read(text: &str) -> Result<Self, ApiError> {
        Ok(text.into())
    }
}

impl PathWord for u64 {
    fn read(text: &str) -> Result<Self, ApiError> {
        let shown = shown(text);
        text.parse().map_err(|_| ApiError::new(ProblemCode::InvalidRequest, format!("`{shown}` is not a valid number")))
    }
}

impl PathWord for Version {
    fn read(text: &str) -> Result<Self, ApiError> {
        let shown = shown(text);
        let refuse = |reason: String| {
            ApiError::new(ProblemCode::InvalidVersion, format!("`{shown}` is not a semver version: {reason}"))
        };
        if text.len() > LONGEST_VERSION {
            return Err(refuse(format!("it is longer than {LONGEST_VERSION} characters")));
        }
        Version::parse(text).map_err(|error| refuse(error.to_string()))
    }
}

/// The id of a request, which the outermost layer gives it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The longest name of a client that is kept, in characters.
const LONGEST_CLIENT: usize = 200;

/// What the records say of a request beside its caller.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestFacts {
    pub(crate) id: Option<String>,
    /// The program that sent it, as it calls itself.
    pub(crate) client: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for RequestFacts {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let client = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let client = client.map(|client| client.chars().take(LONGEST_CLIENT).collect());
        Ok(Self { id: parts.extensions.get().map(|RequestId(id)| id.clone()), client })
    }
}

macro_rules! paths {
    ($($(#[$doc:meta])* $name:ident { $($word:ident: $type:ty),* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub(crate) struct $name { $(pub(crate) $word: $type),* }

            impl<S: Send + Sync> FromRequestParts<S> for $name {
                type Rejection = ApiError;

                async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
                    let parameters = RawPathParams::from_request_parts(parts, state).await.map_err(|error| {
                        ApiError::new(ProblemCode::InvalidRequest, format!("the path cannot be read: {error}"))
                    })?;
                    Ok(Self { $($word: word(&parameters, stringify!($word))?),* })
                }
            }
        )*
    };
}

paths! {
    /// The path `/v1/projects/{package_name}`.
    ProjectPath { package_name: PackageName }
    /// The path `/v1/projects/{package_name}/publications/{version}`.
    PublicationPath { package_name: PackageName, version: Version }
    /// The path `/v1/projects/{package_name}/nodes/{unique_id}`.
    NodePath { package_name: PackageName, unique_id: UniqueId }
    /// The path `/v1/consumers/{environment}/{name}`.
    ConsumerPath { environment: EnvironmentName, name: PackageName }
    /// The path `/v1/projects/{package_name}/waivers/{number}`.
    WaiverPath { package_name: PackageName, number: u64 }
    /// `/v1/tokens/{number}`
    TokenPath { number: u64 }
    /// The path `/v1/projects/{package_name}/environments/{environment}`.
    EnvironmentPath { package_name: PackageName, environment: EnvironmentName }
    /// The path `/v1/environments/{environment}/deployments`.
    EnvironmentNamePath { environment: EnvironmentName }
    /// The path `/v1/projects/{package_name}/relations/{digest}`.
    RelationsPath { package_name: PackageName, digest: Digest }
    /// `/hub/api/v1/{environment}/{file}`: not ours perhaps, so nothing is asked of the words.
    HubPackagePath { environment: Arc<str>, file: Arc<str> }
    /// The path `/hub/api/v1/{environment}/{package_name}/{file}`.
    HubVersionPath { environment: Arc<str>, package_name: Arc<str>, file: Arc<str> }
    /// The path `/hub/tarballs/{environment}/{package_name}/{file}`.
    TarballPath { environment: EnvironmentName, package_name: PackageName, file: Arc<str> }
    /// The path `/hub/tarballs/{capability}/{environment}/{package_name}/{file}`.
    CapabilityPath { capability: Arc<str>, environment: EnvironmentName, package_name: PackageName, file: Arc<str> }
}

fn word<T: PathWord>(parameters: &RawPathParams, name: &str) -> Result<T, ApiError> {
    let text = parameters.iter().find_map(|(key, value)| (key == name).then_some(value)).unwrap_or_default();
    T::read(text)
}

/// The query of a request. Unknown parameters are refused, because a misspelled one must not be ignored.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let axum::extract::Query(query) = axum::extract::Query::try_from_uri(&parts.uri).map_err(|error| {
            let reason = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            ApiError::new(ProblemCode::InvalidRequest, format!("the query cannot be read: {reason}"))
        })?;
        Ok(Self(query))
    }
}
