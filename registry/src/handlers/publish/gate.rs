//! The registry's own check of a version that is to be published.

use std::sync::Arc;

use contracts::{
    api::{Finding, InputOrigin, InputSide, Level, ProjectPolicy, Report, VersionCheck},
    check::{Side, check},
    policy,
    problem::{Problem, ProblemCode},
    publication::Publication,
    rules::{Rule, rule},
    version,
};

use crate::{
    body::aside,
    error::ApiError,
    handlers::{policies::project_policy, publications::document},
    state::AppState,
    store::{Publish, Verdict, baseline, clock},
};

/// How many findings are told.
const TOLD: usize = 100;

/// A verdict, and what it rests on.
#[derive(Debug)]
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// `None` where there is nothing to compare with.
    pub(super) check: Option<VersionCheck>,
}

/// Compares the publication with the version that it follows. What stands already is not judged again.
pub(super) async fn judge(state: &AppState, publish: &Arc<Publish>) -> Result<Judgement, ApiError> {
    let Publication { package_name, version, .. } = &*publish.publication;
    let entries = state.store.publications(package_name).await?;
    let stands = entries.iter().any(|entry| entry.version == *version);
    let Some(baseline) = baseline(&entries, version).filter(|_| !stands) else {
        return Ok(Judgement { verdict: Verdict { baseline: None, passes: true }, check: None });
    };
    let document = document(state, package_name, &baseline).await?;
    let policy = project_policy(state, package_name).await?;
    let publish = Arc::clone(publish);
    let check = move || {
        let before: Publication = serde_json::from_slice(&document.bytes)?;
        Ok::<_, serde_json::Error>(compare(&before, &publish.publication, &policy))
    };
    let (check, passes) = aside(check).await?.map_err(|error| ApiError::internal(&error))?;
    Ok(Judgement { verdict: Verdict { baseline: Some(baseline), passes }, check: Some(check) })
}

/// What the check came to, and whether it lets the version through.
fn compare(before: &Publication, publication: &Publication, policy: &ProjectPolicy) -> (VersionCheck, bool) {
    let today = clock::today();
    // What the project itself says of levels stays with it: it is no say in what the registry takes.
    let levels = policy::levels(&[].into(), &policy.policies);
    let sides = [before, publication].map(|publication| Side::of(publication).at_version());
    let mut report = check(sides[0], sides[1], today, &levels);
    policy::waive(&mut report, &policy.waivers, today);
    let Report { required_update, findings, mut coverage } = report;
    if let Some(current) = coverage.input_mut(InputSide::Current) {
        current.origin = Some(InputOrigin::Request);
    }
    if let Some(was) = coverage.input_mut(InputSide::Baseline) {
        was.origin = Some(InputOrigin::Registry { version: before.version.clone(), environment: None });
    }
    let (mut told, others): (Vec<Finding>, Vec<_>) = findings.into_iter().partition(is_about_version);
    if !publication.version.pre.is_empty() {
        for finding in &mut told {
            finding.level = finding.level.max(Level::Warning);
        }
    }
    let passes = !told.iter().any(|finding| finding.level == Level::Error && finding.waiver.is_none());
    let findings_total = (told.len() + others.len()) as u64;
    told.extend(others.into_iter().take(TOLD.saturating_sub(told.len())));
    let check = VersionCheck {
        baseline: before.version.clone(),
        required_update,
        enough: version::next(&before.version, required_update),
        findings: told,
        findings_total,
        coverage,
    };
    (check, passes)
}

fn is_about_version(finding: &Finding) -> bool {
    rule(&finding.rule).is_some_and(Rule::is_about_version)
}

/// The problem of a version that is not let through.
pub(super) fn refusal(publication: &Publication, check: Option<VersionCheck>) -> ApiError {
    let said = check.as_ref().and_then(|check| check.findings.first()).map(|finding| finding.message.as_str());
    let detail = format!("`{}`: {}", publication.package_name, said.unwrap_or("the version is too small"));
    let problem = Problem::new(ProblemCode::VersionTooSmall, detail);
    Problem { check: check.map(Box::new), ..problem }.into()
}
