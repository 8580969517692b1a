//! How old rows may be: freshness, latency, retention.

use crate::{
    odcs::period::{DAY, HOUR, MINUTE},
    verify::{
        check::Verdict,
        rule::{outcome, unreadable},
    },
};

/// A row's age that is promised.
#[derive(Debug, Clone)]
pub(super) struct Age {
    /// Whether it is the newest row's, or the oldest's.
    pub(super) of_newest: bool,
    /// In seconds.
    pub(super) at_most: u64,
    /// Seconds since 1970.
    pub(super) now: i64,
    /// How much later than it says a row may be, in seconds: a date says its day, and means any time of it. What may be
    /// in time is not called late.
    pub(super) within: u64,
}

impl Age {
    /// From the seconds since 1970 of the newest or oldest row; null where there is no row.
    pub(super) fn verdict(&self, answer: Option<&str>) -> Verdict {
        let Some(text) = answer else {
            // Nothing is too old where nothing is, and nothing is fresh.
            let found = "no row with a time".to_owned();
            return Verdict { outcome: outcome(!self.of_newest), found, count: None, percent: None, reason: None };
        };
        let Ok(at) = text.parse::<f64>() else { return unreadable(answer) };
        #[allow(clippy::cast_precision_loss)]
        let (now, limit, within) = (self.now as f64, self.at_most as f64, self.within as f64);
        let latest = if at <= now { now.min(at + within) } else { at };
        let age = now - latest;
        let which = if self.of_newest { "the newest" } else { "the oldest" };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let length = words(age.abs() as u64);
        let found = if age < 0.0 { format!("{which} is {length} ahead") } else { format!("{which} is {length} old") };
        Verdict { outcome: outcome(age <= limit), found, count: None, percent: None, reason: None }
    }
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
    use super::*;
    use crate::api::CheckOutcome;

    #[test]
    fn rows_are_as_old_as_the_clock_says_that_is_given() {
        let age = |of_newest| Age { of_newest, at_most: u64::from(DAY), now: 1_000_000, within: 0 };
        let newest = age(true).verdict(Some("900000.5"));
        assert_eq!((newest.outcome, newest.found.as_str()), (CheckOutcome::Failed, "the newest is 1 day 3 hours old"));
        assert_eq!(age(true).verdict(Some("990000")).outcome, CheckOutcome::Passed);
        assert_eq!(age(true).verdict(None).outcome, CheckOutcome::Failed);
        assert_eq!(age(false).verdict(None).outcome, CheckOutcome::Passed);
        let ahead = age(true).verdict(Some("1000060"));
        assert_eq!((ahead.outcome, ahead.found.as_str()), (CheckOutcome::Passed, "the newest is 1 minute ahead"));
        // Of a day, a row may be as late as its end.
        let of_a_day = Age { within: u64::from(DAY), ..age(true) };
        assert_eq!(of_a_day.verdict(Some("900000.5")).outcome, CheckOutcome::Passed);
        assert_eq!(of_a_day.verdict(Some("827199")).outcome, CheckOutcome::Failed);
        assert_eq!(of_a_day.verdict(Some("950000")).found, "the newest is 0 seconds old");
        assert_eq!(age(true).verdict(Some("infinity")).outcome, CheckOutcome::Passed);
        assert_eq!(age(true).verdict(Some("x")).outcome, CheckOutcome::Error);
    }
}
