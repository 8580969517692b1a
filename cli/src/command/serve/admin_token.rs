//! The admin token: where it comes from, and whether it can be guessed.

use std::{collections::BTreeSet, net::SocketAddr, path::Path};

use weft_api::problem::ProblemCode;

use crate::{
    escape::escape,
    failure::{Result, problem_with_hint},
};

/// How many bits an admin token must have where others can reach the registry.
const BITS: f64 = 128.0;

/// What makes a good token.
const HINT: &str = "set WEFT_ADMIN_TOKEN to the output of `openssl rand -hex 32`, or listen on 127.0.0.1";

/// The admin token of the file or of `WEFT_ADMIN_TOKEN`, without the line end that editors and secret stores leave.
///
/// # Errors
/// The file cannot be read; both are given; the token is blank.
pub(super) fn given(file: Option<&Path>) -> Result<Option<String>> {
    let variable = std::env::var("WEFT_ADMIN_TOKEN").ok().filter(|token| !token.is_empty());
    let token = match (file, variable) {
        (Some(_), Some(_)) => {
            let detail = "the admin token is in WEFT_ADMIN_TOKEN and in the file of --admin-token-file";
            return Err(problem_with_hint(ProblemCode::Usage, detail, "keep one of them"));
        }
        (Some(path), None) => Some(read(path)?),
        (None, variable) => variable,
    };
    let token = token.map(|token| token.trim_end_matches(['\r', '\n']).to_owned());
    if token.as_deref().is_some_and(|token| token.trim().is_empty()) {
        return Err(problem_with_hint(ProblemCode::Usage, "the admin token is blank", HINT));
    }
    Ok(token)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| {
        let detail = format!("the admin token cannot be read from `{}`: {error}", escape(&path.to_string_lossy()));
        problem_with_hint(ProblemCode::Usage, detail, "name a text file that only weft may read")
    })
}

/// Refuses an address that others can reach without a token that nobody guesses.
///
/// # Errors
/// There is no token, or it has fewer than 128 bits.
pub(super) fn hold(token: Option<&str>, address: SocketAddr) -> Result<()> {
    let Some(token) = token else {
        let detail = format!("others can reach {address}, but no token protects it");
        return Err(problem_with_hint(ProblemCode::Usage, detail, HINT));
    };
    let bits = bits(token);
    if bits < BITS {
        let detail =
            format!("others can reach {address}, but the admin token has about {bits:.0} bits; 128 are needed");
        return Err(problem_with_hint(ProblemCode::Usage, detail, HINT));
    }
    Ok(())
}

/// A text with fewer different characters than this was not drawn from an alphabet.
const DIFFERENT: usize = 8;

/// How many bits a text has at most, by its length and its alphabet: hexadecimal digits, else the kinds of characters in
/// it. A text that people chose has fewer.
fn bits(token: &str) -> f64 {
    let characters: BTreeSet<char> = token.chars().collect();
    let size = |is: fn(&char) -> bool, size: u32| if characters.iter().any(is) { size } else { 0 };
    let letters = size(char::is_ascii_lowercase, 26) + size(char::is_ascii_uppercase, 26);
    let of_kinds = letters + size(char::is_ascii_digit, 10) + size(|c| !c.is_ascii_alphanumeric(), 33);
    let is_hexadecimal = characters.iter().all(char::is_ascii_hexdigit);
    let alphabet = match characters.len() {
        different if different < DIFFERENT => u32::try_from(different).unwrap_or(1),
        _ if is_hexadecimal => 16,
        _ => of_kinds,
    };
    let length = u32::try_from(token.chars().count()).unwrap_or(u32::MAX);
    f64::from(length) * f64::from(alphabet.max(1)).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_can_be_guessed_is_refused_where_others_reach_the_registry() {
        let address = "0.0.0.0:8080".parse().unwrap();
        let many = "a".repeat(1000);
        for weak in ["x", "hunter2", "correct horse", &many, "0123456789", "9f86d081884c7d659a2feaa0c55ad0"] {
            assert!(hold(Some(weak), address).is_err(), "{weak}");
        }
        assert!(hold(None, address).is_err());
        for strong in [
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "3kPq9XvT2mZs7RbYw4LdHc",
            "weft_0ABCdefGHIjklMNOpqrSTUvwxYZ0123456789abcdEFG",
        ] {
            assert!(hold(Some(strong), address).is_ok(), "{strong}");
        }
    }

    #[test]
    fn a_token_in_a_file_loses_its_line_end_and_a_blank_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "s3cret \r\n").unwrap();
        assert_eq!(given(Some(&path)).unwrap().as_deref(), Some("s3cret "));
        std::fs::write(&path, "\n").unwrap();
        assert!(given(Some(&path)).is_err());
        assert!(given(Some(&folder.path().join("none"))).is_err());
    }
}
