//! A data contract as written in `datasets/<id>.toml`: one file family, its fields and the eras of its layout.
//!
//! A renamed column is another alias, a new layout another `[[era]]`, a new quarter nothing at all.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContractFile {
    /// `[a-z0-9_]{1,64}`: it becomes a folder of the store.
    pub id: String,
    pub title: String,
    pub publisher: String,
    pub licence: String,
    /// What the data are, and what a reader must know before using them.
    pub about: String,
    /// `point`, `month`, `quarter` or `financial_year`.
    pub grain: String,
    /// Fields that name a row. An exact copy of a row is counted once; two rows with one key and different
    /// values are both set aside.
    pub key: Vec<String>,
    /// The field that says whose rows they are, where a dataset is collected in parts (a file for each CCG): the files of
    /// one period whose parts differ are one release together. The field must be required.
    pub part: Option<String>,
    /// The field that says whose figure a record is a part of, where figures are sums of records (lines of spend). A
    /// record that is set aside or refused then stays in the stored table, marked as such (`_aside`, its codes) with what
    /// can be read of it, so that the figure which lacks it can say so. The field must be required.
    pub owner: Option<String>,
    /// Whether the files are sent in confidence, such as a practice's own reply: a release names them and tells neither
    /// their length nor their hash, with which counts in a short file could be tried.
    #[serde(default)]
    pub confidential: bool,
    /// Whether the files are forms that this program writes and people fill in: a text that a spreadsheet would run as a
    /// formula comes with an apostrophe before it, which is taken off.
    #[serde(default)]
    pub guarded: bool,
    /// Where the period is found; the first that answers wins.
    pub period: Vec<PeriodFile>,
    pub field: Vec<FieldFile>,
    pub era: Vec<EraFile>,
    /// Rows that are no records (totals, pseudo units): skipped and counted.
    #[serde(default)]
    pub skip: Vec<SkipFile>,
    #[serde(default)]
    pub rule: Vec<RuleFile>,
    /// Counts of people: they are rounded by the disclosure rule before anything is computed of them.
    #[serde(default)]
    pub people: Vec<PeopleFile>,
}

/// A column that counts people.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleFile {
    /// An integer field, or a text one whose whole numbers are counts (without `rows`).
    pub column: String,
    /// Only in the rows where this field is one of these words.
    pub rows: Option<PeopleRows>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleRows {
    pub column: String,
    pub values: Vec<String>,
}

/// One way to learn the period.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodFile {
    /// A date field of every row; rows are stored under their own period.
    pub column: Option<String>,
    /// A pattern on the file's name with the groups `y` (or `yy`), `m` or `mon`, `d`, or `fy` (first year of a
    /// financial year). A name can be wrong: the use of it is noted.
    ///
    /// Beside `fy` a group `next` is held to be the year after it. No pattern may start or end inside a number.
    pub file_name: Option<String>,
    /// A name that the pattern reads: what a person is told to call a file whose name says no period.
    pub example: Option<String>,
    /// The latest date found in these fields; noted as inferred.
    pub latest: Option<Vec<String>>,
    /// A date that somebody has stated outside the file; `reason` says who.
    pub date: Option<String>,
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    Text,
    /// A practice code: trimmed and raised; anything else quarantines the record.
    Practice,
    /// A CCG or sub-ICB location code, likewise.
    Ccg,
    /// Any ODS code of 3 to 8 letters and digits.
    Org,
    /// A whole number.
    Integer,
    /// A finite number.
    Number,
    /// Pounds with at most two decimals, stored as whole pence.
    Pence,
    Date,
    Flag,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldFile {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// What it is, with its unit; goes into the metadata of the Parquet file.
    pub title: String,
    /// An empty cell quarantines the record.
    #[serde(default)]
    pub required: bool,
    /// Keep beside the value why it is not there (`<name>_status`).
    #[serde(default)]
    pub status: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    /// The only words allowed.
    #[serde(default)]
    pub values: Vec<String>,
    /// Known variants -> standard text, before typing.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// Marks for no value, besides the empty cell.
    #[serde(default)]
    pub missing: Vec<String>,
    #[serde(default)]
    pub suppressed: Vec<String>,
    #[serde(default)]
    pub not_applicable: Vec<String>,
    #[serde(default)]
    pub not_available: Vec<String>,
    /// What the empty cell means: `missing` (unless said), `suppressed`, `not_applicable` or `not_available`.
    pub empty: Option<String>,
    /// strptime forms of a date, tried in order. When both `%d/%m/%Y` and `%m/%d/%Y` are listed the order is
    /// inferred for the whole file from the dates that are certain.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Text must match.
    pub pattern: Option<String>,
    /// Removed from the text before typing (`00$` of the list files' `07L00`).
    pub strip: Option<String>,
    /// Practice codes only: `skip` sets rows of branches (practice code and three digits) apart, `keep` stores
    /// them under the practice with `is_branch` true.
    pub branch: Option<String>,
}

/// One layout of the family.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EraFile {
    pub id: String,
    pub title: String,
    /// `text` or `workbook`.
    #[serde(default = "text")]
    pub container: String,
    /// `,` unless said.
    pub delimiter: Option<char>,
    /// Quotation marks mean something (default true).
    pub quoted: Option<bool>,
    /// Pattern on the sheet's name.
    pub sheet: Option<String>,
    /// No header row: this many columns, named by position.
    pub headerless: Option<usize>,
    /// What columns must look like, so that files of one width or one header are told apart.
    #[serde(default)]
    pub looks: Vec<LookFile>,
    /// Rows above (`above`) and below (`below`) the header row that belong to it; names become
    /// `group | name | sub-name`.
    pub above: Option<u32>,
    pub below: Option<u32>,
    /// Pattern removed from header names: footnote marks that move between releases.
    pub strip_header: Option<String>,
    /// Field -> header name, or a list of known names; for headerless files a column number from 1.
    pub columns: BTreeMap<String, Column>,
    /// Columns of the layout that are known and not stored, with the reason in a comment.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Fields of this era that may be missing from the header.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Type of every column that the era does not name, stored under its name in snake_case.
    pub rest: Option<FieldType>,
    /// Field -> constant text, typed as the field is.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Field -> text put before each cell, so that `05` of a stated year becomes `2019-05`.
    #[serde(default)]
    pub prepend: BTreeMap<String, String>,
    pub unpivot: Option<UnpivotFile>,
    #[serde(default)]
    pub from_name: Vec<FromNameFile>,
    pub grain: Option<String>,
    /// Replaces the contract's list.
    pub period: Option<Vec<PeriodFile>>,
}

fn text() -> String {
    "text".into()
}

/// A header name, several known ones, or a position.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Column {
    Position(usize),
    Name(String),
    Names(Vec<String>),
}

/// What a column looks like, named by its number or, where there is a header, by its field.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LookFile {
    /// From 1; headerless files only.
    pub column: Option<usize>,
    pub field: Option<String>,
    pub pattern: String,
    /// Share of the rows looked at that must match (default 1).
    pub share: Option<f64>,
}

/// Wide -> long: one record becomes one row for each of the columns.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnpivotFile {
    /// Fields that get the words of the column.
    pub names: Vec<String>,
    /// Field that gets the cell.
    pub value: String,
    /// Header name -> one word for each of `names`; `{x}` stands for a variable of `from_name`.
    pub columns: BTreeMap<String, Vec<String>>,
}

/// A variable that only the file's name tells.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FromNameFile {
    pub variable: String,
    /// Pattern -> value.
    pub cases: BTreeMap<String, String>,
    pub otherwise: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SkipFile {
    pub field: String,
    pub pattern: String,
    /// `TOTAL_ROW_SKIPPED` or `PSEUDO_UNIT`.
    pub code: String,
}

/// A rule over typed rows; it flags, it never changes a value.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, tag = "check", rename_all = "snake_case")]
pub enum RuleFile {
    /// In one row: `part` is at most `whole`.
    PartOfWhole { part: String, whole: String, why: String },
    /// In long data: among the rows of one `within`, the value where `select` is `part` is at most that where it
    /// is `whole`.
    PartOfWholeLong {
        within: Vec<String>,
        select: String,
        value: String,
        part: String,
        whole: String,
        why: String,
    },
    /// In one row: `parts` add up to `total`.
    SumOf { parts: Vec<String>, total: String, why: String },
    /// At most one row for each combination, though the key allows more.
    OneFor { fields: Vec<String>, code: String, why: String },
}
