//! What must always hold of the index: order does not matter, better never costs, silence never pays, children sum to
//! their parent.

use crate::index_england::{England, dates, framework, numbers, unsure, wholes, words};
use dpcmi::compare::league_table;
use dpcmi::define::framework::Framework;
use dpcmi::index::Scored;
use polars::prelude::*;
use std::collections::BTreeMap;

const MEANS: [&str; 3] = ["arithmetic", "geometric", "harmonic"];

/// A column by the keys of its rows.
pub fn by_key(frame: &DataFrame, keys: &[&str], column: &str) -> BTreeMap<String, f64> {
    let mut key = dates(frame, "period");
    for k in keys {
        key.iter_mut().zip(words(frame, k)).for_each(|(to, w)| *to = format!("{to} {w}"));
    }
    let whole = || wholes(frame, column).into_iter().map(|x| x.map(|x| x as f64)).collect();
    let values = if frame.column(column).expect(column).dtype() == &DataType::Int64 {
        whole()
    } else {
        numbers(frame, column)
    };
    key.into_iter().zip(values).filter_map(|(k, v)| Some((k, v?))).collect()
}

/// Every published floor: of practices, CCGs, regions and England.
fn floors(s: &Scored) -> BTreeMap<String, f64> {
    let mut all = by_key(&s.practice_scores, &["practice_code"], "score");
    for (frame, keys) in [(&s.ccg_scores, vec!["ccg_code"]), (&s.area_scores, vec!["unit_code"])] {
        all.extend(by_key(frame, &keys, "score"));
        let plain = by_key(frame, &keys, "score_unweighted");
        all.extend(plain.into_iter().map(|(k, v)| (format!("{k} unweighted"), v)));
    }
    for column in ["have", "use", "benefit", "dimension_online", "dimension_phone"] {
        let of = by_key(&s.practice_scores, &["practice_code"], column);
        all.extend(of.into_iter().map(|(k, v)| (format!("{k} {column}"), v)));
    }
    all
}

fn same(a: &Scored, b: &Scored) -> bool {
    a.practice_scores.equals_missing(&b.practice_scores)
        && a.ccg_scores.equals_missing(&b.ccg_scores)
        && a.area_scores.equals_missing(&b.area_scores)
        && a.indicator_values.equals_missing(&b.indicator_values)
}

#[test]
fn the_order_of_rows_and_of_files_changes_nothing() {
    let f = framework("arithmetic");
    let england = England::generate(30, 4, 15, 7);
    let straight = england.score(&f);
    let mut turned = england.clone();
    turned.survey.reverse();
    turned.calls.rotate_left(17);
    turned.directory.reverse();
    assert!(same(&straight, &turned.score(&f)));
    let mut sources = england.sources();
    sources.reverse();
    let practices = england.practices().reverse();
    let other = dpcmi::index::score(&f, &sources, &practices, 1).expect("scored");
    assert!(same(&straight, &other));
}

#[test]
fn a_file_cut_in_two_scores_as_a_whole_one() {
    let f = framework("arithmetic");
    let england = England::generate(20, 3, 10, 11);
    let mut sources = england.sources();
    let at = sources.iter().position(|s| s.dataset == "survey").expect("survey");
    let whole = sources.remove(at);
    for part in [whole.frame.slice(0, 101), whole.frame.slice(101, whole.frame.height())] {
        sources.push(dpcmi::index::Source { frame: part, ..whole.clone() });
    }
    let other = dpcmi::index::score(&f, &sources, &england.practices(), 1).expect("scored");
    assert!(same(&england.score(&f), &other));
}

/// What one absence did: no floor may be higher than before, and the CCG that fell silent may not rank better.
fn assert_silence_did_not_pay(before: &Scored, after: &Scored, ccg: usize, what: &str) {
    let (old, new) = (floors(before), floors(after));
    for (key, floor) in &new {
        let was = old.get(key).copied().unwrap_or(f64::INFINITY);
        assert!(*floor <= was + 1e-9, "{what}: {key} rose from {was} to {floor}");
    }
    let place = |s: &Scored| {
        let (codes, ranks) = (words(&s.ccg_scores, "ccg_code"), wholes(&s.ccg_scores, "rank"));
        let own = crate::index_england::ccg_code(ccg);
        codes.into_iter().zip(ranks).filter(|(c, _)| *c == own).map(|(_, r)| r).collect::<Vec<_>>()
    };
    for (was, is) in place(before).into_iter().zip(place(after)) {
        assert!(is >= was, "{what}: place of CCG {ccg} went from {was:?} to {is:?}");
    }
    let tier = |s: &Scored| {
        let (codes, tiers) = (words(&s.ccg_scores, "ccg_code"), wholes(&s.ccg_scores, "tier"));
        let own = crate::index_england::ccg_code(ccg);
        codes
            .into_iter()
            .zip(tiers)
            .filter(|(c, _)| *c == own)
            .map(|(_, t)| t.unwrap_or(0))
            .collect::<Vec<_>>()
    };
    for (was, is) in tier(before).into_iter().zip(tier(after)) {
        assert!(is >= was, "{what}: tier of CCG {ccg} went from {was} to {is}");
    }
    let (old, new) = (
        by_key(&before.practice_scores, &["practice_code"], "level"),
        by_key(&after.practice_scores, &["practice_code"], "level"),
    );
    for (practice, level) in &new {
        let was = old.get(practice).copied().unwrap_or(f64::INFINITY);
        assert!(*level <= was, "{what}: level of {practice} went from {was} to {level}");
    }
}

fn exhaust(f: &Framework, england: &England) {
    let before = england.score(f);
    let check = |changed: &England, ccg: usize, what: &str| {
        assert_silence_did_not_pay(&before, &changed.score(f), ccg, what);
    };
    for i in 0..england.survey.len() {
        let a = &england.survey[i];
        let (mut blank, mut gone) = (england.clone(), england.clone());
        blank.survey[i].value = None;
        gone.survey.remove(i);
        check(&blank, england.ccg_of(a.practice), &format!("blank {a:?}"));
        check(&gone, england.ccg_of(a.practice), &format!("gone {a:?}"));
    }
    for i in 0..england.calls.len() {
        let a = &england.calls[i];
        let ccg = england.ccg_of(a.practice);
        let (mut answered, mut missed, mut gone) = (england.clone(), england.clone(), england.clone());
        answered.calls[i].answered = None;
        missed.calls[i].missed = None;
        gone.calls.remove(i);
        check(&answered, ccg, &format!("answered of {a:?}"));
        check(&missed, ccg, &format!("missed of {a:?}"));
        check(&gone, ccg, &format!("gone {a:?}"));
    }
    for p in 0..england.practices {
        let ccg = england.ccg_of(p);
        let mut survey = england.clone();
        survey.survey.retain(|a| a.practice != p);
        check(&survey, ccg, &format!("whole survey of practice {p}"));
        for month in england.survey.iter().map(|a| a.month).collect::<std::collections::BTreeSet<_>>() {
            let mut month_gone = england.clone();
            month_gone.survey.retain(|a| a.practice != p || a.month != month);
            check(&month_gone, ccg, &format!("survey of practice {p} in {month}"));
        }
        let mut all = survey.clone();
        all.calls.retain(|a| a.practice != p);
        all.directory.retain(|a| a.0 != p);
        check(&all, ccg, &format!("everything of practice {p}"));
        let mut listless = england.clone();
        listless.lists[p] = None;
        check(&listless, ccg, &format!("list size of practice {p}"));
        all.lists[p] = None;
        check(&all, ccg, &format!("everything and the list of practice {p}"));
    }
    for i in 0..england.directory.len() {
        let mut gone = england.clone();
        let (p, _) = gone.directory.remove(i);
        check(&gone, england.ccg_of(p), &format!("directory row {i}"));
    }
    for i in 0..england.plans.len() {
        let mut gone = england.clone();
        let (_, c, _) = gone.plans.remove(i);
        check(&gone, c, &format!("plan {i}"));
    }
}

#[test]
fn deleting_any_true_answer_or_return_never_raises_a_floor_a_level_a_tier_or_a_place() {
    for mean in MEANS {
        exhaust(&unsure(mean, 100), &England::generate(5, 2, 0, 3));
    }
}

#[test]
fn silence_does_not_pay_where_others_are_silent_already() {
    exhaust(&unsure("arithmetic", 100), &England::generate(5, 3, 20, 5));
}

#[test]
fn better_input_never_lowers_a_score_or_a_level() {
    for mean in MEANS {
        let f = unsure(mean, 100);
        let england = England::generate(6, 2, 10, 13);
        let before = england.score(&f);
        let old: Vec<BTreeMap<String, f64>> = ["score", "score_high", "estimate", "level", "level_high"]
            .iter()
            .map(|c| by_key(&before.practice_scores, &["practice_code"], c))
            .collect();
        let check = |better: &England, what: &str| {
            let after = better.score(&f);
            for (column, old) in ["score", "score_high", "estimate", "level", "level_high"].iter().zip(&old) {
                let new = by_key(&after.practice_scores, &["practice_code"], column);
                for (key, was) in old {
                    assert!(
                        new[key] >= was - 1e-9,
                        "{what}: {column} of {key} fell from {was} to {}",
                        new[key]
                    );
                }
            }
            let (old, new) = (floors(&before), floors(&after));
            assert!(old.iter().all(|(k, was)| new[k] >= was - 1e-9), "{what}");
        };
        for i in 0..england.survey.len() {
            let a = &england.survey[i];
            let Some(value) = a.value else { continue };
            let mut better = england.clone();
            better.survey[i].value = Some(match a.field {
                "Sys" => 2,
                "List" => continue,
                _ => value + 50,
            });
            check(&better, &format!("{a:?}"));
        }
        for i in 0..england.calls.len() {
            let (Some(answered), Some(missed)) = (england.calls[i].answered, england.calls[i].missed) else {
                continue;
            };
            // A call that was missed is answered instead.
            if missed > 0 {
                let mut better = england.clone();
                better.calls[i].answered = Some(answered + 1);
                better.calls[i].missed = Some(missed - 1);
                check(&better, &format!("calls {i}"));
            }
        }
    }
}

#[test]
fn children_sum_to_the_parent() {
    let f = framework("geometric");
    let england = England::generate(60, 7, 10, 17);
    let s = england.score(&f);
    let list = wholes(&s.ccg_scores, "list_size");
    let region = words(&s.ccg_scores, "region_code");
    let period = dates(&s.ccg_scores, "period");
    for column in ["score", "score_high", "coverage", "have", "use", "benefit", "dimension_phone"] {
        let child = numbers(&s.ccg_scores, column);
        let mut sums: BTreeMap<(String, String), (f64, f64)> = BTreeMap::new();
        for i in 0..child.len() {
            let weight = list[i].expect("list") as f64;
            for area in [region[i].clone(), "england".to_owned()] {
                let sum = sums.entry((period[i].clone(), area)).or_default();
                *sum = (sum.0 + weight * child[i].expect("score"), sum.1 + weight);
            }
        }
        let parent = by_key(&s.area_scores, &["unit_code"], column);
        assert_eq!(parent.len(), sums.len());
        for ((period, area), (top, weight)) in sums {
            let want = parent[&format!("{period} {area}")];
            assert!((top / weight - want).abs() < 1e-12, "{column} of {area}: {} and {want}", top / weight);
        }
    }
    let total: i64 = list.iter().flatten().sum();
    assert_eq!(total, 2 * england.lists.iter().flatten().sum::<i64>());
}

#[test]
fn counts_of_areas_are_the_sums_of_their_practices() {
    let england = England::generate(40, 5, 10, 19);
    let s = england.score(&framework("arithmetic"));
    let v = &s.indicator_values;
    let (kind, code, id) = (words(v, "unit_type"), words(v, "unit_code"), words(v, "indicator_id"));
    let (period, top, bottom) = (dates(v, "period"), wholes(v, "numerator"), wholes(v, "denominator"));
    let mut sum: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for i in (0..kind.len()).filter(|i| kind[*i] == "practice" && top[*i].is_some()) {
        let to = sum.entry((period[i].clone(), id[i].clone())).or_default();
        *to = (to.0 + top[i].expect("top"), to.1 + bottom[i].expect("bottom"));
    }
    assert!(sum.len() >= 8);
    let england_row = |p: &str, x: &str| {
        (0..kind.len())
            .find(|i| (kind[*i].as_str(), period[*i].as_str(), id[*i].as_str()) == ("england", p, x))
    };
    for ((p, x), want) in sum {
        let i = england_row(&p, &x).expect("row");
        assert_eq!(code[i], "england");
        assert_eq!((top[i], bottom[i]), (Some(want.0), Some(want.1)), "{p} {x}");
    }
}

#[test]
fn a_dataset_that_nobody_was_asked_for_leaves_the_quarter_for_all() {
    let mut england = England::generate(8, 2, 0, 23);
    england.calls.retain(|c| c.month.month() > 6);
    let s = england.score(&framework("arithmetic"));
    let asked = numbers(&s.practice_scores, "weight_asked");
    // Of the phone third only the CCG's plan (a fifth of it) was asked in the first quarter.
    let first = 2.0 / 3.0 + 1.0 / 15.0;
    assert!((asked[0].expect("share") - first).abs() < 1e-12, "{asked:?}");
    assert!((asked[8].expect("share") - 1.0).abs() < 1e-12);
    let codes: Vec<_> = s.diagnostics.iter().map(|d| d.code.name).collect();
    assert_eq!(codes.iter().filter(|c| **c == "NOT_COLLECTED").count(), 3, "{codes:?}");
    let v = &s.indicator_values;
    let absent = words(v, "absence");
    let not_asked = absent.iter().filter(|a| *a == "not_asked").count();
    // Three indicators of two CCGs, two regions and England.
    assert_eq!(not_asked, 3 * (2 + 2 + 1));
}

#[test]
fn a_quarter_with_too_little_asked_is_scored_and_not_ranked() {
    let mut england = England::generate(8, 2, 0, 29);
    england.survey.retain(|c| c.month.month() > 6);
    let s = england.score(&framework("arithmetic"));
    let ranks = wholes(&s.ccg_scores, "rank");
    assert!(ranks[..2].iter().all(Option::is_none) && ranks[2..].iter().all(Option::is_some), "{ranks:?}");
    assert!(s.diagnostics.iter().any(|d| d.code.id == "I002"));
    assert!(numbers(&s.practice_scores, "score")[0].is_some());
}

#[test]
fn the_league_table_orders_by_the_floor_with_ties_by_code() {
    let england = England::generate(24, 6, 5, 31);
    let s = england.score(&framework("arithmetic"));
    let heads = BTreeMap::from([("01C".to_owned(), 1.25)]);
    let table = league_table(&s.ccg_scores, &heads, &BTreeMap::new()).expect("table");
    let (period, score) = (dates(&table, "period"), numbers(&table, "score"));
    let (rank, code) = (wholes(&table, "rank"), words(&table, "ccg_code"));
    for i in 1..table.height() {
        if period[i] == period[i - 1] {
            assert!(score[i] <= score[i - 1]);
            assert!(rank[i] > rank[i - 1] || (rank[i] == rank[i - 1] && code[i] > code[i - 1]));
        }
    }
    let range = wholes(&table, "rank_low").into_iter().zip(wholes(&table, "rank_high"));
    assert!(range.zip(&rank).all(|((low, high), rank)| low <= *rank && *rank <= high));
    let among = wholes(&table, "ranked_among");
    for (i, day) in period.iter().enumerate() {
        let ranked = (0..rank.len()).filter(|j| period[*j] == *day && rank[*j].is_some()).count();
        assert_eq!(among[i], rank[i].and(i64::try_from(ranked).ok()));
    }
    let per_head = numbers(&table, "per_head_registered");
    assert!(per_head.iter().zip(&code).all(|(x, c)| x.is_some() == (c == "01C")));
}
