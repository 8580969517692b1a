//! DuckDB, 1.0 and later.

use weft_model::types::{Bits, DataType, Dialect, Digits, Zone};

use crate::{Engine, EngineKind, ExactDecimal, TableName, pattern::Spelling};

/// Its expressions are RE2's.
const SPELLING: Spelling = Spelling {
    word_boundary: r"\b",
    no_word_boundary: r"\B",
    line_start: "(?m:^)",
    line_end: "(?m:$)",
    most: 1_000,
    code_point: |code| format!("\\x{{{code:x}}}"),
};

/// The digits that its decimals have at most.
const MOST_DIGITS: usize = 38;

/// The digits behind the point of a step up to which seventeen digits of any number have room.
const FINEST: usize = 20;

#[derive(Debug)]
pub(super) struct DuckDb;

/// The condition for a decimal with this many digits behind the point that is not a multiple. If a type has room for
/// both, the engine's own remainder is used; elsewhere the digits are treated as a whole number, of at most 38 digits.
fn remainder(decimal: &str, digits: Digits, step: &ExactDecimal) -> String {
    let (precision, own) = (usize::from(digits.precision), usize::try_from(digits.scale).unwrap_or(0));
    let scale = own.max(step.scale());
    let has_room = |whole: usize| whole + scale <= MOST_DIGITS;
    if has_room(precision.saturating_sub(own)) && has_room(step.whole_digits()) {
        return format!("cast({decimal} as decimal(38, {scale})) % cast({step} as decimal(38, {scale})) <> 0");
    }
    let digits = format!("cast(replace(cast({decimal} as text), '.', '') as hugeint)");
    match whole_step(own, step) {
        Some(step) => format!("{digits} % cast('{step}' as hugeint) <> 0"),
        None => format!("{digits} <> 0"),
    }
}

/// What the digits of a decimal have to be a multiple of, so that the decimal is one of a step; `None` where no digits but
/// zeros are.
fn whole_step(scale: usize, step: &ExactDecimal) -> Option<u128> {
    if let Some(whole) = step.scaled(scale) {
        return Some(whole);
    }
    // The step is finer than the column: as many of its twos and fives as the digits bring along are left out.
    let more = step.scale().checked_sub(scale).filter(|more| *more > 0)?;
    let mut whole = step.scaled(step.scale())?;
    for factor in [2, 5] {
        for _ in 0..more {
            whole = if whole % factor == 0 { whole / factor } else { whole };
        }
    }
    Some(whole)
}

impl Engine for DuckDb {
    fn kind(&self) -> EngineKind {
        EngineKind::DuckDb
    }

    fn name(&self) -> &'static str {
        "DuckDB"
    }

    fn server_types(&self) -> &'static [&'static str] {
        &["duckdb"]
    }

    fn dialect(&self) -> Dialect {
        Dialect::DuckDb
    }

    fn literal(&self, text: &str) -> String {
        format!("'{}'", text.replace('\'', "''"))
    }

    fn matches(&self, text: &str, pattern: &str) -> String {
        format!("regexp_matches({text}, {})", self.literal(pattern))
    }

    fn spelling(&self) -> &'static Spelling {
        &SPELLING
    }

    /// A floating number is the one in its text, of at most seventeen digits: those of a small number are further
    /// behind the point than those of a large one, and no decimal has room for both.
    fn is_no_multiple(&self, number: &str, data_type: &DataType, step: &ExactDecimal) -> Result<String, String> {
        Ok(match data_type {
            DataType::Decimal(Some(digits)) => remainder(number, *digits, step),
            DataType::Integer { bits, signed } => match whole_step(0, step) {
                Some(step) if i32::try_from(step).is_ok() && *bits != Bits::B128 => format!("{number} % {step} <> 0"),
                Some(step) => {
                    let kind = if *signed { "hugeint" } else { "uhugeint" };
                    format!("cast({number} as {kind}) % cast('{step}' as {kind}) <> 0")
                }
                None => format!("{number} <> 0"),
            },
            DataType::Real | DataType::Double if step.scale() > FINEST => {
                return Err(format!("weft cannot check multiples of a step with more than {FINEST} digits"));
            }
            DataType::Real | DataType::Double => {
                let part = |scale: i16| {
                    let decimal = format!("cast(cast({number} as text) as decimal(38, {scale}))");
                    remainder(&decimal, Digits { precision: 38, scale }, step)
                };
                format!(
                    "case when {number} = 0 then false when not isfinite({number}) then true \
                     when abs({number}) < cast('{step}' as double) / 2 then true \
                     when abs({number}) < 1 then {} when abs({number}) < 1e19 then {} \
                     when abs({number}) < 1e38 then {} else {number} % cast('{step}' as double) <> 0 end",
                    part(37),
                    part(19),
                    part(0),
                )
            }
            _ => return Err("the column has no numbers".to_owned()),
        })
    }

    /// Nanoseconds are another type, with other moments.
    fn moment(&self, text: &str, data_type: &DataType) -> Option<String> {
        let kind = match data_type {
            DataType::Date => "date",
            DataType::Time { zone: Zone::Without, .. } => "time",
            DataType::Time { .. } => "time with time zone",
            DataType::Timestamp { zone: Zone::Without, precision } if *precision > 6 => "timestamp_ns",
            DataType::Timestamp { zone: Zone::Without, .. } => "timestamp",
            DataType::Timestamp { .. } => "timestamp with time zone",
            _ => return None,
        };
        Some(format!("cast({} as {kind})", self.literal(text)))
    }

    fn exact(&self, number: &str) -> String {
        format!("cast({number} as decimal(38, 10))")
    }

    /// It is so, unless somebody asks for another.
    fn in_byte_order(&self, text: &str) -> String {
        text.to_owned()
    }

    fn address(&self) -> &'static str {
        "rowid"
    }

    fn catalogue(&self, name: &TableName) -> String {
        let schema = match &name.schema {
            Some(schema) => format!("lower(c.schema_name) = lower({})", self.literal(schema)),
            None => "c.schema_name = current_schema()".to_owned(),
        };
        let table = self.literal(&name.table);
        format!(
            "select c.schema_name, c.table_name, case when v.view_name is null then 'table' else 'view' end,\n       \
             c.column_name, c.data_type\n\
             from duckdb_columns() as c\n\
             left join duckdb_views() as v\n  \
             on v.database_name = c.database_name and v.schema_name = c.schema_name and v.view_name = c.table_name\n\
             where c.database_name = current_database() and lower(c.table_name) = lower({table}) and {schema}\n\
             order by c.schema_name, c.table_name, c.column_index"
        )
    }
}
