//! What to do about a refusal, in weft's own commands: the hints of problems, and of answers that the command line words.

use std::collections::BTreeSet;

use semver::Version;
use weft_api::{Conflict, RequiredBy};
use weft_check::UNBUILT_RULE;
use weft_check::UNKNOWN_RULE;
use weft_mesh::can_deploy::{Refusal, WayOut, way_out};
use weft_model::name::{EnvironmentName, PackageName};

/// Where a publish is refused for the deployment that belongs to it.
pub(crate) const NOTHING_PUBLISHED: &str = "nothing was published: `--no-deploy` publishes without deploying";

/// Where it is unknown whether versions go together.
pub(crate) const UNDECIDED: &str = "pin some of the projects in `requires:` (`inventory: =1.2.0`), or resolve without \
                                    --latest: what is deployed needs no search";

/// Where content that is published belongs to a version that is yanked.
pub(crate) fn yanked(package_name: &PackageName, version: &Version) -> String {
    format!(
        "to use this version again, run `weft yank {package_name} {version} --undo`; to publish the content again, name another version with `--version`; `--force REASON` deploys the yanked version"
    )
}

/// Where a yank is not removed, because the version is too small beside its neighbors.
pub(crate) fn yank_stays(package_name: &PackageName, version: &Version) -> String {
    format!(
        "{version} stays yanked: publish its content under a version that is large enough, or run `weft yank {package_name} {version} --undo --force REASON`, and the reason is recorded"
    )
}

/// What would let a deployment through that is refused.
pub(crate) fn refused(refusal: &Refusal) -> String {
    let Refusal { candidates, environment, verdict } = refusal;
    let way = let_through(candidates, environment, &way_out(candidates, &verdict.clashes, &verdict.unmet));
    let force = if verdict.clashes.is_empty() {
        "; `--force REASON` does it anyway, and the reason is recorded"
    } else {
        ". `--force REASON` deploys anyway"
    };
    way + force
}

/// A way out in words, for a deployment of these candidates.
pub fn let_through(
    candidates: &[(PackageName, Option<Version>)],
    environment: &EnvironmentName,
    way_out: &WayOut<'_>,
) -> String {
    match way_out {
        WayOut::MoveRelation { other } => format!(
            "change the schema or alias of one of the two; if `{other}` is this project under an older name, remove that first: `weft undeploy {other} --environment {environment}`"
        ),
        WayOut::DeployUpstream { upstream } => {
            let step = in_one_step(candidates, &[*upstream].into(), environment);
            format!(
                "deploy `{upstream}` first, or both in one step: `{step}`; or take it from an environment that has it: `--fallback {environment}=OTHER`"
            )
        }
        WayOut::KnowColumns { own } => {
            let way = if *own {
                "make the columns of these nodes known: compile their SQL, create a catalog (`dbt docs generate`) or enforce a contract, and publish again"
            } else {
                "compile the SQL of the readers' projects and publish them again, so that the columns that they read are known"
            };
            format!("{way}; a policy can set `{UNKNOWN_RULE}` below error")
        }
        WayOut::Rebuild { nodes } => {
            let nodes = nodes.iter().copied().collect::<Vec<_>>().join(" ");
            format!(
                "rebuild the table in the upstream project, so that it has the column, and publish right after it: `dbt build --full-refresh --select {nodes}`; or create a catalog that shows it (`dbt docs generate`); a policy can set `{UNBUILT_RULE}` below error"
            )
        }
        WayOut::OtherVersion { together } => {
            let together = if together.is_empty() {
                String::new()
            } else {
                let step = in_one_step(candidates, together, environment);
                format!(", or deploy all in one step if they need each other: `{step}`")
            };
            format!("first deploy a version that no longer needs it, or one that has it{together}")
        }
    }
}

/// The command that deploys the candidates with versions of other projects, which are for the reader to choose.
fn in_one_step(
    candidates: &[(PackageName, Option<Version>)],
    others: &BTreeSet<&PackageName>,
    environment: &EnvironmentName,
) -> String {
    let others = others.iter().map(|name| format!("{name}@VERSION"));
    let words: Vec<_> = others.chain(candidates.iter().map(named)).collect();
    format!("weft deploy {} --environment {environment}", words.join(" "))
}

fn named((name, version): &(PackageName, Option<Version>)) -> String {
    version.as_ref().map_or_else(|| name.to_string(), |version| format!("{name}@{version}"))
}

/// What would resolve a conflict.
pub(crate) fn conflict(conflict: &Conflict) -> String {
    let name = conflict.package_name();
    match conflict {
        Conflict::NotPublished { .. } => {
            format!("check the spelling of `{name}`, or publish it first: `weft list` shows the published projects")
        }
        Conflict::NotDeployed { environments, deployed_in, .. } => {
            let asked = environments.first().map(ToString::to_string).unwrap_or_default();
            let deploy = match conflict.fitting() {
                Some(version) => format!("deploy it: `weft deploy {name} {version} --environment {asked}`"),
                None => {
                    format!("publish a version of `{name}` that meets the requirements, and deploy it to `{asked}`")
                }
            };
            match deployed_in.first() {
                Some(place) => format!("{deploy}; or use the one in `{place}`: `--fallback {asked}={place}`"),
                None => deploy,
            }
        }
        Conflict::DeployedUnmet { environment, .. } => match conflict.fitting() {
            Some(version) => format!("deploy it: `weft deploy {name} {version} --environment {environment}`"),
            None => relax(conflict),
        },
        Conflict::NoneMatches { .. } => match conflict.fitting() {
            Some(version) => format!("pin one of the projects that require each other, such as `{name}: ={version}`"),
            None => relax(conflict),
        },
    }
}

/// For requirements that no published version meets together: whose to change.
fn relax(conflict: &Conflict) -> String {
    let unmet = |by: &&RequiredBy| !by.met;
    let some_unmet = conflict.required_by().iter().any(|by| unmet(&by));
    let whose: BTreeSet<String> =
        conflict.required_by().iter().filter(|by| !some_unmet || unmet(by)).map(RequiredBy::requirer).collect();
    let whose: Vec<String> = whose.into_iter().collect();
    format!("no published `{}` meets them all: change what {} requires", conflict.package_name(), whose.join(" or "))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(value: Value) -> String {
        conflict(&serde_json::from_value(value).unwrap())
    }

    fn required(requirement: &str, met: bool) -> Value {
        json!([{"path": [{"package_name": "finance"}], "requirement": requirement, "met": met}])
    }

    #[test]
    fn each_conflict_has_what_would_resolve_it() {
        assert_eq!(
            of(json!({"kind": "not_published", "package_name": "hr", "required_by": required("*", false)})),
            "check the spelling of `hr`, or publish it first: `weft list` shows the published projects"
        );
        let unmet = |published: Value| {
            json!({"kind": "deployed_unmet", "package_name": "inventory", "environment": "prod", "deployed": "1.0.0",
                "published": published, "required_by": required("^2", false)})
        };
        assert_eq!(of(unmet(json!(["2.1.0", "1.0.0"]))), "deploy it: `weft deploy inventory 2.1.0 --environment prod`");
        assert_eq!(
            of(unmet(json!(["1.0.0"]))),
            "no published `inventory` meets them all: change what `finance` requires"
        );
        let absent = |published: Value, deployed_in: Value| {
            json!({"kind": "not_deployed", "package_name": "sales", "environments": ["prod"], "published": published,
                "deployed_in": deployed_in, "required_by": required("^1", false)})
        };
        assert_eq!(
            of(absent(json!(["1.0.0"]), json!(["staging"]))),
            "deploy it: `weft deploy sales 1.0.0 --environment prod`; or use the one in `staging`: `--fallback prod=staging`"
        );
        assert_eq!(
            of(absent(json!(["2.0.0"]), json!([]))),
            "publish a version of `sales` that meets the requirements, and deploy it to `prod`"
        );
        let none = json!({"kind": "none_matches", "package_name": "sales", "published": ["1.1.0"],
            "required_by": required("^1", true)});
        assert_eq!(of(none), "pin one of the projects that require each other, such as `sales: =1.1.0`");
    }
}
