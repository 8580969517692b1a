//! Errors of the service: each becomes a problem document, here and nowhere else.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use weft_api::{
    Conflict, VersionCheck,
    problem::{Extensions, FieldError, Problem, ProblemCode},
};
use weft_mesh::{
    can_deploy::{DeployVerdict, LISTED, Refusal},
    resolve::Undecided,
};
use weft_model::{
    digest::{CanonicalError, ParseDigestError},
    name::ParseNameError,
    requirement::ParseRequirementError,
};
use weft_publication::relation::RelationFault;

use crate::{hints, store::StoreError};

/// After how many seconds a registry that is busy may be asked again.
const RETRY: HeaderValue = HeaderValue::from_static("2");
/// A caller that asked too often may ask again within a second.
const SOON: HeaderValue = HeaderValue::from_static("1");

/// The problem that a failed request returns.
#[derive(Debug)]
pub(crate) struct ApiError(Box<Problem>);

impl ApiError {
    pub(crate) fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)))
    }

    /// A fault of the registry: its cause goes to the log, once, and nowhere else.
    pub(crate) fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "A request failed inside the registry");
        Self::new(ProblemCode::Internal, "the registry failed on this request; its log has the cause")
    }

    /// The same with faults and their places.
    pub(crate) fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self(Box::new(self.0.with_errors(errors)))
    }

    /// The same with what a version is too small for.
    pub(crate) fn with_check(self, check: Option<VersionCheck>) -> Self {
        let check = check.map(Box::new);
        Self(Box::new(self.0.with_extensions(Extensions { check, ..Extensions::default() })))
    }

    /// The same with a hint of its own.
    pub(crate) fn with_hint(self, hint: String) -> Self {
        Self(Box::new(self.0.with_hint(hint)))
    }

    /// The same with something that comes first in its hint.
    pub(crate) fn after(self, first: &str) -> Self {
        let hint = format!("{first}; {}", self.0.hint.as_deref().unwrap_or_default());
        Self(Box::new(self.0.with_hint(hint)))
    }

    /// The same with the one place that is wrong.
    pub(crate) fn at(self, pointer: impl Into<String>) -> Self {
        let message = self.0.detail.clone();
        self.with_errors(vec![FieldError { pointer: pointer.into(), message }])
    }
}

impl From<Undecided> for ApiError {
    fn from(undecided: Undecided) -> Self {
        let problem = Problem::new(ProblemCode::ResolutionUndecided, undecided.to_string());
        Self(Box::new(problem.with_hint(hints::UNDECIDED)))
    }
}

impl From<Vec<Conflict>> for ApiError {
    /// All conflicts in one problem: as facts, in words, and with what would resolve each.
    fn from(conflicts: Vec<Conflict>) -> Self {
        let detail: Vec<String> = conflicts.iter().map(ToString::to_string).collect();
        let hints: Vec<String> = conflicts.iter().map(hints::conflict).collect();
        let problem = Problem::new(ProblemCode::ResolutionConflict, detail.join("\n\n")).with_hint(hints.join("\n"));
        Self(Box::new(problem.with_extensions(Extensions { conflicts, ..Extensions::default() })))
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let problem = Problem::new(ProblemCode::DeploymentRefused, refusal.to_string());
        let problem = problem.with_hint(hints::refused(&refusal));
        let DeployVerdict { mut unmet, mut clashes, .. } = refusal.verdict;
        unmet.truncate(LISTED);
        clashes.truncate(LISTED);
        Self(Box::new(problem.with_extensions(Extensions { unmet, clashes, ..Extensions::default() })))
    }
}

impl IntoResponse for ApiError {
    /// The problem travels in the response's extensions; `middleware::boundary` writes it with the request's id.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.0.code == ProblemCode::NotAuthorized {
            let challenge = HeaderValue::from_static("Bearer realm=\"weft\", Basic realm=\"weft\", charset=\"UTF-8\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        let wait = match self.0.code {
            ProblemCode::RegistryBusy => Some(RETRY),
            ProblemCode::TooManyRequests => Some(SOON),
            _ => None,
        };
        if let Some(wait) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response.extensions_mut().insert(std::sync::Arc::new(*self.0));
        response
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::RelationFault(fault) => return fault.clone().into(),
            StoreError::DeploymentRefused(refusal) => return (**refusal).clone().into(),
            StoreError::InvalidConsumer { faults, .. } => {
                return Self::new(ProblemCode::InvalidConsumer, error.to_string()).with_errors(faults.clone());
            }
            StoreError::Unavailable(cause) => {
                tracing::error!(%cause, "The database does not answer");
                let detail = "the registry's database does not answer";
                return Self::new(ProblemCode::StoreUnavailable, detail);
            }
            StoreError::Lost { reason } => {
                tracing::error!(%reason, "The database is lost");
                return Self::new(
                    ProblemCode::StoreUnavailable,
                    "the registry's database file was removed or replaced",
                );
            }
            StoreError::Open { .. }
            | StoreError::Foreign { .. }
            | StoreError::Newer { .. }
            | StoreError::Migrate(_)
            | StoreError::Failed(_)
            | StoreError::Corrupt { .. }
            | StoreError::Aside(_) => {
                return Self::internal(&error);
            }
            StoreError::ProjectNotFound { .. } => ProblemCode::ProjectNotFound,
            StoreError::PublicationNotFound { .. } => ProblemCode::PublicationNotFound,
            StoreError::DeploymentNotFound { .. } => ProblemCode::DeploymentNotFound,
            StoreError::RelationsNotFound { .. } => ProblemCode::RelationsNotFound,
            StoreError::NodeNotFound { .. } => ProblemCode::NodeNotFound,
            StoreError::ConsumerNotFound { .. } => ProblemCode::ConsumerNotFound,
            StoreError::VersionExists(_) => ProblemCode::VersionExists,
            StoreError::VersionYanked { package_name, version } => {
                let hint = hints::yanked(package_name, version);
                return Self::new(ProblemCode::VersionYanked, error.to_string()).with_hint(hint);
            }
            StoreError::NameTaken { .. } => ProblemCode::NameTaken,
            StoreError::DeploymentChanged { .. } => ProblemCode::DeploymentChanged,
            StoreError::NodeCycle { .. } => ProblemCode::NodeCycle,
            StoreError::PolicyChanged { .. } => ProblemCode::PolicyChanged,
            StoreError::WaiverNotFound { .. } => ProblemCode::WaiverNotFound,
            StoreError::TokenNotFound { .. } => ProblemCode::TokenNotFound,
            StoreError::TokenNameTaken { .. } => ProblemCode::TokenNameTaken,
        };
        Self::new(code, error.to_string())
    }
}

impl From<RelationFault> for ApiError {
    fn from(fault: RelationFault) -> Self {
        Self::new(ProblemCode::InvalidPublication, fault.to_string()).at(fault.pointer())
    }
}

impl From<CanonicalError> for ApiError {
    fn from(error: CanonicalError) -> Self {
        Self::new(ProblemCode::InvalidPublication, error.to_string())
    }
}

impl From<ParseNameError> for ApiError {
    fn from(error: ParseNameError) -> Self {
        Self::new(ProblemCode::InvalidName, error.to_string())
    }
}

impl From<ParseRequirementError> for ApiError {
    fn from(error: ParseRequirementError) -> Self {
        Self::new(ProblemCode::InvalidRequirement, error.to_string())
    }
}

impl From<ParseDigestError> for ApiError {
    fn from(error: ParseDigestError) -> Self {
        Self::new(ProblemCode::InvalidRequest, error.to_string())
    }
}
