//! Merge requests of GitLab, <https://docs.gitlab.com/api/notes/>.

use http::{HeaderName, Method, StatusCode};
use serde_json::{Value, json};

use crate::pull_request::{
    NoPullRequest, Review,
    api::{Api, ApiError},
    comments::{Comment, Host, Written},
};

/// As many as a page of notes holds at most.
const PAGE: usize = 100;
/// A request with more pages of notes than this is not searched to its end.
const PAGES: usize = 100;

/// A merge request.
pub(crate) struct GitLab {
    api: Api,
    /// The project that the request would change. Its notes are there.
    target: String,
    /// The request's number in that project.
    number: String,
    /// The project that the job runs in, which is a fork's for a request from a fork; and the commit.
    job: Option<(String, String)>,
}

impl GitLab {
    pub(super) fn from_job(variable: &impl Fn(&str) -> Option<String>) -> Result<Self, NoPullRequest> {
        let number = variable("CI_MERGE_REQUEST_IID").ok_or(NoPullRequest::NoRequest)?;
        let target = variable("CI_MERGE_REQUEST_PROJECT_ID").or_else(|| variable("CI_PROJECT_ID"));
        let target = target.ok_or(NoPullRequest::NoRequest)?;
        for (variable, value) in [("CI_MERGE_REQUEST_IID", &number), ("CI_MERGE_REQUEST_PROJECT_ID", &target)] {
            if !value.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(NoPullRequest::Unusable { variable, reason: "it is not a number".to_owned() });
            }
        }
        let token = variable("WEFT_COMMENT_TOKEN").or_else(|| variable("GITLAB_TOKEN"));
        let token = token.ok_or(NoPullRequest::NoToken(
            "WEFT_COMMENT_TOKEN to a project access token with the scope `api` (CI_JOB_TOKEN may not write comments)",
        ))?;
        let url = variable("CI_API_V4_URL").unwrap_or_else(|| "https://gitlab.com/api/v4".to_owned());
        let token = (HeaderName::from_static("private-token"), &*token);
        let api = Api::new(&url, token, "application/json");
        let api = api.map_err(|reason| NoPullRequest::Unusable { variable: "CI_API_V4_URL", reason })?;
        // The job of a merged result runs on a commit that is in no branch.
        let commit = variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA").or_else(|| variable("CI_COMMIT_SHA"));
        Ok(Self { api, target, number, job: variable("CI_PROJECT_ID").zip(commit) })
    }

    fn notes(&self, rest: &str) -> String {
        format!("/projects/{}/merge_requests/{}/notes{rest}", self.target, self.number)
    }
}

impl Host for GitLab {
    async fn own_author(&self) -> Result<String, ApiError> {
        let answer = self.api.ask(Method::GET, "/user", None).await?;
        let id = answer.document["id"].as_u64();
        id.map(|id| id.to_string()).ok_or(ApiError::Unexpected { path: "/user".to_owned(), reason: "it has no id" })
    }

    async fn comments(&self) -> Result<Vec<Comment>, ApiError> {
        let mut all = Vec::new();
        let mut page = "1".to_owned();
        for _ in 0..PAGES {
            let path = self.notes(&format!("?per_page={PAGE}&sort=asc&order_by=created_at&page={page}"));
            let answer = self.api.ask(Method::GET, &path, None).await?;
            let Value::Array(found) = &answer.document else {
                return Err(ApiError::Unexpected { path, reason: "it is not a list" });
            };
            all.extend(found.iter().filter_map(comment));
            let next = answer.headers.get("x-next-page").and_then(|next| next.to_str().ok()).unwrap_or_default();
            if next.is_empty() || !next.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            next.clone_into(&mut page);
        }
        Ok(all)
    }

    async fn create(&self, body: &str) -> Result<Comment, ApiError> {
        let path = self.notes("");
        let answer = self.api.ask(Method::POST, &path, Some(&json!({ "body": body }))).await?;
        comment(&answer.document).ok_or(ApiError::Unexpected { path, reason: "it is not a note" })
    }

    async fn update(&self, id: u64, body: &str) -> Result<(), ApiError> {
        self.api.ask(Method::PUT, &self.notes(&format!("/{id}")), Some(&json!({ "body": body }))).await.map(drop)
    }

    async fn delete(&self, id: u64) -> Result<(), ApiError> {
        self.api.ask(Method::DELETE, &self.notes(&format!("/{id}")), None).await.map(drop)
    }

    async fn set_status(&self, review: &Review<'_>) -> Result<Written, ApiError> {
        let Some((project, commit)) = &self.job else { return Ok(Written::Nothing) };
        let body = json!({
            "state": if review.passes { "success" } else { "failed" },
            "name": format!("weft/{}", review.project), "description": review.summary,
        });
        let path = format!("/projects/{project}/statuses/{commit}");
        match self.api.ask(Method::POST, &path, Some(&body)).await {
            // The commit has this status already.
            Err(ApiError::Refused { status: StatusCode::BAD_REQUEST, message, .. })
                if message.contains("Cannot transition status") =>
            {
                Ok(Written::Status)
            }
            answer => answer.map(|_| Written::Status),
        }
    }
}

fn comment(document: &Value) -> Option<Comment> {
    Some(Comment {
        id: document["id"].as_u64()?,
        author: document["author"]["id"].as_u64().map(|id| id.to_string()).unwrap_or_default(),
        body: document["body"].as_str().unwrap_or_default().to_owned(),
    })
}
