//! What a reading says, and why something could not be said.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use weft_model::{relation_name::RelationName, text::quoted, types::LiteralKind};

use super::QueryGrowth;

/// The column lineage of one query; `R` is how its inputs are called: by their names in SQL, or by their nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryReading<R = RelationName> {
    /// The columns that it gives, in order.
    pub columns: Vec<Output<R>>,
    /// Whether these are all that it gives: not where a `select *` could not be resolved.
    pub complete: bool,
    /// What the whole of it depends on.
    pub uses: BTreeSet<ColumnUse<R>>,
    /// Every column that the text names, anywhere: without one of them the query fails.
    pub referenced: BTreeSet<InputColumn<R>>,
    /// Every relation that it reads, whether or not a column of it is named.
    pub relations: BTreeSet<R>,
    /// The relations of which it takes every column somewhere, by `select *`.
    pub stars: BTreeSet<R>,
    /// The relations that give it further columns, with unknown names.
    pub rest: BTreeSet<R>,
    /// What could not be said of its uses, and why it is not complete.
    pub unknown: BTreeSet<Unknown>,
    /// What new columns of its inputs do to it.
    pub growth: QueryGrowth<R>,
}

/// A column that a query gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output<R = RelationName> {
    /// As the SQL writes it, without quotes; `None` where the engine makes one up.
    pub name: Option<Box<str>>,
    /// Whether the name is in quotes in the text, or is the stored name of a column that is passed on.
    pub quoted: bool,
    /// In the adapter's words, where a cast or an input's type makes it certain.
    pub data_type: Option<Box<str>>,
    /// What it certainly is, where it is a literal.
    pub literal: Option<LiteralKind>,
    /// What its values are made of; or why that cannot be said.
    pub inputs: Result<BTreeMap<InputColumn<R>, How>, Unknown>,
}

/// A column that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputColumn<R = RelationName> {
    /// The relation that has the column.
    pub relation: R,
    /// As the relation's own evidence writes it where there is any, else as the SQL does.
    pub column: Box<str>,
}

/// A column that the whole query depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ColumnUse<R = RelationName> {
    /// The column that is read.
    pub input: InputColumn<R>,
    /// What the column is used for.
    pub kind: UseKind,
}

/// What becomes of an input on its way to an output, weakest first. Of several ways the strongest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Its values under its name.
    AsIs,
    /// Its values under another name.
    Renamed,
    /// Computed row by row, a cast included.
    Transformed,
    /// Computed of several rows.
    Aggregated,
}

/// What a column is used for beside values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseKind {
    /// Rows are chosen by it.
    Filter,
    /// Rows are joined by it.
    Join,
    /// Rows are grouped by it, or it parts a window.
    Group,
    /// Rows are ordered by it, in the result or in a window.
    Order,
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AsIs => "as_is",
            Self::Renamed => "renamed",
            Self::Transformed => "transformed",
            Self::Aggregated => "aggregated",
        })
    }
}

impl fmt::Display for UseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Filter => "filter",
            Self::Join => "join",
            Self::Group => "group",
            Self::Order => "order",
        })
    }
}

/// Why something cannot be said, with the facts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// dbt wrote no compiled SQL for the node.
    #[error("there is no compiled SQL")]
    NoSql,
    /// The node is not written in SQL.
    #[error("it is written in {language}")]
    OtherLanguage {
        /// As dbt calls it.
        language: Box<str>,
    },
    /// Jinja was left in the SQL.
    #[error("Jinja is left in the SQL at line {line}")]
    JinjaLeft {
        /// The line of the text, from 1.
        line: usize,
    },
    /// The text is longer than what is read.
    #[error("the SQL is {bytes} bytes long; at most {limit} are read")]
    TooLong {
        /// The length of the text.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// It nests deeper, or has more parts, than what is read.
    #[error("the SQL is too deep or too large: {detail}")]
    TooDeep {
        /// Which limit it passed.
        detail: String,
    },
    /// Working it out takes more steps than are allowed. Steps are counted rather than timed: the same text has the same
    /// answer on every machine.
    #[error("its lineage takes more than {limit} steps to work out")]
    TooComplex {
        /// The most that is done.
        limit: u64,
    },
    /// The text is not understood as SQL of its dialect.
    #[error("the SQL is not understood at line {line}, column {column}: {message}")]
    ParseFailed {
        /// What the parser says.
        message: String,
        /// Counted from 1; 0 where the parser does not say.
        line: usize,
        /// Counted from 1; 0 where the parser does not say.
        column: usize,
    },
    /// The text is understood to have other set operations than are written in it.
    #[error("{written} set operations are written and {read} understood")]
    SetOperationLost {
        /// `union`, `intersect`, `except` and `minus` in the text.
        written: usize,
        /// Those that the parser found.
        read: usize,
    },
    /// The text is not a single query.
    #[error("it is not a query but {found}")]
    NotASelect {
        /// What the text is instead.
        found: String,
    },
    /// The reader broke down over it.
    #[error("the reader broke down")]
    BrokeDown,
    /// A name fits several nodes.
    #[error("`{relation}` may be any of {}", quoted(candidates, ", "))]
    AmbiguousRelation {
        /// As the SQL calls it.
        relation: String,
        /// The relations that the name may mean.
        candidates: Vec<String>,
    },
    /// A name without a schema fits nothing that the project knows: where it is found depends on the session.
    #[error("`{relation}` is named without its schema, and the project knows no table of that name")]
    UnknownRelation {
        /// As the SQL calls it.
        relation: String,
    },
    /// A column may come from several inputs.
    #[error("column `{column}` may come from any of {}", quoted(candidates, ", "))]
    AmbiguousColumn {
        /// As the SQL calls it.
        column: String,
        /// The inputs, by their aliases or names.
        candidates: Vec<String>,
    },
    /// No input has the column.
    #[error("no input has a column `{column}`")]
    MissingColumn {
        /// As the SQL calls it, with its qualifier.
        column: String,
    },
    /// `select *` of inputs whose columns are not all known.
    #[error("`select *` of {} whose columns are not all known", if relations.is_empty() { "inputs".to_owned() } else { quoted(relations, ", ") })]
    OpenStar {
        /// The relations that are read.
        relations: Vec<String>,
    },
    /// A construct whose lineage is not worked out.
    #[error("{construct} is not worked out")]
    NotWorkedOut {
        /// The construct, in words.
        construct: String,
    },
}

impl Unknown {
    /// The reason as one word, to count by.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NoSql => "no_sql",
            Self::OtherLanguage { .. } => "other_language",
            Self::JinjaLeft { .. } => "jinja_left",
            Self::TooLong { .. } => "too_long",
            Self::TooDeep { .. } => "too_deep",
            Self::TooComplex { .. } => "too_complex",
            Self::ParseFailed { .. } => "parse_failed",
            Self::SetOperationLost { .. } => "set_operation_lost",
            Self::NotASelect { .. } => "not_a_select",
            Self::BrokeDown => "broke_down",
            Self::AmbiguousRelation { .. } => "ambiguous_relation",
            Self::UnknownRelation { .. } => "unknown_relation",
            Self::AmbiguousColumn { .. } => "ambiguous_column",
            Self::MissingColumn { .. } => "missing_column",
            Self::OpenStar { .. } => "open_star",
            Self::NotWorkedOut { .. } => "not_worked_out",
        }
    }
}

impl<R> QueryReading<R> {
    /// Of a text that reads these relations, and of which nothing else is known.
    pub fn unknown(relations: BTreeSet<R>, why: Unknown) -> Self {
        Self { relations, unknown: BTreeSet::from([why]), ..Self::nothing() }
    }

    /// Of what gives no columns and reads nothing.
    pub fn nothing() -> Self {
        Self {
            columns: Vec::new(),
            complete: false,
            uses: BTreeSet::new(),
            referenced: BTreeSet::new(),
            relations: BTreeSet::new(),
            stars: BTreeSet::new(),
            rest: BTreeSet::new(),
            unknown: BTreeSet::new(),
            growth: QueryGrowth::default(),
        }
    }
}

impl<R: Ord + Clone> QueryReading<R> {
    /// The same reading with its inputs called otherwise. Inputs that get one name become one.
    ///
    /// # Errors
    /// The first that `call` gives.
    pub fn called<S: Ord + Clone, E>(self, mut call: impl FnMut(&R) -> Result<S, E>) -> Result<QueryReading<S>, E> {
        let mut names = BTreeMap::new();
        for relation in &self.relations {
            names.insert(relation.clone(), call(relation)?);
        }
        let mut name = |relation: R| match names.get(&relation) {
            Some(name) => Ok(name.clone()),
            None => call(&relation),
        };
        let mut columns = Vec::with_capacity(self.columns.len());
        for Output { name: column, quoted, data_type, literal, inputs } in self.columns {
            let inputs = match inputs {
                Ok(inputs) => Ok(renamed(inputs, &mut name)?),
                Err(unknown) => Err(unknown),
            };
            columns.push(Output { name: column, quoted, data_type, literal, inputs });
        }
        let mut uses = BTreeSet::new();
        for ColumnUse { input: InputColumn { relation, column }, kind } in self.uses {
            uses.insert(ColumnUse { input: InputColumn { relation: name(relation)?, column }, kind });
        }
        let mut referenced = BTreeSet::new();
        for InputColumn { relation, column } in self.referenced {
            referenced.insert(InputColumn { relation: name(relation)?, column });
        }
        let relations = self.relations.into_iter().map(&mut name).collect::<Result<_, E>>()?;
        let stars = self.stars.into_iter().map(&mut name).collect::<Result<_, E>>()?;
        let rest = self.rest.into_iter().map(&mut name).collect::<Result<_, E>>()?;
        let growth = self.growth.called(&mut name)?;
        Ok(QueryReading {
            columns,
            complete: self.complete,
            uses,
            referenced,
            relations,
            stars,
            rest,
            unknown: self.unknown,
            growth,
        })
    }
}

fn renamed<R, S: Ord, E>(
    inputs: BTreeMap<InputColumn<R>, How>,
    name: &mut impl FnMut(R) -> Result<S, E>,
) -> Result<BTreeMap<InputColumn<S>, How>, E> {
    let mut named = BTreeMap::new();
    for (InputColumn { relation, column }, how) in inputs {
        let strongest = named.entry(InputColumn { relation: name(relation)?, column }).or_insert(how);
        *strongest = how.max(*strongest);
    }
    Ok(named)
}
