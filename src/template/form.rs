//! The questions of a form, from the contract, and the form as text.

use crate::define::contract::FieldType;
use crate::define::{Container, Contract, Era, Field, Lookup};
use crate::render::csv::sheet;

/// Sheet of the workbook that is read back.
pub(super) const SHEET: &str = "Return";

/// One column of a form.
#[derive(Clone, Debug)]
pub struct Question {
    /// Name of the column.
    pub column: String,
    pub field: String,
    pub title: String,
    pub kind: FieldType,
    pub required: bool,
    /// Allowed words; empty where any will do.
    pub values: Vec<String>,
    /// Words that say why there is no answer, with what they mean.
    pub absences: Vec<(String, &'static str)>,
    pub min: Option<f64>,
    pub max: Option<f64>,
}

/// A plain table with a header.
#[derive(Clone, Debug)]
pub struct Form {
    pub questions: Vec<Question>,
    /// Whether the contract reads it from a workbook too.
    pub sheet: bool,
}

impl Form {
    /// `None` for layouts that are no plain table.
    pub fn of(contract: &Contract) -> Option<Form> {
        let plain = |e: &&Era| e.headerless.is_none() && e.unpivot.is_none() && e.above + e.below == 0;
        let era = contract.eras.iter().filter(plain).find(|e| e.container == Container::Text)?;
        let sheet = contract.eras.iter().filter(plain).any(|e| {
            e.container == Container::Workbook && e.sheet.as_ref().is_none_or(|s| s.is_match(SHEET))
        });
        let question = |name: &String| {
            let Some(Lookup::Names(names)) = era.columns.get(name) else { return None };
            Some(question(names.first()?, &contract.fields[name]))
        };
        let questions: Vec<Question> = contract.order.iter().filter_map(question).collect();
        (questions.len() == era.columns.len()).then_some(Form { questions, sheet })
    }

    /// Header and rows; a cell is found by its field.
    pub fn csv(&self, rows: &[Vec<(String, String)>]) -> Vec<u8> {
        let header: Vec<&str> = self.questions.iter().map(|q| q.column.as_str()).collect();
        let made = rows.iter().map(|row| self.questions.iter().map(|q| cell(row, q)).collect());
        sheet(std::iter::once(header).chain(made))
    }

    /// Every question with its answers, for people.
    pub fn questions_csv(&self) -> Vec<u8> {
        let header = ["column", "question", "required", "answers", "where there is no answer"];
        let rows: Vec<[String; 5]> = self
            .questions
            .iter()
            .map(|q| {
                let required = if q.required { "yes" } else { "no" };
                [q.column.clone(), q.title.clone(), required.to_owned(), q.allowed(), q.no_answer()]
            })
            .collect();
        sheet(std::iter::once(header).chain(rows.iter().map(|row| row.each_ref().map(String::as_str))))
    }
}

/// What a row holds for a question.
pub(super) fn cell<'r>(row: &'r [(String, String)], q: &Question) -> &'r str {
    row.iter().find(|(field, _)| *field == q.field).map_or("", |(_, text)| text.as_str())
}

fn question(column: &str, field: &Field) -> Question {
    Question {
        column: column.to_owned(),
        field: field.name.clone(),
        title: field.title.clone(),
        kind: field.kind,
        required: field.required,
        values: field.values.iter().rev().cloned().collect(),
        absences: field.marks.iter().map(|(word, status)| (word.clone(), meaning(status))).collect(),
        min: field.min,
        max: field.max,
    }
}

fn meaning(status: &str) -> &'static str {
    match status {
        "suppressed" => "an answer exists and is withheld",
        "not_applicable" => "the question does not concern the unit",
        "not_available" => "the unit was not asked",
        _ => "no answer was returned",
    }
}

impl Question {
    /// The allowed answers in words.
    pub fn allowed(&self) -> String {
        let limit = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{x}"));
        match self.kind {
            _ if !self.values.is_empty() => self.values.join(" / "),
            FieldType::Integer => format!("a whole number from {} to {}", limit(self.min), limit(self.max)),
            FieldType::Number => "a number".to_owned(),
            FieldType::Pence => "pounds, with at most two decimals".to_owned(),
            FieldType::Date => "a date such as 2018-06-30".to_owned(),
            FieldType::Flag => "true / false".to_owned(),
            FieldType::Practice => "a practice code such as A81001".to_owned(),
            FieldType::Ccg => "a CCG code such as 00K".to_owned(),
            FieldType::Org => "an ODS code".to_owned(),
            FieldType::Text => "text".to_owned(),
        }
    }

    /// What to write where there is no answer.
    pub fn no_answer(&self) -> String {
        if self.required {
            return "an answer is needed".to_owned();
        }
        let words = self.absences.iter().map(|(word, means)| format!("{word}: {means}"));
        std::iter::once("leave empty: no answer was returned".to_owned())
            .chain(words)
            .collect::<Vec<_>>()
            .join("; ")
    }
}
