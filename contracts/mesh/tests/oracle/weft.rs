//! The readers that weft names: readers and upstream are published as `weft publish` does, and the functions behind
//! `weft check` and `weft can-deploy` are called.

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZeroUsize,
    sync::Arc,
};

use serde_json::Value;
use time::Date;
use weft_api::{Finding, Level, Need};
use weft_check::{Checked, Levels, Side};
use weft_dbt::{
    derive::{DeriveSettings, Seeds, derive, readings},
    manifest::Manifest,
    project_lineage as project,
    select::Selection,
};
use weft_mesh::{
    can_deploy::{DeployStep, can_deploy},
    mesh::{Member, Mesh},
};
use weft_model::{
    name::{EnvironmentName, PackageName, UniqueId},
    types::Dialect,
};
use weft_sql::Polyglot;

use super::{
    dbt::{Form, READERS, UPSTREAM, manifest_json, number, readers_nodes, upstream_json},
    schema::{Change, Engine, Table},
};

/// How a reader is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    #[default]
    No,
    /// As a reader with unknown columns.
    Unknown,
    /// As one that reads this column.
    ByColumn,
}

/// How a reader is named for a change.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Verdict {
    pub(crate) check: Named,
    pub(crate) can_deploy: Named,
    /// Whether it is named as one that reads with `select *`.
    pub(crate) star: bool,
}

impl Verdict {
    pub(crate) fn is_by_column(self) -> bool {
        self.check.max(self.can_deploy) == Named::ByColumn
    }
}

/// How a change that takes nothing away is felt by a reader.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Felt {
    pub(crate) error: bool,
    pub(crate) warning: bool,
    pub(crate) can_deploy: bool,
}

/// The upstream and its readers, published.
pub(crate) struct Published {
    engine: Engine,
    tables: Vec<Table>,
    upstream: Member,
    now: Mesh,
}

impl Published {
    pub(crate) fn new(engine: Engine, tables: &[Table], readers: &[&str], form: Form) -> Self {
        let (nodes, sources) = readers_nodes(tables, readers, form);
        let upstream = member(&upstream_json(engine, tables));
        let desk = member(&manifest_json(engine, READERS, nodes, sources));
        let now = Mesh::new([upstream.clone(), desk]);
        Self { engine, tables: tables.to_vec(), upstream, now }
    }

    /// How a change that takes nothing away is felt by each reader; those that do not feel it are left out.
    pub(crate) fn felt(&self, change: &Change) -> BTreeMap<usize, Felt> {
        let mut tables = self.tables.clone();
        tables[change.table] = change.applied(&self.tables);
        let after = member(&upstream_json(self.engine, &tables));
        let mut felt: BTreeMap<usize, Felt> = BTreeMap::new();
        for finding in self.findings(&after) {
            for consumer in &finding.consumers {
                let Some(reader) = number(consumer.reader.as_str()) else { continue };
                let felt = felt.entry(reader).or_default();
                felt.error |= finding.level == Level::Error;
                felt.warning |= finding.level == Level::Warning;
            }
        }
        let mut refused = BTreeMap::new();
        self.can_deploy(after, &mut refused);
        for reader in refused.into_keys() {
            felt.entry(reader).or_default().can_deploy = true;
        }
        felt
    }

    /// How each reader is named for a change; those that are not are left out.
    pub(crate) fn named(&self, change: &Change) -> BTreeMap<usize, Verdict> {
        let mut tables = self.tables.clone();
        tables[change.table] = change.applied(&self.tables);
        let after = member(&upstream_json(self.engine, &tables));
        let mut named: BTreeMap<usize, Verdict> = BTreeMap::new();
        self.check(&after, change, &mut named);
        self.can_deploy(after, &mut named);
        named
    }

    fn findings(&self, after: &Member) -> Vec<Finding> {
        let sides =
            [&self.upstream, after].map(|member| Side::new(&member.publication).with_relations(&member.relations));
        let checked = Checked::between(sides[0], sides[1], Date::MIN);
        let (environment, upstream) = (EnvironmentName::default(), UPSTREAM.parse::<PackageName>().unwrap());
        let of_change = |touched| {
            let consumers = self.now.consumers(&environment, &upstream, &touched);
            (touched, consumers)
        };
        let consumers = checked.touched().into_iter().map(of_change).collect();
        checked.report(&Levels::default(), Some(&consumers)).findings
    }

    fn check(&self, after: &Member, change: &Change, named: &mut BTreeMap<usize, Verdict>) {
        let least = if change.mutation.is_removal() { Level::Error } else { Level::Info };
        let column = change.column(&self.tables);
        for finding in self.findings(after) {
            if finding.level < least
                || finding.column.as_deref().is_some_and(|found| !found.eq_ignore_ascii_case(column))
            {
                continue;
            }
            for consumer in &finding.consumers {
                let Some(reader) = number(consumer.reader.as_str()) else { continue };
                let verdict = named.entry(reader).or_default();
                let how = if consumer.columns.is_some() { Named::ByColumn } else { Named::Unknown };
                verdict.check = verdict.check.max(how);
                verdict.star |= consumer.star;
            }
        }
    }

    fn can_deploy(&self, after: Member, named: &mut BTreeMap<usize, Verdict>) {
        let (then, about) = (self.now.with(after), BTreeSet::from([UPSTREAM.parse().unwrap()]));
        let step = DeployStep {
            now: &self.now,
            then: &then,
            about: &about,
            levels: &BTreeMap::new(),
            waivers: &BTreeMap::new(),
            today: Date::MIN,
        };
        for unmet in can_deploy(step).unmet {
            let Some(reader) = unmet.need.reader().and_then(|reader| number(reader.as_str())) else { continue };
            let verdict = named.entry(reader).or_default();
            let how = if matches!(unmet.need, Need::Column { .. }) { Named::ByColumn } else { Named::Unknown };
            verdict.can_deploy = verdict.can_deploy.max(how);
        }
    }
}

fn member(json: &Value) -> Member {
    let manifest = Manifest::read(json.to_string().as_bytes()).unwrap();
    let settings = DeriveSettings {
        package_name: None,
        version: "1.0.0".parse().unwrap(),
        selection: Selection::parse(&[]).unwrap(),
        requires: BTreeMap::new(),
        git: None,
        readings: readings(&manifest, None, &Seeds::new(), None, &Polyglot::default(), NonZeroUsize::new(2).unwrap()),
    };
    let derived = derive(&manifest, None, &settings).unwrap();
    Member { publication: Arc::new(derived.publication), relations: Arc::new(derived.relations) }
}

/// What is not understood of each reader, in words, where anything is not.
pub(crate) fn unknown(engine: Engine, tables: &[Table], readers: &[&str], form: Form) -> BTreeMap<usize, String> {
    let (nodes, sources) = readers_nodes(tables, readers, form);
    let json = manifest_json(engine, READERS, nodes, sources);
    let manifest = Manifest::read(json.to_string().as_bytes()).unwrap();
    let dialect = Dialect::from_adapter(Some(engine.adapter()));
    let is_foreign = |unique_id: &UniqueId| unique_id.as_str().starts_with("model.shop.");
    let nodes = project::nodes(&manifest, None, dialect, is_foreign);
    let lineage = project::lineage(&nodes, dialect, &Polyglot::default(), NonZeroUsize::MIN);
    let told = lineage.iter().filter_map(|(unique_id, reading)| {
        let why = match reading {
            Err(unknown) => Some(unknown.to_string()),
            Ok(reading) => reading.unknown.first().map(ToString::to_string),
        };
        Some((number(unique_id.as_str())?, why?))
    });
    told.collect()
}
