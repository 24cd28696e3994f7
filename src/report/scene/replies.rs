//! What practices replied to what patients would be told of them.

use crate::disclose::Disclosed;
use crate::report::about::About;
use crate::report::frame::Frame;
use crate::report::words;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The reply of one practice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reply {
    /// The last day on which it replied.
    day: Option<Date>,
    confirmed: i64,
    corrected: i64,
}

impl Reply {
    /// When it replied and to how many facts, and what that does here.
    pub fn words(&self) -> String {
        let on = self.day.map_or_else(String::new, |d| format!(" on {}", words::day(d)));
        let facts = words::of(self.confirmed + self.corrected, "fact", "facts");
        let how = match (self.confirmed, self.corrected) {
            (_, 0) => "confirmed".to_owned(),
            (0, _) => "corrected".to_owned(),
            (sure, other) => {
                format!("{} confirmed and {} corrected", words::count(sure), words::count(other))
            }
        };
        format!(
            "The practice replied{on} to what patients would be told of it: {facts}, {how}. Patients are told what it replied; the \
             answers and scores here are those that were returned."
        )
    }
}

/// By practice, of the quarter that patients are told of; nobody where none replied.
pub(super) fn replies(release: &Disclosed<About>) -> BTreeMap<String, Reply> {
    let facts = Frame::new(release.tables.get("patient_facts"));
    let (code, reply, day) = (facts.text("practice_code"), facts.text("reply"), facts.date("reply_date"));
    let mut out: BTreeMap<String, Reply> = BTreeMap::new();
    for ((code, reply), day) in code.into_iter().zip(reply).zip(day) {
        let (Some(code), Some(reply)) = (code, reply) else { continue };
        let (confirmed, corrected) = match reply.as_str() {
            "confirmed" => (1, 0),
            "corrected" => (0, 1),
            _ => continue,
        };
        let known = out.entry(code).or_default();
        known.confirmed += confirmed;
        known.corrected += corrected;
        known.day = known.day.max(day);
    }
    out
}
