//! Several projects that are deployed in one step, or none of them.

use serde_json::{Value, json};

use crate::{
    client::Registry,
    database::{Database, on_both_stores},
    mesh::Sample,
};

const TOGETHER: &str = "/v1/environments/prod/deployments";

/// A project that asks for a version of the other.
fn needing(package_name: &'static str, other: &'static str, version: &'static str, asks: &str) -> Sample {
    Sample { package_name, version, requires: json!({ other: asks }), ..Sample::default() }
}

/// Publishes without deploying.
async fn publish(registry: &Registry, sample: &Sample) {
    let mut request = sample.request();
    request.as_object_mut().unwrap().remove("deploy_to");
    let answer = registry.put(&sample.path(), &request).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

/// Two projects, each of which asks for the other's version of its own number; 1.0.0 and 2.0.0 of both.
async fn two(database: &Database) -> Registry {
    let registry = Registry::open(database).await;
    for (version, asks) in [("1.0.0", "^1"), ("2.0.0", "^2")] {
        publish(&registry, &needing("a", "b", version, asks)).await;
        publish(&registry, &needing("b", "a", version, asks)).await;
    }
    registry
}

fn step(versions: &[(&str, &str)]) -> Value {
    let items = versions.iter().map(|(name, version)| json!({"package_name": name, "version": version}));
    json!({"deployments": items.collect::<Vec<_>>()})
}

async fn standing(registry: &Registry) -> [Value; 2] {
    let mut standing = Vec::new();
    for name in ["a", "b"] {
        let answer = registry.get(&format!("/v1/projects/{name}/environments/prod")).await.json();
        standing.push(json!([answer["version"], answer["revision"]]));
    }
    standing.try_into().unwrap()
}

on_both_stores! {
    async fn projects_that_need_each_other_are_deployed_in_one_step(database: &Database) {
        let registry = two(database).await;
        let alone = registry.put("/v1/projects/a/environments/prod", &json!({"version": "1.0.0"})).await;
        assert_eq!(alone.problem(), "deployment_refused");
        let deployed = registry.post(TOGETHER, &step(&[("b", "1.0.0"), ("a", "1.0.0")])).await.json();
        let told: Vec<_> = deployed["deployments"].as_array().unwrap().iter().map(|it| &it["package_name"]).collect();
        assert_eq!(told, [&json!("b"), &json!("a")], "in the order of the request");
        assert_eq!(standing(&registry).await, [json!(["1.0.0", 1]), json!(["1.0.0", 1])]);
        let ask = "/v1/projects/a/can-deploy?version=2.0.0";
        assert_eq!(registry.get(ask).await.json()["deployable"], false);
        let answer = registry.get(&format!("{ask}&with=b@2.0.0")).await.json();
        assert_eq!((&answer["deployable"], &answer["together"][0]["package_name"]), (&json!(true), &json!("b")));
        assert_eq!(registry.get(&format!("{ask}&with=b")).await.json()["deployable"], true, "the latest of b");
        assert_eq!(registry.post(TOGETHER, &step(&[("a", "2.0.0"), ("b", "2.0.0")])).await.status, 200);
        assert_eq!(registry.post(TOGETHER, &step(&[("a", "2.0.0"), ("b", "2.0.0")])).await.status, 200, "the same again");
        assert_eq!(standing(&registry).await, [json!(["2.0.0", 2]), json!(["2.0.0", 2])]);
        for name in ["a", "b"] {
            let history = registry.get(&format!("/v1/projects/{name}/environments/prod/history")).await.json();
            assert_eq!(history["items"].as_array().unwrap().len(), 2, "{history}");
        }
    }

    async fn a_step_that_is_refused_deploys_nothing(database: &Database) {
        let registry = two(database).await;
        assert_eq!(registry.post(TOGETHER, &step(&[("a", "1.0.0"), ("b", "1.0.0")])).await.status, 200);
        let refused = registry.post(TOGETHER, &step(&[("a", "2.0.0"), ("b", "1.0.0")])).await;
        assert_eq!(refused.problem(), "deployment_refused");
        assert_eq!(standing(&registry).await, [json!(["1.0.0", 1]), json!(["1.0.0", 1])]);
        let mut forced = step(&[("a", "2.0.0"), ("b", "1.0.0")]);
        forced["force"] = json!({"reason": "b follows"});
        let forced = registry.post(TOGETHER, &forced).await.json();
        assert_eq!((&forced["deployments"][0]["forced"], forced["deployments"][1].get("forced")), (&json!("b follows"), None));
        assert_eq!(standing(&registry).await, [json!(["2.0.0", 2]), json!(["1.0.0", 1])]);
        let unknown = registry.post(TOGETHER, &step(&[("a", "1.0.0"), ("b", "9.0.0")])).await;
        assert_eq!(unknown.problem(), "publication_not_found");
        assert_eq!(standing(&registry).await[0], json!(["2.0.0", 2]));
    }

    async fn a_step_holds_to_the_revisions_that_were_seen(database: &Database) {
        let registry = two(database).await;
        let seen = |a: u64, b: u64, version: &str| {
            let mut step = step(&[("a", version), ("b", version)]);
            step["deployments"][0]["if_revision"] = a.into();
            step["deployments"][1]["if_revision"] = b.into();
            step
        };
        assert_eq!(registry.post(TOGETHER, &seen(0, 1, "1.0.0")).await.problem(), "deployment_changed");
        assert_eq!(registry.post(TOGETHER, &seen(0, 0, "1.0.0")).await.status, 200);
        assert_eq!(registry.post(TOGETHER, &seen(1, 0, "2.0.0")).await.problem(), "deployment_changed");
        assert_eq!(registry.post(TOGETHER, &seen(1, 1, "2.0.0")).await.status, 200);
        assert_eq!(standing(&registry).await, [json!(["2.0.0", 2]), json!(["2.0.0", 2])]);
    }

    async fn a_step_that_makes_no_sense_is_refused_with_its_place(database: &Database) {
        let registry = two(database).await;
        for (body, code) in [
            (json!({"deployments": []}), "invalid_request"),
            (step(&[("a", "1.0.0"), ("a", "2.0.0")]), "invalid_request"),
            (step(&[("nobody", "1.0.0"), ("a", "1.0.0")]), "project_not_found"),
        ] {
            assert_eq!(registry.post(TOGETHER, &body).await.problem(), code, "{body}");
        }
        let many: Vec<_> = (0..101).map(|number| json!({"package_name": format!("p{number}"), "version": "1.0.0"})).collect();
        assert_eq!(registry.post(TOGETHER, &json!({"deployments": many})).await.problem(), "invalid_request");
        let misnamed = registry.post("/v1/environments/No%20Name/deployments", &step(&[("a", "1.0.0")])).await;
        assert_eq!(misnamed.problem(), "invalid_name");
        let twice = "/v1/projects/a/can-deploy?with=b,b";
        assert_eq!(registry.get(twice).await.problem(), "invalid_request");
        assert_eq!(registry.get("/v1/projects/a/can-deploy?with=b@x").await.problem(), "invalid_version");
    }

    async fn steps_of_the_same_projects_at_the_same_time_leave_one_of_them_whole(database: &Database) {
        let registry = two(database).await;
        let steps = [
            step(&[("a", "1.0.0"), ("b", "1.0.0")]), step(&[("b", "2.0.0"), ("a", "2.0.0")]),
            step(&[("b", "1.0.0"), ("a", "1.0.0")]), step(&[("a", "2.0.0"), ("b", "2.0.0")]),
        ];
        let racers: Vec<_> = steps
            .into_iter()
            .map(|step| {
                let registry = registry.clone();
                tokio::spawn(async move { registry.post(TOGETHER, &step).await.status.as_u16() })
            })
            .collect();
        for racer in racers {
            assert_eq!(racer.await.unwrap(), 200);
        }
        let [a, b] = standing(&registry).await;
        assert_eq!(a[0], b[0], "both of one step");
    }
}
