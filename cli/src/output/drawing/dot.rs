//! Graphviz: <https://graphviz.org/doc/info/lang.html>.

use std::fmt::Write as _;

use crate::{escape::escape, output::drawing::Drawing};

pub(super) fn render(drawing: &Drawing) -> String {
    let mut text = "digraph weft {\n  rankdir=LR;\n  node [shape=box];\n".to_owned();
    for (number, (frame, boxes)) in drawing.framed().into_iter().enumerate() {
        let indent = if let Some(frame) = frame {
            let _ = writeln!(text, "  subgraph cluster_{number} {{\n    label=\"{}\";", label(frame));
            "    "
        } else {
            "  "
        };
        for (position, item) in boxes {
            let main = if item.is_main { ", penwidth=3" } else { "" };
            let _ = writeln!(text, "{indent}n{position} [label=\"{}\"{main}];", label(&item.label));
        }
        if frame.is_some() {
            text.push_str("  }\n");
        }
    }
    for arrow in &drawing.arrows {
        let notes = arrow.notes.iter().map(|note| label(note)).collect::<Vec<_>>().join("\\n");
        let notes = if notes.is_empty() { notes } else { format!(" [label=\"{notes}\"]") };
        let _ = writeln!(text, "  n{} -> n{}{notes};", arrow.from, arrow.to);
    }
    text.push_str("}\n");
    text
}

/// A text as a label: in it backslashes begin escapes, and `&` HTML's entities.
fn label(text: &str) -> String {
    escape(text).replace('&', "&amp;").replace('\\', "\\\\").replace('"', "\\\"")
}
