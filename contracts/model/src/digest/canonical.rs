//! Canonical JSON (RFC 8785), written in one pass into one buffer: an object whose members came in another order than the
//! canonical one is put into order, within the buffer, as soon as it ends.
//!
//! It departs from the RFC in one thing: a whole number keeps all of its digits. The RFC takes each number for a double, so
//! that beyond 2^53 two of them would have one form. What the RFC wrote before is its own form when it is read again.

use std::{borrow::Cow, io, ops::Range};

use serde::Serialize;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, Serializer};

pub(super) fn to_string<T: Serialize>(value: &T) -> serde_json::Result<String> {
    let mut writer = Writer::default();
    value.serialize(&mut Serializer::with_formatter(io::sink(), &mut writer))?;
    String::from_utf8(writer.text).map_err(serde::ser::Error::custom)
}

/// The output so far, and the objects that are open at its end.
#[derive(Default)]
struct Writer {
    text: Vec<u8>,
    /// Of each open object, where its members begin in `members`.
    open: Vec<usize>,
    /// The members of all open objects.
    members: Vec<WrittenMember>,
}

/// The place of an object's member in the output.
#[derive(Clone, Copy)]
struct WrittenMember {
    key: usize,
    /// After the key, and before the colon.
    colon: usize,
}

impl Writer {
    fn float(&mut self, value: f64) -> io::Result<()> {
        if !value.is_finite() {
            return Err(refuse("a number is out of range"));
        }
        self.text.extend_from_slice(ryu_js::Buffer::new().format_finite(value).as_bytes());
        Ok(())
    }

    /// Puts the members that have been written last into order.
    fn order(&mut self, members: &[WrittenMember]) -> io::Result<()> {
        let Some(first) = members.first() else { return Ok(()) };
        let ends = members.iter().skip(1).map(|next| next.key - ",".len()).chain([self.text.len()]);
        let mut ordered = Vec::with_capacity(members.len());
        for (member, end) in members.iter().zip(ends) {
            ordered.push((key(&self.text[member.key..member.colon])?, member.key..end));
        }
        let by_key = |a: &str, b: &str| a.encode_utf16().cmp(b.encode_utf16());
        if ordered.is_sorted_by(|(a, _), (b, _)| by_key(a, b).is_lt()) {
            return Ok(());
        }
        ordered.sort_unstable_by(|(a, _), (b, _)| by_key(a, b));
        if ordered.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            return Err(refuse("an object has two members with the same name"));
        }
        let ranges = ordered.into_iter().map(|(_, range)| range);
        let sorted = joined(&self.text, ranges, self.text.len() - first.key);
        self.text.truncate(first.key);
        self.text.extend_from_slice(&sorted);
        Ok(())
    }
}

/// The text of a key in quotes.
fn key(quoted: &[u8]) -> io::Result<Cow<'_, str>> {
    if quoted.contains(&b'\\') {
        return Ok(Cow::Owned(serde_json::from_slice(quoted)?));
    }
    let inside = quoted.get(1..quoted.len() - 1).unwrap_or_default();
    std::str::from_utf8(inside).map(Cow::Borrowed).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

fn joined(text: &[u8], ranges: impl Iterator<Item = Range<usize>>, length: usize) -> Vec<u8> {
    let mut joined = Vec::with_capacity(length);
    for (index, range) in ranges.enumerate() {
        if index > 0 {
            joined.push(b',');
        }
        joined.extend_from_slice(&text[range]);
    }
    joined
}

fn refuse(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason)
}

/// What canonical JSON writes as all JSON is written.
macro_rules! as_ever {
    ($($name:ident($($value:ident: $type:ty)?);)*) => {$(
        fn $name<W: ?Sized + io::Write>(&mut self, _: &mut W $(, $value: $type)?) -> io::Result<()> {
            CompactFormatter.$name(&mut self.text $(, $value)?)
        }
    )*};
}

impl Formatter for &mut Writer {
    as_ever! {
        write_null();
        write_bool(value: bool);
        write_i8(value: i8);
        write_i16(value: i16);
        write_i32(value: i32);
        write_u8(value: u8);
        write_u16(value: u16);
        write_u32(value: u32);
        write_i64(value: i64);
        write_u64(value: u64);
        write_i128(value: i128);
        write_u128(value: u128);
        begin_string();
        end_string();
        write_string_fragment(fragment: &str);
        write_char_escape(escape: CharEscape);
        begin_array();
        end_array();
        begin_array_value(first: bool);
    }

    fn write_f32<W: ?Sized + io::Write>(&mut self, _: &mut W, value: f32) -> io::Result<()> {
        self.float(value.into())
    }

    fn write_f64<W: ?Sized + io::Write>(&mut self, _: &mut W, value: f64) -> io::Result<()> {
        self.float(value)
    }

    fn write_number_str<W: ?Sized + io::Write>(&mut self, _: &mut W, value: &str) -> io::Result<()> {
        self.float(value.parse().map_err(|_| refuse("a number is out of range"))?)
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.open.push(self.members.len());
        self.text.push(b'{');
        Ok(())
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        if !first {
            self.text.push(b',');
        }
        let key = self.text.len();
        self.members.push(WrittenMember { key, colon: key });
        Ok(())
    }

    fn end_object_key<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        if let Some(member) = self.members.last_mut() {
            member.colon = self.text.len();
        }
        Ok(())
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.text.push(b':');
        Ok(())
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        let members = self.open.pop().map(|first| self.members.split_off(first)).unwrap_or_default();
        self.order(&members)?;
        self.text.push(b'}');
        Ok(())
    }

    /// It may hold anything, in any order.
    fn write_raw_fragment<W: ?Sized + io::Write>(&mut self, _: &mut W, _: &str) -> io::Result<()> {
        Err(refuse("a raw value has no canonical form"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// Up to here every whole number is one double.
    const EXACT: i64 = 1 << 53;

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-EXACT..=EXACT).prop_map(Value::from),
            any::<i8>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            let key = prop_oneof!["[a-c\u{e000}\u{10000}\"\\\\\n]{0,3}", ".{0,4}"];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                proptest::collection::vec((key, inner), 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    #[derive(Serialize)]
    struct Unordered<'v> {
        zebra: &'v Value,
        #[serde(rename = "a\"b")]
        quoted: &'v Value,
        ant: [&'v Value; 2],
    }

    proptest! {
        #[test]
        fn it_writes_what_the_reference_writes(value in json()) {
            let unordered = Unordered { zebra: &value, quoted: &value, ant: [&value; 2] };
            prop_assert_eq!(to_string(&unordered).unwrap(), serde_json_canonicalizer::to_string(&unordered).unwrap());
        }

        #[test]
        fn whole_numbers_beyond_two_to_the_53_keep_their_digits(signed in any::<i64>(), unsigned in any::<u64>()) {
            prop_assert_eq!(to_string(&json!([signed, unsigned])).unwrap(), format!("[{signed},{unsigned}]"));
        }

        #[test]
        fn what_the_reference_has_written_is_canonical(signed in any::<i64>(), unsigned in any::<u64>(), float in any::<f64>()) {
            let written = serde_json_canonicalizer::to_string(&json!([signed, unsigned, float])).unwrap();
            let read: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(to_string(&read).unwrap(), written);
        }
    }

    #[test]
    fn members_stand_in_the_order_of_their_utf_16_units() {
        let value = json!({"\u{e000}": 1, "\u{10000}": 2, "b": 3, "\n": 4});
        assert_eq!(to_string(&value).unwrap(), "{\"\\n\":4,\"b\":3,\"\u{10000}\":2,\"\u{e000}\":1}");
    }

    #[test]
    fn two_members_of_one_name_are_refused() {
        #[derive(Serialize)]
        struct Twice {
            name: u8,
            #[serde(flatten)]
            other: Value,
        }
        assert!(to_string(&Twice { name: 1, other: json!({"name": 2}) }).is_err());
        assert_eq!(to_string(&Twice { name: 1, other: json!({"a": 2}) }).unwrap(), r#"{"a":2,"name":1}"#);
    }
}
