//! Service levels that data can show: freshness and retention.

use std::ptr;

use time::OffsetDateTime;
use weft_api::CheckKind;
use weft_model::types::{DataType, Zone};
use weft_odcs::{
    SchemaProperty, ServiceKind, SlaProperty,
    period::{DAY, HOUR, MINUTE, Period},
};

use crate::{
    Engine, Subject,
    age::Age,
    check::{Check, NumberTest, Work},
    live::Live,
    reference,
};

/// How far apart clocks may be, in seconds.
const CLOCKS: u64 = 5 * MINUTE as u64;

/// How far ahead of UTC the clocks of a place may be, in seconds.
const WALL_CLOCKS: u64 = 14 * HOUR as u64;

/// The service levels about elements of this object. Those that lead to no object are reported with the contract's
/// first object.
pub(super) fn levels<'c>(subject: &Subject<'c>) -> Vec<Check<'c>> {
    let default = subject.contract.sla_default_element.as_deref();
    let is_first = subject.contract.schema.first().is_some_and(|first| ptr::eq(first, subject.object));
    let mut checks = Vec::new();
    for sla in &subject.contract.sla_properties {
        let mut elements = sla.elements(default).peekable();
        if elements.peek().is_none() && is_first {
            checks.push(unread(sla, "the service level names no column"));
        }
        for element in elements {
            match reference::of_element(subject.contract, element) {
                Some((object, property)) if ptr::eq(object, subject.object) => {
                    checks.push(level(subject, sla, property));
                }
                None if is_first => checks.push(unread(sla, &format!("the contract has no {element}"))),
                _ => {}
            }
        }
    }
    checks
}

fn level<'c>(subject: &Subject<'c>, sla: &'c SlaProperty, property: Option<&'c SchemaProperty>) -> Check<'c> {
    let of_newest = match sla.kind() {
        Some(ServiceKind::Freshness | ServiceKind::Latency) => true,
        // What is older than it is kept for was not deleted. That it is kept so long, young data cannot show.
        Some(ServiceKind::Retention) => false,
        _ => return unread(sla, "weft measures freshness, latency and retention"),
    };
    let Some(property) = property else { return unread(sla, "the service level names no column") };
    let Some(at_most) = Period::from_sla(sla).map(Period::at_most) else {
        return unread(sla, "its value and unit are not a period");
    };
    let live = subject.live(property);
    let (kind, which) = if of_newest { (CheckKind::Freshness, "newest") } else { (CheckKind::Retention, "oldest") };
    let expectation = format!("{}: the {which} at most {} old", sla.property, sla.amount());
    if !matches!(live.data_type, None | Some(DataType::Date | DataType::Timestamp { .. })) {
        return Check::skipped(kind, &[&property.name], expectation, "the column has no dates or times");
    }
    let within = if live.data_type == Some(DataType::Date) { u64::from(DAY) } else { 0 };
    let times = Times::new(live);
    let age = Age { of_newest, at_most, now: subject.now, within, ahead: times.ahead };
    let mut check = Check::for_rows(kind, &property.name, expectation, String::new());
    if of_newest {
        check.offenders = None;
        check.work = Work::Aggregate(times.newest(&age, subject.engine));
    } else {
        let cutoff = subject.now.saturating_sub(i64::try_from(at_most + within).unwrap_or(i64::MAX));
        check.offenders = Some(times.compared("<", cutoff, subject.engine));
        check.work = Work::Aggregate(times.oldest(subject.engine));
    }
    check.hold = NumberTest::Age(age);
    check
}

/// A column of days or times.
struct Times {
    /// In SQL, as an instant where its zone is known.
    sql: String,
    data_type: Option<DataType>,
    /// How far ahead of the clock a row may be, in seconds.
    ahead: u64,
}

impl Times {
    fn new(live: Live) -> Self {
        let instant = DataType::Timestamp { precision: 6, zone: Zone::With };
        match (live.data_type, live.zone) {
            (Some(DataType::Timestamp { zone: Zone::Without, .. }), Some(zone)) => {
                Self { sql: format!("({} at time zone {zone})", live.sql), data_type: Some(instant), ahead: CLOCKS }
            }
            (data_type @ Some(DataType::Timestamp { zone: Zone::With | Zone::Local, .. }), _) => {
                Self { sql: live.sql, data_type, ahead: CLOCKS }
            }
            (data_type, _) => Self { sql: live.sql, data_type, ahead: WALL_CLOCKS },
        }
    }

    /// The condition of a row on one side of a time, in seconds since 1970. Endless times are on a side, too.
    fn compared(&self, operator: &str, at: i64, engine: &dyn Engine) -> String {
        let time = OffsetDateTime::from_unix_timestamp(at).ok().filter(|it| (1..=9999).contains(&it.year()));
        let of_type = time.zip(self.data_type.as_ref()).and_then(|(time, data_type)| {
            let (date, (hour, minute, second)) = (time.date(), time.to_hms());
            let text = match data_type {
                DataType::Date => date.to_string(),
                DataType::Timestamp { zone: Zone::Without, .. } => format!("{date} {hour:02}:{minute:02}:{second:02}"),
                _ => format!("{date} {hour:02}:{minute:02}:{second:02}+00:00"),
            };
            engine.moment(&text, data_type)
        });
        match of_type {
            Some(limit) => format!("{} {operator} {limit}", self.sql),
            None => format!("{} {operator} {at}", engine.epoch(&self.sql)),
        }
    }

    /// The newest that is not in the future, as seconds since 1970, and how many rows are in the future.
    fn newest(&self, age: &Age, engine: &dyn Engine) -> String {
        let edge = age.edge();
        let past = format!("max({}) filter (where {})", self.sql, self.compared("<=", edge, engine));
        let newest = engine.text(&engine.epoch(&past));
        let future = engine.text(&engine.counted(&self.compared(">", edge, engine)));
        format!("coalesce({newest}, '') || ' ' || {future}")
    }

    /// The oldest, as seconds since 1970; as it is where it is endless, which not every engine has seconds for.
    fn oldest(&self, engine: &dyn Engine) -> String {
        let oldest = format!("min({})", self.sql);
        format!("coalesce({}, {})", engine.text(&engine.epoch(&oldest)), engine.text(&oldest))
    }
}

fn unread<'c>(sla: &'c SlaProperty, reason: &str) -> Check<'c> {
    Check::skipped(CheckKind::ServiceLevel, &[], format!("{} {}", sla.property, sla.amount()), reason)
}
