//! What rows refer to: in the same database, or in that of another contract.

use std::path::PathBuf;

use weft_api::{KeyPart, SampleKey, VerifiedCheck};
use weft_odcs::DataContract;
use weft_verify::{
    CatalogTable, Check, Link, ReferenceTarget, RelationshipSide, Work, elsewhere, here, links, resolve,
};

use crate::verify::{
    contract::ContractFile,
    keys,
    object::{Runner, find},
    options::Options,
    place::DatabasePlace,
    session::Session,
};

/// What relationships are verified with.
pub(super) struct RelationshipContext<'s> {
    /// The contract whose relationships they are.
    pub(super) file: &'s ContractFile,
    /// Where it is verified.
    pub(super) place: &'s DatabasePlace,
    pub(super) options: &'s Options,
}

/// The relationships of the runner's object.
pub(super) async fn verify(runner: &mut Runner<'_, '_>, around: &RelationshipContext<'_>) -> Vec<VerifiedCheck> {
    let mut results = Vec::new();
    for link in links(&runner.subject) {
        let result = match link.fault() {
            Some(fault) => Err(link.impossible(&fault)),
            None => one(runner, around, &link).await,
        };
        results.push(match result {
            Ok(result) => result,
            Err(check) => runner.run(&[check]).await.remove(0),
        });
    }
    results
}

/// A relationship; as an error the check that its runner is to run, for most of them are one statement.
async fn one<'c>(
    runner: &mut Runner<'_, 'c>,
    around: &RelationshipContext<'_>,
    link: &Link<'c>,
) -> Result<VerifiedCheck, Check<'c>> {
    let impossible = |fault: String| link.impossible(&fault);
    let file = link.to.first().and_then(|to| to.file);
    if link.to.iter().any(|to| to.file != file) {
        return Err(impossible("it refers to several contracts at once".to_owned()));
    }
    let Some(file) = file else {
        let targets = targets(link, runner.subject.contract).map_err(impossible)?;
        return Err(in_session(runner, around.place, link, &targets).await);
    };
    if file.contains("://") && !file.starts_with("file://") {
        return Err(link.unread("weft fetches no contracts; name a file"));
    }
    let path = PathBuf::from(file.strip_prefix("file://").unwrap_or(file));
    let path = around.file.path.parent().map_or_else(|| path.clone(), |folder| folder.join(&path));
    let other = ContractFile::read(&path).map_err(|problem| impossible(problem.detail.clone()))?;
    let targets = targets(link, &other.contract).map_err(impossible)?;
    let mut choice = around.options.choice.clone();
    // The name and the variable are those of this contract's server.
    choice.dsn_env = None;
    choice.server = choice.server.filter(|name| other.contract.servers.iter().any(|it| &it.server == name));
    let place = DatabasePlace::for_contract(&other, &choice).map_err(|problem| impossible(problem.detail.clone()))?;
    if place.is_same(around.place) {
        return Err(in_session(runner, &place, link, &targets).await);
    }
    let opened = Session::open(&place, around.options.timeout).await;
    let mut session = opened.map_err(|why| impossible(format!("the other database cannot be reached: {why}")))?;
    session.begin().await.map_err(|failure| impossible(failure.to_string()))?;
    let there = table(&mut session, &place, &targets).await.map_err(impossible)?;
    side_by_side(runner, &mut session, &place, link, &Referred { targets: &targets, table: &there }).await
}

/// The table of the other database that is referred to, and the properties that are.
struct Referred<'a> {
    targets: &'a [ReferenceTarget<'a>],
    table: &'a CatalogTable,
}

/// What a relationship's references lead to: properties of one object.
fn targets<'o>(link: &Link<'_>, contract: &'o DataContract) -> Result<Vec<ReferenceTarget<'o>>, String> {
    let resolved = link.to.iter().map(|to| resolve(contract, to.path).map_err(|error| error.to_string()));
    let targets: Vec<ReferenceTarget<'o>> = resolved.collect::<Result<_, _>>()?;
    let is_one = targets.windows(2).all(|pair| pair[0].object.name == pair[1].object.name);
    if is_one { Ok(targets) } else { Err("it refers to several objects at once".to_owned()) }
}

/// The table that is referred to, with all the columns that are.
async fn table(
    session: &mut Session,
    place: &DatabasePlace,
    targets: &[ReferenceTarget<'_>],
) -> Result<CatalogTable, String> {
    let stored = targets.first().map(|target| target.object.stored_name()).unwrap_or_default();
    let found = find(session, place.engine, stored, place.schema.as_deref()).await.map_err(|it| it.to_string())?;
    let table = found.ok_or_else(|| format!("there is no table {stored}"))?;
    let missing = targets.iter().map(|it| it.property.stored_name()).find(|name| table.column(name).is_none());
    match missing {
        Some(missing) => Err(format!("the table {stored} has no column {missing}")),
        None => Ok(table),
    }
}

fn side<'s>(place: &DatabasePlace, table: &'s CatalogTable, targets: &[ReferenceTarget<'_>]) -> RelationshipSide<'s> {
    let columns = targets.iter().filter_map(|target| Some(table.column(target.property.stored_name())?.name.as_str()));
    RelationshipSide { engine: place.engine, table, columns: columns.collect() }
}

/// The check within the runner's own database.
async fn in_session<'c>(
    runner: &mut Runner<'_, 'c>,
    place: &DatabasePlace,
    link: &Link<'c>,
    targets: &[ReferenceTarget<'_>],
) -> Check<'c> {
    match table(runner.session, place, targets).await {
        Ok(table) => here(&runner.subject, link, &side(place, &table, targets)),
        Err(why) => link.impossible(&why),
    }
}

/// The check between the runner's database and another.
async fn side_by_side<'c>(
    runner: &mut Runner<'_, 'c>,
    other: &mut Session,
    place: &DatabasePlace,
    link: &Link<'c>,
    referred: &Referred<'_>,
) -> Result<VerifiedCheck, Check<'c>> {
    let from: Vec<_> = link.from.iter().flatten().copied().collect();
    let Some(table) = runner.subject.table else { return Err(link.unread("the table is missing")) };
    let columns: Vec<&str> = from.iter().filter_map(|it| Some(table.column(it.stored_name())?.name.as_str())).collect();
    if columns.len() < from.len() {
        return Err(link.unread("a column of it is missing"));
    }
    let own = RelationshipSide { engine: runner.subject.engine, table, columns };
    let check = elsewhere(&runner.subject, link, &own, &side(place, referred.table, referred.targets));
    let Work::Elsewhere { from: keys_from, to: keys_to } = &check.work else { return Err(check) };
    let orphans = async {
        runner.session.open_pages(keys_from).await?;
        other.open_pages(keys_to).await?;
        keys::orphans(runner.session, other, from.len(), runner.samples).await
    };
    let orphans = match orphans.await {
        Ok(orphans) => orphans,
        Err(failure) => return Ok(check.failed_to_run(failure.to_string())),
    };
    let part = |(property, value): (&&weft_odcs::SchemaProperty, String)| KeyPart {
        column: property.name.clone(),
        value: Some(value.chars().take(200).collect()),
    };
    let key = |key: Vec<String>| SampleKey(from.iter().zip(key).map(part).collect());
    let samples = orphans.samples.into_iter().map(key).collect();
    Ok(VerifiedCheck { samples, ..check.settle(Some(&orphans.rows.to_string()), runner.rows) })
}
