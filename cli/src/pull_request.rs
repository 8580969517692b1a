//! The pull or merge request that a CI job runs for: one comment with the report, and a status of the commit.
//!
//! GitHub and GitLab say in the job's environment where they are and what the request is. Nothing is sent anywhere else.

mod api;
mod comments;
mod github;
mod gitlab;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

pub(crate) use crate::pull_request::comments::Written;
use crate::pull_request::{
    api::ApiError,
    comments::{Host, keep_one},
    github::GitHub,
    gitlab::GitLab,
};

/// What a request is told.
pub(crate) struct Review<'r> {
    /// The dbt project. Each has its own comment and status.
    pub(crate) project: &'r str,
    /// The report, as Markdown.
    pub(crate) body: String,
    /// The report in a few words, for the status.
    pub(crate) summary: String,
    pub(crate) passes: bool,
    /// Whether the report says nothing: then no comment is written, unless there is one that says something else.
    pub(crate) is_empty: bool,
}

/// A pull request of GitHub, or a merge request of GitLab.
pub(crate) enum PullRequest {
    GitHub(GitHub),
    GitLab(GitLab),
}

/// Why there is nothing to write a comment on, or no way to.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoPullRequest {
    #[error("this is not a job of GitHub Actions or GitLab CI")]
    NoService,
    #[error("this job does not run for a pull or merge request")]
    NoRequest,
    #[error("there is no token: set {0}")]
    NoToken(&'static str),
    #[error("`{variable}` of the job cannot be used: {reason}")]
    Unusable { variable: &'static str, reason: String },
}

impl PullRequest {
    /// The request that a job's variables name. `WEFT_COMMENT_TOKEN` is used before the service's own variable.
    ///
    /// # Errors
    /// If the job runs for no request, or has no token that can write a comment.
    pub(crate) fn from_job(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, NoPullRequest> {
        let variable = |name: &str| variable(name)?.into_string().ok().filter(|value| !value.is_empty());
        let runs = |name: &str| variable(name).is_some_and(|value| value == "true");
        if runs("GITHUB_ACTIONS") {
            return GitHub::from_job(&variable).map(Self::GitHub);
        }
        if runs("GITLAB_CI") {
            return GitLab::from_job(&variable).map(Self::GitLab);
        }
        Err(NoPullRequest::NoService)
    }

    /// Writes the comment, or changes the one that is there, and sets the status of the commit. What was done of each.
    pub(crate) async fn tell(&self, review: &Review<'_>) -> [Result<Written, ApiError>; 2] {
        match self {
            Self::GitHub(host) => tell(host, review).await,
            Self::GitLab(host) => tell(host, review).await,
        }
    }
}

async fn tell(host: &impl Host, review: &Review<'_>) -> [Result<Written, ApiError>; 2] {
    [keep_one(host, review).await, host.set_status(review).await]
}
