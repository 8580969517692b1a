//! The text of a token: a prefix that scanners of secrets find, 256 random bits, and a checksum that tells a whole token
//! from a torn one without asking the database.

use weft_model::digest::Digest;

use crate::error::ApiError;

/// What every token starts with.
const PREFIX: &str = "weft_";
/// The digits of base 62, in their order.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// As many digits as 256 bits take.
const RANDOM: usize = 43;
/// As many digits as a CRC-32 takes.
const CHECKSUM: usize = 6;

/// The text of a token of these random bits.
pub(super) fn token(mut random: [u8; 32]) -> String {
    let mut digits = [0; RANDOM];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0;
        for byte in &mut random {
            let value = rest * 256 + u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            rest = value % 62;
        }
        *digit = DIGITS[rest as usize];
    }
    let digits: String = digits.iter().copied().map(char::from).collect();
    format!("{PREFIX}{digits}{}", checksum(&digits))
}

/// The CRC-32 of the random digits, as GitHub's tokens have it: over the digits without the prefix.
fn checksum(digits: &str) -> String {
    let mut crc = crc32fast::hash(digits.as_bytes());
    let mut checksum = ['0'; CHECKSUM];
    for digit in checksum.iter_mut().rev() {
        *digit = char::from(DIGITS[(crc % 62) as usize]);
        crc /= 62;
    }
    checksum.iter().collect()
}

/// Whether a text has the form of a token of a registry.
pub(super) fn is_token(text: &str) -> bool {
    let Some(digits) = text.strip_prefix(PREFIX) else { return false };
    digits.len() == RANDOM + CHECKSUM
        && digits.is_ascii()
        && digits.split_at(RANDOM).1 == checksum(digits.split_at(RANDOM).0)
}

/// The SHA-256 of a secret, in hexadecimal digits.
pub(super) fn digest(secret: &str) -> String {
    Digest::hash_bytes(secret.as_bytes()).hex()
}

/// 256 random bits.
///
/// # Errors
/// The system gives none.
pub(crate) fn random_bits() -> Result<[u8; 32], ApiError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| ApiError::internal(&error))?;
    Ok(random)
}

/// Bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Compares texts of one length in a time that does not depend on where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_form_that_scanners_look_for() {
        for random in [[0; 32], [255; 32], [7; 32]] {
            let token = token(random);
            assert_eq!(token.len(), 5 + 43 + 6);
            assert!(is_token(&token), "{token}");
        }
        assert_ne!(token([1; 32]), token([2; 32]));
        // A worked example of GitHub's scheme: the checksum of `zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ`.
        assert_eq!(checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"), "0mLq17");
    }

    #[test]
    fn a_text_that_is_torn_mistyped_or_foreign_is_no_token() {
        let whole = token([42; 32]);
        let mistyped = whole.replacen(|c: char| c != '0', "0", 6);
        let cases = [&whole[..whole.len() - 1], &whole[1..], &mistyped, "", "weft_", "s3cret", "weft_🎈"];
        for text in cases {
            assert!(!is_token(text), "{text}");
        }
        let many_bytes = format!("weft_{}", "é".repeat(24) + "x");
        assert!(!is_token(&many_bytes));
    }
}
