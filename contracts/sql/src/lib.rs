//! Column lineage: from which columns of its inputs each column of a model comes, read from the model's compiled SQL.
//!
//! [`SqlReader`] is the narrow door to whoever understands SQL; [`Polyglot`] is the one there is.
//! Nothing is guessed: what cannot be said for certain is an [`Unknown`] with its facts, of a column or of the model.
//!
//! Two views of one walk over the text:
//! - What the text *references*: each column that it names, in any place, whether or not a value comes of it. A query fails
//!   without any of them, as the engine binds every name before it runs. A column that stands in the text and cannot be
//!   bound makes the query unknown. `select *` names no column: it binds whatever there is.
//! - What values are made of, and what decides which rows there are.
//!
//! What counts as what:
//! - A column's inputs are the columns whose values its value is made of, each with [`How`]. That includes the conditions
//!   of a `case`, and what an aggregate filters and orders by, for they touch this column alone.
//! - What rows are chosen, joined, grouped or ordered by touches the whole model and is a [`ColumnUse`]: `where`, `having`,
//!   `qualify`, `on`, `using`, `group by`, `distinct on`, `order by`, a window's `partition by` and `order by`, and what
//!   `except` and `intersect` compare with. What only an unused CTE filters or joins by decides about no row: it is
//!   referenced, and no use.
//! - A column of `using` comes from the side whose value it takes: the left one, the right one of a right join, both of a
//!   full join.
//!
//! # What it never does
//!
//! It knows neither dbt nor publications: it sees one text at a time, and the columns of what that text reads. It needs
//! no database, and never guesses. It is the only crate that depends on an SQL parser, and the registry does not depend
//! on it.
//!
//! # Where to begin
//!
//! Read [`SqlReader`] and [`QueryReading`] here, then `polyglot`, which is the walk over a parsed text.

mod columns;
mod growth;
mod polyglot;
mod query;
mod reading;

pub use columns::{KnownColumn, KnownColumns};
pub use growth::QueryGrowth;
pub use polyglot::{Polyglot, ReadLimits};
pub use query::{Query, RelationColumns, SqlReader};
pub use reading::{ColumnUse, How, InputColumn, Output, QueryReading, Unknown, UseKind};
