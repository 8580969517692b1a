//! Problems as text.

use std::fmt::Write as _;

use contracts::problem::{FieldError, Problem};

use crate::output::{
    escape::escape,
    style::{ERROR, HINT, paint},
};

/// How many faults are listed; the rest is counted.
const LISTED: usize = 20;

/// `error[code]: detail`, the faults with their places, then the hint.
pub(super) fn text(problem: &Problem) -> String {
    let mut text =
        format!("{}: {}\n", paint(ERROR, format_args!("error[{}]", problem.code)), indented(&problem.detail));
    let told = |fault: &&FieldError| problem.detail.contains(&fault.message) && problem.detail.contains(&fault.pointer);
    let untold: Vec<_> = problem.errors.iter().filter(|fault| !told(fault)).collect();
    for FieldError { pointer, message } in untold.iter().take(LISTED) {
        let place = if pointer.is_empty() { "the document" } else { pointer };
        let _ = writeln!(text, "  {}: {}", escape(place), indented(message));
    }
    if let Some(more) = untold.len().checked_sub(LISTED).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more");
    }
    // For the log of whoever runs the registry; other problems are not theirs.
    if let Some(request_id) = problem.request_id.as_ref().filter(|_| problem.status >= 500) {
        let _ = writeln!(text, "  request_id: {}", escape(request_id));
    }
    let hint = problem.hint.as_deref().unwrap_or(problem.code.facts().remedy);
    let _ = writeln!(text, "\n{}: {}", paint(HINT, "hint"), indented(hint));
    text
}

/// Escaped, with further lines set off from the start of the line, so that none of them passes for weft's own.
fn indented(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::problem::ProblemCode;

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
    fn many_faults_are_cut_and_counted() {
        let fault = FieldError { pointer: "/x".into(), message: "bad".into() };
        let problem = Problem::new(ProblemCode::InvalidPublication, "bad").with_errors(vec![fault; 25]);
        assert!(plain(&problem).contains("  and 5 more\n"));
    }
}
