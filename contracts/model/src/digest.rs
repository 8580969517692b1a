//! Digests of documents: SHA-256 over canonical JSON (RFC 8785), the same on every machine.

mod canonical;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::near::short;

/// A SHA-256 digest, written `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, example = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
pub struct Digest([u8; 32]);

/// The error for a text that is not a digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a digest: `sha256:` and 64 lower-case hexadecimal digits", input.escape_debug())]
pub struct ParseDigestError {
    /// What was given, at most its first 80 characters.
    pub input: String,
}

/// The error for a value without a canonical form: it has a number that RFC 8785 cannot write, or two members with the
/// same name.
#[derive(Debug, thiserror::Error)]
#[error("the document has no canonical JSON form (RFC 8785): {0}")]
pub struct CanonicalError(#[from] serde_json::Error);

/// The canonical JSON (RFC 8785) of a value: sorted keys, no white space, one way to write each number.
pub fn canonical<T: Serialize>(value: &T) -> Result<String, CanonicalError> {
    Ok(canonical::to_string(value)?)
}

impl Digest {
    /// The digest of bytes as they are.
    pub fn hash_bytes(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest of parts of a text, one after the other.
    pub fn hash_parts<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> Self {
        let mut hash = Sha256::new();
        parts.into_iter().for_each(|part| hash.update(part));
        Self(hash.finalize().into())
    }

    /// The digest of a value's canonical JSON.
    pub fn hash<T: Serialize>(value: &T) -> Result<Self, CanonicalError> {
        Ok(Self::hash_bytes(canonical(value)?.as_bytes()))
    }

    /// The 64 hexadecimal digits without their prefix, fit for a file name.
    pub fn hex(&self) -> String {
        use fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.hex())
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl FromStr for Digest {
    type Err = ParseDigestError;
    fn from_str(input: &str) -> Result<Self, Self::Err> {
        parse(input).map(Self).ok_or_else(|| ParseDigestError { input: short(input) })
    }
}

impl TryFrom<String> for Digest {
    type Error = ParseDigestError;
    fn try_from(input: String) -> Result<Self, Self::Error> {
        input.parse()
    }
}

fn parse(input: &str) -> Option<[u8; 32]> {
    let hex = input.strip_prefix("sha256:")?.as_bytes();
    if hex.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(hex: u8) -> Option<u8> {
    match hex {
        b'0'..=b'9' => Some(hex - b'0'),
        b'a'..=b'f' => Some(hex - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn key_order_and_number_spelling_do_not_change_a_digest() {
        let a: serde_json::Value = serde_json::from_str(r#"{"b": 1.0, "a": "é"}"#).unwrap();
        let b: serde_json::Value = serde_json::from_str(r#"{"a":"\u00e9","b":1}"#).unwrap();
        assert_eq!(canonical(&a).unwrap(), r#"{"a":"é","b":1}"#);
        assert_eq!(Digest::hash(&a).unwrap(), Digest::hash(&b).unwrap());
    }

    #[test]
    fn a_digest_is_stable_across_machines() {
        assert_eq!(
            Digest::hash(&json!({"a": [1, 2]})).unwrap().to_string(),
            "sha256:01530d164d479cf08e26d3b1ad9bdba927120d97e2d057a6d792db778780d720"
        );
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        for bad in
            ["", "sha256:", "sha256:00", &format!("sha256:{}", "G".repeat(64)), &format!("sha256:{}", "A".repeat(64))]
        {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_digest_reads_back_what_it_writes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let digest = Digest::hash_bytes(&bytes);
            prop_assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
        }
    }
}
