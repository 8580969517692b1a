//! How old rows may be: freshness, latency, retention.

use weft_odcs::period::{DAY, HOUR, MINUTE};

use crate::{
    rule::{outcome, unreadable},
    verdict::CheckVerdict,
};

/// A row's age that is promised.
#[derive(Debug, Clone)]
pub(super) struct Age {
    /// Whether it is the newest row's, or the oldest's.
    pub(super) of_newest: bool,
    /// The maximum age in seconds.
    pub(super) at_most: u64,
    /// The current time in seconds since 1970.
    pub(super) now: i64,
    /// How much later than it says a row may be, in seconds: a date says its day, and means any time of it. What may be
    /// in time is not called late.
    pub(super) within: u64,
    /// How far ahead of the clock a row may be and not be one of the future, in seconds: clocks differ, and a time
    /// without a zone may be that of any place.
    pub(super) ahead: u64,
}

impl Age {
    /// What is later is in the future, in seconds since 1970.
    pub(super) fn edge(&self) -> i64 {
        self.now.saturating_add(i64::try_from(self.ahead).unwrap_or(i64::MAX))
    }

    /// From the seconds since 1970 of the oldest row, or of the newest that is not in the future and, behind a space,
    /// the number of those that are; nothing in place of the seconds where there is no row.
    pub(super) fn verdict(&self, answer: Option<&str>) -> CheckVerdict {
        let (seconds, future) = answer.unwrap_or_default().split_once(' ').unwrap_or((answer.unwrap_or_default(), "0"));
        let Ok(future) = future.parse::<u64>() else { return unreadable(answer) };
        if seconds.is_empty() {
            // Nothing is too old where nothing is, and nothing is fresh.
            let none = if future > 0 { "no row with a time up to now" } else { "no row with a time" };
            return told(!self.of_newest, none.to_owned(), future);
        }
        let Ok(at) = seconds.parse::<f64>() else { return unreadable(answer) };
        let which = if self.of_newest { "the newest" } else { "the oldest" };
        if at.is_infinite() {
            return told(at > 0.0 && !self.of_newest, format!("{which} is of {at}"), future);
        }
        #[allow(clippy::cast_precision_loss)]
        let (now, limit, within) = (self.now as f64, self.at_most as f64, self.within as f64);
        let latest = if at <= now { now.min(at + within) } else { at };
        let age = now - latest;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let length = words(age.abs() as u64);
        let found = if age < 0.0 { format!("{which} is {length} ahead") } else { format!("{which} is {length} old") };
        told(age <= limit, found, future)
    }
}

/// What was found; rows in the future are reported beside it, because they do not make data fresh.
fn told(holds: bool, found: String, future: u64) -> CheckVerdict {
    let (found, reason) = match future {
        0 => (found, None),
        1 => (format!("{found}; 1 row is in the future"), Some("a row in the future does not count")),
        more => (format!("{found}; {more} rows are in the future"), Some("rows in the future do not count")),
    };
    let reason = reason.map(str::to_owned);
    CheckVerdict { outcome: outcome(holds), found, count: None, percent: None, reason }
}

/// A period in its two largest units: `4 days 3 hours`.
fn words(seconds: u64) -> String {
    let units = [(365 * DAY, "year"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")];
    let mut left = seconds;
    let mut words = Vec::new();
    for (one, name) in units.map(|(one, name)| (u64::from(one), name)) {
        let count = left / one;
        left %= one;
        if count > 0 && words.len() < 2 {
            words.push(format!("{count} {name}{}", if count == 1 { "" } else { "s" }));
        }
    }
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use weft_api::CheckOutcome;

    use super::*;

    #[test]
    fn rows_are_as_old_as_the_clock_says_that_is_given() {
        let age = |of_newest| Age { of_newest, at_most: u64::from(DAY), now: 1_000_000, within: 0, ahead: 300 };
        let newest = age(true).verdict(Some("900000.5 0"));
        assert_eq!((newest.outcome, newest.found.as_str()), (CheckOutcome::Failed, "the newest is 1 day 3 hours old"));
        assert_eq!(age(true).verdict(Some("990000 0")).outcome, CheckOutcome::Passed);
        assert_eq!(age(true).verdict(Some(" 0")).outcome, CheckOutcome::Failed);
        assert_eq!(age(false).verdict(None).outcome, CheckOutcome::Passed);
        let ahead = age(true).verdict(Some("1000060 0"));
        assert_eq!((ahead.outcome, ahead.found.as_str()), (CheckOutcome::Passed, "the newest is 1 minute ahead"));
        // Of a day, a row may be as late as its end.
        let of_a_day = Age { within: u64::from(DAY), ..age(true) };
        assert_eq!(of_a_day.verdict(Some("900000.5 0")).outcome, CheckOutcome::Passed);
        assert_eq!(of_a_day.verdict(Some("827199 0")).outcome, CheckOutcome::Failed);
        assert_eq!(of_a_day.verdict(Some("950000 0")).found, "the newest is 0 seconds old");
        assert_eq!(age(true).verdict(Some("x 0")).outcome, CheckOutcome::Error);
        assert_eq!(age(false).verdict(Some("-infinity")).outcome, CheckOutcome::Failed);
        assert_eq!(age(false).verdict(Some("Infinity")).outcome, CheckOutcome::Passed);
    }

    #[test]
    fn rows_in_the_future_make_nothing_fresh_and_are_told() {
        let age = Age { of_newest: true, at_most: u64::from(DAY), now: 1_000_000, within: 0, ahead: 300 };
        assert_eq!(age.edge(), 1_000_300);
        let old = age.verdict(Some("800000 1"));
        assert_eq!(old.outcome, CheckOutcome::Failed);
        assert_eq!(old.found, "the newest is 2 days 7 hours old; 1 row is in the future");
        let fresh = age.verdict(Some("999999 2"));
        assert_eq!(
            (fresh.outcome, fresh.found.as_str()),
            (CheckOutcome::Passed, "the newest is 1 second old; 2 rows are in the future")
        );
        assert_eq!(fresh.reason.as_deref(), Some("rows in the future do not count"));
        assert_eq!(age.verdict(Some(" 3")).found, "no row with a time up to now; 3 rows are in the future");
    }
}
