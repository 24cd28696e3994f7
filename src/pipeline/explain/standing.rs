//! Where a unit stands: level and what blocks the next one, interval and range of places with what they rest on, tier.

use super::frame::{cell, figure, rows_of};
use super::{Part, Result, Unit};
use serde_json::{Map, Value, json};

/// The standing of the unit in words and as JSON.
pub(super) fn told(unit: &Unit<'_>, ranked: bool) -> Result<Part> {
    let mut part = Part { text: "\nWhere it stands:\n".to_owned(), json: json!({}) };
    let mut put = |name: &str, words: String, value: Value| {
        part.text.push_str(&format!("  {name:14} {words}\n"));
        part.json[name.replace(' ', "_")] = value;
    };
    let words = |column: &str| unit.said(column).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    if unit.practice() {
        let (low, high) = (unit.said("level"), unit.said("level_high"));
        if low.is_empty() {
            put("level", "none: this quarter tells no level".to_owned(), Value::Null);
        } else {
            let said = if low == high {
                format!("{low}: missing answers leave nothing open")
            } else {
                format!("{low}, and {high} if every missing answer were met")
            };
            put("level", said, json!({ "low": low, "high": high }));
            let items = words("blocking");
            let said = match items.as_slice() {
                [] => "nothing: it is the highest that the quarter can tell".to_owned(),
                items => format!("{} of the next level not met: {}", items.len(), items.join(", ")),
            };
            put("blocking", said, json!(items));
            // a level may ask for some of its items only: the fewest that open it can be fewer
            if let Some(step) = unit.rows("next_steps", "practice_code")?.filter(|t| t.height() > 0) {
                let (fewest, gain) = (cell(&step, "smallest_set", 0), figure(&step, "gain", 0));
                let gain = gain.map_or_else(String::new, |g| format!("; the floor gains {g:.1}"));
                let items: Vec<&str> = fewest.split_whitespace().collect();
                put("fewest steps", format!("{} open it{gain}", items.join(", ")), json!(items));
            }
        }
    } else {
        let shares = shares_of_levels(unit);
        let said = shares.iter().map(|(level, share)| format!("{level}: {:.0} %", 100.0 * share));
        let said = said.collect::<Vec<_>>().join(", ");
        let said = if shares.is_empty() { "this quarter tells no level".to_owned() } else { said };
        put(
            "levels",
            format!("{said} (share of patients, missing answers as not met)"),
            json!(shares.into_iter().map(|(l, s)| (l.to_string(), json!(s))).collect::<Map<_, _>>()),
        );
        let tier = unit.said("tier");
        let said = if tier.is_empty() {
            "none: the quarter is not divided into tiers".to_owned()
        } else {
            format!(
                "{tier}: areas of one tier have floors close together; intervals say who can be told from whom"
            )
        };
        put("tier", said, json!(tier));
        let limits = words("limits");
        put(
            "limits",
            format!("{} cost the floor most, missing answers included", limits.join(", ")),
            json!(limits),
        );
    }
    let simulation = simulation(unit)?;
    let rests = simulation.as_ref().map_or_else(
        || "nothing was simulated for this quarter: it rests on missing answers alone".to_owned(),
        |s| s.rests_on.clone(),
    );
    match unit.figure("interval_low").zip(unit.figure("interval_high")) {
        Some((low, high)) => {
            let said = format!("{low:.1} to {high:.1}, 95 of 100: {rests}");
            put("interval", said, json!({ "low": low, "high": high, "rests_on": rests }));
        }
        None => put("interval", format!("none: {rests}"), Value::Null),
    }
    let (best, worst) = (unit.said("rank_low"), unit.said("rank_high"));
    if best.is_empty() || worst.is_empty() {
        let why = match simulation.and_then(|s| s.rankability) {
            Some(share) if share < 0.5 => {
                format!(
                    "only {:.0} % of the differences are more than noise, and ranks need half",
                    100.0 * share
                )
            }
            _ if ranked => "it has no score".to_owned(),
            _ => "too little of the framework was collected in the quarter".to_owned(),
        };
        put("rank range", format!("none: {why}"), Value::Null);
    } else {
        let among = unit.said("ranked_among");
        // releases before this column do not say among how many
        let of = if among.is_empty() { "in its table".to_owned() } else { format!("of {among}") };
        let said = format!("{best} to {worst} {of}: it rests on the same, and holds the place by the floor");
        put("rank range", said, json!({ "low": best, "high": worst, "among": among, "rests_on": rests }));
    }
    Ok(part)
}

/// Shares of patients by level from 0, as far as the quarter tells them.
fn shares_of_levels(unit: &Unit<'_>) -> Vec<(usize, f64)> {
    (0..10).map_while(|k| Some((k, unit.figure(&format!("share_level_{k}"))?))).collect()
}

struct Simulation {
    rests_on: String,
    rankability: Option<f64>,
}

/// What the quarter's simulation says of itself; `None` where there was none.
fn simulation(unit: &Unit<'_>) -> Result<Option<Simulation>> {
    let kind = if unit.practice() { "practice" } else { "ccg" };
    let Some(table) = unit.of_quarter("uncertainty")? else { return Ok(None) };
    let row = rows_of(&table, "unit_type", kind)?;
    Ok((row.height() > 0).then(|| Simulation {
        rests_on: format!(
            "{} draws (seed {}) of weights, scales, means, the reading of missing answers, these answers and sampling error",
            cell(&row, "replicates", 0),
            cell(&row, "seed", 0)
        ),
        rankability: figure(&row, "rankability", 0),
    }))
}
