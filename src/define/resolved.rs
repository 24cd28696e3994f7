//! A contract as used: patterns compiled, names looked up.

use super::contract::{FieldType, PeopleFile, RuleFile};
use crate::diag::codes;
use crate::model::Grain;
use jiff::civil::Date;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub struct Contract {
    pub id: String,
    pub title: String,
    pub publisher: String,
    pub licence: String,
    pub about: String,
    pub key: Vec<String>,
    /// The field whose values are the parts of a release, where files hold some of them each.
    pub part: Option<String>,
    /// The field that says whose figure a record is a part of: what is set aside of it stays, marked.
    pub owner: Option<String>,
    /// Whether the files are sent in confidence: a release tells their names alone.
    pub confidential: bool,
    /// Whether the files are forms of this program's own, with formulas made harmless.
    pub guarded: bool,
    pub fields: BTreeMap<String, Field>,
    /// Names of the fields in the order written.
    pub order: Vec<String>,
    pub eras: Vec<Era>,
    pub skips: Vec<Skip>,
    pub rules: Vec<RuleFile>,
    /// Counts of people, which are rounded.
    pub people: Vec<PeopleFile>,
    /// blake3 of the text, for lineage.
    pub hash: String,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub kind: FieldType,
    pub title: String,
    pub required: bool,
    pub status: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub values: BTreeSet<String>,
    pub map: BTreeMap<String, String>,
    /// Mark -> status word.
    pub marks: BTreeMap<String, &'static str>,
    /// Status word of the empty cell.
    pub empty: &'static str,
    pub formats: Vec<String>,
    pub pattern: Option<Regex>,
    pub strip: Option<Regex>,
    pub keep_branches: Option<bool>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    Text,
    Workbook,
}

/// How a column of the source is found.
#[derive(Clone, Debug, PartialEq)]
pub enum Lookup {
    /// From 0.
    Position(usize),
    Names(Vec<String>),
}

#[derive(Clone, Debug)]
pub struct Era {
    pub id: String,
    pub container: Container,
    pub delimiter: char,
    pub quoted: bool,
    pub sheet: Option<Regex>,
    pub headerless: Option<usize>,
    pub looks: Vec<Look>,
    pub above: u32,
    pub below: u32,
    pub strip_header: Option<Regex>,
    /// Field -> where.
    pub columns: BTreeMap<String, Lookup>,
    pub ignore: BTreeSet<String>,
    pub optional: BTreeSet<String>,
    pub rest: Option<FieldType>,
    pub constants: BTreeMap<String, String>,
    pub prepend: BTreeMap<String, String>,
    pub unpivot: Option<Unpivot>,
    pub from_name: Vec<FromName>,
    pub grain: Grain,
    pub period: Vec<PeriodSource>,
}

/// A variable that only the file's name tells: the first pattern that fits gives its value.
#[derive(Clone, Debug)]
pub struct FromName {
    pub variable: String,
    pub cases: Vec<(Regex, String)>,
    pub otherwise: String,
}

/// What a column looks like in a table of the era.
#[derive(Clone, Debug)]
pub struct Look {
    pub at: LookAt,
    pub pattern: Regex,
    /// Share of the rows looked at that must match.
    pub share: f64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookAt {
    /// From 0.
    Position(usize),
    Field(String),
}

#[derive(Clone, Debug)]
pub struct Unpivot {
    pub names: Vec<String>,
    pub value: String,
    /// Header name and its words, in the order of the names.
    pub columns: Vec<(String, Vec<String>)>,
}

#[derive(Clone, Debug)]
pub enum PeriodSource {
    Column(String),
    FileName { pattern: Regex, example: String },
    Latest(Vec<String>),
    Stated { date: Date, reason: String },
}

#[derive(Clone, Debug)]
pub struct Skip {
    pub field: String,
    pub pattern: Regex,
    pub code: &'static codes::Code,
}
