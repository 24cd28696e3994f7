//! Spend set against the score, of each CCG in words, of the latest year in which anything is told.

use crate::report::frame::Frame;
use crate::report::words;
use crate::value::{CANNOT_TELL, Corner};
use std::collections::BTreeMap;

/// By CCG. A place, a comparison and what goes with the spend each say so when nothing can be told.
pub(super) fn sentences(value: Frame) -> BTreeMap<String, String> {
    let (day, code, spend) = (value.date("period"), value.text("ccg_code"), value.float("per_head"));
    let (quadrant, verdict, why) = (value.text("quadrant"), value.text("verdict"), value.text("why"));
    let limits = [value.float("interval_low"), value.float("interval_high")];
    let other = [value.float("expected"), value.float("expected_low"), value.float("expected_high")];
    let told = (0..value.rows()).filter(|r| quadrant[*r].is_some());
    let Some(last) = told.filter_map(|r| day[r]).max() else { return BTreeMap::new() };
    let mut out = BTreeMap::new();
    for r in (0..value.rows()).filter(|r| day[*r] == Some(last)) {
        let (Some(code), Some(spend)) = (&code[r], spend[r]) else { continue };
        let mut text = format!("Spend against score, year to {}: ", words::day(last));
        let Some(quadrant) = &quadrant[r] else {
            let why = why[r].as_deref().unwrap_or("no reason is recorded");
            out.insert(code.clone(), format!("{text}nothing can be told, since {why}."));
            continue;
        };
        let score = match [limits[0][r], limits[1][r]] {
            [Some(low), Some(high)] => format!("{} to {}", words::score(low), words::score(high)),
            _ => "not known".to_owned(),
        };
        text.push_str(&format!("{} a head and a score of {score}. ", words::pounds(spend / 100.0)));
        text.push_str(
            match Corner::of(quadrant) {
                None => "Whether that is more or less than most, on both counts, cannot be told. ".to_owned(),
                Some(corner) => format!("Beside the middle of all CCGs it {}. ", corner.words()),
            }
            .as_str(),
        );
        text.push_str(&match (&verdict[r], &why[r]) {
            (Some(v), _) if v == CANNOT_TELL => {
                "Whether CCGs that spend no more reach more cannot be told. ".to_owned()
            }
            (Some(v), _) => format!("Beside CCGs that spend no more its score is {v}. "),
            (None, why) => {
                format!("It is held against nobody: {}. ", why.as_deref().unwrap_or("too few spend no more"))
            }
        });
        if let [Some(mean), Some(low), Some(high)] = other.each_ref().map(|c| c[r]) {
            text.push_str(&format!(
                "CCGs at such spend score {}, one of them between {} and {} as a rule: what goes together, not what \
                 money would do.",
                words::score(mean),
                words::score(low),
                words::score(high)
            ));
        }
        out.insert(code.clone(), text.trim_end().to_owned());
    }
    out
}
