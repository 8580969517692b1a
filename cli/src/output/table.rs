//! Tables of plain columns.

use crate::output::style::{DIM, paint};

/// Columns aligned to the left, two spaces between them, no space at a line's end; the heading is dimmed.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = heading.map(width);
    for row in rows {
        for (column, cell) in widths.iter_mut().zip(row) {
            *column = (*column).max(width(cell));
        }
    }
    let line = |cells: [&str; N]| {
        let mut line = String::new();
        for (cell, column) in cells.iter().zip(widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(column - width(cell) + 2));
        }
        line.trim_end().to_owned()
    };
    let mut text = paint(DIM, line(heading)) + "\n";
    for row in rows {
        text.push_str(&line(row.each_ref().map(String::as_str)));
        text.push('\n');
    }
    text
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows =
            [["a".to_owned(), "é🎈é".to_owned(), String::new()], ["long".to_owned(), "b".to_owned(), "c".into()]];
        let text = anstream::adapter::strip_str(&table(["X", "Y", "Z"], &rows)).to_string();
        assert_eq!(text, "X     Y    Z\na     é🎈é\nlong  b    c\n");
    }
}
