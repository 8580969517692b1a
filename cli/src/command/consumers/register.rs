//! From what is described to what is registered.

use weft_api::{
    RegisteredConsumer,
    consumer::{ConsumerRead, ExpectedColumn, Registration},
    problem::{FieldError, Problem, ProblemCode},
};
use weft_model::name::{EnvironmentName, PackageName, UniqueId};

use crate::{
    client::Client,
    command::consumers::{
        draft::{Draft, DraftColumn, DraftRead, NodeReference},
        outcome::ConsumersOutput,
    },
    escape::escape,
    failure::{Result, problem_at},
    states::{
        deployed::DeployedProjects,
        target::{NodeTarget, TargetError},
    },
};

/// A consumer that can be registered, unless there are faults.
pub(super) struct Plan {
    name: PackageName,
    environment: EnvironmentName,
    registration: Registration,
    /// For each node that it reads where that is written, and where its columns are.
    places: Vec<(String, Vec<String>)>,
    faults: Vec<FieldError>,
    /// What is described and cannot be registered, in words.
    left_out: Vec<String>,
    hint: String,
}

/// A reading whose node is known.
struct MatchedRead {
    package_name: PackageName,
    unique_id: UniqueId,
    /// Each with its place; `None` if they are unknown.
    columns: Option<Vec<(ExpectedColumn, String)>>,
}

/// Finds what a consumer reads among what is deployed.
pub(super) async fn plan(draft: &Draft, deployed: &mut DeployedProjects<'_>) -> Result<Plan> {
    let Draft { name, environment, kind, owner, contact, roles, reads } = draft.clone();
    let registration = Registration { kind, owner, contact, roles, reads: Vec::new() };
    let (places, faults, left_out, hint) = (Vec::new(), Vec::new(), Vec::new(), deployed.hint());
    let mut plan = Plan { name, environment, registration, places, faults, left_out, hint };
    for read in reads {
        let DraftRead { place, project, what } = read;
        match what {
            NodeReference::Text(text) => match by_text(&text, deployed).await? {
                Ok((target, data_type)) => plan.add(&place, found(target, data_type, &place)),
                Err(error) => plan.faults.push(fault(&place, &error)),
            },
            NodeReference::Node { node, columns } => {
                let asked = AskedNode { place: &place, project: project.as_ref(), node: &node };
                match by_node(asked, columns.as_deref(), deployed).await? {
                    Ok(found) => plan.add(&place, found),
                    Err(faults) => plan.faults.extend(faults),
                }
            }
            NodeReference::Port { port, names } => match by_port(&names, deployed).await? {
                Some(target) => plan.add(&place, found(target, None, &place)),
                None => plan.left_out.push(format!(
                    "{port} names no public node that is deployed in {}, so it is left out",
                    draft.environment
                )),
            },
        }
    }
    Ok(plan)
}

fn fault(place: &str, error: &TargetError) -> FieldError {
    FieldError { pointer: place.to_owned(), message: error.to_string() }
}

fn found(target: NodeTarget, data_type: Option<String>, place: &str) -> MatchedRead {
    let NodeTarget { package_name, unique_id, column, .. } = target;
    let columns = column.map(|name| vec![(ExpectedColumn { name, data_type }, place.to_owned())]);
    MatchedRead { package_name, unique_id, columns }
}

/// `NODE[.COLUMN[:TYPE]]`. Names may hold colons, and so may types: a column that is known by the whole text comes first,
/// then the shortest name.
async fn by_text(
    text: &str,
    deployed: &mut DeployedProjects<'_>,
) -> Result<std::result::Result<(NodeTarget, Option<String>), TargetError>> {
    let whole = deployed.find(text, None).await?;
    if let Ok(target) = &whole
        && target.is_known
    {
        return Ok(Ok((target.clone(), None)));
    }
    let mut error = None;
    for (at, _) in text.match_indices(':') {
        match deployed.find(&text[..at], None).await? {
            Ok(target) if target.column.is_some() && at + 1 < text.len() => {
                return Ok(Ok((target, Some(text[at + 1..].to_owned()))));
            }
            Err(missing @ TargetError::NoColumn { .. }) => {
                error.get_or_insert(missing);
            }
            _ => {}
        }
    }
    Ok(match (whole, error) {
        (Ok(target), _) => Ok((target, None)),
        (Err(_), Some(error)) | (Err(error), None) => Err(error),
    })
}

/// A node as a file names it, and where it does.
struct AskedNode<'a> {
    place: &'a str,
    project: Option<&'a PackageName>,
    node: &'a str,
}

/// A node, and columns of it. Every fault is reported at once.
async fn by_node(
    asked: AskedNode<'_>,
    columns: Option<&[DraftColumn]>,
    deployed: &mut DeployedProjects<'_>,
) -> Result<std::result::Result<MatchedRead, Vec<FieldError>>> {
    let AskedNode { place, project, node } = asked;
    let NodeTarget { package_name, unique_id, .. } = match deployed.find(node, project).await? {
        Ok(target) if target.column.is_none() => target,
        Ok(_) => {
            let message =
                format!("`{}` is a column: write the node here, and its columns under `columns`", escape(node));
            return Ok(Err(vec![FieldError { pointer: place.to_owned(), message }]));
        }
        Err(error) => return Ok(Err(vec![fault(place, &error)])),
    };
    let Some(columns) = columns else { return Ok(Ok(MatchedRead { package_name, unique_id, columns: None })) };
    let (mut known, mut faults) = (Vec::new(), Vec::new());
    for DraftColumn { place, name, data_type } in columns {
        match deployed.column(&package_name, &unique_id, name) {
            Ok(name) => known.push((ExpectedColumn { name, data_type: data_type.clone() }, place.clone())),
            Err(error) => faults.push(fault(place, &error)),
        }
    }
    Ok(if faults.is_empty() { Ok(MatchedRead { package_name, unique_id, columns: Some(known) }) } else { Err(faults) })
}

/// The first name that is a node's; a name that may be several nodes is none.
async fn by_port(names: &[String], deployed: &mut DeployedProjects<'_>) -> Result<Option<NodeTarget>> {
    for name in names {
        if let Ok(target) = deployed.find(name, None).await?
            && target.column.is_none()
        {
            return Ok(Some(target));
        }
    }
    Ok(None)
}

impl Plan {
    /// Adds a reading to what is known of its node; to read all of it outweighs columns.
    fn add(&mut self, place: &str, found: MatchedRead) {
        let MatchedRead { package_name, unique_id, columns } = found;
        let (columns, at): (Option<Vec<_>>, Vec<_>) = match columns {
            Some(columns) => {
                let (columns, at) = columns.into_iter().unzip();
                (Some(columns), at)
            }
            None => (None, Vec::new()),
        };
        let mut known = self.registration.reads.iter_mut().zip(&mut self.places);
        let same = known.find(|(read, _)| read.package_name == package_name && read.unique_id == unique_id);
        let Some((read, (_, places))) = same else {
            self.registration.reads.push(ConsumerRead { package_name, unique_id, columns });
            self.places.push((place.to_owned(), at));
            return;
        };
        match (&mut read.columns, columns) {
            (Some(all), Some(more)) => {
                for (column, at) in more.into_iter().zip(at) {
                    if !all.contains(&column) {
                        all.push(column);
                        places.push(at);
                    }
                }
            }
            (all, None) => *all = None,
            (None, Some(_)) => {}
        }
    }

    /// The registry's faults, with the places where the consumer is described.
    fn placed(&self, mut problem: Box<Problem>) -> Box<Problem> {
        for fault in &mut problem.errors {
            if let Some(place) = self.place(&fault.pointer) {
                place.clone_into(&mut fault.pointer);
            }
        }
        problem
    }

    /// The place in the user's file for a pointer in the registration: `/reads/0/columns/1/name`.
    fn place(&self, pointer: &str) -> Option<&str> {
        let mut parts = pointer.strip_prefix("/reads/")?.split('/');
        let (read, columns) = self.places.get(parts.next()?.parse::<usize>().ok()?)?;
        let column = parts.nth(1).and_then(|number| columns.get(number.parse::<usize>().ok()?));
        Some(column.unwrap_or(read))
    }
}

/// Refuses consumers that read what is not there, or nothing.
pub(super) fn refused(plans: &[Plan]) -> Result<()> {
    let is_bad = |plan: &&Plan| !plan.faults.is_empty() || plan.registration.reads.is_empty();
    let bad: Vec<_> = plans.iter().filter(is_bad).collect();
    let Some(first) = bad.first() else { return Ok(()) };
    let names: Vec<_> = bad.iter().map(|plan| format!("`{}`", plan.name)).collect();
    let faults: Vec<_> = bad.iter().flat_map(|plan| plan.faults.clone()).collect();
    let left_out: String = bad.iter().flat_map(|plan| &plan.left_out).flat_map(|line| ["\n  ", line]).collect();
    let what = if faults.is_empty() { "nothing that is known" } else { "what is not there" };
    let verb = if names.len() == 1 { "reads" } else { "read" };
    let detail = format!("{} {verb} {what}; nothing is registered{left_out}", names.join(", "));
    let problem = problem_at(ProblemCode::InvalidConsumer, detail, faults);
    Err(Box::new(problem.with_hint(first.hint.clone())))
}

/// Registers them, one after the other.
pub(super) async fn register(client: &Client, plans: Vec<Plan>) -> Result<ConsumersOutput> {
    let mut consumers = Vec::new();
    for plan in &plans {
        match client.register(&plan.environment, &plan.name, &plan.registration).await {
            Ok(consumer) => consumers.push(consumer),
            Err(problem) => {
                let mut problem = plan.placed(problem);
                if !consumers.is_empty() {
                    let names: Vec<_> =
                        consumers.iter().map(|it: &RegisteredConsumer| format!("`{}`", it.name)).collect();
                    let done = format!(
                        "registered before the failure: {}; you can run the same command again",
                        names.join(", ")
                    );
                    let hint = problem.hint.take().unwrap_or_else(|| problem.code.facts().remedy.to_owned());
                    problem.hint = Some(format!("{hint}\n{done}"));
                }
                return Err(problem);
            }
        }
    }
    let left_out = plans.into_iter().flat_map(|plan| plan.left_out).collect();
    Ok(ConsumersOutput::Added { consumers, left_out })
}
