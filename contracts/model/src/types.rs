//! Types of columns: a `data_type` text in the words of its warehouse, as a type that can be compared.
//!
//! [`parse`] reads the text in a [`Dialect`] with that engine's aliases and defaults; [`compare()`] places two types in one
//! lattice of lossless widenings. What is not understood is not guessed at: [`parse`] says `None`, and
//! [`compare_texts`] then answers [`TypeComparison::Unknown`] unless the texts are the same.
//!
//! No part of a type: character sets, collations, `NOT NULL` and comments inside nested types.

mod catalogued;
mod compare;
mod data_type;
mod dialect;
mod grammar;
mod literal;
mod named;
mod print;
mod token;

pub use compare::{TypeComparison, compare, compare_texts, compare_with_catalog};
pub(crate) use data_type::UNPADDED;
pub use data_type::{Bits, DataType, Digits, StructMember, Zone};
pub use dialect::Dialect;
pub use grammar::parse;
pub use literal::LiteralKind;

#[cfg(test)]
mod tests;
