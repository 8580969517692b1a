//! Node no longer available to other projects.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_publication::Access;

use crate::{
    diff::Diff,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "access_reduced",
    title: "Node no longer available to other projects",
    why: "The node still exists in its own project, but it has left the interface: dbt refuses a ref from another project.",
    example: "`orders` is no longer in the interface: its access, its materialization or `expose:` restricts it to its own project",
    remedy: "Keep it public, or set a deprecation_date, announce it, and remove it after that day.",
    required_update: RequiredUpdate::Major,
    consumer: Severity::Error,
    find: Find::Change(find),
};

fn find(diff: &Diff<'_>) -> Vec<RuleFinding> {
    let hidden = diff.removed().filter(|(unique_id, _)| diff.is_internal(unique_id));
    let hidden = hidden.map(|(unique_id, node)| {
        let message = format!(
            "`{}` is no longer in the interface: its access, its materialization or `expose:` restricts it to its own project",
            node.name
        );
        RULE.on(unique_id, message).change(Some("public"), Some("not public"))
    });
    let lowered = diff.kept().filter(|kept| kept.new.access < kept.old.access);
    let lowered = lowered.map(|kept| {
        let [was, is] = [kept.old, kept.new].map(|node| word(node.access));
        RULE.on(kept.unique_id, format!("the access of `{}` changed from {was} to {is}", kept.new.name))
            .change(Some(was), Some(is))
    });
    hidden.chain(lowered).collect()
}

fn word(access: Access) -> &'static str {
    match access {
        Access::Private => "private",
        Access::Protected => "protected",
        Access::Public => "public",
    }
}
