//! Version too small for the changes.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::step::VersionStep,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "version_not_bumped",
    title: "Version too small for the changes",
    why: "Consumers pick up new versions by semver range; a bump that is too small delivers changes that the range should keep out.",
    example: "1.0.1 after 1.0.0 is too small: the changes require a major update, 2.0.0 or later",
    remedy: "Choose a version that is large enough, or use `--version auto`.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    find: Find::Version(find),
};

fn find(step: &VersionStep<'_>) -> Vec<RuleFinding> {
    if step.is_back() || step.is_enough() {
        return Vec::new();
    }
    let (was, is) = (step.baseline.to_string(), step.current.to_string());
    let (update, least) = (step.required_update, step.least());
    let message = format!("{is} after {was} is too small: the changes require a {update} update, {least} or later");
    let found = RULE.on(&step.project(), message).change(Some(&was), Some(&is));
    let found = found.remedy(format!("Choose {least} or later, or use `--version auto`."));
    // A pre-release is taken only by who asks for it.
    let is_release = step.current.pre.is_empty();
    vec![if is_release { found } else { found.severity(Severity::Warning, RequiredUpdate::None) }]
}
