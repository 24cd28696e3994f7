//! Months of a year of spend: which have a line, and of which no file is held.

use crate::model::{Grain, Period};
use crate::report::frame::Frame;
use crate::report::scene::Scene;
use crate::report::words;
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

const MONTHS: i64 = 12;

/// Months of published lines, by CCG and last day of the year; 1 is April.
#[derive(Default)]
pub(super) struct Months(BTreeMap<(String, Date), BTreeSet<i64>>);

impl Months {
    pub fn read(scene: &Scene) -> Months {
        let t = Frame::new(scene.release.tables.get("spend_lines"));
        let (code, year, month) = (t.text("ccg_code"), t.date("period"), t.int("month"));
        let mut out: BTreeMap<(String, Date), BTreeSet<i64>> = BTreeMap::new();
        for ((code, year), month) in code.into_iter().zip(year).zip(month) {
            if let (Some(code), Some(year), Some(month)) = (code, year, month) {
                out.entry((code, year)).or_default().insert(month);
            }
        }
        Months(out)
    }

    /// `held`: months of files, and months with a line, as the figure counts them. `None` for a whole year.
    pub fn words(&self, code: &str, year: Date, held: (i64, i64)) -> Option<String> {
        let (files, lines) = held;
        let with = self.0.get(&(code.to_owned(), year))?;
        // lines of other areas of spend have months of their own
        if i64::try_from(with.len()).ok()? != lines || lines >= MONTHS {
            return None;
        }
        let start = Period::containing(Grain::FinancialYear, year).start();
        let names = |of: &dyn Fn(i64) -> bool| {
            let named = (1..=MONTHS).filter(|m| of(*m));
            let named = named.map(|m| start.saturating_add((m - 1).months()).strftime("%B %Y").to_string());
            named.collect::<Vec<_>>().join(", ")
        };
        let (some, none) = (names(&|m| with.contains(&m)), names(&|m| !with.contains(&m)));
        let gone = words::of(MONTHS - files, "month", "months");
        Some(match (files, lines) {
            (MONTHS, _) => format!("A file of every month is held. Lines in {some}; none in {none}."),
            (f, l) if f == l => format!("Lines in {some}. No file is held of {none}."),
            _ => format!(
                "Lines in {some}; none in {none}. Of {gone} of these no file is held; the source gives their number and not \
                 their names."
            ),
        })
    }
}
