//! What a contract's server says of the way in.

use std::path::{Path, PathBuf};

use weft_odcs::{DataContract, Server};
use weft_verify::{EngineKind, of_server_type};

use crate::verify::contract::ContractFile;

/// `WEFT_DSN_<CONTRACT>_<SERVER>`, by the contract's id, and `WEFT_DSN_<SERVER>`: in upper case, `_` for all that is
/// not an ASCII letter or digit.
pub(super) fn variables(contract: &DataContract, server: &Server) -> [String; 2] {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let word = |text: &str| text.chars().map(letter).collect::<String>();
    let (contract, server) = (word(&contract.id), word(&server.server));
    [format!("WEFT_DSN_{contract}_{server}"), format!("WEFT_DSN_{server}")]
}

/// The file of a DuckDB server, relative to its contract's folder.
pub(super) fn duckdb_file(file: &ContractFile, server: &Server) -> Option<PathBuf> {
    if of_server_type(&server.r#type)?.kind() != EngineKind::DuckDb {
        return None;
    }
    let path = server.setting("database").or_else(|| server.setting("path"))?;
    Some(file.path.parent().unwrap_or(Path::new(".")).join(path))
}
