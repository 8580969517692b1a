//! What is promised of the data's quality.

use serde_json::{Map, Number, Value};
use weft_model::exact::ExactNumber;

use crate::{AuthoritativeDefinition, CustomProperty, record::records};

/// The measures of library rules, since 3.1. Earlier versions let `rule` name anything that the engine had.
pub const METRICS: [&str; 5] = ["nullValues", "missingValues", "invalidValues", "duplicateValues", "rowCount"];

records! {
    /// A quality rule of any type.
    pub struct Quality {
        /// A stable id that references can use.
        pub id: Option<String>,
        /// `library`, `sql`, `custom` or `text`; [`Quality::kind`] where it is absent.
        pub r#type: Option<String>,
        /// The name that people use.
        pub name: Option<String>,
        /// A description of the rule.
        pub description: Option<String>,
        /// What a library rule measures: one of [`METRICS`]. Since 3.1.
        pub metric: Option<String>,
        /// What a library rule measures, in 3.0.
        pub rule: Option<String>,
        /// Of the metric: `validValues`, `pattern`, `missingValues`, `properties`. Since 3.1.
        pub arguments: Map<String, Value>,
        /// What a SQL rule asks: one number.
        pub query: Option<String>,
        /// Who checks a custom rule: `soda`, `greatExpectations`, ...
        pub engine: Option<String>,
        /// A custom rule in its engine's words: a text or a mapping.
        pub implementation: Option<Value>,
        /// That what is measured is this.
        pub must_be: Option<Value>,
        /// That it is not this.
        pub must_not_be: Option<Value>,
        /// That it is more.
        pub must_be_greater_than: Option<Number>,
        /// The measure is at least this.
        pub must_be_greater_or_equal_to: Option<Number>,
        /// That it is less.
        pub must_be_less_than: Option<Number>,
        /// The measure is at most this.
        pub must_be_less_or_equal_to: Option<Number>,
        /// That it is from the one to the other, both included.
        pub must_be_between: Option<[Number; 2]>,
        /// That it is not.
        pub must_not_be_between: Option<[Number; 2]>,
        /// The unit of the measure: `rows` or `percent`.
        pub unit: Option<String>,
        /// `accuracy`, `completeness`, `conformity`, `consistency`, `coverage`, `timeliness`, `uniqueness`.
        pub dimension: Option<String>,
        /// The method, such as `reconciliation`.
        pub method: Option<String>,
        /// `info`, `warning`, `error`, or other.
        pub severity: Option<String>,
        /// `operational`, `regulatory`, or other.
        pub business_impact: Option<String>,
        /// Who runs it: `cron`.
        pub scheduler: Option<String>,
        /// When: `0 20 * * *`.
        pub schedule: Option<String>,
        /// Tags, without a fixed vocabulary.
        pub tags: Vec<String>,
        /// Links to definitions and documents outside the contract.
        pub authoritative_definitions: Vec<AuthoritativeDefinition>,
        /// Properties of one's own.
        pub custom_properties: Vec<CustomProperty>,
    }
}

/// The kinds of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QualityKind {
    /// Something that every engine can measure.
    Library,
    /// A query, `type: sql`.
    Sql,
    /// In the words of an engine.
    Custom,
    /// A rule in words, `type: text`.
    Text,
}

impl QualityKind {
    /// As a document writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::Sql => "sql",
            Self::Custom => "custom",
            Self::Text => "text",
        }
    }
}

/// How the measure is compared with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// `mustBe`
    Be,
    /// `mustNotBe`
    NotBe,
    /// `mustBeGreaterThan`
    GreaterThan,
    /// `mustBeGreaterOrEqualTo`
    GreaterOrEqualTo,
    /// `mustBeLessThan`
    LessThan,
    /// `mustBeLessOrEqualTo`
    LessOrEqualTo,
    /// `mustBeBetween`
    Between,
    /// `mustNotBeBetween`
    NotBetween,
}

/// One operator of a rule, with what it compares to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold<'q> {
    /// Of an operator that takes any value: `mustBe`, `mustNotBe`.
    Value(Operator, &'q Value),
    /// An operator with one number.
    Number(Operator, &'q Number),
    /// An operator with two numbers.
    Range(Operator, &'q [Number; 2]),
}

impl Operator {
    /// Its key in a document.
    pub fn key(self) -> &'static str {
        match self {
            Self::Be => "mustBe",
            Self::NotBe => "mustNotBe",
            Self::GreaterThan => "mustBeGreaterThan",
            Self::GreaterOrEqualTo => "mustBeGreaterOrEqualTo",
            Self::LessThan => "mustBeLessThan",
            Self::LessOrEqualTo => "mustBeLessOrEqualTo",
            Self::Between => "mustBeBetween",
            Self::NotBetween => "mustNotBeBetween",
        }
    }
}

impl Threshold<'_> {
    /// The operator of the threshold.
    pub fn operator(&self) -> Operator {
        match self {
            Self::Value(operator, _) | Self::Number(operator, _) | Self::Range(operator, _) => *operator,
        }
    }

    /// The numbers that it compares to; none where it compares to something else.
    pub fn numbers(&self) -> Vec<f64> {
        match self {
            Self::Value(_, value) => value.as_f64().into_iter().collect(),
            Self::Number(_, number) => number.as_f64().into_iter().collect(),
            Self::Range(_, range) => range.iter().filter_map(Number::as_f64).collect(),
        }
    }

    /// The same numbers, to the last digit.
    pub fn exact(&self) -> Vec<ExactNumber> {
        match self {
            Self::Value(_, value) => ExactNumber::from_value(value).into_iter().collect(),
            Self::Number(_, number) => ExactNumber::from_number(number).into_iter().collect(),
            Self::Range(_, range) => range.iter().filter_map(ExactNumber::from_number).collect(),
        }
    }
}

/// Whether bad data fails a rule of a severity: it does unless that says that it only warns or informs.
pub fn fails(severity: Option<&str>) -> bool {
    !severity.is_some_and(|it| ["warning", "warn", "info"].iter().any(|word| it.eq_ignore_ascii_case(word)))
}

impl Quality {
    /// The type of the rule; `None` for one that the standard does not have. Without a `type` it is a library rule, as
    /// the standard says, or the type that its other keys imply.
    pub fn kind(&self) -> Option<QualityKind> {
        match self.r#type.as_deref() {
            Some("library") => Some(QualityKind::Library),
            Some("sql") => Some(QualityKind::Sql),
            Some("custom") => Some(QualityKind::Custom),
            Some("text") => Some(QualityKind::Text),
            Some(_) => None,
            None if self.measure().is_some() => Some(QualityKind::Library),
            None if self.query.is_some() => Some(QualityKind::Sql),
            None if self.engine.is_some() || self.implementation.is_some() => Some(QualityKind::Custom),
            None if self.thresholds().is_empty() && self.description.is_some() => Some(QualityKind::Text),
            None => Some(QualityKind::Library),
        }
    }

    /// What a library rule measures: its metric, else its older rule.
    pub fn measure(&self) -> Option<&str> {
        self.metric.as_deref().or(self.rule.as_deref())
    }

    /// What is measured as a share of the rows, in percent, rather than as their number.
    pub fn is_percent(&self) -> bool {
        self.unit.as_deref().is_some_and(|unit| unit == "%" || unit.eq_ignore_ascii_case("percent"))
    }

    /// The thresholds of the rule; the standard requires exactly one.
    pub fn thresholds(&self) -> Vec<Threshold<'_>> {
        let values = [(Operator::Be, &self.must_be), (Operator::NotBe, &self.must_not_be)];
        let values = values.into_iter().filter_map(|(operator, it)| Some(Threshold::Value(operator, it.as_ref()?)));
        let numbers = [
            (Operator::GreaterThan, &self.must_be_greater_than),
            (Operator::GreaterOrEqualTo, &self.must_be_greater_or_equal_to),
            (Operator::LessThan, &self.must_be_less_than),
            (Operator::LessOrEqualTo, &self.must_be_less_or_equal_to),
        ];
        let numbers = numbers.into_iter().filter_map(|(operator, it)| Some(Threshold::Number(operator, it.as_ref()?)));
        let ranges = [(Operator::Between, &self.must_be_between), (Operator::NotBetween, &self.must_not_be_between)];
        let ranges = ranges.into_iter().filter_map(|(operator, it)| Some(Threshold::Range(operator, it.as_ref()?)));
        values.chain(numbers).chain(ranges).collect()
    }
}
