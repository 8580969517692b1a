//! Compares the gate with a plain computation of who reads what, and with arbitrary policies.

use weft_api::{RuleId, Severity};
use weft_check::rules::RULES;

use super::*;

/// A reader that lacks something: the node, the project or the registered consumer, and the column if known.
type Lacking = BTreeSet<(String, String, Option<String>)>;

/// What plain reckoning says: each reading is of columns or of all, and what it is of is there or is not.
fn reckoned(old: Nodes, new: Nodes, reads: &[Reads]) -> Lacking {
    let (mut lacking, mut seen) = (Lacking::new(), BTreeSet::new());
    for Reads { project, model, node, by, columns } in reads {
        if !seen.insert((project, model, node, by)) {
            continue;
        }
        let who = match *by {
            "registered" => format!("app_{project}_{model}_{node}"),
            _ => format!("down{project}"),
        };
        let mut lacks = |column: Option<&str>| lacking.insert((node_id(*node), who.clone(), column.map(str::to_owned)));
        let Some(there) = new[*node] else {
            lacks(None);
            continue;
        };
        let was = old[*node].unwrap();
        let gone = |at: usize| was[at] && !there[at];
        match columns {
            Some(columns) => (0..COLUMNS.len()).filter(|at| columns[*at] && gone(*at)).for_each(|at| {
                lacks(Some(COLUMNS[at]));
            }),
            None if (0..COLUMNS.len()).any(gone) => drop(lacks(None)),
            None => {}
        }
    }
    lacking
}

fn refused(now: &Mesh, unmet: &[Unmet]) -> Lacking {
    let left = by_gate(now, unmet).into_iter();
    left.map(|(unique_id, consumer, _, column)| (unique_id, consumer, column)).collect()
}

/// Policies on any rule except those for unknown columns.
fn policies() -> impl Strategy<Value = Levels> {
    const SEVERITIES: [Severity; 4] = [Severity::Off, Severity::Info, Severity::Warning, Severity::Error];
    let ids = RULES.iter().map(|rule| RuleId::new(rule.id)).filter(|id| *id != UNKNOWN_RULE).collect::<Vec<_>>();
    let rules = prop::collection::btree_map(prop::sample::select(ids), prop::sample::select(&SEVERITIES[..]), 0..40);
    rules.prop_map(|rules| Levels::default().with(None, rules))
}

::laws::laws! {
    "gate", 256;

    fn whom_the_gate_names_is_whom_plain_reckoning_names(
        // Of YAML alone it is not known what other code takes away.
        old in nodes_before(), new in nodes_after(), reads in reads(), origin in prop::sample::select(&ORIGINS[1..])
    ) {
        let reads = of_what_is_there(reads, old);
        let now = before(&up("1.0.0", old, origin), &reads);
        let verdict = verdict(&now, &up("2.0.0", new, origin));
        let expected = reckoned(old, new, &reads);
        prop_assert_eq!(verdict.is_yes(), expected.is_empty());
        prop_assert_eq!(refused(&now, &verdict.unmet), expected);
    }

    fn no_policy_lets_a_break_of_a_known_reader_through(
        old in nodes_before(), new in nodes_after(), reads in reads(), levels in policies(),
        origin in prop::sample::select(&ORIGINS[..])
    ) {
        let reads = of_what_is_there(reads, old);
        let (now, new) = (before(&up("1.0.0", old, origin), &reads), up("2.0.0", new, origin));
        let about = BTreeSet::from([new.publication.package_name.clone()]);
        let levels = BTreeMap::from([(new.publication.package_name.clone(), levels)]);
        let then = now.with(new.clone());
        let (waivers, today) = (BTreeMap::new(), Date::MIN);
        let said = can_deploy(DeployStep { now: &now, then: &then, about: &about, levels: &levels, waivers: &waivers, today });
        let (plain, said) = (refused(&now, &verdict(&now, &new).unmet), refused(&now, &said.unmet));
        prop_assert!(plain.is_subset(&said), "{plain:?} without policies, and {said:?} with them");
    }
}
