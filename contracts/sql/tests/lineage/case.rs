//! A written query, with what is expected of it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, sync::Arc};

use weft_model::{relation_name::RelationName, types::Dialect};
use weft_sql::{
    InputColumn, KnownColumns, Output, Polyglot, Query, QueryReading, RelationColumns, SqlReader as _, Unknown,
};

/// The folder of the cases.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lineage");

/// What became of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// As expected, an expected unknown included.
    Right,
    /// It is not said, though it could be.
    Unknown,
    /// The lineage differs.
    Wrong,
}

/// A written query.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) sql: String,
    pub(crate) core: bool,
    pub(crate) tables: Tables,
    /// The expected columns, a line each, in order.
    columns: Vec<String>,
    /// The expected uses, sorted; `None` where nothing is expected of them.
    uses: Option<Vec<String>>,
    /// The columns that the text is expected to name, sorted; `None` where nothing is expected of them.
    referenced: Option<Vec<String>>,
    reading: Result<QueryReading, Unknown>,
}

/// The known inputs.
#[derive(Default)]
pub(crate) struct Tables(pub(crate) BTreeMap<RelationName, Arc<KnownColumns>>);

impl RelationColumns for Tables {
    fn columns(&self, relation: &RelationName) -> Option<Arc<KnownColumns>> {
        self.0.get(relation).cloned()
    }
}

/// A line without what does not matter: case, and the order of the parts after the colon.
fn plain(line: &str) -> String {
    let (name, inputs) = line.rsplit_once(": ").unwrap_or((line, ""));
    let mut inputs: Vec<_> = inputs.split(", ").map(str::trim).collect();
    inputs.sort_unstable();
    format!("{name}: {}", inputs.join(", ")).to_lowercase()
}

impl Tables {
    /// Of comments, `-- name(column, ..)`.
    pub(crate) fn of(sql: &str, dialect: Dialect) -> Self {
        let told = sql.lines().map_while(|line| line.strip_prefix("-- ")).filter_map(|line| line.split_once('('));
        let table = |(name, columns): (&str, &str)| {
            let columns = columns.trim_end_matches(')').split(',').map(|column| column.trim().trim_matches('"'));
            let name = RelationName::from_rendered(name, dialect).unwrap_or_else(|| panic!("{name}"));
            (name, Arc::new(KnownColumns::complete(columns)))
        };
        Self(told.map(table).collect())
    }
}

impl Case {
    /// All cases, sorted.
    pub(crate) fn all() -> Vec<Self> {
        let files = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|kind| kind == "sql")).collect();
        files.sort();
        files.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let sql = fs::read_to_string(path).unwrap();
        let dialect = Dialect::from_adapter(name.split('_').next());
        let tables = Tables::of(&sql, dialect);
        let expected = fs::read_to_string(path.with_extension("lineage")).unwrap();
        let listed = |kind: &str| {
            let line = expected.lines().find_map(|line| line.strip_prefix(kind))?;
            let mut listed: Vec<_> = line.split(", ").filter(|one| *one != "-").map(str::to_lowercase).collect();
            listed.sort_unstable();
            Some(listed)
        };
        let (uses, referenced) = (listed("uses: "), listed("referenced: "));
        let columns = expected.lines().filter(|line| !line.starts_with("uses: ") && !line.starts_with("referenced: "));
        let reading = Polyglot::default().read(&Query { sql: &sql, dialect, inputs: &tables });
        Self {
            core: sql.starts_with("-- core\n"),
            columns: columns.map(plain).collect(),
            uses,
            referenced,
            reading,
            tables,
            sql,
            name,
        }
    }

    /// What became of each expected column, and of those that were not expected.
    pub(crate) fn verdicts(&self) -> Vec<Verdict> {
        let Ok(reading) = &self.reading else { return vec![Verdict::Unknown; self.columns.len()] };
        let found: Vec<_> = reading.columns.iter().map(line).collect();
        (0..self.columns.len().max(found.len()))
            .map(|place| match (self.columns.get(place), found.get(place)) {
                (Some(expected), Some(found)) if expected == found => Verdict::Right,
                (Some(_), Some(found)) if found.contains(": unknown ") => Verdict::Unknown,
                (Some(_), None) if !reading.complete => Verdict::Unknown,
                _ => Verdict::Wrong,
            })
            .collect()
    }

    /// Whether the uses and the named columns are those expected.
    pub(crate) fn rest_is_as_expected(&self) -> bool {
        let is = |expected: &Option<Vec<String>>, found: fn(&QueryReading) -> Vec<String>| {
            expected.is_none() || self.reading.as_ref().is_ok_and(|reading| *expected == Some(found(reading)))
        };
        is(&self.uses, uses) && is(&self.referenced, referenced)
    }

    /// Expected and found, line by line.
    pub(crate) fn difference(&self) -> String {
        let mut text = String::new();
        let rest = [&self.uses, &self.referenced].into_iter().flatten().map(|listed| listed.join(", "));
        let expected = self.columns.iter().cloned().chain(rest);
        expected.for_each(|line| writeln!(text, "  - {line}").unwrap());
        match &self.reading {
            Err(unknown) => writeln!(text, "  + {unknown}").unwrap(),
            Ok(reading) => {
                let found =
                    reading.columns.iter().map(line).chain([uses(reading).join(", "), referenced(reading).join(", ")]);
                found.for_each(|line| writeln!(text, "  + {line}").unwrap());
                reading.unknown.iter().for_each(|unknown| writeln!(text, "  + {unknown}").unwrap());
            }
        }
        text
    }

    /// How many of the columns sqlglot has right. It has no words for how, and counts what a window is parted and ordered
    /// by among the inputs: that is as right.
    pub(crate) fn right_of_sqlglot(&self, theirs: &[Option<Vec<String>>]) -> usize {
        let used: Vec<_> =
            self.uses.iter().flatten().filter_map(|used| used.rsplit_once(' ')).map(|(input, _)| input).collect();
        let right = |(expected, theirs): (&String, &Option<Vec<String>>)| {
            let (_, inputs) = expected.rsplit_once(": ").unwrap();
            let Some(theirs) = theirs else { return inputs.starts_with("unknown ") };
            let inputs: Vec<_> =
                inputs.split(", ").filter_map(|input| input.rsplit_once(' ')).map(|(input, _)| input).collect();
            inputs.iter().all(|input| theirs.iter().any(|their| their == input))
                && theirs.iter().all(|their| inputs.contains(&&**their) || used.contains(&&**their))
        };
        self.columns.iter().zip(theirs).filter(|pair| right(*pair)).count()
    }
}

/// A column as a case writes it.
fn line(column: &Output) -> String {
    let name = column.name.as_deref().unwrap_or("?");
    let data_type = column.data_type.as_deref().map_or_else(String::new, |data_type| format!(" :: {data_type}"));
    let inputs = match &column.inputs {
        Err(unknown) => format!("unknown {}", unknown.reason()),
        Ok(inputs) if inputs.is_empty() => "-".to_owned(),
        Ok(inputs) => {
            let inputs = inputs.iter().map(|(input, how)| format!("{}.{} {how}", shown(&input.relation), input.column));
            inputs.collect::<Vec<_>>().join(", ")
        }
    };
    plain(&format!("{name}{data_type}: {inputs}"))
}

fn uses(reading: &QueryReading) -> Vec<String> {
    let told = reading.uses.iter().map(|used| {
        let input = &used.input;
        format!("{}.{} {}", shown(&input.relation), input.column, used.kind).to_lowercase()
    });
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    told
}

fn referenced(reading: &QueryReading) -> Vec<String> {
    let named = |input: &InputColumn| format!("{}.{}", shown(&input.relation), input.column).to_lowercase();
    let mut named: Vec<_> = reading.referenced.iter().map(named).collect();
    named.sort_unstable();
    named
}

fn shown(relation: &RelationName) -> String {
    relation.parts().collect::<Vec<_>>().join(".")
}
