//! Type differs from the promised one.

use weft_api::Severity;
use weft_model::version::RequiredUpdate;
use weft_odcs::fits::fits;

use crate::{
    diff::standing::CurrentSide,
    rules::{Find, Rule, RuleFinding},
};

pub(super) const RULE: Rule = Rule {
    id: "drift_type",
    title: "Type differs from the promised one",
    why: "The data contract promises one type and the node has another: a reader that relies on the contract fails, or reads something else.",
    example: "column `status` is `integer`, but data contract `orders-contract` promises `string`",
    remedy: "Correct the contract, or the type of the column.",
    required_update: RequiredUpdate::None,
    consumer: Severity::Error,
    find: Find::Drift(find),
};

fn find(standing: &CurrentSide<'_>) -> Vec<RuleFinding> {
    let dialect = standing.dialect();
    let other = standing.promised().flat_map(|(unique_id, node, terms)| {
        let is_old = terms.contract.is_before_3_1();
        node.columns.iter().filter_map(move |column| {
            let (name, is) = (&column.name, column.data_type.as_deref()?);
            let property = terms.property(name)?;
            if fits(property, is, dialect, is_old) != Some(false) {
                return None;
            }
            let said = [&property.physical_type, &property.logical_type].into_iter().flatten();
            let promised = said.map(String::as_str).find(|text| !text.trim().is_empty())?;
            // Where a contract alone tells of the node, its own word stands for the type.
            if promised.eq_ignore_ascii_case(is) {
                return None;
            }
            let title = terms.contract.title();
            let message = format!("column `{name}` is `{is}`, but data contract `{title}` promises `{promised}`");
            Some(RULE.by_contract(unique_id, message).column(name).change(Some(promised), Some(is)))
        })
    });
    other.collect()
}
