//! Conditions.

use super::{Generator, Kind};

impl Generator<'_> {
    /// ` where ...`, mostly.
    pub(super) fn filter(&mut self) -> String {
        if self.chance(55) { format!(" where {}", self.condition()) } else { String::new() }
    }

    pub(super) fn condition(&mut self) -> String {
        self.deeper(Self::deep_condition).unwrap_or_else(|| {
            let of = self.leaf(Kind::Text);
            format!("{of} is not null")
        })
    }

    fn deep_condition(&mut self) -> String {
        let kind = self.any_kind();
        match self.random.below(17) {
            0 => {
                let [one, other] = [(); 2].map(|()| self.condition());
                let word = self.random.pick(&["and", "or"]);
                format!("({one} {word} {other})")
            }
            1 => format!("not ({})", self.condition()),
            2 => {
                let [of, low, high] = [(); 3].map(|()| self.expression(kind));
                format!("{of} between {low} and {high}")
            }
            3 => {
                let of = self.expression(kind);
                let of_list = self.list(1, 3, |it| it.expression(kind));
                format!("{of} in ({of_list})")
            }
            4 | 5 => {
                let of = self.expression(kind);
                let query = self.column_query(&[kind]);
                let how = self.random.pick(&["in", "not in", "= any", ">= all"]);
                format!("{of} {how} ({query})")
            }
            6 | 7 => self.exists(),
            8 => {
                let of = self.expression(Kind::Text);
                let like = self.random.pick(&["like", "ilike", "not like"]);
                format!("{of} {like} 'a%'")
            }
            9 if !self.is_duckdb() => {
                let [of, with] = [(); 2].map(|()| self.leaf(Kind::Text));
                format!("{of} like any (array[{with}, 'b%'])")
            }
            10 => self.rows(),
            11 => {
                let [one, other] = [(); 2].map(|()| self.expression(kind));
                format!("{one} is distinct from {other}")
            }
            12 => {
                let list = self.leaf(Kind::List);
                let of = self.expression(Kind::Text);
                format!("{of} = any({list})")
            }
            13 => {
                let of = self.expression(kind);
                format!("{of} is null")
            }
            _ => {
                let [one, other] = [(); 2].map(|()| self.expression(kind));
                let operator = self.random.pick(&["=", "<>", "<", ">="]);
                format!("{one} {operator} {other}")
            }
        }
    }

    fn rows(&mut self) -> String {
        let kinds = [self.any_kind(), self.any_kind()];
        let row = |it: &mut Self| kinds.map(|kind| it.expression(kind)).join(", ");
        let [one, other] = [row(self), row(self)];
        match self.random.below(3) {
            0 => format!("({one}) in ({})", self.column_query(&kinds)),
            1 => format!("({one}) < ({other})"),
            _ => format!("row({one}) = row({other})"),
        }
    }

    fn exists(&mut self) -> String {
        let query = self.within(|it| {
            let from = it.from(1);
            let list = match it.random.below(4) {
                0 => "1".to_owned(),
                1 => "*".to_owned(),
                _ => {
                    let kind = it.any_kind();
                    it.expression(kind)
                }
            };
            let condition = it.condition();
            format!("select {list} from {from} where {condition}")
        });
        let not = if self.chance(30) { "not " } else { "" };
        format!("{not}exists ({query})")
    }

    /// A query that gives columns of these kinds, without names.
    fn column_query(&mut self, kinds: &[Kind]) -> String {
        self.within(|it| {
            let from = it.from(1);
            let list: Vec<_> = kinds.iter().map(|kind| it.expression(*kind)).collect();
            let filter = it.filter();
            format!("select {} from {from}{filter}", list.join(", "))
        })
    }
}
