//! One comment of a project, found again by a mark in its text.

use crate::pull_request::{Review, api::ApiError};

/// How long a comment may be, in characters: GitHub's limit. GitLab's is a million.
const LONGEST: usize = 65_536;

/// A comment as it is on the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) id: u64,
    /// Who wrote it, in the service's own form.
    pub(super) author: String,
    pub(super) body: String,
}

/// What came of a comment or status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Created,
    Updated,
    /// The report has no findings, and there is no earlier comment.
    Nothing,
    /// The commit's status.
    Status,
}

/// A service with comments.
pub(super) trait Host {
    /// The author of comments that are written with this token.
    async fn own_author(&self) -> Result<String, ApiError>;
    /// Every comment of the request.
    async fn comments(&self) -> Result<Vec<Comment>, ApiError>;
    async fn create(&self, body: &str) -> Result<Comment, ApiError>;
    async fn update(&self, id: u64, body: &str) -> Result<(), ApiError>;
    async fn delete(&self, id: u64) -> Result<(), ApiError>;
    /// Sets the status of the request's last commit.
    async fn set_status(&self, review: &Review<'_>) -> Result<Written, ApiError>;
}

/// Writes a project's comment, or changes it if there is one.
///
/// Two jobs may write at once: after creating, the oldest comment is kept.
pub(super) async fn keep_one(host: &impl Host, review: &Review<'_>) -> Result<Written, ApiError> {
    let mark = mark(review.project);
    let body = with_mark(&mark, &review.body);
    let author = host.own_author().await?;
    // Anybody can write the mark.
    let is_own = |comment: &Comment| comment.author == author && comment.body.contains(&mark);
    let own = || async {
        let mut own: Vec<Comment> = host.comments().await?.into_iter().filter(is_own).collect();
        own.sort_by_key(|comment| comment.id);
        Ok::<_, ApiError>(own)
    };
    if let Some(first) = own().await?.first() {
        if first.body.trim_end() != body.trim_end() {
            host.update(first.id, &body).await?;
        }
        return Ok(Written::Updated);
    }
    if review.is_empty {
        return Ok(Written::Nothing);
    }
    let created = host.create(&body).await?;
    let all = own().await?;
    match all.first() {
        Some(first) if first.id < created.id => {
            host.update(first.id, &body).await?;
            host.delete(created.id).await?;
            Ok(Written::Updated)
        }
        _ => Ok(Written::Created),
    }
}

/// What a project's comment begins with; nobody sees it.
fn mark(project: &str) -> String {
    // A project's name has no characters that end a comment of HTML.
    format!("<!-- weft:{project} -->")
}

/// A body within the limit, at the end of a line.
fn with_mark(mark: &str, body: &str) -> String {
    let whole = format!("{mark}\n{body}");
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let end = "\n\nThe rest does not fit into a comment.\n";
    let kept: String = whole.chars().take(LONGEST - end.len()).collect();
    let kept = kept.rsplit_once('\n').map_or(&*kept, |(lines, _)| lines);
    format!("{kept}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_that_is_too_long_ends_with_a_whole_line_and_says_so() {
        let body = with_mark("<!-- weft:shop -->", &"| é | row |\n".repeat(10_000));
        assert!(body.chars().count() <= LONGEST);
        assert!(body.ends_with("| é | row |\n\nThe rest does not fit into a comment.\n"));
    }
}
