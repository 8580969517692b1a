//! What holds of any registry, over HTTP: its answers about a step agree, and what a lock holds stays as it is.

use ::laws::Law;
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use weft_api::ResolveResponse;
use weft_mesh::lock::Lock;
use weft_publication::document;

use crate::{agreement, client::Registry, database::Database};

/// How many times the time of a law of pure functions one takes, with a registry of its own.
const WEIGHT: u32 = 20;

fn law(about: &'static str, says: &'static str, cases: u32) -> Law<'static> {
    Law { about, says, engine: None, cases, weight: WEIGHT }
}

fn runtime() -> Runtime {
    Builder::new_multi_thread().enable_all().build().unwrap()
}

#[test]
fn every_answer_about_a_step_names_the_same_readers() {
    let law = law("gate", "every answer of the registry about a step names the same readers", 12);
    let runtime = runtime();
    law.hold(&agreement::steps(), |(old, new, readers)| {
        runtime.block_on(agreement::agree(old, new, readers));
        Ok(())
    });
}

const PROJECTS: [&str; 3] = ["base", "middle", "top"];
const COLUMNS: [&str; 3] = ["a", "b", "c"];
const VERSIONS: [&str; 5] = ["1.0.0", "1.1.0", "1.2.0", "2.0.0", "3.0.0"];
const ENVIRONMENTS: [&str; 2] = ["prod", "staging"];

/// Something that is done to a registry; everything by its place in a list.
#[derive(Debug, Clone)]
enum Deed {
    Publish { project: usize, version: usize, columns: [bool; 3], deploy_to: Option<usize> },
    Deploy { project: usize, version: usize, environment: usize },
    Undeploy { project: usize, environment: usize },
    Yank { project: usize, version: usize, yanked: bool },
}

fn deed() -> impl Strategy<Value = Deed> {
    let what = || (0..PROJECTS.len(), 0..VERSIONS.len());
    let environment = || prop_oneof![3 => Just(0), 1 => Just(1_usize)];
    let publish = (what(), any::<[bool; 3]>(), prop::option::weighted(0.8, environment()))
        .prop_map(|((project, version), columns, deploy_to)| Deed::Publish { project, version, columns, deploy_to });
    prop_oneof![
        6 => publish,
        2 => (what(), environment()).prop_map(|((project, version), environment)| Deed::Deploy { project, version, environment }),
        1 => (0..PROJECTS.len(), environment()).prop_map(|(project, environment)| Deed::Undeploy { project, environment }),
        1 => (what(), any::<bool>()).prop_map(|((project, version), yanked)| Deed::Yank { project, version, yanked }),
    ]
}

/// A publication that requires the project before it.
fn publication(project: usize, version: usize, columns: [bool; 3]) -> Value {
    let (name, model) = (PROJECTS[project], format!("model.{}.m", PROJECTS[project]));
    let columns = COLUMNS.iter().zip(columns).filter(|(_, is)| *is);
    let columns: Vec<_> =
        columns.map(|(name, _)| json!({"name": name, "data_type": "integer", "origin": "contract"})).collect();
    let requires = match project {
        0 => json!({}),
        _ => json!({PROJECTS[project - 1]: "*"}),
    };
    json!({
        "package_name": name, "version": VERSIONS[version], "source": {"adapter_type": "duckdb"},
        "interface": {&model: {"name": "m", "resource_type": "model", "access": "public", "columns": columns}},
        "lineage": {&model: {"resource_type": "model"}}, "requires": requires,
    })
}

/// Does it. What the registry refuses leaves it as it was; it never fails.
async fn done(registry: &Registry, deed: &Deed) {
    let path = |project: usize, rest: String| format!("/v1/projects/{}/{rest}", PROJECTS[project]);
    let answer = match *deed {
        Deed::Publish { project, version, columns, deploy_to } => {
            let environment = deploy_to.map(|at| ENVIRONMENTS[at]);
            let model = format!("model.{}.m", PROJECTS[project]);
            let relation = json!({"schema": environment.unwrap_or("none"), "identifier": PROJECTS[project]});
            let mut request =
                json!({"publication": publication(project, version, columns), "relations": {model: relation}});
            if let Some(environment) = environment {
                request["deploy_to"] = environment.into();
            }
            registry.put(&path(project, format!("publications/{}", VERSIONS[version])), &request).await
        }
        Deed::Deploy { project, version, environment } => {
            let path = path(project, format!("environments/{}", ENVIRONMENTS[environment]));
            registry.put(&path, &json!({"version": VERSIONS[version]})).await
        }
        Deed::Undeploy { project, environment } => {
            let path = path(project, format!("environments/{}/undeploy", ENVIRONMENTS[environment]));
            registry.post(&path, &json!({})).await
        }
        Deed::Yank { project, version, yanked } => {
            let path = path(project, format!("publications/{}/yank", VERSIONS[version]));
            registry.post(&path, &json!({"yanked": yanked})).await
        }
    };
    assert!(!answer.status.is_server_error(), "{deed:?}: {answer:?}");
}

/// What a lock of the registry holds now; `None` where nothing can be resolved.
async fn locked(registry: &Registry, asked: &Value) -> Option<Lock> {
    let answer = registry.post("/v1/resolve", asked).await;
    let resolved: ResolveResponse =
        answer.status.is_success().then(|| serde_json::from_value(answer.json()).unwrap())?;
    Some(Lock::new(serde_json::from_value(asked["requires"].clone()).unwrap(), resolved))
}

/// The bytes of what a lock holds: of each publication and of its relations.
async fn held(registry: &Registry, lock: &Lock) -> Result<Vec<(String, Vec<u8>)>, TestCaseError> {
    let mut held = Vec::new();
    for package in &lock.packages {
        let path = format!("/v1/projects/{}", package.package_name);
        let published = registry.get(&format!("{path}/publications/{}", package.version)).await;
        prop_assert_eq!(published.status, 200);
        let digest = document::digest(&document::parse(published.json()).unwrap()).unwrap();
        prop_assert_eq!(&digest, &package.digest, "the content is what the lock says");
        let relations = registry.get(&format!("{path}/relations/{}", package.relations_digest)).await;
        prop_assert_eq!(relations.status, 200);
        held.push((package.package_name.to_string(), [published.bytes, relations.bytes].concat()));
    }
    Ok(held)
}

async fn kept(before: &[Deed], after: &[Deed], asked: &Value) -> Result<usize, TestCaseError> {
    let database = Database::sqlite();
    let registry = Registry::open(&database).await;
    for deed in before {
        done(&registry, deed).await;
    }
    let mut instances = 0;
    if let Some(lock) = locked(&registry, asked).await {
        let requires = serde_json::from_value(asked["requires"].clone()).unwrap();
        let environment = serde_json::from_value(asked["environment"].clone()).unwrap();
        prop_assert!(lock.answers(None, &requires, &environment).is_ok(), "it answers what was asked");
        let bytes = held(&registry, &lock).await?;
        let text = lock.to_text().unwrap();
        prop_assert_eq!(&locked(&registry, asked).await.unwrap().to_text().unwrap(), &text, "asked again");
        for deed in after {
            done(&registry, deed).await;
        }
        let read = Lock::parse(&text).unwrap().0;
        prop_assert_eq!(held(&registry, &read).await?, bytes, "whatever was done since");
        instances = 1;
    }
    database.remove().await;
    Ok(instances)
}

#[test]
fn what_a_lock_holds_is_had_again_byte_for_byte_whatever_is_done_since() {
    let law = law("locks", "what a lock holds is had again byte for byte whatever is done since", 12);
    let runtime = runtime();
    let deeds = |many: std::ops::Range<usize>| prop::collection::vec(deed(), many);
    let first = (0..VERSIONS.len(), any::<[bool; 3]>());
    let asked = (any::<bool>(), 0..ENVIRONMENTS.len(), prop::sample::select(&PROJECTS[..]));
    // Every project is there to begin with.
    law.hold(&(first, deeds(0..8), deeds(0..8), asked), |((version, columns), before, after, asked)| {
        let first = (0..PROJECTS.len()).map(|project| Deed::Publish { project, version, columns, deploy_to: Some(0) });
        let before: Vec<_> = first.chain(before).collect();
        let (latest, environment, wanted) = asked;
        let asked = json!({"requires": {wanted: "*"}, "latest": latest, "environment": ENVIRONMENTS[environment],
            "fallback": {"staging": "prod"}});
        runtime.block_on(kept(&before, &after, &asked))
    });
}
