//! Earlier quarters of every practice: scores and levels of all, answers of the one before that on show.

use crate::disclose::is_withheld;
use crate::report::frame::Frame;
use crate::report::scene::{Answer, Scene, answers_of, level_range};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// One practice in one quarter.
#[derive(Clone, Debug)]
pub(super) struct Quarter {
    pub day: Date,
    pub label: String,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub level: Option<String>,
    pub withheld: bool,
}

#[derive(Debug, Default)]
pub(super) struct Histories {
    quarters: BTreeMap<String, Vec<Quarter>>,
    /// The quarter before the one on show.
    pub before: Option<(Date, String)>,
    /// Its answers, by practice and indicator.
    pub answers: BTreeMap<String, BTreeMap<String, Answer>>,
}

impl Histories {
    pub fn read(scene: &Scene) -> Histories {
        let Some((day, _)) = &scene.period else { return Histories::default() };
        let scores = Frame::new(scene.release.tables.get("practice_scores"));
        let (period, code) = (scores.date("period"), scores.text("practice_code"));
        let (low, high) = (scores.float("score"), scores.float("score_high"));
        let (level, most) = (scores.int("level"), scores.int("level_high"));
        let reason = scores.text("score_absence");
        let labels: BTreeMap<_, _> = scene.periods.iter().cloned().collect();
        let mut order: Vec<usize> =
            (0..scores.rows()).filter(|r| period[*r].is_some_and(|p| p <= *day)).collect();
        order.sort_by_key(|r| period[*r]);
        let mut quarters: BTreeMap<String, Vec<Quarter>> = BTreeMap::new();
        for r in order {
            let (Some(code), Some(day)) = (&code[r], period[r]) else { continue };
            let Some(label) = labels.get(&day) else { continue };
            quarters.entry(code.clone()).or_default().push(Quarter {
                day,
                label: label.clone(),
                low: low[r],
                high: high[r],
                level: level_range(level[r], most[r]),
                withheld: is_withheld(reason[r].as_deref()),
            });
        }
        let before = scene.periods.iter().filter(|(d, _)| d < day).max_by_key(|(d, _)| *d);
        let values = Frame::new(scene.release.tables.get("indicator_values"));
        Histories {
            quarters,
            answers: before.map_or_else(BTreeMap::new, |(d, _)| answers_of(values, "practice", *d)),
            before: before.cloned(),
        }
    }

    pub fn quarters(&self, code: &str) -> &[Quarter] {
        self.quarters.get(code).map_or(&[], Vec::as_slice)
    }
}
