//! Words without parentheses that some engine takes for a call of a function, and every other for a column.

use weft_model::types::Dialect;

/// The meaning of an unquoted word to an engine, if it is alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A name like any other.
    Name,
    /// A column where a source has one of that name, else a call.
    ColumnOrCall,
    /// A call: no column can have this name without quotes.
    Call,
}

/// The words of the SQL standard.
const STANDARD: [&str; 10] = [
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
];

/// What a word, in lower case, is in a dialect.
pub(super) fn word(word: &str, dialect: Dialect) -> Word {
    let standard = || STANDARD.contains(&word);
    let is_call = match dialect {
        Dialect::Postgres | Dialect::Materialize => standard() || matches!(word, "system_user" | "user"),
        Dialect::Redshift => standard() || matches!(word, "sysdate" | "user"),
        Dialect::Trino => standard() && word != "session_user" || word == "current_path",
        Dialect::Snowflake => matches!(
            word,
            "current_date" | "current_time" | "current_timestamp" | "current_user" | "localtime" | "localtimestamp"
        ),
        Dialect::Teradata => {
            standard()
                || matches!(word, "account" | "database" | "date" | "profile" | "role" | "session" | "time" | "user")
        }
        Dialect::BigQuery => {
            matches!(word, "_file_name" | "_partitiondate" | "_partitiontime" | "_table_suffix")
        }
        Dialect::DuckDb | Dialect::Spark | Dialect::Generic => false,
    };
    let may_be_call = || match dialect {
        Dialect::DuckDb => standard() || word == "user",
        Dialect::Spark => {
            standard() || matches!(word, "current_database" | "current_timezone" | "grouping__id" | "user")
        }
        Dialect::BigQuery => matches!(word, "current_date" | "current_datetime" | "current_time" | "current_timestamp"),
        Dialect::Generic => {
            standard() || matches!(word, "getdate" | "sysdate" | "system_user" | "systimestamp" | "user")
        }
        _ => false,
    };
    match is_call {
        true => Word::Call,
        false if may_be_call() => Word::ColumnOrCall,
        false => Word::Name,
    }
}

/// Whether a name that no input has is one that every table of the engine answers to: a row's number, a file's name.
pub(super) fn is_pseudo(name: &str, dialect: Dialect) -> bool {
    let name = name.to_lowercase();
    match dialect {
        Dialect::DuckDb => matches!(&*name, "rowid" | "filename" | "file_row_number"),
        Dialect::Postgres | Dialect::Materialize | Dialect::Redshift => {
            matches!(&*name, "ctid" | "tableoid" | "xmin" | "xmax" | "cmin" | "cmax")
        }
        Dialect::Snowflake => name.starts_with("metadata$"),
        Dialect::BigQuery => name.starts_with("_partition") || matches!(&*name, "_table_suffix" | "_file_name"),
        Dialect::Spark => matches!(&*name, "_metadata" | "_rescued_data"),
        Dialect::Trino => matches!(&*name, "$path" | "$file_size" | "$file_modified_time" | "$partition" | "$bucket"),
        Dialect::Teradata | Dialect::Generic => false,
    }
}

/// What some engines write bare where a function takes a part of a date.
pub(super) const DATE_PARTS: [&str; 30] = [
    "century",
    "day",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "days",
    "decade",
    "dow",
    "doy",
    "epoch",
    "hour",
    "hours",
    "isoweek",
    "isoyear",
    "microsecond",
    "millennium",
    "millisecond",
    "minute",
    "minutes",
    "month",
    "months",
    "nanosecond",
    "quarter",
    "second",
    "seconds",
    "week",
    "weeks",
    "year",
    "years",
    "yy",
];
