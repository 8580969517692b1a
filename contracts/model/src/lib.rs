//! weft-model.

pub mod column_name;
pub mod day;
pub mod digest;
pub mod exact;
pub mod field_error;
pub mod finding;
pub mod graph;
pub mod hidden;
pub mod identifier;
pub mod name;
pub mod near;
pub mod pointer;
pub mod relation_name;
pub mod requirement;
pub mod text;
pub mod types;
pub mod unknown_keys;
pub mod version;
pub mod yaml;
