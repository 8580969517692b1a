//! Rows that refer to nothing.

use weft_api::CheckKind;
use weft_model::types::{self, DataType};
use weft_odcs::{Relationship, SchemaProperty};

use crate::{
    CatalogTable, Engine, Reference, ReferenceTarget, Subject,
    check::{Check, Work},
    reference::resolve,
};

/// A relationship of an object: what refers, and what it refers to.
#[derive(Debug, Clone)]
pub struct Link<'c> {
    /// The properties that refer; or why they are unknown.
    pub from: Result<Vec<&'c SchemaProperty>, String>,
    /// What they refer to, as many.
    pub to: Vec<Reference<'c>>,
}

/// One side of a relationship: columns of a table.
#[derive(Debug, Clone)]
pub struct RelationshipSide<'s> {
    /// Whose SQL it speaks.
    pub engine: &'static dyn Engine,
    /// The table of the object.
    pub table: &'s CatalogTable,
    /// Its columns, by the names that they are stored under.
    pub columns: Vec<&'s str>,
}

/// The relationships of an object and of its properties, in the contract's order.
pub fn links<'c>(subject: &Subject<'c>) -> Vec<Link<'c>> {
    let own = subject.object.properties.iter().flat_map(|property| {
        property.relationships.iter().map(|it| Link { from: Ok(vec![property]), to: references(it) })
    });
    let all = subject
        .object
        .relationships
        .iter()
        .map(|relationship| Link { from: referring(subject, relationship), to: references(relationship) });
    own.chain(all).collect()
}

fn references(relationship: &Relationship) -> Vec<Reference<'_>> {
    relationship.to.iter().flatten().map(|text| Reference::parse(text)).collect()
}

fn referring<'c>(subject: &Subject<'c>, relationship: &'c Relationship) -> Result<Vec<&'c SchemaProperty>, String> {
    let from = relationship.from.as_ref().ok_or("the relationship has no `from`")?;
    let property = |text: &'c String| {
        let ReferenceTarget { object, property } =
            resolve(subject.contract, Reference::parse(text).path).map_err(|it| it.to_string())?;
        if object.name == subject.object.name { Ok(property) } else { Err(format!("{text} is of another object")) }
    };
    from.iter().map(property).collect()
}

impl<'c> Link<'c> {
    /// The check of the relationship, without its result.
    fn check(&self) -> Check<'c> {
        let to: Vec<_> = self.to.iter().map(|it| it.path).collect();
        let expectation = format!("refers to {}", to.join(", "));
        let names: Vec<&str> = self.from.iter().flatten().map(|property| property.name.as_str()).collect();
        let mut check = Check::for_rows(CheckKind::Relationship, "", expectation, String::new());
        check.properties = names.into_iter().map(str::to_owned).collect();
        check.offenders = None;
        check
    }

    /// The check, left out for a reason.
    pub fn unread(&self, reason: &str) -> Check<'c> {
        let mut check = self.check();
        check.skip(reason);
        check
    }

    /// The check, reported as one that the contract makes impossible.
    pub fn impossible(&self, reason: &str) -> Check<'c> {
        let mut check = self.check();
        check.refuse(reason);
        check
    }

    /// Why it can never be checked.
    pub fn fault(&self) -> Option<String> {
        match &self.from {
            Err(fault) => Some(fault.clone()),
            Ok(_) if self.to.is_empty() => Some("the relationship has no `to`".to_owned()),
            Ok(from) if from.len() != self.to.len() => {
                Some(format!("{} properties refer to {}", from.len(), self.to.len()))
            }
            Ok(_) => None,
        }
    }
}

/// The check of a relationship within one database: an anti-join. A key with a null refers to nothing, and to nobody's
/// harm.
pub fn here<'c>(subject: &Subject<'c>, link: &Link<'c>, to: &RelationshipSide<'_>) -> Check<'c> {
    let mut check = link.check();
    let engine = subject.engine;
    let from: Vec<_> = link.from.iter().flatten().map(|property| subject.live(property).sql).collect();
    let there = from.iter().map(|column| format!("{column} is not null"));
    let meets = from.iter().zip(&to.columns).map(|(from, to)| format!("p.{} = {from}", engine.identifier(to)));
    let condition = format!(
        "{} and not exists (select 1 from {} as p where {})",
        there.collect::<Vec<_>>().join(" and "),
        to.table.relation(engine),
        meets.collect::<Vec<_>>().join(" and "),
    );
    let count = engine.text("count(*)");
    check.work = Work::Own(format!("select {count}\nfrom {} as t\nwhere {condition}", subject.relation()));
    check.offenders = Some(condition);
    subject.skip_if_missing(&mut check);
    check
}

/// The check of a relationship between two databases: the keys of both, each in the order of its bytes.
pub fn elsewhere<'c>(
    subject: &Subject<'c>,
    link: &Link<'c>,
    from: &RelationshipSide<'_>,
    to: &RelationshipSide<'_>,
) -> Check<'c> {
    let mut check = link.check();
    let exact: Vec<bool> =
        from.columns.iter().zip(&to.columns).map(|(one, other)| is_exact((from, one), (to, other))).collect();
    check.work = Work::Elsewhere { from: from.keys(&exact, true), to: to.keys(&exact, false) };
    subject.skip_if_missing(&mut check);
    check
}

/// Whether two columns are numbers of which one has a fraction.
fn is_exact((from, one): (&RelationshipSide<'_>, &str), (to, other): (&RelationshipSide<'_>, &str)) -> bool {
    let kind = |side: &RelationshipSide<'_>, name: &str| {
        side.table.column(name).and_then(|column| types::parse(&column.data_type, side.engine.dialect()))
    };
    let has_fraction =
        |it: &Option<DataType>| matches!(it, Some(DataType::Decimal(_) | DataType::Real | DataType::Double));
    has_fraction(&kind(from, one)) || has_fraction(&kind(to, other))
}

impl RelationshipSide<'_> {
    /// A number as a text without zeros at the end of its fraction: `1` and `1.00` are one key.
    fn plain(&self, name: &str, sql: &str) -> String {
        let column = self.table.column(name);
        let data_type = column.and_then(|column| types::parse(&column.data_type, self.engine.dialect()));
        let has_every_digit = matches!(data_type, Some(DataType::Integer { .. } | DataType::Decimal(_)));
        let text = self.engine.text(&if has_every_digit { sql.to_owned() } else { self.engine.exact(sql) });
        format!("case when strpos({text}, '.') > 0 then rtrim(rtrim({text}, '0'), '.') else {text} end")
    }

    /// The distinct keys without a null, in the order of their bytes; `is_counted` adds the number of rows of each.
    fn keys(&self, exact: &[bool], is_counted: bool) -> String {
        let column = |(name, exact): (&&str, &bool)| {
            let sql = format!("t.{}", self.engine.identifier(name));
            if *exact { self.plain(name, &sql) } else { self.engine.text(&sql) }
        };
        let texts: Vec<_> = self.columns.iter().zip(exact).map(column).collect();
        let there = texts.iter().map(|text| format!("{text} is not null")).collect::<Vec<_>>().join(" and ");
        let order: Vec<_> = texts.iter().map(|text| self.engine.in_byte_order(text)).collect();
        let count = self.engine.text("count(*)");
        let count = if is_counted { format!(", {count}") } else { String::new() };
        format!(
            "select {keys}{count}\nfrom {} as t\nwhere {there}\ngroup by {keys}\norder by {}",
            self.table.relation(self.engine),
            order.join(", "),
            keys = texts.join(", "),
        )
    }
}
