//! Two replicas over one database answer what a fresh process answers, after anything that was tried, refused or
//! undone.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    client::{Answer, Registry},
    database::{Database, on_both_stores},
    lineage::{model, put, relation},
};

const PROJECTS: [&str; 3] = ["inventory", "sales", "web"];
const VERSIONS: [&str; 3] = ["1.0.0", "1.1.0", "2.0.0"];
const ENVIRONMENTS: [&str; 2] = ["prod", "staging"];
const SCHEMAS: [&str; 2] = ["blue", "green"];
/// How many operations a story has.
const STEPS: usize = 24;

/// Random numbers from a seed, the same on every machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn is_one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.below(among.len())]
    }

    /// An object with a reason to force, sometimes.
    fn force(&mut self, mut request: Value) -> Value {
        if self.is_one_in(3) {
            request["force"] = json!({"reason": "the dice say so"});
        }
        request
    }
}

/// A publication of a project, with one model that others read by a ref or by a source; everything in one schema, or in
/// any.
fn publish_request(dice: &mut Dice, name: &str, version: &str, schemas: &[&str]) -> Value {
    let own = format!("model.{name}.m");
    let all = [("id", "integer"), ("price", "double"), ("colour", "varchar")];
    let columns: Vec<_> = all.into_iter().filter(|_| !dice.is_one_in(4)).collect();
    let mut relations = json!({ &own: relation(dice.pick(schemas), name) });
    let mut lineage = json!({ &own: {"resource_type": "model"} });
    let (mut uses, mut requires) = (Vec::new(), json!({}));
    for upstream in PROJECTS.into_iter().filter(|upstream| *upstream < name) {
        let read = format!("model.{upstream}.m");
        if dice.is_one_in(2) {
            uses.push(json!({"reader": own, "upstream": upstream, "unique_id": read, "via": "ref"}));
            if dice.is_one_in(2) {
                uses[0]["columns"] = json!({"price": ["renamed"]});
            }
        } else {
            let source = format!("source.{name}.{upstream}.m");
            relations[&source] = relation(dice.pick(schemas), &upstream.to_uppercase());
            lineage[&own]["depends_on"] = json!([source]);
            lineage[&source] = json!({"resource_type": "source"});
        }
        if dice.is_one_in(3) {
            requires[upstream] = dice.pick(&["^1", "*", "^2"]).into();
        }
    }
    let adapter_type = dice.pick(&["duckdb", "postgres", "snowflake"]);
    let mut request = json!({
        "publication": {
            "package_name": name, "version": version, "source": {"adapter_type": adapter_type},
            "interface": {&own: model("m", &columns)}, "lineage": lineage, "requires": requires,
        },
        "relations": relations,
    });
    if !uses.is_empty() {
        request["publication"]["uses"] = uses.into();
    }
    if !dice.is_one_in(3) {
        request["deploy_to"] = dice.pick(&ENVIRONMENTS).into();
    }
    dice.force(request)
}

fn publish_path(request: &Value) -> String {
    let text = |key: &str| request["publication"][key].as_str().unwrap().to_owned();
    format!("/v1/projects/{}/publications/{}", text("package_name"), text("version"))
}

/// Does something at random on one of the replicas; returns what.
async fn step(replicas: &[Registry; 2], dice: &mut Dice) -> String {
    let first = dice.below(2);
    let registry = &replicas[first];
    let (name, version, environment) = (dice.pick(&PROJECTS), dice.pick(&VERSIONS), dice.pick(&ENVIRONMENTS));
    let project = format!("/v1/projects/{name}");
    let (what, answer) = match dice.below(20) {
        0..4 => {
            let request = publish_request(dice, name, version, &SCHEMAS);
            let dry = if dice.is_one_in(3) { "?dry_run=true" } else { "" };
            let path = format!("{}{dry}", publish_path(&request));
            (format!("publish {path}"), registry.put(&path, &request).await)
        }
        4..8 => {
            // What one replica only tries, the other publishes under the same name, with other content.
            let [mut tried, mut published] = [(); 2].map(|()| publish_request(dice, name, version, &SCHEMAS[..1]));
            for request in [&mut tried, &mut published] {
                request["deploy_to"] = environment.into();
                request["force"] = json!({"reason": "the dice say so"});
            }
            let path = publish_path(&tried);
            let dry = registry.put(&format!("{path}?dry_run=true"), &tried).await;
            assert!(!dry.status.is_server_error(), "{dry:?}");
            let answer = replicas[1 - first].put(&path, &published).await;
            (format!("try ({}) and publish {path}", dry.status.as_u16()), answer)
        }
        8..12 => {
            let mut request = json!({"version": version});
            if dice.is_one_in(3) {
                request["relations"] = json!({ format!("model.{name}.m"): relation(dice.pick(&SCHEMAS), name) });
            }
            let path = format!("{project}/environments/{environment}");
            let seen = format!("\"{}\"", dice.below(4));
            let headers: &[(&str, &str)] = if dice.is_one_in(4) { &[("if-match", &seen)] } else { &[] };
            (format!("deploy {name} {version}"), registry.put_with(&path, headers, &dice.force(request)).await)
        }
        12 => {
            let path = format!("{project}/environments/{environment}/undeploy");
            (format!("undeploy {name}"), registry.post(&path, &dice.force(json!({}))).await)
        }
        13 | 14 => {
            let request = json!({"yanked": !dice.is_one_in(3)});
            let path = format!("{project}/publications/{version}/yank");
            (format!("yank {name} {version}"), registry.post(&path, &request).await)
        }
        15 => {
            let column = dice.pick(&["id", "price"]);
            let request = json!({"kind": "dashboard", "owner": "Controlling", "reads": [
                {"package_name": name, "unique_id": format!("model.{name}.m"), "columns": [{"name": column}]}]});
            let path = format!("/v1/consumers/{environment}/board");
            (format!("consumer of {name}"), registry.put(&path, &request).await)
        }
        16 => {
            let path = format!("/v1/consumers/{environment}/board");
            (format!("remove consumer in {environment}"), registry.delete(&path).await)
        }
        17 => {
            let request = json!({"rules": {"column_removed": dice.pick(&["error", "warning", "info"])}});
            let path = if dice.is_one_in(2) { "/v1/policies" } else { &format!("/v1/policies?package_name={name}") };
            ("policy".to_owned(), registry.put(path, &request).await)
        }
        18 => {
            let request = json!({"rule": "column_removed", "unique_id": format!("model.{name}.m"), "author": "Ana",
                "reason": "agreed", "until": "9999-12-31"});
            (format!("waive for {name}"), registry.post(&format!("{project}/waivers"), &request).await)
        }
        _ => {
            let path = format!("{project}/environments/{environment}/results");
            let request = json!({"ran_by": "dbt_run", "ran_at": "2026-11-20T10:00:00Z", "program": "dbt 1.11.16",
                "nodes": {format!("model.{name}.m"): {"results": [{"name": "ids", "kind": "not_null",
                    "columns": ["id"], "outcome": dice.pick(&["passed", "failed"])}]}}});
            (format!("results of {name}"), registry.post(&path, &request).await)
        }
    };
    assert!(!answer.status.is_server_error(), "{what}: {answer:?}");
    format!("{what}: {}", answer.status.as_u16())
}

/// Every answer that depends on what the registry holds.
fn reads() -> Vec<(String, Option<Value>)> {
    let mut paths: Vec<String> = ["/v1/projects", "/v1/policies", "/hub/api/v1/index.json"].map(str::to_owned).into();
    for environment in ENVIRONMENTS {
        paths.extend([
            format!("/v1/graph?environment={environment}"),
            format!("/v1/graph?environment={environment}&level=node&fallback=staging=prod"),
            format!("/v1/consumers?environment={environment}"),
            format!("/v1/consumers/{environment}/board"),
        ]);
    }
    for name in PROJECTS {
        let project = format!("/v1/projects/{name}");
        let node = format!("{project}/nodes/model.{name}.m");
        paths.push(format!("/v1/policies?package_name={name}"));
        paths.extend(["", "/publications", "/policy", "/waivers", "/consumers"].map(|end| format!("{project}{end}")));
        for environment in ENVIRONMENTS {
            paths.extend(["", "/consumers", "/consumers?column=price", "/lineage", "/health"].map(|end| {
                let separator = if end.contains('?') { '&' } else { '?' };
                format!("{node}{end}{separator}environment={environment}")
            }));
            paths
                .extend(["", "/history", "/badge.svg"].map(|end| format!("{project}/environments/{environment}{end}")));
            paths.push(format!("{project}/manifest.json?environment={environment}"));
            paths.push(format!("/hub/api/v1/{environment}/{name}.json"));
            for version in VERSIONS {
                paths.push(format!("{project}/can-deploy?environment={environment}&version={version}"));
                paths.push(format!("/hub/tarballs/{environment}/{name}/{version}.tar.gz"));
            }
        }
        paths.extend(VERSIONS.map(|version| format!("{project}/publications/{version}")));
    }
    let mut reads: Vec<_> = paths.into_iter().map(|path| (path, None)).collect();
    for latest in [false, true] {
        let requires = json!({"sales": "*", "web": "*"});
        reads.push(("/v1/resolve".to_owned(), Some(json!({"requires": requires, "latest": latest}))));
    }
    let touched = json!([{"unique_id": "model.inventory.m", "column": "price"}]);
    let impact = json!({"environment": "prod", "touched": touched});
    reads.push(("/v1/projects/inventory/impact".to_owned(), Some(impact)));
    reads
}

async fn ask(registry: &Registry, (path, body): &(String, Option<Value>)) -> Told {
    Told::new(&match body {
        Some(body) => registry.post(path, body).await,
        None => registry.get(path).await,
    })
}

/// An answer without what belongs to the request alone.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    headers: Vec<String>,
    body: Vec<u8>,
}

impl Told {
    fn new(answer: &Answer) -> Self {
        let headers = ["content-type", "etag", "cache-control"].map(|name| answer.header(name).to_owned()).into();
        let mut body = answer.bytes.to_vec();
        if answer.header("content-type") == "application/problem+json" {
            let mut problem = answer.json();
            problem["request_id"] = Value::Null;
            body = problem.to_string().into_bytes();
        }
        Self { status: answer.status.as_u16(), headers, body }
    }

    fn text(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, String::from_utf8_lossy(&self.body))
    }
}

/// Two replicas do one thing after the other at random, and are asked everything after each.
async fn story(database: &Database, seed: u64) {
    let mut dice = Dice(seed);
    let replicas = [Registry::open(database).await, Registry::open(database).await];
    let reads = reads();
    let (mut done, mut tagged) = (Vec::new(), BTreeMap::new());
    let mut succeeded = 0;
    for _ in 0..STEPS {
        done.push(step(&replicas, &mut dice).await);
        succeeded += usize::from(done.last().unwrap().ends_with(": 200") || done.last().unwrap().ends_with(": 201"));
        let fresh = Registry::open(database).await;
        for read in &reads {
            let expected = ask(&fresh, read).await;
            for (replica, name) in replicas.iter().zip(["first", "second"]) {
                let told = ask(replica, read).await;
                let context = format!("seed {seed}, the {name} replica, {read:?}, after {done:#?}");
                assert!(told == expected, "{context}:\n{}\ninstead of\n{}", told.text(), expected.text());
            }
            let Told { status: 200, headers, body } = expected else { continue };
            if !headers[1].is_empty() {
                let before = tagged.entry((read.0.clone(), headers[1].clone())).or_insert_with(|| body.clone());
                assert!(
                    *before == body,
                    "seed {seed}: one ETag for two answers: {read:?}, {}, after {done:#?}",
                    headers[1]
                );
            }
        }
    }
    assert!(succeeded > STEPS / 4, "seed {seed}: hardly anything was done: {done:#?}");
}

on_both_stores! {
    async fn after_each_of_many_random_operations_a_replica_answers_as_a_fresh_process_does(database: &Database) {
        story(database, 1).await;
    }

    async fn a_dry_run_leaves_nothing_in_a_replicas_memory(database: &Database) {
        let [first, second] = [Registry::open(database).await, Registry::open(database).await];
        let path = "/v1/projects/inventory/publications/1.0.0";
        let [mut tried, mut published] = [product(&["id", "price"]), product(&["id", "colour"])];
        for request in [&mut tried, &mut published] {
            request["deploy_to"] = "prod".into();
        }
        assert_eq!(first.put(&format!("{path}?dry_run=true"), &tried).await.status, 201);
        assert_eq!(second.put(path, &published).await.status, 201);
        for read in ["/v1/projects/inventory/nodes/model.inventory.m", "/v1/graph?level=node"] {
            let [told, expected] = [first.get(read).await, second.get(read).await];
            assert_eq!(Told::new(&told), Told::new(&expected), "{}", Told::new(&told).text());
        }
    }

    async fn what_is_published_again_from_elsewhere_is_judged_by_what_stands(database: &Database) {
        let registry = Registry::open(database).await;
        put(&registry, product(&["id"]), "staging").await;
        // duckdb does not tell INVENTORY from inventory, as snowflake does.
        let source = json!({"source.web.shop.i": relation("blue", "INVENTORY")});
        let web = json!({
            "publication": {"package_name": "web", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
                "lineage": {"source.web.shop.i": {"resource_type": "source"},
                    "model.web.m": {"resource_type": "model", "depends_on": ["source.web.shop.i"]}}},
            "relations": source,
        });
        put(&registry, web, "prod").await;
        let mut elsewhere = product(&["id"]);
        elsewhere["publication"]["source"]["adapter_type"] = "snowflake".into();
        assert_eq!(put(&registry, elsewhere, "prod").await.status, 200);
        for path in ["/v1/graph?level=node", "/v1/projects/inventory/consumers"] {
            let fresh = Registry::open(database).await;
            assert_eq!(Told::new(&registry.get(path).await), Told::new(&fresh.get(path).await));
        }
    }
}

fn product(columns: &[&str]) -> Value {
    let id = "model.inventory.m";
    let columns: Vec<_> = columns.iter().map(|name| (*name, "integer")).collect();
    json!({
        "publication": {
            "package_name": "inventory", "version": "1.0.0", "source": {"adapter_type": "duckdb"},
            "interface": {id: model("m", &columns)}, "lineage": {id: {"resource_type": "model"}},
        },
        "relations": {id: relation("blue", "inventory")},
    })
}
