//! Tables as the engine's catalog describes them.

use weft_model::{column_name::is_same, types::Dialect};

use crate::{Engine, TableName};

/// A table or view that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogTable {
    /// The schema of the table.
    pub schema: String,
    /// The name of the table.
    pub name: String,
    /// Rows of views have no address.
    pub is_view: bool,
    /// The columns, in their order.
    pub columns: Vec<CatalogColumn>,
}

/// A column that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogColumn {
    /// The name of the column.
    pub name: String,
    /// In the engine's words.
    pub data_type: String,
}

/// The names that a stored name may mean, the likeliest first: the whole of it in the server's schema; if it has dots,
/// the last part in the schema that the part before it names. Dots within double quotes do not separate.
pub fn names_of(stored: &str, schema: Option<&str>) -> Vec<TableName> {
    let mut names = vec![TableName { schema: schema.map(str::to_owned), table: stored.to_owned() }];
    let parts = parts(stored);
    match parts.as_slice() {
        [table] if table != stored => {
            names.push(TableName { schema: schema.map(str::to_owned), table: table.clone() });
        }
        [.., schema, table] => names.push(TableName { schema: Some(schema.clone()), table: table.clone() }),
        _ => {}
    }
    names
}

fn parts(stored: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut characters = stored.chars().peekable();
    while let Some(c) = characters.next() {
        let Some(part) = parts.last_mut() else { break };
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                part.push('"');
            }
            '"' => quoted = !quoted,
            '.' if !quoted => parts.push(String::new()),
            c => part.push(c),
        }
    }
    parts
}

/// The table with a name, among the rows of [`Engine::catalogue`]: of the first schema, the table with exactly that
/// name, else the only one whose name differs by case alone.
pub fn read(rows: &[Vec<Option<String>>], name: &TableName) -> Option<CatalogTable> {
    let mut tables: Vec<CatalogTable> = Vec::new();
    for row in rows {
        let [Some(schema), Some(table), Some(kind), column, data_type] = row.as_slice() else { continue };
        let is_new = tables.last().is_none_or(|last| (&last.schema, &last.name) != (schema, table));
        if is_new {
            let is_view = kind == "view";
            tables.push(CatalogTable { schema: schema.clone(), name: table.clone(), is_view, columns: Vec::new() });
        }
        if let (Some(last), Some(name), Some(data_type)) = (tables.last_mut(), column, data_type) {
            last.columns.push(CatalogColumn { name: name.clone(), data_type: data_type.clone() });
        }
    }
    let schema = tables.first()?.schema.clone();
    tables.retain(|table| table.schema == schema);
    let at = alike(tables.iter().map(|table| table.name.as_str()), &name.table)?;
    Some(tables.swap_remove(at))
}

/// The position of a name in a list: the exact name, else the only one that differs by case alone.
fn alike<'n>(names: impl Iterator<Item = &'n str> + Clone, wanted: &str) -> Option<usize> {
    if let Some(at) = names.clone().position(|name| name == wanted) {
        return Some(at);
    }
    let mut alike = names.enumerate().filter(|(_, name)| is_same(name, wanted, Dialect::Generic));
    match (alike.next(), alike.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    }
}

impl CatalogTable {
    /// The column of a name; names that differ in case alone are taken for it where there is only one.
    pub fn column(&self, name: &str) -> Option<&CatalogColumn> {
        self.columns.get(alike(self.columns.iter().map(|column| column.name.as_str()), name)?)
    }

    /// The table as the engine writes it.
    pub fn relation(&self, engine: &dyn Engine) -> String {
        format!("{}.{}", engine.identifier(&self.schema), engine.identifier(&self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn means(stored: &str, meant: &[(Option<&str>, &str)]) {
        let names = names_of(stored, Some("s"));
        let names: Vec<_> = names.iter().map(|it| (it.schema.as_deref(), it.table.as_str())).collect();
        assert_eq!(names, meant, "{stored}");
    }

    #[test]
    fn a_stored_name_is_meant_whole_before_its_dots_part_it() {
        means("orders", &[(Some("s"), "orders")]);
        means("sales.orders", &[(Some("s"), "sales.orders"), (Some("sales"), "orders")]);
        means("db.sales.orders", &[(Some("s"), "db.sales.orders"), (Some("sales"), "orders")]);
        means("\"a.b\".\"c\"\"d\"", &[(Some("s"), "\"a.b\".\"c\"\"d\""), (Some("a.b"), "c\"d")]);
        means("\"a.b\"", &[(Some("s"), "\"a.b\""), (Some("s"), "a.b")]);
    }

    fn row(schema: &str, table: &str, column: &str) -> Vec<Option<String>> {
        [schema, table, "table", column, "integer"].iter().map(|it| Some((*it).to_owned())).collect()
    }

    #[test]
    fn a_table_of_the_very_name_comes_before_one_of_another_case() {
        let rows =
            [row("a", "Orders", "id"), row("a", "orders", "id"), row("a", "orders", "ID"), row("b", "orders", "x")];
        let name = |table: &str| TableName { schema: None, table: table.to_owned() };
        let found = read(&rows, &name("orders")).unwrap();
        assert_eq!((found.schema.as_str(), found.name.as_str(), found.columns.len()), ("a", "orders", 2));
        assert_eq!(found.column("ID").unwrap().name, "ID");
        assert_eq!(found.column("Id"), None, "two are alike");
        assert_eq!(read(&rows, &name("ORDERS")), None, "two are alike");
        assert_eq!(read(&rows[..1], &name("ORDERS")).unwrap().name, "Orders");
        assert_eq!(read(&[], &name("orders")), None);
    }
}
