//! Graphs in the notations that other programs draw. Text from outside is escaped as each of them asks; ids are positions,
//! so that any name will do.

mod boxes;
mod dot;
mod mermaid;

pub(crate) use crate::output::drawing::boxes::{Arrow, Box, Drawing};

/// A notation of graphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Notation {
    /// A graph in Mermaid, as GitHub and GitLab draw it.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

/// The drawing in a notation.
pub(crate) fn render(notation: Notation, drawing: &Drawing) -> String {
    match notation {
        Notation::Mermaid => mermaid::render(drawing),
        Notation::Dot => dot::render(drawing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hostile(label: &str) -> Drawing {
        let item = |is_main| Box { label: label.to_owned(), frame: Some(label.to_owned()), is_main };
        let arrow = Arrow { from: 0, to: 1, notes: vec![label.to_owned(), "b".to_owned()] };
        Drawing { boxes: vec![item(true), item(false)], arrows: vec![arrow] }
    }

    #[test]
    fn a_name_of_any_letters_is_a_label_and_nothing_else() {
        let name = "a\"] --> x\n; \u{1b}[2J <b> 🧸 é `c` #quot; \\N &amp; model.shop.a";
        insta::assert_snapshot!("hostile_mermaid", render(Notation::Mermaid, &hostile(name)));
        insta::assert_snapshot!("hostile_dot", render(Notation::Dot, &hostile(name)));
    }

    #[test]
    fn a_drawing_of_nothing_is_one_all_the_same() {
        assert_eq!(render(Notation::Mermaid, &Drawing::default()), "flowchart LR\n");
        assert_eq!(
            render(Notation::Dot, &Drawing::default()),
            "digraph weft {\n  rankdir=LR;\n  node [shape=box];\n}\n"
        );
    }

    proptest! {
        #[test]
        fn no_label_adds_a_line_or_ends_its_quotes(label in any::<String>()) {
            for notation in [Notation::Mermaid, Notation::Dot] {
                let plain = render(notation, &hostile("x"));
                let drawn = render(notation, &hostile(&label));
                prop_assert_eq!(drawn.lines().count(), plain.lines().count());
                prop_assert_eq!(quotes(&drawn), quotes(&plain));
            }
        }
    }

    /// Quotes that are not escaped.
    fn quotes(text: &str) -> usize {
        text.replace("\\\\", "").replace("\\\"", "").matches('"').count()
    }
}
