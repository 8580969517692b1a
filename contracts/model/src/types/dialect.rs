//! The engines, and what each calls its types.

mod base;
mod bigquery;
mod duckdb;
mod generic;
mod materialize;
mod postgres;
mod redshift;
mod snowflake;
mod spark;
mod teradata;
mod trino;

pub(super) use base::Base;
use base::TypeNames;

/// Whose words a `data_type` is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// An unknown engine: the names that most engines agree on.
    Generic,
    /// `BigQuery`.
    BigQuery,
    /// DuckDB.
    DuckDb,
    /// Materialize.
    Materialize,
    /// PostgreSQL and what speaks its types.
    Postgres,
    /// Amazon Redshift.
    Redshift,
    /// Snowflake.
    Snowflake,
    /// Apache Spark and Databricks.
    Spark,
    /// Teradata.
    Teradata,
    /// Trino, Starburst and Amazon Athena.
    Trino,
}

impl Dialect {
    /// All dialects, in the order of the enum.
    pub const ALL: [Self; 10] = [
        Self::Generic,
        Self::BigQuery,
        Self::DuckDb,
        Self::Materialize,
        Self::Postgres,
        Self::Redshift,
        Self::Snowflake,
        Self::Spark,
        Self::Teradata,
        Self::Trino,
    ];

    /// The dialect of a dbt adapter, by the `adapter_type` of its manifests.
    pub fn from_adapter(adapter_type: Option<&str>) -> Self {
        match adapter_type.map(str::to_lowercase).as_deref() {
            Some("bigquery") => Self::BigQuery,
            Some("duckdb") => Self::DuckDb,
            Some("materialize") => Self::Materialize,
            Some("postgres" | "alloydb" | "greenplum" | "risingwave" | "cratedb") => Self::Postgres,
            Some("redshift") => Self::Redshift,
            Some("snowflake") => Self::Snowflake,
            Some("spark" | "databricks" | "fabricspark" | "glue" | "hive" | "impala") => Self::Spark,
            Some("teradata") => Self::Teradata,
            Some("trino" | "athena" | "starburst" | "presto") => Self::Trino,
            _ => Self::Generic,
        }
    }

    /// The quote that dbt's adapter puts around a name.
    pub fn quote(self) -> char {
        match self {
            Self::BigQuery | Self::Spark => '`',
            _ => '"',
        }
    }

    /// Whether dbt's adapter puts quotes around every part of a relation's name, unless a project says otherwise.
    pub fn is_quoted_by_dbt(self) -> bool {
        self != Self::Snowflake
    }

    /// What a name in lower case means; words are parted by one space.
    pub(super) fn base(self, name: &str) -> Option<&'static Base> {
        let among = |table: TypeNames| table.iter().find(|(known, _)| *known == name).map(|(_, base)| base);
        let own = self.tables().iter().find_map(|table| among(table));
        // The generic dialect reads every canonical name, so those too that only one engine has.
        let anyones = || Self::ALL.iter().flat_map(|dialect| dialect.tables()).copied().find_map(named(name));
        own.or_else(|| if self == Self::Generic { anyones() } else { None })
    }

    /// Every name of a type that it knows; one that two tables have comes twice.
    pub fn type_names(self) -> impl Iterator<Item = &'static str> {
        self.tables().iter().flat_map(|table| table.iter().map(|(name, _)| *name))
    }

    /// Its names; where two tables have one, the first counts.
    pub(super) fn tables(self) -> &'static [TypeNames] {
        match self {
            Self::Generic => &[generic::NAMES],
            Self::BigQuery => &[bigquery::NAMES],
            Self::DuckDb => &[duckdb::NAMES],
            Self::Materialize => &[materialize::NAMES, postgres::NAMES],
            Self::Postgres => &[postgres::NAMES],
            Self::Redshift => &[redshift::NAMES, postgres::NAMES],
            Self::Snowflake => &[snowflake::NAMES],
            Self::Spark => &[spark::NAMES],
            Self::Teradata => &[teradata::NAMES],
            Self::Trino => &[trino::NAMES],
        }
    }

    /// The length of characters from which on it is the engine's longest.
    pub(super) fn longest_text(self) -> u32 {
        match self {
            Self::Redshift => 65_535,
            Self::Snowflake => 16_777_216,
            _ => u32::MAX,
        }
    }

    /// The length of bytes from which on it is the engine's longest.
    pub(super) fn longest_binary(self) -> u32 {
        match self {
            Self::Snowflake => 8_388_608,
            _ => u32::MAX,
        }
    }

    /// Whether arrays have neither a fixed length nor dimensions, even if they are declared (PostgreSQL).
    pub(super) fn flattens_arrays(self) -> bool {
        matches!(self, Self::Postgres | Self::Redshift | Self::Materialize)
    }
}

/// Finds the entry of a table whose canonical name is this one.
fn named(name: &str) -> impl Fn(TypeNames) -> Option<&'static Base> {
    move |table| {
        table
            .iter()
            .map(|(_, base)| base)
            .find(|base| matches!(base, Base::Named(known) | Base::Sized(known) if *known == name))
    }
}
