//! What would change if a reader who distrusts the index were right: about answers, or about the method.

use super::frame::{cell, figure, rows_of};
use super::{Part, Result, Unit};
use serde_json::{Map, Value, json};

/// How many alternatives are written out; all of them stand in the table.
const SHOWN: usize = 8;

/// The score at the bounds of the missing answers, and with answers that are not believed.
pub(super) fn bounds(unit: &Unit<'_>) -> Part {
    let mut part = Part { text: "\nIf you do not believe the answers:\n".to_owned(), json: Value::Null };
    let mut json = Map::new();
    let cases = [
        ("score", "every missing answer not met; this is what is published and ordered by"),
        ("score_high", "every missing answer met"),
        (
            "score_evidenced",
            "claims that a trace contradicts, or whose trace was left out, not met; missing not met",
        ),
        ("score_evidenced_high", "claims that a trace contradicts not met; missing met"),
        ("score_proven", "every self-report that no trace supports not met; missing not met"),
    ];
    for (column, means) in cases {
        let Some(value) = unit.figure(column) else { continue };
        part.text.push_str(&format!("  {value:6.1}  {means} ({column})\n"));
        json.insert(column.to_owned(), json!(value));
    }
    if json.is_empty() {
        part.text.push_str("  it has no score\n");
    } else if !json.contains_key("score_evidenced") {
        part.text.push_str("  No self-report is graded in this release: there is no evidenced score.\n");
    }
    let shares = [
        ("evidence_a", "evidenced"),
        ("evidence_b", "consistent"),
        ("evidence_c", "self-report only"),
        ("evidence_d", "contradicted"),
        ("evidence_none", "not answered"),
    ];
    let told: Vec<(&str, &str, f64)> =
        shares.into_iter().filter_map(|(column, word)| Some((column, word, unit.figure(column)?))).collect();
    if !told.is_empty() {
        let words: Vec<String> =
            told.iter().map(|(_, word, x)| format!("{word} {:.0} %", 100.0 * x)).collect();
        part.text.push_str(&format!("  Of the weight asked: {}\n", words.join(", ")));
        json.extend(told.iter().map(|(column, _, x)| ((*column).to_owned(), json!(x))));
    }
    part.json = Value::Object(json);
    part
}

/// One other choice of the method, and what it does to the unit.
struct Alternative {
    name: String,
    score: f64,
    /// Places gained (negative) or lost against the method as stated.
    moved: i64,
}

/// The score under every other choice, one at a time, those that move the unit most first.
pub(super) fn alternatives(unit: &Unit<'_>) -> Result<Part> {
    let mut part = Part {
        text: "\nIf you do not believe the method (one other choice at a time):\n".to_owned(),
        json: Value::Null,
    };
    let kind = if unit.practice() { "practice" } else { "ccg" };
    let table = match unit.rows("alternatives", "unit_code")? {
        Some(table) => rows_of(&table, "unit_type", kind)?,
        None => Default::default(),
    };
    let place = |row: usize| figure(&table, "rank_among", row);
    let stated = (0..table.height()).find(|row| cell(&table, "alternative", *row) == "as stated");
    let Some((base, from)) = stated.and_then(|row| Some((figure(&table, "score", row)?, place(row)?))) else {
        part.text
            .push_str("  none was computed for this quarter; the newest quarter that is ranked has them\n");
        return Ok(part);
    };
    #[expect(clippy::cast_possible_truncation, reason = "places are small whole numbers")]
    let moved = |row: usize| Some((place(row)? - from) as i64);
    let mut all: Vec<Alternative> = (0..table.height())
        .filter(|row| Some(*row) != stated)
        .filter_map(|row| {
            let name = cell(&table, "alternative", row);
            Some(Alternative { name, score: figure(&table, "score", row)?, moved: moved(row)? })
        })
        .collect();
    all.sort_by(|a, b| b.moved.abs().cmp(&a.moved.abs()).then_with(|| a.name.cmp(&b.name)));
    let (best, worst) = all.iter().fold((0, 0), |(a, b), x| (a.min(x.moved), b.max(x.moved)));
    part.text.push_str(&format!(
        "  {} other choices: between {} places better and {} places worse than as stated ({base:.1} points)\n",
        all.len(),
        -best,
        worst
    ));
    for a in all.iter().take(SHOWN) {
        let way = match a.moved {
            0 => "the same place".to_owned(),
            n if n < 0 => format!("{} places better", -n),
            n => format!("{n} places worse"),
        };
        part.text.push_str(&format!("  {:44} {:6.1}  {way}\n", a.name, a.score));
    }
    if all.len() > SHOWN {
        part.text
            .push_str(&format!("  and {} that move it less: tables/alternatives.csv\n", all.len() - SHOWN));
    }
    let list: Vec<Value> =
        all.iter().map(|a| json!({ "alternative": a.name, "score": a.score, "places": a.moved })).collect();
    part.json = json!({ "as_stated": base, "best": best, "worst": worst, "each": list });
    Ok(part)
}
