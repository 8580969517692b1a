//! What values are, without a database: the plain evaluator's own idea of them.

use std::cmp::Ordering;

use serde_json::Value;
use time::{Date, Month, OffsetDateTime, Time};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Numbers with every digit.
    Exact,
    /// Floating numbers of 32 bits.
    Real,
    /// Floating numbers of 64 bits.
    Double,
    /// Days and times; nanoseconds since 1970.
    Moment,
    /// Times of a day; nanoseconds since midnight.
    Clock,
    /// Texts.
    Text,
    /// Texts whose blanks at the end count for nothing.
    Padded,
    /// True and false.
    Truth,
    /// A text in another spelling: digits in lower case.
    Uuid,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Model {
    /// No value of the column.
    Alien,
    /// No number.
    NotANumber,
    /// An endless number, or moment.
    Endless {
        /// Whether it is below all others.
        below: bool,
    },
    /// A number: digits, times a power of ten.
    Number(i128, i32),
    /// Nanoseconds.
    Moment(i128),
    /// A text.
    Text(String),
}

impl Model {
    /// A value of the column, or one of the contract, in its family.
    pub(crate) fn of(text: &str, family: Family) -> Self {
        match family {
            Family::Exact => number(text),
            Family::Real => match text.parse::<f32>() {
                Ok(it) if it.is_normal() => number(&format!("{it:e}")),
                _ => number(text),
            },
            Family::Double => match text.parse::<f64>() {
                Ok(it) if it.is_normal() => number(&format!("{it:e}")),
                _ => number(text),
            },
            Family::Moment => moment(text).map_or(Self::Alien, Self::Moment),
            Family::Clock => clock(text).map_or(Self::Alien, Self::Moment),
            Family::Text => Self::Text(text.to_owned()),
            Family::Padded => Self::Text(text.trim_end_matches(' ').to_owned()),
            Family::Truth => match text.to_lowercase().as_str() {
                truth @ ("true" | "false") => Self::Text(truth.to_owned()),
                _ => Self::Alien,
            },
            Family::Uuid => {
                let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
                if digits.len() == 32 { Self::Text(digits.to_lowercase()) } else { Self::Alien }
            }
        }
    }

    /// One of a contract.
    pub(crate) fn said(value: &Value, family: Family) -> Self {
        match value {
            Value::String(text) => Self::of(text, family),
            other => Self::of(&other.to_string(), family),
        }
    }

    /// How two are ordered, where they are.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Endless { below }, Self::Endless { below: too }) => Some(too.cmp(below)),
            (Self::Endless { below }, _) => Some(if *below { Ordering::Less } else { Ordering::Greater }),
            (_, Self::Endless { .. }) => other.order(self).map(Ordering::reverse),
            (Self::Number(..), Self::Number(..)) => Some(ordered(self, other)),
            (Self::Moment(one), Self::Moment(another)) => Some(one.cmp(another)),
            (Self::Text(one), Self::Text(another)) => Some(one.cmp(another)),
            _ => None,
        }
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        (*self == Self::NotANumber && *other == Self::NotANumber) || self.order(other) == Some(Ordering::Equal)
    }

    /// Whether it is a whole number of steps; a step has at most 64 bits.
    pub(crate) fn is_multiple_of(&self, step: &Self) -> bool {
        let (Self::Number(digits, power), Self::Number(step, step_power)) = (self, step) else { return false };
        if *digits == 0 {
            return true;
        }
        let (mut digits, mut step, mut more) = (digits.unsigned_abs(), step.unsigned_abs(), power - step_power);
        while more < 0 {
            // The number has a digit that no step has, unless it is a zero or the step has room for it.
            if digits % 10 == 0 {
                digits /= 10;
            } else {
                step = step.saturating_mul(10);
            }
            more += 1;
        }
        let mut rest = digits % step;
        for _ in 0..more {
            rest = rest * 10 % step;
        }
        rest == 0
    }
}

fn number(text: &str) -> Model {
    match text.to_lowercase().as_str() {
        "nan" => return Model::NotANumber,
        "infinity" => return Model::Endless { below: false },
        "-infinity" => return Model::Endless { below: true },
        _ => {}
    }
    let lower = text.to_lowercase();
    let (mantissa, power) = lower.split_once('e').unwrap_or((&lower, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").parse::<i128>();
    match (digits, power.parse::<i32>()) {
        (Ok(digits), Ok(power)) => Model::Number(digits, power - i32::try_from(fraction.len()).unwrap()),
        _ => Model::Alien,
    }
}

/// Compares two numbers by their signs, then by the position of their first digits, then digit by digit.
fn ordered(one: &Model, other: &Model) -> Ordering {
    let parts = |it: &Model| {
        let Model::Number(digits, power) = it else { unreachable!() };
        let text = digits.unsigned_abs().to_string();
        let first = power + i32::try_from(text.len()).unwrap();
        (digits.signum(), if *digits == 0 { i32::MIN } else { first }, format!("{text:0<40}"))
    };
    let ((sign, first, digits), (sign_too, first_too, digits_too)) = (parts(one), parts(other));
    sign.cmp(&sign_too).then_with(|| {
        let size = (first, digits).cmp(&(first_too, digits_too));
        if sign < 0 { size.reverse() } else { size }
    })
}

const DAY: i128 = 86_400_000_000_000;

/// Nanoseconds since 1970, of what is written as the standard or a database writes it.
fn moment(text: &str) -> Option<i128> {
    let (day, rest) = text.split_once(['T', ' ']).unwrap_or((text, ""));
    let mut parts = day.split('-');
    let (year, month, day) =
        (parts.next()?.parse().ok()?, parts.next()?.parse::<u8>().ok()?, parts.next()?.parse().ok()?);
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    let midnight = OffsetDateTime::new_utc(date, Time::MIDNIGHT).unix_timestamp_nanos();
    if rest.is_empty() { Some(midnight) } else { Some(midnight + unshifted(rest)?) }
}

fn clock(text: &str) -> Option<i128> {
    text.contains(':').then(|| unshifted(text).map(|it| it.rem_euclid(DAY)))?
}

/// Nanoseconds since midnight, in UTC.
fn unshifted(text: &str) -> Option<i128> {
    let (clock, ahead) = match text.find(['Z', '+', '-']) {
        Some(at) => (&text[..at], &text[at..]),
        None => (text, "Z"),
    };
    let ahead: i128 = match ahead {
        "Z" => 0,
        offset => {
            let minutes =
                offset[1..3].parse::<i128>().ok()? * 60 + offset.get(4..6).unwrap_or("0").parse::<i128>().ok()?;
            if offset.starts_with('-') { -minutes } else { minutes }
        }
    };
    let (whole, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = whole.split(':').map(|it| it.parse::<i128>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let fraction: i128 = format!("{fraction:0<9}").parse().ok()?;
    Some(((hour * 60 + minute - ahead) * 60 + second) * 1_000_000_000 + fraction)
}

#[test]
fn the_plain_evaluator_tells_values_apart() {
    let of = |text| Model::of(text, Family::Exact);
    for (less, more) in [("-1e40", "-2"), ("-2", "-1.5"), ("-1", "0"), ("0", "1e-20"), ("0.1", "0.11"), ("9.99", "10")]
    {
        assert_eq!(of(less).order(&of(more)), Some(Ordering::Less), "{less} {more}");
    }
    assert!(of("1.0").is(&of("1e0")) && !of("1").is(&of("1.000000000001")));
    assert!(of("2.50").is_multiple_of(&of("0.5")) && !of("2.6").is_multiple_of(&of("0.5")));
    assert!(of("1e40").is_multiple_of(&of("1000")) && !of("1e40").is_multiple_of(&of("7")));
    assert!(!of("1.000000000001").is_multiple_of(&of("1")) && !of("NaN").is_multiple_of(&of("1")));
    let moment = |text| Model::of(text, Family::Moment);
    assert!(moment("1970-01-01T02:00:00+02:00").is(&moment("1970-01-01")) && moment("n/a") == Model::Alien);
    assert!(Model::of("0.1", Family::Real).is(&Model::of("0.10000000149", Family::Real)));
}
