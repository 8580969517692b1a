//! Days and times, as ISO 8601 writes them.

use time::{Date, Duration, Month, PrimitiveDateTime, Time};
use weft_model::types::{DataType, Dialect, Zone};

use crate::{Engine, live::Live, value::place::ValuePlace};

/// The first and last moments that DuckDB counts in nanoseconds.
const OF_NANOSECONDS: [&str; 2] = ["1677-09-22 00:00:00", "2262-04-11 23:47:16.854775806"];

/// A text that is a day, a time or both.
struct Moment {
    date: Option<Date>,
    time: Option<Time>,
    /// The number of digits of the fraction of a second, without zeros at the end.
    digits: usize,
    /// Whether it is finer than a billionth of a second.
    is_finer: bool,
    /// Minutes ahead of UTC, where it says its zone.
    ahead: Option<i64>,
}

/// Places a day or time among those of a column; `None` where it is not written as the standard writes one.
pub(super) fn place(text: &str, data_type: &DataType, live: &Live, engine: &dyn Engine) -> Option<ValuePlace> {
    let moment = read(text.trim())?;
    match data_type {
        DataType::Date => of_date(&moment, data_type, engine),
        DataType::Time { zone, .. } => of_time(&moment, *zone, data_type, engine),
        _ => of_timestamp(&moment, data_type, live, engine),
    }
}

/// A day, of which midnight is the only time.
fn of_date(moment: &Moment, data_type: &DataType, engine: &dyn Engine) -> Option<ValuePlace> {
    let at = moment.utc()?;
    let day = engine.moment(&at.date().to_string(), data_type)?;
    Some(if at.time() == Time::MIDNIGHT && !moment.is_finer { ValuePlace::At(day) } else { ValuePlace::above(day) })
}

fn of_time(moment: &Moment, zone: Zone, data_type: &DataType, engine: &dyn Engine) -> Option<ValuePlace> {
    if moment.date.is_some() {
        return None;
    }
    let (time, ahead) = (moment.time?, moment.ahead.unwrap_or_default());
    let text = if zone == Zone::Without {
        clock(time - Duration::minutes(ahead), 6)
    } else {
        let sign = if ahead < 0 { '-' } else { '+' };
        format!("{}{sign}{:02}:{:02}", clock(time, 6), ahead.abs() / 60, ahead.abs() % 60)
    };
    let at = engine.moment(&text, data_type)?;
    Some(if moment.digits > 6 { ValuePlace::above(at) } else { ValuePlace::At(at) })
}

fn of_timestamp(moment: &Moment, data_type: &DataType, live: &Live, engine: &dyn Engine) -> Option<ValuePlace> {
    let DataType::Timestamp { precision, zone } = data_type else { return None };
    let is_of_nanoseconds = engine.dialect() == Dialect::DuckDb && *precision > 6;
    let grid = if is_of_nanoseconds { 9 } else { 6 };
    let written = |at: PrimitiveDateTime| format!("{} {}", at.date(), clock(at.time(), grid));
    if is_of_nanoseconds {
        let at = moment.utc()?;
        let [first, last] = OF_NANOSECONDS.map(|edge| (edge, read(edge).and_then(|moment| moment.utc())));
        if at < first.1? {
            return Some(ValuePlace::below(engine.moment(first.0, data_type)?));
        }
        if at > last.1? {
            return Some(ValuePlace::above(engine.moment(last.0, data_type)?));
        }
    }
    let instant = DataType::Timestamp { precision: 6, zone: Zone::With };
    let wall = DataType::Timestamp { precision: *precision, zone: Zone::Without };
    let in_zone = |moment: String| live.zone.as_ref().map(|zone| format!("{moment} at time zone {zone}"));
    let of_utc = |at: PrimitiveDateTime| engine.moment(&format!("{}+00:00", written(at)), &instant);
    let at = match (zone, moment.ahead, &live.zone) {
        (Zone::Without, None, _) | (Zone::Without, Some(_), None) => engine.moment(&written(moment.utc()?), &wall)?,
        (Zone::Without, Some(_), Some(_)) => in_zone(of_utc(moment.utc()?)?)?,
        (_, Some(_), _) | (_, None, None) => of_utc(moment.utc()?)?,
        (_, None, Some(_)) => in_zone(engine.moment(&written(moment.utc()?), &wall)?)?,
    };
    Some(if moment.digits > grid || moment.is_finer { ValuePlace::above(at) } else { ValuePlace::At(at) })
}

/// A time of day, with its fraction cut.
fn clock(time: Time, digits: usize) -> String {
    let (hour, minute, second, nanosecond) = time.as_hms_nano();
    let fraction = format!("{nanosecond:09}");
    let fraction = fraction.get(..digits).unwrap_or(&fraction).trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{hour:02}:{minute:02}:{second:02}{point}{fraction}")
}

impl Moment {
    /// In UTC; a day alone is its midnight, and what says no zone is taken as it is.
    fn utc(&self) -> Option<PrimitiveDateTime> {
        let at = PrimitiveDateTime::new(self.date?, self.time.unwrap_or(Time::MIDNIGHT));
        let utc = at.checked_sub(Duration::minutes(self.ahead.unwrap_or_default()))?;
        (1..=9999).contains(&utc.year()).then_some(utc)
    }
}

/// Reads `2024-01-31`, `2024-01-31T08:00:00.5Z`, `08:00`.
fn read(text: &str) -> Option<Moment> {
    let at = text.find(['T', 't', ' ']);
    let (day, rest) = match at {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None if text.contains(':') => ("", Some(text)),
        None => (text, None),
    };
    let date = if day.is_empty() { None } else { Some(date(day)?) };
    let mut moment = Moment { date, time: None, digits: 0, is_finer: false, ahead: None };
    if let Some(rest) = rest {
        let (clock, ahead) = zone(rest.trim())?;
        moment.ahead = ahead;
        let (time, fraction) = time(clock.trim_end())?;
        moment.digits = fraction.trim_end_matches('0').len();
        moment.is_finer = moment.digits > 9;
        moment.time = Some(time);
    }
    (moment.date.is_some() || moment.time.is_some()).then_some(moment)
}

fn date(text: &str) -> Option<Date> {
    let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    (date.year() >= 1).then_some(date)
}

/// A time, and the digits of its fraction.
fn time(text: &str) -> Option<(Time, &str)> {
    let (text, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let [hour, minute, second] = match text.len() {
        5 if fraction.is_empty() => {
            let [hour, minute] = numbers(text, ':', [2, 2])?;
            [hour, minute, 0]
        }
        _ => numbers(text, ':', [2, 2, 2])?,
    };
    let nanoseconds: u32 = format!("{:0<9}", fraction.get(..9).unwrap_or(fraction)).parse().ok()?;
    let [hour, minute, second] = [hour, minute, second].map(|it| u8::try_from(it).ok());
    Some((Time::from_hms_nano(hour?, minute?, second?, nanoseconds).ok()?, fraction)).filter(|_| is_fraction)
}

/// The text before the zone, and the offset of the zone in minutes.
fn zone(text: &str) -> Option<(&str, Option<i64>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, Some(0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let (clock, offset) = text.split_at(at);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        _ if !digits.bytes().all(|byte| byte.is_ascii_digit()) => return None,
        2 => (digits.parse::<i64>().ok()?, 0),
        4 => (digits[..2].parse().ok()?, digits[2..].parse::<i64>().ok()?),
        _ => return None,
    };
    if hours > 15 || minutes > 59 {
        return None;
    }
    let ahead = hours * 60 + minutes;
    Some((clock, Some(if offset.starts_with('-') { -ahead } else { ahead })))
}

/// Numbers of so many digits each.
fn numbers<const N: usize>(text: &str, between: char, digits: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(between);
    let mut numbers = [0; N];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}
