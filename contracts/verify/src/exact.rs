//! Decimal numbers of any size.

use std::fmt;

/// The most digits that a number of a contract is taken with; longer ones are none.
const MOST_DIGITS: usize = 2_000;

/// A decimal number of any size, without loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExactDecimal {
    pub(crate) is_negative: bool,
    /// Before the point, without zeros in front.
    pub(crate) whole: String,
    /// Behind the point, without zeros at the end.
    pub(crate) fraction: String,
}

impl ExactDecimal {
    /// Reads `-12.50`, `1e3`, `.5`; `None` if it is not a finite number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i64 = exponent.parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
        let length = whole.len() + fraction.len();
        if length == 0 || !is_digits(whole) || !is_digits(fraction) || length > MOST_DIGITS {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        let point = i64::try_from(whole.len()).ok()?.checked_add(exponent)?;
        if digits.bytes().all(|byte| byte == b'0') {
            return Some(Self { is_negative: false, whole: String::new(), fraction: String::new() });
        }
        let limit = i64::try_from(MOST_DIGITS).ok()?;
        if !(-limit..=limit).contains(&point) {
            return None;
        }
        let (whole, fraction) = match usize::try_from(point) {
            Ok(point) if point >= digits.len() => (format!("{digits:0<point$}"), String::new()),
            Ok(point) => (digits[..point].to_owned(), digits[point..].to_owned()),
            Err(_) => (String::new(), "0".repeat(usize::try_from(-point).ok()?) + &digits),
        };
        let (whole, fraction) = (whole.trim_start_matches('0').to_owned(), fraction.trim_end_matches('0').to_owned());
        Some(Self { is_negative, whole, fraction })
    }

    /// Digits behind the point.
    pub(crate) fn scale(&self) -> usize {
        self.fraction.len()
    }

    /// The number of digits before the point.
    pub(crate) fn whole_digits(&self) -> usize {
        self.whole.len()
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    /// Its absolute value times a power of ten, where that is a whole number of at most 38 digits.
    pub(crate) fn scaled(&self, power: usize) -> Option<u128> {
        let zeros = power.checked_sub(self.fraction.len())?;
        let digits = format!("{}{}{}", self.whole, self.fraction, "0".repeat(zeros));
        let digits = digits.trim_start_matches('0');
        if digits.len() > 38 { None } else { format!("0{digits}").parse().ok() }
    }

    /// Without the digits behind so many: toward zero.
    pub(crate) fn cut(&self, scale: usize) -> Self {
        let fraction = self.fraction.get(..scale).unwrap_or(&self.fraction).trim_end_matches('0').to_owned();
        Self { fraction, ..self.clone() }
    }
}

impl fmt::Display for ExactDecimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative && !self.is_zero() { "-" } else { "" };
        let whole = if self.whole.is_empty() { "0" } else { &self.whole };
        let point = if self.fraction.is_empty() { "" } else { "." };
        write!(f, "{sign}{whole}{point}{}", self.fraction)
    }
}
