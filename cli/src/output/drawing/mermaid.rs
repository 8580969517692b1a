//! Mermaid flowcharts: <https://mermaid.js.org/syntax/flowchart.html>.

use std::fmt::Write as _;

use crate::{escape::escape, output::drawing::Drawing};

pub(super) fn render(drawing: &Drawing) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (number, (frame, boxes)) in drawing.framed().into_iter().enumerate() {
        let indent = if let Some(frame) = frame {
            let _ = writeln!(text, "  subgraph p{number}[\"{}\"]", label(frame));
            "    "
        } else {
            "  "
        };
        for (position, item) in boxes {
            let main = if item.is_main { ":::main" } else { "" };
            let _ = writeln!(text, "{indent}n{position}[\"{}\"]{main}", label(&item.label));
        }
        if frame.is_some() {
            text.push_str("  end\n");
        }
    }
    for arrow in &drawing.arrows {
        let notes = arrow.notes.iter().map(|note| label(note)).collect::<Vec<_>>().join("<br>");
        let notes = if notes.is_empty() { notes } else { format!("|\"{notes}\"|") };
        let _ = writeln!(text, "  n{} -->{notes} n{}", arrow.from, arrow.to);
    }
    if drawing.boxes.iter().any(|item| item.is_main) {
        text.push_str("  classDef main stroke-width:3px\n");
    }
    text
}

/// A text as a label. All that means something in Mermaid, HTML or markdown is written by its number.
fn label(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in escape(text).chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, ' ' | '_' | '.' | ',' | '-' | '/' | '(' | ')') {
            let _ = write!(safe, "#{};", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}
