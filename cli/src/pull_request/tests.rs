//! Comments and statuses, against servers that answer as the services document it.

mod services;

use std::{
    ffi::OsString,
    fs,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};

use super::*;
use services::{BOT, Service, Shared, github, gitlab};

fn service(comments: &[(&str, &str)]) -> Shared {
    let comments =
        comments.iter().zip(1..).map(|((author, body), id)| (id, ((*author).to_owned(), (*body).to_owned())));
    Arc::new(Mutex::new(Service { comments: comments.collect(), has_checks: true, ..Service::default() }))
}

fn bodies(service: &Shared) -> Vec<(u64, String)> {
    service.lock().unwrap().comments.iter().map(|(id, (_, body))| (*id, body.clone())).collect()
}

fn review(body: &str) -> Review<'_> {
    Review { project: "shop", body: body.to_owned(), summary: "1 error".to_owned(), passes: false, is_empty: false }
}

fn job<'v>(variables: &'v [(&'v str, &'v str)]) -> impl Fn(&str) -> Option<OsString> + 'v {
    |name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
}

/// The request of a job of GitHub Actions.
fn github_request(url: &str, event: &Value) -> Result<PullRequest, NoPullRequest> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("event.json");
    fs::write(&file, event.to_string()).unwrap();
    let file = file.to_str().unwrap();
    PullRequest::from_job(job(&[
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_PATH", file),
        ("GITHUB_REPOSITORY", "acme/shop"),
        ("GITHUB_API_URL", url),
        ("GITHUB_TOKEN", "s3cret"),
    ]))
}

fn event() -> Value {
    json!({ "pull_request": { "number": 7, "head": { "sha": "c0ffee" } } })
}

fn gitlab_request(url: &str) -> PullRequest {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let variables = [
        ("GITLAB_CI", "true"),
        ("CI_API_V4_URL", url),
        ("CI_MERGE_REQUEST_IID", "3"),
        ("CI_MERGE_REQUEST_PROJECT_ID", "5"),
        ("CI_PROJECT_ID", "5"),
        ("CI_COMMIT_SHA", "c0ffee"),
        ("WEFT_COMMENT_TOKEN", "s3cret"),
    ];
    PullRequest::from_job(job(&variables)).unwrap()
}

#[tokio::test]
async fn a_comment_is_written_once_and_then_updated_on_both_services() {
    for is_github in [true, false] {
        let service = service(&[]);
        let request = if is_github {
            github_request(&github(&service).await, &event()).unwrap()
        } else {
            gitlab_request(&gitlab(&service).await)
        };
        let told = request.post(&review("first")).await.map(Result::unwrap);
        assert_eq!(told, [Written::Created, Written::Status]);
        let told = request.post(&review("second")).await.map(Result::unwrap);
        assert_eq!(told, [Written::Updated, Written::Status]);
        assert_eq!(bodies(&service), [(1, "<!-- weft:shop -->\nsecond".to_owned())]);
        let other = Review { project: "sales", ..review("third") };
        assert_eq!(request.post(&other).await.map(Result::unwrap)[0], Written::Created);
    }
}

#[tokio::test]
async fn what_others_wrote_stays_and_the_own_comment_is_found_on_a_later_page() {
    let mark = "<!-- weft:shop -->\nnot yours";
    let mut comments = vec![("mallory", mark); 150];
    comments.push((BOT, "<!-- weft:shop -->\nold"));
    let of_github = service(&comments);
    let request = github_request(&github(&of_github).await, &event()).unwrap();
    assert_eq!(request.post(&review("new")).await.map(Result::unwrap)[0], Written::Updated);
    let found = bodies(&of_github);
    assert_eq!(found[150], (151, "<!-- weft:shop -->\nnew".to_owned()));
    assert!(found[..150].iter().all(|(_, body)| body == mark));
    let comments: Vec<_> = comments.iter().map(|(who, body)| (if *who == BOT { "42" } else { "1" }, *body)).collect();
    let of_gitlab = service(&comments);
    assert_eq!(
        gitlab_request(&gitlab(&of_gitlab).await).post(&review("new")).await.map(Result::unwrap)[0],
        Written::Updated
    );
}

#[tokio::test]
async fn of_two_jobs_that_write_at_once_one_comment_remains() {
    let service = service(&[]);
    service.lock().unwrap().rival = Some("<!-- weft:shop -->\ntheirs".to_owned());
    let request = github_request(&github(&service).await, &event()).unwrap();
    assert_eq!(request.post(&review("mine")).await.map(Result::unwrap)[0], Written::Updated);
    assert_eq!(bodies(&service), [(1, "<!-- weft:shop -->\nmine".to_owned())]);
}

#[tokio::test]
async fn nothing_is_written_where_there_is_nothing_to_say_unless_something_was_said() {
    let quiet = || Review { is_empty: true, passes: true, ..review("fine") };
    let empty = service(&[]);
    let request = github_request(&github(&empty).await, &event()).unwrap();
    assert_eq!(request.post(&quiet()).await.map(Result::unwrap)[0], Written::Nothing);
    assert_eq!(bodies(&empty), []);
    let loud = service(&[(BOT, "<!-- weft:shop -->\nbroken")]);
    let request = github_request(&github(&loud).await, &event()).unwrap();
    assert_eq!(request.post(&quiet()).await.map(Result::unwrap)[0], Written::Updated);
    assert_eq!(bodies(&loud), [(1, "<!-- weft:shop -->\nfine".to_owned())]);
}

#[tokio::test]
async fn a_status_is_set_where_the_token_may_not_make_a_check_run() {
    let service = service(&[]);
    let request = github_request(&github(&service).await, &event()).unwrap();
    assert_eq!(request.post(&review("a")).await.map(Result::unwrap)[1], Written::Status);
    assert_eq!(service.lock().unwrap().checks[0]["conclusion"], "failure");
    service.lock().unwrap().has_checks = false;
    let fine = Review { passes: true, ..review("b") };
    assert_eq!(request.post(&fine).await.map(Result::unwrap)[1], Written::Status);
    let (commit, status) = service.lock().unwrap().statuses[0].clone();
    assert_eq!(
        (&*commit, status["state"].as_str(), status["context"].as_str()),
        ("c0ffee", Some("success"), Some("weft/shop"))
    );
}

#[tokio::test]
async fn what_a_token_may_not_do_is_told_with_the_services_own_words_and_without_the_token() {
    let service = service(&[]);
    service.lock().unwrap().is_read_only = true;
    service.lock().unwrap().has_checks = false;
    let request = github_request(&github(&service).await, &event()).unwrap();
    let [comment, status] = request.post(&review("a")).await.map(|told| told.unwrap_err().to_string());
    assert_eq!(
        comment,
        "POST /repos/acme/shop/issues/7/comments was answered with 403 Forbidden: Resource not accessible by integration"
    );
    assert!(status.starts_with("POST /repos/acme/shop/statuses/c0ffee was answered with 403"), "{status}");
    assert!(!format!("{comment}{status}").contains("s3cret"));
}

#[test]
fn a_job_that_runs_for_no_request_is_told_apart_from_one_without_a_token() {
    let none = |variables: &[(&str, &str)]| PullRequest::from_job(job(variables)).err().unwrap();
    assert_eq!(none(&[]), NoPullRequest::NoService);
    assert_eq!(none(&[("GITHUB_ACTIONS", "true")]), NoPullRequest::NoRequest);
    assert_eq!(none(&[("GITLAB_CI", "true"), ("CI_PROJECT_ID", "5")]), NoPullRequest::NoRequest);
    let of_request =
        [("GITLAB_CI", "true"), ("CI_PROJECT_ID", "5"), ("CI_MERGE_REQUEST_IID", "3"), ("CI_JOB_TOKEN", "x")];
    assert!(none(&of_request).to_string().contains("WEFT_COMMENT_TOKEN"));
    let hostile = [("GITLAB_CI", "true"), ("CI_PROJECT_ID", "5/../6"), ("CI_MERGE_REQUEST_IID", "3")];
    assert!(matches!(none(&hostile), NoPullRequest::Unusable { .. }));
    let missing = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", "/nowhere"), ("GITHUB_REPOSITORY", "a/b")];
    assert!(matches!(none(&missing), NoPullRequest::Unusable { variable: "GITHUB_EVENT_PATH", .. }));
    assert_eq!(
        github_request("http://localhost", &json!({ "ref": "refs/heads/main" })).err(),
        Some(NoPullRequest::NoRequest)
    );
    let by_comment = json!({ "issue": { "number": 7, "pull_request": {} } });
    assert!(github_request("http://localhost", &by_comment).is_ok());
    assert_eq!(
        github_request("ftp://localhost", &event()).err().unwrap().to_string(),
        "`GITHUB_API_URL` of the job cannot be used: it is not an http or https URL"
    );
}
