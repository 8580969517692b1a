//! Laws over random queries: how a query is laid out changes nothing of its lineage, and its lineage is what its layers say.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use proptest::prelude::*;
use weft_model::types::Dialect;
use weft_sql::{How, Polyglot, Query, QueryReading, SqlReader as _, UseKind};

use crate::case::Tables;

const TABLES: &str = "-- t0(a, b, c)\n-- t1(a, d, e)\n";
const DIALECTS: [Dialect; 6] =
    [Dialect::DuckDb, Dialect::Postgres, Dialect::Snowflake, Dialect::BigQuery, Dialect::Trino, Dialect::Spark];

/// A subquery over the tables and the layers before it; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Layer {
    Star { from: usize },
    Select { from: usize, items: Vec<(usize, usize, u8)>, filter: Option<usize> },
    Join { left: usize, right: usize, items: Vec<(usize, u8)>, on: (usize, usize) },
    Group { from: usize, key: usize, sum: usize },
    Window { from: usize, sum: usize, by: usize, order: usize },
    Union { left: usize, right: usize },
}

fn layer() -> impl Strategy<Value = Layer> {
    let n = || 0..20_usize;
    prop_oneof![
        n().prop_map(|from| Layer::Star { from }),
        (n(), prop::collection::vec((n(), n(), 0..3_u8), 1..5), prop::option::of(n()))
            .prop_map(|(from, items, filter)| Layer::Select { from, items, filter }),
        (n(), n(), prop::collection::vec((n(), 0..3_u8), 1..5), (n(), n()))
            .prop_map(|(left, right, items, on)| Layer::Join { left, right, items, on }),
        (n(), n(), n()).prop_map(|(from, key, sum)| Layer::Group { from, key, sum }),
        (n(), n(), n(), n()).prop_map(|(from, sum, by, order)| Layer::Window { from, sum, by, order }),
        (n(), n()).prop_map(|(left, right)| Layer::Union { left, right }),
    ]
}

/// How strong a way is: 0 passed on, 1 transformed, 2 aggregated.
type Inputs = BTreeMap<(String, String), u8>;

/// What a table or layer gives, and what is used on the way.
#[derive(Debug, Clone, Default)]
struct Given {
    columns: Vec<(String, Inputs)>,
    uses: BTreeSet<(String, String, UseKind)>,
    /// What the text of the layer and of all before it names.
    named: BTreeSet<(String, String)>,
}

impl Given {
    fn table(name: &str, columns: &[&str]) -> Self {
        let column = |column: &&str| {
            let input = (name.to_owned(), (*column).to_owned());
            ((*column).to_owned(), Inputs::from([(input, 0)]))
        };
        Self { columns: columns.iter().map(column).collect(), ..Self::default() }
    }

    fn at(&self, number: usize) -> &(String, Inputs) {
        &self.columns[number % self.columns.len()]
    }

    fn used(&mut self, inputs: &Inputs, kind: UseKind) {
        self.named.extend(inputs.keys().cloned());
        self.uses.extend(inputs.keys().map(|(table, column)| (table.clone(), column.clone(), kind)));
    }
}

fn made(of: &[&Inputs], strength: u8) -> Inputs {
    let mut made = Inputs::new();
    for (input, before) in of.iter().copied().flatten() {
        let strongest = made.entry(input.clone()).or_insert(strength);
        *strongest = strength.max(*before).max(*strongest);
    }
    made
}

/// A select list in the making: its SQL, and what it gives.
struct List<'a> {
    layer: usize,
    aliases: &'a str,
    sql: Vec<String>,
    given: Given,
}

impl List<'_> {
    fn fresh(&self) -> String {
        format!("x{}_{}", self.layer, self.sql.len())
    }

    /// Passes a column on, under the requested name if it is free.
    fn pass(&mut self, side: usize, (name, inputs): &(String, Inputs), keep: bool) {
        let taken = self.given.columns.iter().any(|(other, _)| other == name);
        let alias = self.aliases;
        let (sql, name) = if keep && !taken {
            (format!("{alias}{side}.{name}"), name.clone())
        } else {
            (format!("{alias}{side}.{name} as {}", self.fresh()), self.fresh())
        };
        self.sql.push(sql);
        self.given.named.extend(inputs.keys().cloned());
        self.given.columns.push((name, inputs.clone()));
    }

    fn compute(&mut self, sql: &str, inputs: Inputs) {
        let name = self.fresh();
        self.sql.push(format!("{sql} as {name}"));
        self.given.named.extend(inputs.keys().cloned());
        self.given.columns.push((name, inputs));
    }
}

/// A layer's SQL over its sources' SQL, and what it gives.
fn build(number: usize, layer: &Layer, sources: &[(String, Given)], aliases: &str) -> (String, Given) {
    let p = aliases;
    let source = |from: usize| &sources[from % sources.len()];
    let mut list = List { layer: number, aliases, sql: Vec::new(), given: Given::default() };
    let rest = match layer {
        Layer::Star { from } => {
            let (sql, given) = source(*from);
            return (format!("select * from {sql} as {p}0"), given.clone());
        }
        Layer::Select { from, items, filter } => {
            let (sql, given) = source(*from);
            list.given.uses.clone_from(&given.uses);
            for (one, other, kind) in items {
                let (one, other) = (given.at(*one), given.at(*other));
                match kind {
                    2 => list.compute(&format!("{p}0.{} + {p}0.{}", one.0, other.0), made(&[&one.1, &other.1], 1)),
                    kind => list.pass(0, one, *kind == 0),
                }
            }
            let mut rest = format!("from {sql} as {p}0");
            if let Some(filter) = filter {
                let (name, inputs) = given.at(*filter);
                list.given.used(inputs, UseKind::Filter);
                write!(rest, " where {p}0.{name} > 1").unwrap();
            }
            rest
        }
        Layer::Join { left, right, items, on } => join(&mut list, [source(*left), source(*right)], items, *on),
        Layer::Group { from, key, sum } => {
            let (sql, given) = source(*from);
            list.given.uses.clone_from(&given.uses);
            let (key, sum) = (given.at(*key), given.at(*sum));
            list.pass(0, key, true);
            list.compute(&format!("sum({p}0.{})", sum.0), made(&[&sum.1], 2));
            list.given.used(&key.1, UseKind::Group);
            format!("from {sql} as {p}0 group by {p}0.{}", key.0)
        }
        Layer::Window { from, sum, by, order } => {
            let (sql, given) = source(*from);
            list.given.uses.clone_from(&given.uses);
            let (sum, by, order) = (given.at(*sum), given.at(*by), given.at(*order));
            let over = format!("over (partition by {p}0.{} order by {p}0.{})", by.0, order.0);
            list.compute(&format!("sum({p}0.{}) {over}", sum.0), made(&[&sum.1], 2));
            list.given.used(&by.1, UseKind::Group);
            list.given.used(&order.1, UseKind::Order);
            format!("from {sql} as {p}0")
        }
        Layer::Union { left, right } => return union(source(*left), source(*right), p),
    };
    (format!("select {} {rest}", list.sql.join(", ")), list.given)
}

type Built = (String, Given);

/// Joins two sources; gives what follows the select list.
fn join(list: &mut List<'_>, sides: [&Built; 2], items: &[(usize, u8)], on: (usize, usize)) -> String {
    let p = list.aliases;
    let on = [sides[0].1.at(on.0), sides[1].1.at(on.1)];
    for (side, (_, inputs)) in sides.iter().zip(on) {
        list.given.uses.extend(side.1.uses.iter().cloned());
        list.given.used(inputs, UseKind::Join);
    }
    for (item, kind) in items {
        list.pass(item % 2, sides[item % 2].1.at(*item), *kind == 0);
    }
    let [left, right] = sides.map(|(sql, _)| sql);
    format!("from {left} as {p}0 left join {right} as {p}1 on {p}0.{} = {p}1.{}", on[0].0, on[1].0)
}

/// Two sources one below the other, as many columns as both have.
fn union((left, one): &Built, (right, other): &Built, p: &str) -> Built {
    let width = one.columns.len().min(other.columns.len());
    let names = |given: &Given, side: usize| {
        let names = given.columns[..width].iter().map(|(name, _)| format!("{p}{side}.{name}"));
        names.collect::<Vec<_>>().join(", ")
    };
    let pairs = one.columns.iter().zip(&other.columns);
    let columns: Vec<_> = pairs.map(|((name, one), (_, other))| (name.clone(), made(&[one, other], 0))).collect();
    let read = columns.iter().flat_map(|(_, inputs)| inputs.keys().cloned()).collect();
    let (names, others) = (names(one, 0), names(other, 1));
    let sql = format!("select {names} from {left} as {p}0 union all select {others} from {right} as {p}1");
    (sql, Given { columns, uses: one.uses.union(&other.uses).cloned().collect(), named: read })
}

/// The query of all layers, as CTEs or each in the place where it is read.
fn query(layers: &[Layer], ctes: bool, aliases: &str) -> (String, Given) {
    let mut sources = vec![
        ("t0".to_owned(), Given::table("t0", &["a", "b", "c"])),
        ("t1".to_owned(), Given::table("t1", &["a", "d", "e"])),
    ];
    let mut with = Vec::new();
    let mut last = (String::new(), Given::default());
    let mut named = BTreeSet::new();
    for (number, layer) in layers.iter().enumerate() {
        last = build(number, layer, &sources, aliases);
        named.append(&mut last.1.named);
        if ctes {
            with.push(format!("{aliases}l{number} as ({})", last.0));
            sources.push((format!("{aliases}l{number}"), last.1.clone()));
        } else {
            sources.push((format!("({})", last.0), last.1.clone()));
        }
    }
    let sql =
        if ctes { format!("with {} select * from {aliases}l{}", with.join(", "), layers.len() - 1) } else { last.0 };
    last.1.named = named;
    (sql, last.1)
}

fn read(sql: &str, dialect: Dialect) -> QueryReading {
    let tables = Tables::of(TABLES, dialect);
    let reading = Polyglot::default().read(&Query { sql, dialect, inputs: &tables });
    reading.unwrap_or_else(|unknown| panic!("{unknown}: {sql}"))
}

type Said = (Vec<(String, BTreeMap<(String, String), How>)>, BTreeSet<(String, String, UseKind)>);

/// What a reading says, in the words of the layers.
fn said(reading: &QueryReading) -> Said {
    let lower = |text: &str| text.to_lowercase();
    let columns = reading.columns.iter().map(|column| {
        let inputs = column.inputs.as_ref().unwrap().iter();
        let inputs = inputs.map(|(input, how)| ((lower(input.relation.identifier()), lower(&input.column)), *how));
        (lower(column.name.as_deref().unwrap()), inputs.collect())
    });
    let uses =
        reading.uses.iter().map(|used| (lower(used.input.relation.identifier()), lower(&used.input.column), used.kind));
    (columns.collect(), uses.collect())
}

/// The columns that the text names.
fn named(reading: &QueryReading) -> BTreeSet<(String, String)> {
    let named = reading.referenced.iter();
    named.map(|input| (input.relation.identifier().to_lowercase(), input.column.to_lowercase())).collect()
}

::laws::laws! {
    "lineage", 256;

    fn lineage_is_what_the_layers_say_however_they_are_laid_out(
        layers in prop::collection::vec(layer(), 1..6),
        dialect in prop::sample::select(&DIALECTS[..]),
    ) {
        let (sql, given) = query(&layers, true, "p");
        let reading = read(&sql, dialect);
        let columns: Vec<_> = given.columns.iter().map(|(name, inputs)| {
            let inputs = inputs.iter().map(|(input, strength)| {
                let how = match strength {
                    0 if input.1 == *name => How::AsIs,
                    0 => How::Renamed,
                    1 => How::Transformed,
                    _ => How::Aggregated,
                };
                (input.clone(), how)
            });
            (name.clone(), inputs.collect())
        }).collect();
        prop_assert_eq!(said(&reading), (columns, given.uses), "{}", sql);
        prop_assert_eq!(named(&reading), given.named, "{}", sql);
        // In place of CTEs that nobody reads stands nothing.
        let (inlined, _) = query(&layers, false, "p");
        let in_place = read(&inlined, dialect);
        prop_assert_eq!(said(&in_place), said(&reading), "{}", inlined);
        prop_assert!(in_place.referenced.is_subset(&reading.referenced), "{}", inlined);
        let (renamed, _) = query(&layers, true, "some_other_");
        prop_assert_eq!(&read(&renamed, dialect), &reading, "{}", renamed);
        let wrapped = format!("select * from ({sql}) as w");
        prop_assert_eq!(&read(&wrapped, dialect), &reading, "{}", wrapped);
    }
}
