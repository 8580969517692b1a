//! What is verified.

use weft_odcs::{DataContract, SchemaObject};

use crate::{CatalogTable, Engine};

/// What is verified: an object of a contract, and the table that it is.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'c> {
    /// The contract with the object.
    pub contract: &'c DataContract,
    /// One of its objects.
    pub object: &'c SchemaObject,
    /// The table; none if no table has the name.
    pub table: Option<&'c CatalogTable>,
    /// Whose SQL is written.
    pub engine: &'static dyn Engine,
    /// The time, in seconds since 1970.
    pub now: i64,
}
