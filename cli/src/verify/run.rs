//! A contract, verified against the data of its server.

use weft_api::{CheckKind, CheckOutcome, Verification, VerifiedCheck, VerifiedObject, problem::ProblemCode};
use weft_odcs::SchemaObject;
use weft_verify::{Subject, plan};

use crate::{
    escape::escape,
    failure::{Result, problem},
    verify::{
        contract::ContractFile,
        object::{Runner, find},
        options::Options,
        place::DatabasePlace,
        relationships::{self, RelationshipContext},
        session::Session,
        statement::StatementFailure,
    },
};

/// Verifies a contract.
///
/// # Errors
/// A database that cannot be reached. What else goes wrong is told of the checks that it is about.
pub(crate) async fn verify(file: &ContractFile, place: &DatabasePlace, options: &Options) -> Result<Verification> {
    let ContractFile { contract, .. } = file;
    let mut session = Session::open(place, options.timeout).await.map_err(|why| {
        let server = place.server.as_ref().map(|server| format!(" {}", escape(server))).unwrap_or_default();
        let detail = format!("{}: the server{server} cannot be reached: {}", escape(contract.title()), escape(&why));
        problem(ProblemCode::DatabaseUnreachable, detail)
    })?;
    let around = RelationshipContext { file, place, options };
    let mut objects = Vec::new();
    for object in &contract.schema {
        if options.object.as_ref().is_none_or(|name| *name == object.name || object.id.as_ref() == Some(name)) {
            objects.push(one(&mut session, &around, object).await);
        }
    }
    Ok(Verification {
        contract: contract.id.clone(),
        version: contract.version.clone(),
        server: place.server.clone(),
        engine: place.engine.name().to_owned(),
        objects,
    })
}

async fn one(session: &mut Session, around: &RelationshipContext<'_>, object: &SchemaObject) -> VerifiedObject {
    let verified = match session.begin().await {
        Ok(()) => checked(session, around, object).await,
        Err(failure) => Err(failure),
    };
    session.end().await;
    verified.unwrap_or_else(|failure| not_looked_at(object, &failure))
}

async fn checked(
    session: &mut Session,
    around: &RelationshipContext<'_>,
    object: &SchemaObject,
) -> std::result::Result<VerifiedObject, StatementFailure> {
    let RelationshipContext { file, place, options } = around;
    let table = find(session, place.engine, object.stored_name(), place.schema.as_deref()).await?;
    let (contract, engine, now) = (&file.contract, place.engine, options.now);
    let subject = Subject { contract, object, table: table.as_ref(), engine, now };
    let mut runner = Runner::new(session, subject, options.samples);
    let mut checks = runner.run(&plan(&subject)).await;
    checks.extend(relationships::verify(&mut runner, around).await);
    let relation = table.as_ref().map(|table| table.relation(engine));
    Ok(VerifiedObject { object: object.name.clone(), relation, rows: runner.rows, checks })
}

/// The result if even the catalog could not be read: nothing is known of any check.
fn not_looked_at(object: &SchemaObject, failure: &StatementFailure) -> VerifiedObject {
    let check = VerifiedCheck {
        check: CheckKind::TableExists,
        properties: Vec::new(),
        rule: None,
        expectation: format!("{} is there", object.stored_name()),
        outcome: CheckOutcome::Error,
        severity: None,
        found: None,
        count: None,
        percent: None,
        samples: Vec::new(),
        reason: Some(failure.to_string()),
    };
    VerifiedObject { object: object.name.clone(), relation: None, rows: None, checks: vec![check] }
}
