//! How the answers of a unit are known: claims with their traces, and blocks that stand as they stood before.

use super::frame::{cell, rows_of};
use super::{Part, Result, Unit};
use serde_json::{Value, json};

/// What was claimed and what shows it, one line an answer; of one indicator only where it is asked about.
pub(super) fn known(unit: &Unit<'_>, indicator: Option<&str>) -> Result<Part> {
    let Some(mut table) = unit.rows("evidence", "unit_code")? else {
        return Ok(Part {
            text: "\nNo answer of this release is a self-report with rules of evidence.\n".to_owned(),
            json: Value::Null,
        });
    };
    if let Some(id) = indicator {
        table = rows_of(&table, "indicator_id", id)?;
    }
    let mut text = "\nWhat was claimed, and what shows it (grade A evidenced, B consistent, C self-report only, D contradicted):\n".to_owned();
    let mut list = Vec::with_capacity(table.height());
    for row in 0..table.height() {
        let get = |name: &str| cell(&table, name, row);
        let (trace, value, reason) = (get("trace"), get("trace_value"), get("reason"));
        let shown = match (trace.is_empty(), value.is_empty()) {
            (true, _) => String::new(),
            (_, true) => format!(": {trace}"),
            _ => format!(": {trace} = {value}"),
        };
        let kept = points(&get("points_claimed"), &get("points_evidenced"));
        text.push_str(&format!(
            "  {:24} claimed {}: {}, {}{shown}{kept}\n",
            get("indicator_id"),
            or_none(&get("claimed")),
            if get("grade").is_empty() { "no grade".to_owned() } else { get("grade") },
            reason.replace('_', " "),
        ));
        list.push(json!({ "indicator": get("indicator_id"), "claimed": get("claimed"), "grade": get("grade"),
                          "reason": reason, "trace": trace, "trace_value": value,
                          "points_claimed": get("points_claimed"), "points_evidenced": get("points_evidenced") }));
    }
    if list.is_empty() {
        text.push_str("  no self-reported answer\n");
    }
    Ok(Part { text, json: json!(list) })
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "nothing" } else { text }
}

/// What the claim loses in the evidenced score.
fn points(claimed: &str, evidenced: &str) -> String {
    if claimed == evidenced {
        String::new()
    } else {
        format!("; {claimed} points as claimed, {evidenced} as evidenced")
    }
}

/// Blocks of answers that stand as in the return before.
pub(super) fn carried(unit: &Unit<'_>) -> Result<Part> {
    if !unit.practice() {
        return Ok(Part::default());
    }
    let mut text = "\nAnswers carried forward:\n".to_owned();
    let Some(table) = unit.rows("carried_forward", "practice_code")? else {
        text.push_str("  no return of this release opens with the answers given before\n");
        return Ok(Part { text, json: Value::Null });
    };
    let mut list = Vec::with_capacity(table.height());
    for row in 0..table.height() {
        let get = |name: &str| cell(&table, name, row);
        let status = get("status");
        let means = match status.as_str() {
            "confirmed" => format!("somebody confirmed it on {}", get("confirmed_on")),
            "suspect" => {
                "others changed theirs, nobody confirmed it: it may be what the form was filled with"
                    .to_owned()
            }
            _ => "of a kind that seldom changes; nobody confirmed it".to_owned(),
        };
        let n = get("returns_unchanged");
        let returns = if n == "1" { "return" } else { "returns" };
        text.push_str(&format!("  {:24} as in the {n} {returns} before, {status}: {means}\n", get("block")));
        list.push(json!({ "dataset": get("dataset"), "block": get("block"), "status": status,
                          "returns_unchanged": n, "likelihood": get("likelihood"),
                          "confirmed_on": get("confirmed_on") }));
    }
    if list.is_empty() {
        text.push_str("  none: no block of its return stands as it stood in the one before\n");
    }
    Ok(Part { text, json: json!(list) })
}
