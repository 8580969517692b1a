//! A moment in the past, as people write it.

use std::str::FromStr;

use time::{Duration, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};
use weft_model::day::Day;

/// A moment, or how long ago it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Since {
    /// This moment.
    Moment(OffsetDateTime),
    /// So long ago.
    Ago(Duration),
}

impl Since {
    /// The moment, by what time it is now.
    pub(super) fn moment(self, now: OffsetDateTime) -> OffsetDateTime {
        match self {
            Self::Moment(moment) => moment,
            Self::Ago(ago) => now.checked_sub(ago).unwrap_or(OffsetDateTime::UNIX_EPOCH),
        }
        .to_offset(UtcOffset::UTC)
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(input: &str) -> Result<Self, String> {
        let units = [('m', 60), ('h', 3_600), ('d', 86_400)];
        let ago = units.into_iter().find_map(|(unit, seconds)| {
            let count: u32 = input.strip_suffix(unit)?.parse().ok()?;
            Some(Self::Ago(Duration::seconds(i64::from(count) * seconds)))
        });
        let day = input.parse::<Day>().ok().map(|day| Self::Moment(day.date().midnight().assume_utc()));
        let moment = OffsetDateTime::parse(input, &Rfc3339).ok().map(Self::Moment);
        ago.or(day).or(moment).ok_or_else(|| "write it as 2026-11-28, 2026-11-28T13:40:00Z, 30m, 24h or 7d".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_day_a_moment_or_how_long_ago_it_was() {
        let now = OffsetDateTime::from_unix_timestamp(1_796_000_000).unwrap();
        let since = |input: &str| input.parse::<Since>().unwrap().moment(now).format(&Rfc3339).unwrap();
        assert_eq!(since("2026-11-28"), "2026-11-28T00:00:00Z");
        assert_eq!(since("2026-11-28T13:40:00+02:00"), "2026-11-28T11:40:00Z");
        assert_eq!(now - "30m".parse::<Since>().unwrap().moment(now), Duration::minutes(30));
        assert_eq!(now - "7d".parse::<Since>().unwrap().moment(now), Duration::days(7));
        assert_eq!("4294967295d".parse::<Since>().unwrap().moment(now), OffsetDateTime::UNIX_EPOCH);
        for bad in ["", "d", "-1d", "7w", "yesterday", "2026-13-01", "2026-11-28 13:40", "99999999999d"] {
            assert!(bad.parse::<Since>().is_err(), "{bad}");
        }
    }
}
