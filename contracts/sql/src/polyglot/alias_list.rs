//! The list of names behind an alias, `from t as u(x, y)`.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use polyglot_sql::expressions::Identifier;

use super::{
    cell::PlacedCell,
    evaluate::Evaluator,
    key::{Name, key},
    rows::{Field, Rows, Value},
};

impl Evaluator<'_> {
    /// The columns under the names of an alias's list: the first ones, as many as are listed. A list gives names to places:
    /// where one of the columns goes, those behind it move up, and where all are listed the query does not run.
    pub(super) fn renamed(&mut self, rows: Rows, names: &[Identifier]) -> Rows {
        if names.is_empty() {
            return rows;
        }
        let name = |name: &Identifier| Some(Name::from(name));
        if let Some(rest) = rows.rest.first() {
            // The places of the known columns are not known among those that are not.
            let unknown = rest.unknown(&self.cells);
            let value = Value::unknown(unknown.clone());
            self.facts().unknown.insert(unknown);
            let fields = names.iter().map(|listed| Field { name: name(listed), value: value.clone() });
            return Rows::new(fields.collect(), rows.rest.iter().map(|rest| rest.blurred(&self.cells)).collect());
        }
        if rows.pushes {
            // The names behind a star would go to other columns.
            self.counted(&rows.grows);
        }
        let boundary = self.cells.is_as_it_is(&rows).then(|| u32::try_from(names.len()).ok()).flatten();
        // Where a query lists its columns itself, their places are its own.
        let hidden = if rows.grows.is_empty() { BTreeMap::new() } else { self.hidden_by(names, &rows, boundary) };
        let Rows { mut fields, grows, pushes, .. } = rows;
        let is_whole = names.len() >= fields.len();
        let mut before = BTreeSet::new();
        for (place, field) in fields.iter_mut().enumerate() {
            if !grows.is_empty() {
                // One behind the listed ones keeps its name only there.
                let boundary = boundary.filter(|_| place >= names.len());
                field.value.placed = Rc::new(placed(field, boundary).collect());
            }
            if place > names.len() {
                continue;
            }
            if is_whole {
                // Where one of them goes there are too few.
                self.facts().referenced.extend(field.value.cells.keys());
            }
            before.extend(field.value.cells.keys());
            field.value.place = Rc::new(before.clone());
            if let Some(listed) = names.get(place) {
                field.name = name(listed);
            }
        }
        Rows::new(fields, Vec::new()).growing(grows).hiding(hidden).pushing(pushes)
    }

    /// The columns of a CTE under the names of its list. Where a list lies over a star, new columns get names of the list:
    /// that matters only to those who read the CTE.
    pub(super) fn named_cte(&mut self, rows: Rows, names: &[Identifier]) -> Rows {
        let counted = std::mem::take(&mut self.facts().growing.counted);
        let renamed = self.renamed(rows, names);
        let growing = &mut self.facts().growing;
        growing.counted_if_read.append(&mut growing.counted);
        growing.counted = counted;
        renamed
    }

    /// The names that a list hides: those that the listed columns have in their tables. They come out again behind it.
    fn hidden_by(
        &mut self,
        names: &[Identifier],
        rows: &Rows,
        boundary: Option<u32>,
    ) -> BTreeMap<Box<str>, BTreeSet<PlacedCell>> {
        self.own_beside(&rows.grows, names.iter().map(|name| name.name.as_str()));
        if names.len() >= rows.fields.len() {
            return BTreeMap::new();
        }
        let listed = rows.fields.iter().take(names.len());
        let hidden = listed.filter_map(|field| Some((key(field.name.as_deref()?), placed(field, boundary).collect())));
        hidden.collect()
    }
}

/// The columns that a field is made of, with the boundary that they must not cross.
fn placed(field: &Field, boundary: Option<u32>) -> impl Iterator<Item = PlacedCell> {
    field.value.cells.keys().map(move |&cell| PlacedCell { cell, boundary })
}
