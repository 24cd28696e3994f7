//! Answers of practices and areas to indicators, as people read them.

use super::Scene;
use crate::disclose::is_withheld;
use crate::report::about::{IndicatorInfo, Kind};
use crate::report::frame::Frame;
use crate::report::grid::Cell;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// A practice's answer to one indicator.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    pub value: Option<f64>,
    pub numerator: Option<f64>,
    pub denominator: Option<f64>,
    /// Months that it stands on; a flow of people counts each of them again.
    pub months: Option<i64>,
    pub absence: Option<String>,
    /// Grade of evidence, A to D.
    pub evidence: Option<String>,
    pub points: Option<f64>,
    /// Floor and ceiling of the points.
    pub bounds: (Option<f64>, Option<f64>),
}

impl Answer {
    /// How many people it is counted over, a month.
    pub fn counted_over(&self) -> Option<f64> {
        Some(self.denominator? / self.months.filter(|m| *m > 0).unwrap_or(1) as f64)
    }

    /// The least and the most that it may be worth, where it speaks for a part of the quarter alone.
    pub fn partial(&self) -> Option<(f64, f64)> {
        let (low, high) = self.bounds.0.zip(self.bounds.1)?;
        (self.points.is_some() && self.value.is_some() && high - low > 1e-9).then_some((low, high))
    }

    /// Whether there is none though it was asked: neither withheld nor beside the point.
    pub fn silent(&self) -> bool {
        let told = ["not_asked", "not_applicable"].map(Some).contains(&self.absence.as_deref());
        self.value.is_none() && !told && !is_withheld(self.absence.as_deref())
    }
}

/// Answers of the units of one kind in one quarter, by unit and indicator.
pub fn answers_of(values: Frame, unit_type: &str, day: Date) -> BTreeMap<String, BTreeMap<String, Answer>> {
    let now = values.of_period(day);
    let now = Frame::new(now.as_ref());
    let (kind, unit, id) = (now.text("unit_type"), now.text("unit_code"), now.text("indicator_id"));
    let (value, numerator, denominator) =
        (now.float("value"), now.float("numerator"), now.float("denominator"));
    let (absence, evidence, points) = (now.text("absence"), now.text("evidence"), now.float("points"));
    let (low, high, months) = (now.float("points_low"), now.float("points_high"), now.int("months"));
    let mut answers: BTreeMap<String, BTreeMap<String, Answer>> = BTreeMap::new();
    for i in 0..now.rows() {
        if kind[i].as_deref() != Some(unit_type) {
            continue;
        }
        if let (Some(unit), Some(id)) = (&unit[i], &id[i]) {
            let answer = Answer {
                value: value[i],
                numerator: numerator[i],
                denominator: denominator[i],
                months: months[i],
                absence: absence[i].clone(),
                evidence: evidence[i].clone(),
                points: points[i],
                bounds: (low[i], high[i]),
            };
            answers.entry(unit.clone()).or_default().insert(id.clone(), answer);
        }
    }
    answers
}

impl Scene<'_> {
    /// Yes or no for what is in place, the word of an answer that has words, a percentage for a proportion, the figure itself
    /// for anything else. Of an area that stands for many practices, the share whose answer is worth all points.
    pub fn answer_cell(&self, answer: Option<&Answer>, indicator: &IndicatorInfo) -> Cell {
        let Some(a) = answer else { return Cell::figure(None, false) };
        let yes_or_no = !self.options.worded(&indicator.id)
            && indicator.kind == Kind::Have
            && a.denominator.is_none_or(|d| d <= 1.0);
        let worded = self.options.worded(&indicator.id);
        // counts stand behind the figure of an area alone
        let word =
            a.value.filter(|_| a.denominator.is_none()).and_then(|v| self.options.of(&indicator.id, v));
        if let Some(word) = word {
            return Cell::words(word);
        }
        let text = a.value.map(|v| {
            let (no, yes) = (v.abs() < 1e-9, (v - 1.0).abs() < 1e-9);
            if yes_or_no && (no || yes) {
                if yes { "Yes".to_owned() } else { "No".to_owned() }
            } else {
                words::value(v, indicator.per)
            }
        });
        let withheld = is_withheld(a.absence.as_deref());
        if withheld && indicator.people {
            return Cell { text: "Few people [c]".to_owned(), number: true, absent: true, ..Cell::default() };
        }
        let why = match a.absence.as_deref() {
            Some("not_applicable") => Some("Not applicable"),
            Some("not_returned") => Some("Not returned"),
            Some("not_asked") => Some("Not asked"),
            _ => None,
        };
        if let (None, Some(why)) = (&text, why) {
            return Cell { text: why.to_owned(), number: true, absent: true, ..Cell::default() };
        }
        let cell = Cell::figure(text, withheld);
        match (a.numerator, a.denominator) {
            (Some(n), Some(d)) if a.value.is_some() && !yes_or_no => {
                let full = if worded { " in full" } else { "" };
                cell.small(format!("{} of {}{full}", words::whole(n), words::whole(d)))
            }
            _ => cell,
        }
    }
}
