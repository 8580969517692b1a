//! Version lower than the previous one.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;

use crate::{
    diff::step::VersionStep,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "version_regressed",
    title: "Version lower than the previous one",
    why: "Consumers take the highest version in their semver range, so a lower one is ignored.",
    example: "0.9.0 is lower than the previous version 1.0.0; the lowest version that is enough is 1.0.0",
    remedy: "Choose a later version, or use `--version auto`.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    find: Find::Version(find),
};

fn find(step: &VersionStep<'_>) -> Vec<RuleFinding> {
    if !step.is_back() {
        return Vec::new();
    }
    let (was, is, least) = (step.baseline.to_string(), step.current.to_string(), step.least());
    let message =
        format!("{is} is lower than the previous version {was}; the lowest version that is enough is {least}");
    let found = RULE.on(&step.project(), message).change(Some(&was), Some(&is));
    vec![found.remedy(format!("Choose {least} or later, or use `--version auto`."))]
}
