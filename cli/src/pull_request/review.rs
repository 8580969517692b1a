//! What a request is told, and why there may be none to tell.

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
