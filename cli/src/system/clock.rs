//! The clock of the command line: what day it is, for whatever holds until a day, and how old data is.

use time::{Date, OffsetDateTime};

/// Today, in UTC.
pub(crate) fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}
