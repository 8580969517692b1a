//! A first look at JSON while it comes: how deep it is, and what its values will take in memory.

/// How deep arrays and objects may be inside each other; the parser follows no further.
const DEEPEST: usize = 127;
/// An element of an array, with the room that an array has to spare.
const ELEMENT: usize = 64;
/// The smallest object with a key: room for 11 keys and values.
const OBJECT: usize = 640;
/// A key and its value, with the text of the key.
const ENTRY: usize = 64;

/// Why a text is not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// Arrays and objects inside each other.
    Depth,
    /// Values, keys included.
    Values,
}

/// What was seen of a text. It need not be JSON: the parser finds out.
#[derive(Debug)]
pub(super) struct Scan {
    most_values: usize,
    depth: usize,
    values: usize,
    keys: usize,
    objects: usize,
    in_text: bool,
    is_escaped: bool,
    in_scalar: bool,
}

impl Scan {
    pub(super) fn new(most_values: usize) -> Self {
        Self {
            most_values,
            depth: 0,
            values: 0,
            keys: 0,
            objects: 0,
            in_text: false,
            is_escaped: false,
            in_scalar: false,
        }
    }

    /// Looks at the next part.
    pub(super) fn add(&mut self, part: &[u8]) -> Result<(), Excess> {
        for byte in part {
            if self.in_text {
                match byte {
                    _ if self.is_escaped => self.is_escaped = false,
                    b'\\' => self.is_escaped = true,
                    b'"' => self.in_text = false,
                    _ => {}
                }
                continue;
            }
            let was_in_scalar = std::mem::take(&mut self.in_scalar);
            match byte {
                b'"' => {
                    self.in_text = true;
                    self.values += 1;
                }
                b'{' | b'[' => {
                    self.depth += 1;
                    self.values += 1;
                    self.objects += usize::from(*byte == b'{');
                }
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b':' => self.keys += 1,
                b',' | b' ' | b'\n' | b'\r' | b'\t' => {}
                _ => {
                    self.in_scalar = true;
                    self.values += usize::from(!was_in_scalar);
                }
            }
            if self.depth > DEEPEST {
                return Err(Excess::Depth);
            }
        }
        if self.values > self.most_values { Err(Excess::Values) } else { Ok(()) }
    }

    /// What the values will take in memory, at most, beside the text.
    pub(super) fn cost(&self) -> usize {
        let elements = self.values.saturating_sub(2 * self.keys);
        elements * ELEMENT + self.objects.min(self.keys) * OBJECT + self.keys * ENTRY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(text: &str, by: usize) -> Scan {
        let mut scan = Scan::new(1000);
        for part in text.as_bytes().chunks(by) {
            scan.add(part).unwrap();
        }
        scan
    }

    #[test]
    fn values_and_keys_are_counted_however_the_text_is_cut() {
        let text = r#" {"a": [1, -2.5e3, true,null , "x\"],{:", {}], "b\\":{"c":false}} "#;
        for by in [1, 2, 3, 7, 1000] {
            let scan = scanned(text, by);
            // 3 keys; the object, its array with 6 elements, the object in it and false.
            assert_eq!((scan.values, scan.keys, scan.objects, scan.depth), (13, 3, 3, 0), "{by}");
        }
    }

    #[test]
    fn too_many_values_and_too_deep_ones_are_noticed_at_once() {
        let mut scan = Scan::new(10);
        assert_eq!(scan.add(b"[0,0,0,0,0,0,0,0,0"), Ok(()));
        assert_eq!(scan.add(b",0"), Err(Excess::Values));
        let deep = |depth: usize| Scan::new(1000).add("[".repeat(depth).as_bytes());
        assert_eq!((deep(127), deep(128)), (Ok(()), Err(Excess::Depth)));
    }

    #[test]
    fn the_parser_follows_as_deep_as_the_first_look() {
        let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(serde_json::from_str::<serde_json::Value>(&deep(DEEPEST)).is_ok());
        assert!(serde_json::from_str::<serde_json::Value>(&deep(DEEPEST + 1)).is_err());
    }

    #[test]
    fn a_cost_is_not_below_what_is_taken() {
        // 1,000 objects with one key each take a node of 632 bytes each.
        let objects = scanned(&format!("[{}]", vec![r#"{"a":0}"#; 300].join(",")), 4096);
        assert!(objects.cost() >= 300 * (632 + 32), "{}", objects.cost());
        let zeros = scanned(&format!("[{}]", vec!["0"; 900].join(",")), 4096);
        assert!(zeros.cost() >= 900 * 64, "{}", zeros.cost());
    }
}
