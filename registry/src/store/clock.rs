//! The registry's clock.

use time::{Date, OffsetDateTime};

/// Now, in whole microseconds: PostgreSQL keeps no finer time, and both databases must hold the same.
pub(crate) fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_microsecond(now.microsecond()).unwrap_or(now)
}

/// The current day, in UTC.
pub(crate) fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_counts_in_whole_microseconds() {
        assert_eq!(super::now().nanosecond() % 1000, 0);
    }
}
