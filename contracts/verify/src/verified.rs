//! What `weft contract verify` found, as a run of checks: counts, and neither keys nor values of rows.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use weft_api::{
    CheckKind, CheckOutcome, CheckResult, CheckRun, ContractRule, NodeChecks, Outcome, RanBy, Verification,
    VerifiedCheck,
    health::{line, word},
};
use weft_model::name::UniqueId;
use weft_odcs::fails;
use weft_publication::PublishedContract;

/// The results for the nodes that published contracts describe. Objects without a node are left out.
pub fn run(
    contracts: &BTreeMap<String, PublishedContract>,
    verifications: &[Verification],
    ran_at: OffsetDateTime,
    program: &str,
) -> CheckRun {
    let mut nodes: BTreeMap<UniqueId, NodeChecks> = BTreeMap::new();
    let mut named = BTreeMap::new();
    for verification in verifications {
        let Some(published) = contracts.get(&verification.contract) else { continue };
        for object in &verification.objects {
            let Some(unique_id) = published.nodes.get(&object.object) else { continue };
            let results = &mut nodes.entry(unique_id.clone()).or_default().results;
            for check in &object.checks {
                let first = name(verification, check);
                let nth = named.entry((unique_id, first.clone())).or_insert(0_u32);
                *nth += 1;
                let name = if *nth > 1 { format!("{first} #{nth}") } else { first };
                results.push(result(verification, check, name, object.rows));
            }
        }
    }
    CheckRun { ran_by: RanBy::WeftVerify, ran_at, program: line(program), nodes }
}

/// The name of a check, unique for its node and the same in every run: `required(id) of orders on warehouse`.
fn name(verification: &Verification, check: &VerifiedCheck) -> String {
    let properties =
        if check.properties.is_empty() { String::new() } else { format!("({})", check.properties.join(", ")) };
    let rule = check.rule.as_ref().map(|rule| format!(" {rule}")).unwrap_or_default();
    let server = verification.server.as_ref().map(|server| format!(" on {server}")).unwrap_or_default();
    let name = format!("{}{properties}{rule} of {}{server}", word(check.check), verification.contract);
    line(&name).unwrap_or_default()
}

fn result(verification: &Verification, check: &VerifiedCheck, name: String, rows: Option<u64>) -> CheckResult {
    let is_grave = fails(check.severity.as_deref());
    let outcome = match check.outcome {
        CheckOutcome::Passed => Outcome::Passed,
        CheckOutcome::Failed if is_grave => Outcome::Failed,
        CheckOutcome::Failed => Outcome::Warned,
        CheckOutcome::NotChecked => Outcome::NotChecked,
        CheckOutcome::Error => Outcome::Error,
    };
    // What a database says of an error, and what a query answers, may be of the data itself.
    let reason = match check.outcome {
        CheckOutcome::NotChecked => check.reason.as_deref().and_then(line),
        CheckOutcome::Error => Some("it could not be looked up".to_owned()),
        CheckOutcome::Passed | CheckOutcome::Failed => None,
    };
    let is_measure = matches!(check.check, CheckKind::Type | CheckKind::Freshness | CheckKind::Retention);
    let is_of_rows = !matches!(check.check, CheckKind::RowCount | CheckKind::Sql);
    let rule = check.rule.as_deref().and_then(line).unwrap_or_else(|| word(check.check));
    let rule = line(&verification.contract).map(|contract| ContractRule { contract, rule });
    CheckResult {
        name,
        kind: word(check.check),
        columns: check.properties.iter().filter_map(|it| line(it)).collect(),
        outcome,
        reason,
        failures: check.count.filter(|_| is_of_rows),
        rows,
        found: check.found.as_deref().filter(|_| is_measure).and_then(line),
        rules: rule.into_iter().collect(),
    }
}

#[cfg(test)]
mod tests;
