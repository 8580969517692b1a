//! The registry's clock.

use time::{Date, OffsetDateTime};

/// Now, in whole microseconds: PostgreSQL keeps no finer time, and both databases must hold the same.
pub(crate) fn now() -> OffsetDateTime {
    let now = OffsetDateTime::now_utc();
    now.replace_microsecond(now.microsecond()).unwrap_or(now)
}

/// A moment as microseconds since 1970.
pub(crate) fn microseconds(moment: OffsetDateTime) -> i64 {
    // Years up to 9999 fit by far.
    i64::try_from(moment.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// The moment of so many microseconds since 1970.
pub(crate) fn of_microseconds(microseconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(microseconds) * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The current day, in UTC.
pub(crate) fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_clock_counts_in_whole_microseconds() {
        let now = super::now();
        assert_eq!(now.nanosecond() % 1000, 0);
        assert_eq!(super::of_microseconds(super::microseconds(now)), now);
    }
}
