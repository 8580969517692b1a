//! JSON pointers (RFC 6901): places in documents.

/// The pointer of these keys, from the outermost.
pub fn pointer(keys: &[&str]) -> String {
    keys.iter().fold(String::new(), |pointer, key| pointer + "/" + &escaped(key))
}

/// A key as part of a pointer.
pub fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_hold_what_parts_keys() {
        assert_eq!(pointer(&["a/b", "c~d", ""]), "/a~1b/c~0d/");
        assert_eq!(pointer(&[]), "");
    }
}
