//! How the answers of each practice are known in the quarter on show: grades, and blocks carried forward.

use crate::disclose::Disclosed;
use crate::report::about::About;
use crate::report::frame::Frame;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What is known of one practice's self-reported answers.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Answers graded A, B, C, D.
    pub grades: [u32; 4],
    /// Ids of the answers that a trace contradicts.
    pub contradicted: Vec<String>,
    /// Ids of the answers `no` where a trace shows more.
    pub understated: Vec<String>,
    /// The floor that counts contradicted answers, and those whose trace is missing, as not met.
    pub evidenced: Option<f64>,
    /// Blocks that stand as in the return before, with their status: confirmed, unchanged or suspect.
    pub carried: Vec<(String, String)>,
}

/// By code, practices with a graded answer or a block carried forward.
pub(super) fn practices(release: &Disclosed<About>, day: Date) -> BTreeMap<String, Known> {
    let of_quarter = |name: &str| Frame::new(release.tables.get(name)).of_period(day);
    let mut out: BTreeMap<String, Known> = BTreeMap::new();
    let graded = of_quarter("evidence");
    let graded = Frame::new(graded.as_ref());
    let (kind, unit) = (graded.text("unit_type"), graded.text("unit_code"));
    let (id, grade, reason) = (graded.text("indicator_id"), graded.text("grade"), graded.text("reason"));
    for i in (0..graded.rows()).filter(|i| kind[*i].as_deref() == Some("practice")) {
        let (Some(unit), Some(id), Some(grade)) = (&unit[i], &id[i], &grade[i]) else { continue };
        let known = out.entry(unit.clone()).or_default();
        if let Some(k) = ["A", "B", "C", "D"].iter().position(|g| g == grade) {
            known.grades[k] += 1;
        }
        match reason[i].as_deref() {
            Some("trace_contradicts") => known.contradicted.push(id.clone()),
            Some("trace_shows_more") => known.understated.push(id.clone()),
            _ => {}
        }
    }
    let carried = of_quarter("carried_forward");
    let carried = Frame::new(carried.as_ref());
    let (code, block, status) =
        (carried.text("practice_code"), carried.text("block"), carried.text("status"));
    for ((code, block), status) in code.into_iter().zip(block).zip(status) {
        if let (Some(code), Some(block), Some(status)) = (code, block, status) {
            out.entry(code).or_default().carried.push((block, status));
        }
    }
    let scores = of_quarter("practice_scores");
    let scores = Frame::new(scores.as_ref());
    for (code, evidenced) in scores.text("practice_code").into_iter().zip(scores.float("score_evidenced")) {
        if let Some(known) = code.and_then(|c| out.get_mut(&c)) {
            known.evidenced = evidenced;
        }
    }
    out
}
