//! What a step takes away from readers: the columns that a node has now and would not have any more.
//!
//! The columns of the two sides are laid side by side as a check does, so that what a check calls gone is gone here.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    api::{Need, Unmet},
    check::{columns::Columns, diff::Code},
    mesh::{Crossing, Hit, Member, Mesh, Touch},
    name::{PackageName, UniqueId},
    publication::{Column, InterfaceNode},
    types::Dialect,
};

/// What readers of the projects' nodes need and have now, and would not have, or of which that could no longer be told.
pub(super) fn unmet(now: &Mesh, then: &Mesh, about: &BTreeSet<PackageName>) -> Vec<Unmet> {
    let (mut found, mut losses) = (Vec::new(), BTreeMap::new());
    for crossing in then.crossings(about).filter(|crossing| about.contains(&crossing.read.0)) {
        let (upstream, unique_id) = crossing.read;
        let [Some(old), Some(new)] = [now, then].map(|mesh| mesh.member(upstream)) else { continue };
        // Whoever comes with the step, or first of its project, has nothing that can be taken from it.
        if !crossing.is_registered && now.member(&crossing.reader.0).is_none() {
            continue;
        }
        let loss = losses.entry(crossing.read).or_insert_with(|| Loss::of(unique_id, old, new));
        found.extend(loss.needs(then, &crossing).into_iter().map(|need| crossing.unmet(then, need)));
    }
    found
}

/// What of a node would be gone.
enum Loss<'a> {
    /// Nothing.
    Nothing,
    /// Columns.
    Columns { gone: BTreeSet<&'a str>, dialect: Dialect },
    /// It would no longer be known which columns it has, but for those that it declares.
    Knowledge { declared: &'a [Column], dialect: Dialect },
}

impl<'a> Loss<'a> {
    fn of(unique_id: &UniqueId, old: &'a Member, new: &'a Member) -> Self {
        let dialect = new.publication.dialect();
        let [was, is] = [old, new].map(|member| member.publication.interface.get(unique_id));
        match (was, is) {
            (Some(was), Some(is)) => {
                let adapters = [old, new].map(|member| member.publication.source.adapter_type.as_deref());
                let code = Code::between(unique_id, [&old.publication, &new.publication]);
                Self::between(was, is, &Columns::between(was, is, adapters, code), code, dialect)
            }
            // It stands where it stood, and is no longer public.
            (Some(was), None) if was.tells_every_column() => Self::Knowledge { declared: &[], dialect },
            _ => Self::Nothing,
        }
    }

    fn between(
        was: &'a InterfaceNode,
        is: &'a InterfaceNode,
        columns: &Columns<'a>,
        code: Code,
        dialect: Dialect,
    ) -> Self {
        let renamed = columns.renamed.iter().map(|pair| pair.old.name.as_str());
        let gone: BTreeSet<&str> = columns.removed.iter().map(|column| column.name.as_str()).chain(renamed).collect();
        if !gone.is_empty() && columns.real().is_some() {
            Self::Columns { gone, dialect }
        } else if was.tells_every_column() && !is.tells_every_column() && code != Code::Same {
            Self::Knowledge { declared: &is.columns, dialect }
        } else {
            Self::Nothing
        }
    }

    /// What a reader needs of what is gone.
    fn needs(&self, mesh: &Mesh, crossing: &Crossing<'_>) -> Vec<Need> {
        let (reader, unique_id) = (&crossing.reader.1, &crossing.read.1);
        let unknown = |gone: BTreeSet<String>| {
            vec![Need::ColumnsUnknown { reader: reader.clone(), unique_id: unique_id.clone(), gone }]
        };
        match self {
            Self::Nothing => Vec::new(),
            Self::Columns { gone, dialect } => {
                let columns = match mesh.hit(crossing.reading, &Touch::columns(gone.iter().copied(), *dialect)) {
                    Hit::Columns(columns) => columns,
                    Hit::Unknown => return unknown(gone.iter().map(|it| (*it).to_owned()).collect()),
                    Hit::Nothing => return Vec::new(),
                };
                let lost = columns.into_iter().map(|(column, how)| Need::Column {
                    reader: reader.clone(),
                    unique_id: unique_id.clone(),
                    column,
                    how,
                });
                lost.collect()
            }
            Self::Knowledge { declared, dialect } => {
                let declared = Touch::columns(declared.iter().map(|column| column.name.as_str()), *dialect);
                let read = mesh.columns(crossing.reading);
                let is_met = read.is_some_and(|columns| columns.keys().all(|column| declared.has(column)));
                if is_met { Vec::new() } else { unknown(BTreeSet::new()) }
            }
        }
    }
}
