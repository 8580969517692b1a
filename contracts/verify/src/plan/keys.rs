//! Uniqueness: of one property, of a primary key, of several properties together.

use weft_api::CheckKind;
use weft_odcs::SchemaProperty;

use crate::{
    Subject,
    check::{Check, Work},
};

/// That no value of a property is there twice.
pub(super) fn unique<'c>(subject: &Subject<'c>, property: &'c SchemaProperty) -> Option<Check<'c>> {
    (property.unique == Some(true)).then(|| {
        let check = Check::for_rows(CheckKind::Unique, &property.name, "unique".to_owned(), String::new());
        duplicates(subject, &[property], check)
    })
}

/// That no column of the primary key is null, and no key is there twice.
pub(super) fn primary<'c>(subject: &Subject<'c>) -> Vec<Check<'c>> {
    let key = subject.object.primary_key();
    if key.is_empty() {
        return Vec::new();
    }
    let mut checks = Vec::new();
    for property in &key {
        let condition = format!("{} is null", subject.live(property).sql);
        let check = Check::for_rows(CheckKind::PrimaryKey, &property.name, "not null".to_owned(), condition);
        checks.push(subject.counting(check));
    }
    let check = Check::for_rows(CheckKind::PrimaryKey, "", "unique".to_owned(), String::new());
    checks.push(duplicates(subject, &key, check));
    checks
}

/// Counts the rows of a key that was there before: as many as must go until it is unique. As in SQL, a key with a null
/// is like no other.
pub(super) fn duplicates<'c>(subject: &Subject<'c>, key: &[&SchemaProperty], mut check: Check<'c>) -> Check<'c> {
    check.properties = key.iter().map(|property| property.name.clone()).collect();
    let columns = key.iter().map(|property| subject.live(property).sql).collect::<Vec<_>>();
    let there = columns.iter().map(|column| format!("{column} is not null")).collect::<Vec<_>>().join(" and ");
    let list = columns.join(", ");
    let relation = subject.relation();
    let grouped =
        |what: &str| format!("select {what} from {relation} as t where {there} group by {list} having count(*) > 1");
    let excess = subject.engine.text("coalesce(sum(d.weft_count - 1), 0)");
    check.work = Work::Own(format!("select {excess}\nfrom ({}) as d", grouped("count(*) as weft_count")));
    check.offenders = Some(format!("({list}) in ({})", grouped(&list)));
    check
}
