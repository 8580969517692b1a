//! The pull or merge request that a CI job runs for: one comment with the report, and a status of the commit.
//!
//! GitHub and GitLab say in the job's environment where they are and what the request is. Nothing is sent anywhere else.

mod api;
mod comments;
mod github;
mod gitlab;
mod review;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use crate::pull_request::{
    api::ApiError,
    comments::{Host, keep_one},
    github::GitHub,
    gitlab::GitLab,
};
pub(crate) use crate::pull_request::{
    comments::Written,
    review::{NoPullRequest, Review},
};

/// A pull request of GitHub, or a merge request of GitLab.
pub(crate) enum PullRequest {
    GitHub(GitHub),
    GitLab(GitLab),
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

    /// Writes the comment, or updates the one that is there, and sets the status of the commit. Returns the outcome of each.
    pub(crate) async fn post(&self, review: &Review<'_>) -> [Result<Written, ApiError>; 2] {
        match self {
            Self::GitHub(host) => post_to(host, review).await,
            Self::GitLab(host) => post_to(host, review).await,
        }
    }
}

async fn post_to(host: &impl Host, review: &Review<'_>) -> [Result<Written, ApiError>; 2] {
    [keep_one(host, review).await, host.set_status(review).await]
}
