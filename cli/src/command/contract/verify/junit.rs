//! JUnit XML of a verification: an object is a suite, a check is a test.

use std::fmt::Write as _;

use weft_api::{CheckOutcome, Verification, VerifiedCheck, VerifiedObject, problem::Problem};

use crate::{
    command::contract::verify::words::{found, key, promise},
    escape::xml,
};

pub(super) fn render(contracts: &[Verification], unreachable: &[Problem]) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n".to_owned();
    for contract in contracts {
        for object in &contract.objects {
            suite(&mut text, contract, object);
        }
    }
    for problem in unreachable {
        let message = xml(&problem.detail);
        let _ = writeln!(
            text,
            "  <testsuite name=\"unreachable\" tests=\"1\" errors=\"1\">\n    <testcase classname=\"weft\" \
             name=\"connection\">\n      <error message=\"{message}\"/>\n    </testcase>\n  </testsuite>"
        );
    }
    text + "</testsuites>\n"
}

fn suite(text: &mut String, contract: &Verification, object: &VerifiedObject) {
    let class = xml(&format!("{}.{}", contract.contract, object.object));
    let count = |outcome| object.count(outcome);
    let _ = writeln!(
        text,
        "  <testsuite name=\"{class}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
        object.checks.len(),
        count(CheckOutcome::Failed),
        count(CheckOutcome::Error),
        count(CheckOutcome::NotChecked),
    );
    for check in &object.checks {
        case(text, &class, check);
    }
    text.push_str("  </testsuite>\n");
}

fn case(text: &mut String, class: &str, check: &VerifiedCheck) {
    let name = xml(&promise(check));
    let message = xml(&found(check));
    let inner = match check.outcome {
        CheckOutcome::Passed => {
            let _ = writeln!(text, "    <testcase classname=\"{class}\" name=\"{name}\"/>");
            return;
        }
        CheckOutcome::Failed => {
            let keys: Vec<_> = check.samples.iter().map(key).collect();
            format!("<failure message=\"{message}\">{}</failure>", xml(&keys.join("; ")))
        }
        CheckOutcome::Error => format!("<error message=\"{message}\"/>"),
        CheckOutcome::NotChecked => format!("<skipped message=\"{message}\"/>"),
    };
    let _ = writeln!(text, "    <testcase classname=\"{class}\" name=\"{name}\">\n      {inner}\n    </testcase>");
}
