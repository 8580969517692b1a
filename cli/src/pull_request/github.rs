//! Pull requests of GitHub, <https://docs.github.com/en/rest/issues/comments>.

use std::fs;

use http::{Method, header};
use serde_json::{Value, json};

use crate::pull_request::{
    NoPullRequest, Review,
    api::{Api, ApiError},
    comments::{Comment, Host, Written},
};

/// The author of what a job's own token writes.
const JOBS: &str = "github-actions[bot]";
/// As many as a page of comments holds at most.
const PAGE: usize = 100;
/// A request with more pages of comments than this is not searched to its end.
const PAGES: usize = 100;
/// The longest description of a status.
const DESCRIPTION: usize = 140;

/// A pull request.
pub(crate) struct GitHub {
    api: Api,
    /// `owner/name`.
    repository: String,
    number: u64,
    /// The last commit of the request's branch; a job itself runs on a merge that nobody sees.
    commit: Option<String>,
}

impl GitHub {
    pub(super) fn from_job(variable: &impl Fn(&str) -> Option<String>) -> Result<Self, NoPullRequest> {
        let unusable = |variable| move |reason: String| NoPullRequest::Unusable { variable, reason };
        let file = variable("GITHUB_EVENT_PATH").ok_or(NoPullRequest::NoRequest)?;
        let event = fs::read(&file).map_err(|error| error.to_string());
        let event = event.and_then(|text| serde_json::from_slice::<Value>(&text).map_err(|error| error.to_string()));
        let event = event.map_err(unusable("GITHUB_EVENT_PATH"))?;
        let request = &event["pull_request"];
        // A comment on a pull request starts jobs, too: its event has the number alone.
        let by_comment = event["issue"]["pull_request"].is_object().then(|| &event["issue"]["number"]);
        let number = request["number"].as_u64().or_else(|| by_comment?.as_u64()).ok_or(NoPullRequest::NoRequest)?;
        let repository = variable("GITHUB_REPOSITORY").ok_or(NoPullRequest::NoRequest)?;
        let token = variable("WEFT_COMMENT_TOKEN").or_else(|| variable("GITHUB_TOKEN"));
        let token = token.ok_or(NoPullRequest::NoToken("GITHUB_TOKEN: ${{ github.token }} in the step's `env:`"))?;
        let url = variable("GITHUB_API_URL").unwrap_or_else(|| "https://api.github.com".to_owned());
        let token = (header::AUTHORIZATION, &*format!("Bearer {token}"));
        let api = Api::new(&url, token, "application/vnd.github+json").map_err(unusable("GITHUB_API_URL"))?;
        let commit = request["head"]["sha"].as_str().map(str::to_owned);
        Ok(Self { api, repository, number, commit })
    }

    /// A path below the repository.
    fn path(&self, rest: &str) -> String {
        format!("/repos/{}/{rest}", self.repository)
    }

    /// A check run: only apps may make one, and the token of a job is an app's.
    async fn check_run(&self, commit: &str, review: &Review<'_>) -> Result<(), ApiError> {
        let body = json!({
            "name": status_name(review), "head_sha": commit, "status": "completed",
            "conclusion": if review.passes { "success" } else { "failure" },
            "output": { "title": review.summary, "summary": review.body },
        });
        self.api.ask(Method::POST, &self.path("check-runs"), Some(&body)).await.map(drop)
    }

    async fn commit_status(&self, commit: &str, review: &Review<'_>) -> Result<(), ApiError> {
        let body = json!({
            "state": if review.passes { "success" } else { "failure" }, "context": status_name(review),
            "description": review.summary.chars().take(DESCRIPTION).collect::<String>(),
        });
        self.api.ask(Method::POST, &self.path(&format!("statuses/{commit}")), Some(&body)).await.map(drop)
    }
}

impl Host for GitHub {
    async fn own_author(&self) -> Result<String, ApiError> {
        match self.api.ask(Method::GET, "/user", None).await {
            Ok(answer) => Ok(answer.document["login"].as_str().unwrap_or(JOBS).to_owned()),
            // The token of a job is no user's.
            Err(error) if error.is_forbidden() => Ok(JOBS.to_owned()),
            Err(error) => Err(error),
        }
    }

    async fn comments(&self) -> Result<Vec<Comment>, ApiError> {
        let mut all = Vec::new();
        for page in 1..=PAGES {
            let path = self.path(&format!("issues/{}/comments?per_page={PAGE}&page={page}", self.number));
            let answer = self.api.ask(Method::GET, &path, None).await?;
            let Value::Array(found) = &answer.document else {
                return Err(ApiError::Unexpected { path, reason: "it is not a list" });
            };
            all.extend(found.iter().filter_map(comment));
            if found.len() < PAGE {
                break;
            }
        }
        Ok(all)
    }

    async fn create(&self, body: &str) -> Result<Comment, ApiError> {
        let path = self.path(&format!("issues/{}/comments", self.number));
        let answer = self.api.ask(Method::POST, &path, Some(&json!({ "body": body }))).await?;
        comment(&answer.document).ok_or(ApiError::Unexpected { path, reason: "it is not a comment" })
    }

    async fn update(&self, id: u64, body: &str) -> Result<(), ApiError> {
        let path = self.path(&format!("issues/comments/{id}"));
        self.api.ask(Method::PATCH, &path, Some(&json!({ "body": body }))).await.map(drop)
    }

    async fn delete(&self, id: u64) -> Result<(), ApiError> {
        self.api.ask(Method::DELETE, &self.path(&format!("issues/comments/{id}")), None).await.map(drop)
    }

    async fn set_status(&self, review: &Review<'_>) -> Result<Written, ApiError> {
        let Some(commit) = &self.commit else { return Ok(Written::Nothing) };
        match self.check_run(commit, review).await {
            Err(error) if error.is_forbidden() => self.commit_status(commit, review).await?,
            other => other?,
        }
        Ok(Written::Status)
    }
}

fn comment(document: &Value) -> Option<Comment> {
    Some(Comment {
        id: document["id"].as_u64()?,
        author: document["user"]["login"].as_str().unwrap_or_default().to_owned(),
        body: document["body"].as_str().unwrap_or_default().to_owned(),
    })
}

fn status_name(review: &Review<'_>) -> String {
    format!("weft/{}", review.project)
}
