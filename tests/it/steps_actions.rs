//! First actions of CCGs and who has done them: half of the gap, the promised gain, moves that lasted.

use crate::improve_support::{Rows, Step, apply, counts_patients, england};
use dpcmi::define::framework::UnitKind;
use dpcmi::improve::{Given, Tables, improve};
use jiff::civil::{Date, date};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

#[test]
fn every_ccg_has_five_actions_and_the_practices_named_make_half_of_the_gap_and_no_fewer_would() {
    let e = england();
    let (actions, named) = (e.table("ccg_actions"), e.table("action_practices"));
    let ccgs: BTreeSet<String> = (0..actions.len()).map(|r| actions.text(r, "ccg_code")).collect();
    assert_eq!(actions.len(), ccgs.len() * 5);
    let rows_of = |ccg: &str, id: &str| -> Vec<usize> {
        (0..named.len())
            .filter(|r| named.text(*r, "ccg_code") == ccg && named.text(*r, "indicator_id") == id)
            .collect()
    };
    let day = e.day();
    let values = e.table("indicator_values");
    let of_practices = (0..values.len())
        .filter(|r| values.text(*r, "unit_type") == "practice" && values.date(*r, "period") == day);
    let points: BTreeMap<(String, String), f64> = of_practices
        .filter_map(|r| {
            let key = (values.text(r, "unit_code"), values.text(r, "indicator_id"));
            Some((key, values.float(r, "points_low")?))
        })
        .collect();
    let practices = e.table("practices");
    let mut members: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
    for r in (0..practices.len()).filter(|r| practices.date(*r, "period") == day) {
        let list = practices.int(r, "list_size").unwrap_or(0);
        members
            .entry(practices.text(r, "ccg_code"))
            .or_default()
            .push((practices.text(r, "practice_code"), list));
    }
    let (mut compared, mut in_words) = (0, 0);
    for row in (0..actions.len()).filter(|r| actions.text(*r, "who") == "practices") {
        let rows = rows_of(&actions.text(row, "ccg_code"), &actions.text(row, "indicator_id"));
        let part = |r: &usize| {
            let climb = named.float(*r, "points_then").unwrap() - named.float(*r, "points").unwrap();
            climb * named.int(*r, "list_size").unwrap() as f64
        };
        let parts: Vec<f64> = rows.iter().map(part).collect();
        assert!(parts.windows(2).all(|w| w[0] >= w[1] - 1e-6), "the largest first");
        assert_eq!(actions.int(row, "practices"), Some(rows.len() as i64));
        let codes: Vec<String> = rows.iter().map(|r| named.text(*r, "practice_code")).collect();
        assert_eq!(actions.text(row, "practice_codes"), codes.join(" "));
        let patients: i64 = rows.iter().filter_map(|r| named.int(*r, "list_size")).sum();
        assert_eq!(actions.int(row, "patients"), Some(patients));
        assert!(actions.int(row, "practices_short") >= actions.int(row, "practices"));
        assert!(actions.float(row, "gain").unwrap() > 0.0);
        // the gap of all who are short, from the published points and lists: of an answer in words the target is 100 points
        // for everybody; of a count it is the next level's for some, and never under the least that is named
        let target = rows.iter().filter_map(|r| named.float(*r, "points_then")).fold(f64::INFINITY, f64::min);
        let key = |code: String| (code, actions.text(row, "indicator_id"));
        let members = members.get(&actions.text(row, "ccg_code")).unwrap();
        let gap = |(code, list): &(String, i64)| {
            Some((target - points.get(&key(code.clone()))?).max(0.0) * *list as f64)
        };
        let all: f64 = members.iter().filter_map(gap).sum();
        let (made, but_last): (f64, f64) = (parts.iter().sum(), parts[..parts.len() - 1].iter().sum());
        assert!(made >= 0.5 * all * (1.0 - 1e-9), "{made} of {all} in row {row}");
        if target == 100.0 {
            assert!(but_last < 0.5 * all, "{but_last} of {all} would do in row {row}");
            in_words += 1;
        }
        compared += 1;
    }
    assert!(compared > 10 && in_words > 5, "{compared}, {in_words} of them in words");
}

/// The rows of the table of CCG scores on the day.
fn scores(frame: &DataFrame, day: Date) -> BTreeMap<String, f64> {
    let t = Rows::of(frame);
    let rows = (0..t.len()).filter(|r| t.date(*r, "period") == day);
    rows.filter_map(|r| Some((t.text(r, "ccg_code"), t.float(r, "score")?))).collect()
}

#[test]
fn an_action_in_the_data_gives_exactly_the_promised_score() {
    let e = england();
    // a quarter for which the yearly survey of CCGs speaks
    let day = date(2019, 3, 31);
    let found = improve(given(&e.tables.tables), day).unwrap().tables;
    let (actions, named) = (Rows::of(&found["ccg_actions"]), Rows::of(&found["action_practices"]));
    let (mut tried, mut of_practices, mut of_ccgs) = (BTreeSet::new(), 0, 0);
    let mut sources = e.sources.clone();
    let mut promised = BTreeMap::new();
    // one action a CCG: two of one CCG need not add up
    for row in 0..actions.len() {
        let (ccg, id) = (actions.text(row, "ccg_code"), actions.text(row, "indicator_id"));
        let indicator = e.indicator(&id);
        if tried.contains(&ccg) || (indicator.unit == UnitKind::Ccg && of_ccgs > 2) {
            continue;
        }
        let mut trial = sources.clone();
        let done = if indicator.unit == UnitKind::Ccg {
            let step =
                Step { indicator, unit: &ccg, key: "ccg_code", answer: Some("yes".to_owned()), more: None };
            apply(&mut trial, day, &step)
        } else {
            let rows = (0..named.len())
                .filter(|r| named.text(*r, "ccg_code") == ccg && named.text(*r, "indicator_id") == id);
            let all: Vec<bool> = rows
                .map(|r| {
                    let unit = named.text(r, "practice_code");
                    let answer = named.maybe_text(r, "answer_then");
                    let more =
                        named.int(r, "numerator_then").zip(named.int(r, "numerator")).map(|(a, b)| a - b);
                    apply(
                        &mut trial,
                        day,
                        &Step { indicator, unit: &unit, key: "practice_code", answer, more },
                    )
                })
                .collect();
            all.iter().all(|done| *done)
        };
        if done {
            sources = trial;
            promised.insert(ccg.clone(), actions.float(row, "score_then").unwrap());
            *(if indicator.unit == UnitKind::Ccg { &mut of_ccgs } else { &mut of_practices }) += 1;
            tried.insert(ccg);
        }
    }
    let (before, after) =
        (scores(&e.tables.tables["ccg_scores"], day), scores(&e.score(&sources).ccg_scores, day));
    for (ccg, then) in &promised {
        assert!((after[ccg] - then).abs() < 1e-9, "{ccg}: {} {then}", after[ccg]);
        assert!(after[ccg] > before[ccg]);
    }
    let others = before.keys().filter(|c| !promised.contains_key(*c));
    others.for_each(|c| assert!((before[c] - after[c]).abs() < 1e-12, "{c} did nothing"));
    assert!(of_practices >= 4 && of_ccgs == 3, "{of_practices} of practices, {of_ccgs} of CCGs");
}

/// Levels of every practice, quarter by quarter.
fn levels(frame: &DataFrame) -> BTreeMap<String, BTreeMap<Date, (i64, i64)>> {
    let t = Rows::of(frame);
    let mut out: BTreeMap<String, BTreeMap<Date, (i64, i64)>> = BTreeMap::new();
    for r in 0..t.len() {
        if let (Some(low), Some(high)) = (t.int(r, "level"), t.int(r, "level_high")) {
            out.entry(t.text(r, "practice_code")).or_default().insert(t.date(r, "period"), (low, high));
        }
    }
    out
}

#[test]
fn exemplars_left_the_same_level_on_the_same_system_and_stayed_above() {
    let e = england();
    let levels = levels(&e.tables.tables["practice_scores"]);
    let practices = e.table("practices");
    let supplier: BTreeMap<String, String> = (0..practices.len())
        .filter(|r| practices.date(*r, "period") == e.day())
        .map(|r| (practices.text(r, "practice_code"), practices.text(r, "system_supplier")))
        .collect();
    let t = e.table("exemplars");
    assert!(t.len() > 50, "{} exemplars", t.len());
    for r in 0..t.len() {
        let (own, other) = (t.text(r, "practice_code"), t.text(r, "exemplar_code"));
        let level = t.int(r, "level").unwrap();
        assert_ne!(own, other);
        assert_eq!(levels[&own][&e.day()].0, level);
        let (from, by) = (t.date(r, "moved_from"), t.date(r, "moved_by"));
        let then = &levels[&other];
        assert_eq!(then[&from].0, level);
        assert!(then[&from].1 < then[&by].0, "answering alone does not explain it");
        let after: Vec<i64> = then.range(by..=e.day()).map(|(_, l)| l.0).collect();
        assert!(after.iter().all(|l| *l > level), "{other}: {after:?}");
        assert_eq!(t.int(r, "kept"), Some(after.len() as i64 - 1));
        assert!(after.len() >= 3, "two quarters after the first");
        assert_eq!(t.int(r, "exemplar_level"), after.last().copied());
        let ratio = t.int(r, "exemplar_list_size").unwrap() as f64 / t.int(r, "list_size").unwrap() as f64;
        assert!((1.0 / 1.5 - 1e-9..=1.5 + 1e-9).contains(&ratio), "{ratio}");
        assert_eq!((&supplier[&own], &supplier[&other]), (&t.text(r, "supplier"), &t.text(r, "supplier")));
    }
    let each = t.by("practice_code");
    assert!(each.values().all(|rows| rows.len() <= 2));
}

/// What the stage reads, from tables by name.
fn given(tables: &BTreeMap<String, DataFrame>) -> Given<'_> {
    // counts of patients come in fives
    static ROUNDED: LazyLock<BTreeMap<String, i64>> = LazyLock::new(|| {
        let counting = england().definitions.framework.indicators.iter();
        counting.filter(|x| counts_patients(x)).map(|x| (x.id.clone(), 5)).collect()
    });
    static NONE: BTreeMap<(String, Date), Date> = BTreeMap::new();
    let e = england();
    Given {
        evidence: None,
        framework: &e.definitions.framework,
        practices: &tables["practices"],
        practice_scores: &tables["practice_scores"],
        ccg_scores: &tables["ccg_scores"],
        indicator_values: &tables["indicator_values"],
        rounded: &ROUNDED,
        readings: &NONE,
        sources: &e.sources,
        seed: 1,
    }
}

/// All tables of the quarter on show, of that quarter alone.
fn alone() -> Tables {
    let e = england();
    let day = e.day().since(date(1970, 1, 1)).unwrap().get_days();
    let names = ["practices", "practice_scores", "ccg_scores", "indicator_values"];
    let cut = names.map(|name| {
        let frame = &e.tables.tables[name];
        let days = frame.column("period").unwrap().date().unwrap();
        let mask: BooleanChunked = days.physical().iter().map(|d| d == Some(day)).collect();
        (name.to_owned(), frame.filter(&mask).unwrap())
    });
    improve(given(&BTreeMap::from(cut)), e.day()).unwrap().tables
}

#[test]
fn one_period_names_no_exemplar_and_changes_no_step() {
    let e = england();
    let alone = alone();
    assert!(!alone.contains_key("exemplars"));
    let actions = Rows::of(&alone["ccg_actions"]);
    assert!((0..actions.len()).all(|r| actions.maybe_text(r, "exemplar_1").is_none()));
    assert!(alone["next_steps"].equals_missing(&e.tables.tables["next_steps"]));
    let whole = e.table("ccg_actions");
    let named = (0..whole.len()).filter(|r| whole.maybe_text(*r, "exemplar_1").is_some()).count();
    assert!(named > 5, "{named} actions have a peer that did it, over all quarters");
}

#[test]
fn a_peer_that_is_named_for_an_action_is_a_peer_and_kept_the_step() {
    let e = england();
    let (actions, peers) = (e.table("ccg_actions"), e.table("peers"));
    let pairs: BTreeSet<(String, String)> = (0..peers.len())
        .filter(|r| peers.text(*r, "way") == "nearest")
        .map(|r| (peers.text(r, "ccg_code"), peers.text(r, "peer_code")))
        .collect();
    for r in 0..actions.len() {
        for name in ["exemplar_1", "exemplar_2"] {
            let Some(peer) = actions.maybe_text(r, name) else { continue };
            assert!(pairs.contains(&(actions.text(r, "ccg_code"), peer)));
            assert!(actions.int(r, &format!("{name}_units")).unwrap() >= 1);
            assert!(actions.int(r, &format!("{name}_kept")).unwrap() >= 2);
            assert!(actions.date(r, &format!("{name}_from")) < actions.date(r, &format!("{name}_by")));
        }
        assert_ne!(
            actions.maybe_text(r, "exemplar_2"),
            actions.maybe_text(r, "exemplar_1").or(Some(String::new()))
        );
    }
}
