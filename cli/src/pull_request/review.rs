//! What weft posts on a pull or merge request, and why it may be unable to.

/// What weft posts: a comment, and a status of the commit.
pub(crate) struct Review<'r> {
    /// The dbt project. Each has its own comment and status.
    pub(crate) project: &'r str,
    /// The report, as Markdown.
    pub(crate) body: String,
    /// The report in a few words, for the status.
    pub(crate) summary: String,
    pub(crate) passes: bool,
    /// Whether the report has no findings. weft then writes no comment, but updates an earlier one.
    pub(crate) is_empty: bool,
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
