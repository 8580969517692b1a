//! Problems as text.

use std::fmt::Write as _;

use weft_api::{
    VersionCheck,
    problem::{Extensions, FieldError, Problem},
};
use weft_mesh::can_deploy::LISTED as LISTED_NEEDS;

use crate::{
    escape::escape,
    output::{
        needs,
        report::shown,
        style::{ERROR, HINT, paint},
    },
};

/// How many faults are listed; the rest is counted.
const LISTED: usize = 20;

/// `error[code]: detail`, the faults with their places, then the hint.
pub(super) fn text(problem: &Problem) -> String {
    let mut text = format!("{}: {}\n", paint(ERROR, format_args!("error[{}]", problem.code)), detail(problem));
    let told = |fault: &&FieldError| {
        let FieldError { pointer, message } = fault;
        let is_all = problem.errors.len() == 1 && problem.detail == *message;
        is_all || (problem.detail.contains(message) && problem.detail.contains(pointer))
    };
    let untold: Vec<_> = problem.errors.iter().filter(|fault| !told(fault)).collect();
    for FieldError { pointer, message } in untold.iter().take(LISTED) {
        let place = if pointer.is_empty() { "the document" } else { pointer };
        let _ = writeln!(text, "  {}: {}", escape(place), indented(message));
    }
    if let Some(more) = untold.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more");
    }
    text.extend(problem.extensions.check.iter().map(|check| findings(check, &problem.detail)));
    // For the log of whoever runs the registry; other problems are not theirs.
    if let Some(request_id) = problem.request_id.as_ref().filter(|_| problem.status >= 500) {
        let _ = writeln!(text, "  request_id: {}", escape(request_id));
    }
    let hint = problem.hint.as_deref().unwrap_or(problem.code.facts().remedy);
    let _ = writeln!(text, "\n{}: {}", paint(HINT, "hint"), indented(hint));
    text
}

/// The detail; of a deployment that is refused its first line, and below that all that the document lists.
fn detail(problem: &Problem) -> String {
    let Problem { detail, extensions: Extensions { unmet, clashes, .. }, .. } = problem;
    if unmet.is_empty() && clashes.is_empty() {
        return indented(detail);
    }
    let mut lines = vec![escape(detail.lines().next().unwrap_or_default())];
    lines.extend(clashes.iter().map(needs::clash));
    lines.extend(unmet.iter().map(needs::unmet));
    if clashes.len() >= LISTED_NEEDS || unmet.len() >= LISTED_NEEDS {
        lines.push("and maybe more, which the registry does not list".to_owned());
    }
    lines.join("\n    ")
}

/// What makes a version too small, but for what the detail says already.
fn findings(check: &VersionCheck, detail: &str) -> String {
    let untold: Vec<_> = check.findings.iter().filter(|finding| !detail.contains(&finding.message)).collect();
    let told = check.findings.len() - untold.len();
    let mut text = String::new();
    for finding in untold.iter().take(LISTED) {
        let _ = write!(text, "\n{}", shown(finding));
    }
    let all = usize::try_from(check.findings_total).unwrap_or(usize::MAX).saturating_sub(told);
    if let Some(more) = all.checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "\nand {more} more");
    }
    text
}

/// Escaped, with further lines set off from the start of the line, so that none of them passes for weft's own.
fn indented(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n  ")
}

#[cfg(test)]
mod tests {
    use weft_api::problem::ProblemCode;

    use super::*;

    fn plain(problem: &Problem) -> String {
        anstream::adapter::strip_str(&text(problem)).to_string()
    }

    #[test]
    fn a_problem_says_what_where_and_what_to_do() {
        let fault = FieldError { pointer: "/interface/a".into(), message: "is no object".into() };
        let problem = Problem::new(ProblemCode::InvalidPublication, "the publication has 1 fault")
            .with_errors(vec![fault])
            .with_hint("mend it");
        assert_eq!(
            plain(&problem),
            "error[invalid_publication]: the publication has 1 fault\n  /interface/a: is no object\n\nhint: mend it\n"
        );
    }

    #[test]
    fn a_detail_cannot_pass_for_a_hint_or_drive_the_terminal() {
        let problem = Problem::new(ProblemCode::Internal, "x\nhint: run\u{1b}[2J this");
        assert!(plain(&problem).starts_with("error[internal]: x\n  hint: run\\u{1b}[2J this\n"));
    }

    #[test]
    fn a_deployment_that_is_refused_is_told_with_every_need_and_who_answers_for_it() {
        let need = |column: String| {
            serde_json::json!({"consumer": "finance", "consumer_version": "1.0.0", "upstream": "shop",
                "upstream_version": "2.0.0", "owner": "Ana\u{1b}[2J", "kind": "column", "how": ["filter"],
                "reader": "model.finance.costs", "unique_id": "model.shop.orders", "column": column})
        };
        let unmet = (0..25).map(|number| serde_json::from_value(need(format!("c{number}"))).unwrap()).collect();
        let problem = Problem::new(ProblemCode::DeploymentRefused, "`shop` cannot be deployed to `prod`:\n  cut short");
        let text = plain(&problem.with_extensions(Extensions { unmet, ..Extensions::default() }));
        let first = "error[deployment_refused]: `shop` cannot be deployed to `prod`:\n    `model.finance.costs` of \
                     `finance` 1.0.0 reads the column `c0` (filter), which `model.shop.orders` of `shop` 2.0.0 does not \
                     have (of Ana\\u{1b}[2J)\n";
        assert!(text.starts_with(first), "{text}");
        assert!(text.contains("`c24`") && !text.contains("cut short") && !text.contains("more"), "{text}");
    }

    #[test]
    fn a_version_that_is_too_small_is_told_with_what_it_is_too_small_for() {
        let finding = |rule: &str, message: &str| {
            serde_json::json!({"rule": rule, "unique_id": "model.shop.orders", "column": null, "level": "error",
                "evidence": "contract", "baseline": null, "current": null, "message": message,
                "remedy": "Keep it.", "location": null, "consumers": [], "waiver": null})
        };
        let mut findings = vec![finding("version_not_bumped", "1.1.0 is too small")];
        findings.extend((0..25).map(|number| finding("column_removed", &format!("c{number} is gone\u{1b}[2J"))));
        let check = serde_json::json!({"baseline": "1.0.0", "required_update": "major", "enough": "2.0.0",
            "findings": findings, "findings_total": 120});
        let check = Some(Box::new(serde_json::from_value(check).unwrap()));
        let problem = Problem::new(ProblemCode::VersionTooSmall, "`shop`: 1.1.0 is too small");
        let text = plain(&problem.with_extensions(Extensions { check, ..Extensions::default() }));
        let first = "error[version_too_small]: `shop`: 1.1.0 is too small\n\nerror[column_removed] model.shop.orders \
                     (contract)\n  c0 is gone\\u{1b}[2J\n  Keep it.\n";
        assert!(text.starts_with(first), "{text}");
        assert!(
            text.contains("c19 is gone") && !text.contains("c20 is gone") && text.contains("\nand 99 more\n"),
            "{text}"
        );
    }

    #[test]
    fn many_faults_are_cut_and_counted() {
        let fault = FieldError { pointer: "/x".into(), message: "bad".into() };
        let problem = Problem::new(ProblemCode::InvalidPublication, "bad").with_errors(vec![fault; 25]);
        assert!(plain(&problem).contains("  and 5 more\n"));
    }
}
