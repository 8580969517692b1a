//! One object of a contract: its table is looked up, its checks are run.

use std::collections::HashMap;

use weft_api::{CheckOutcome, VerifiedCheck};
use weft_verify::{
    Aggregates, CatalogTable, Check, Engine, Subject, Work, aggregates, names_of, read, rows_counted, samples,
};

use crate::verify::{session::Session, statement::StatementFailure};

/// The table of a stored name, or none.
pub(super) async fn find(
    session: &mut Session,
    engine: &dyn Engine,
    stored: &str,
    schema: Option<&str>,
) -> Result<Option<CatalogTable>, StatementFailure> {
    for name in names_of(stored, schema) {
        let rows = session.rows(&engine.catalogue(&name)).await?;
        if let Some(table) = read(&rows, &name) {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// Runs checks of one subject.
pub(super) struct Runner<'r, 'c> {
    pub(super) session: &'r mut Session,
    pub(super) subject: Subject<'c>,
    /// How many keys of rows that broke a check are shown.
    pub(super) samples: usize,
    /// How many rows the table has, once they were counted.
    pub(super) rows: Option<u64>,
    /// What statements of their own answered: one is asked once.
    answers: HashMap<String, Result<Option<String>, StatementFailure>>,
}

impl<'r, 'c> Runner<'r, 'c> {
    pub(super) fn new(session: &'r mut Session, subject: Subject<'c>, samples: usize) -> Self {
        Self { session, subject, samples, rows: None, answers: HashMap::new() }
    }

    /// Runs checks, and gives their results in the same order.
    pub(super) async fn run(&mut self, checks: &[Check<'c>]) -> Vec<VerifiedCheck> {
        let mut results: Vec<Option<VerifiedCheck>> = checks.iter().map(Check::known_result).collect();
        self.count(checks, &mut results).await;
        if self.rows.is_none() && results.iter().any(Option::is_none) {
            let counted = self.own(&rows_counted(&self.subject)).await;
            self.rows = counted.ok().flatten().and_then(|text| text.parse().ok());
        }
        let mut settled = Vec::with_capacity(checks.len());
        for (check, result) in checks.iter().zip(results) {
            let result = match (result, &check.work) {
                (Some(result), _) => result,
                (None, Work::Own(sql)) => self.settle(check, sql).await,
                (None, _) => check.failed_to_run("it was not queried".to_owned()),
            };
            settled.push(self.with_samples(check, result).await);
        }
        settled
    }

    /// All aggregates, in one statement as long as the database answers it.
    async fn count(&mut self, checks: &[Check<'c>], results: &mut [Option<VerifiedCheck>]) {
        let mut statements = aggregates(&self.subject, checks);
        statements.reverse();
        while let Some(statement) = statements.pop() {
            let failure = match self.session.rows(&statement.sql).await {
                Ok(rows) => {
                    self.take(&statement, rows.into_iter().next().unwrap_or_default(), checks, results);
                    continue;
                }
                Err(failure) => failure,
            };
            let took_too_long = matches!(failure, StatementFailure::Timeout(_));
            let may_help = took_too_long || failure.is_of_the_statement();
            let smaller = may_help.then(|| statement.smaller(&self.subject, checks, took_too_long)).flatten();
            match smaller {
                Some(smaller) => statements.extend(smaller.into_iter().rev()),
                None => {
                    for at in statement.checks {
                        results[at] = Some(checks[at].failed_to_run(failure.to_string()));
                    }
                }
            }
        }
    }

    fn take(
        &mut self,
        statement: &Aggregates,
        answer: Vec<Option<String>>,
        checks: &[Check<'c>],
        results: &mut [Option<VerifiedCheck>],
    ) {
        let mut answer = answer.into_iter();
        let rows = answer.next().flatten().and_then(|text| text.parse().ok());
        self.rows = self.rows.or(rows);
        for (at, text) in statement.checks.iter().zip(answer) {
            results[*at] = Some(checks[*at].settle(text.as_deref(), self.rows));
        }
    }

    async fn settle(&mut self, check: &Check<'c>, sql: &str) -> VerifiedCheck {
        match self.own(sql).await {
            Ok(answer) => check.settle(answer.as_deref(), self.rows),
            Err(failure) => check.failed_to_run(failure.to_string()),
        }
    }

    /// The one text that a statement of its own answers.
    async fn own(&mut self, sql: &str) -> Result<Option<String>, StatementFailure> {
        if let Some(answer) = self.answers.get(sql) {
            return answer.clone();
        }
        let answer = self.session.rows(sql).await.map(|rows| rows.into_iter().flatten().next().flatten());
        self.answers.insert(sql.to_owned(), answer.clone());
        answer
    }

    /// The keys of some rows that broke the check. That there are none to be had takes nothing from what was found.
    async fn with_samples(&mut self, check: &Check<'c>, result: VerifiedCheck) -> VerifiedCheck {
        if result.outcome != CheckOutcome::Failed {
            return result;
        }
        let Some(samples) = samples(&self.subject, check, self.samples) else { return result };
        match self.session.rows(&samples.sql).await {
            Ok(rows) => VerifiedCheck { samples: samples.keys(rows), ..result },
            Err(_) => result,
        }
    }
}
