//! The joint simulation: what its intervals promise, and that the same seed gives the same digits.

use crate::index_england::{
    Draw, England, days, frame, numbers, practice_code, texts, unsure, wholes, words,
};
use crate::index_laws::by_key;
use dpcmi::define::Source as Text;
use dpcmi::define::framework::{Framework, load};
use dpcmi::index::{Scored, Source, score};
use dpcmi::model::{Grain, Period, Provenance};
use jiff::civil::date;
use polars::prelude::*;

/// One share of patients and nothing else that could be chosen otherwise, so that only sampling is left.
fn shares_alone() -> Framework {
    let indicator = |id: &str| {
        format!(
            r#"
[[indicator]]
id = "{id}"
edition = "e"
wording = "w"
kind = "use"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = {{ value = 1, reason = "r", owner = "o" }}
goalposts = {{ low = 0.0, high = 1.0, reason = "r" }}
[indicator.value]
type = "ratio"
at = "sum"
population = "asked"
cap = 1.0
numerator = {{ dataset = "survey", column = "{id}" }}
denominator = {{ dataset = "survey", column = "asked" }}
"#
        )
    };
    let head = r#"
id = "shares"
title = "Shares"
edition = "test"
method = "own"
[index]
mean = "arithmetic"
reason = "r"
[[input]]
dataset = "survey"
purpose = "p"
time = "month"
[uncertainty]
weights = 0.0
goalposts = 0.0
missing = ["bounds"]
replicates = 2000
tier_margin = 5.0
reason = "r"
owner = "o"
"#;
    let text = format!("{head}{}{}{}", indicator("first"), indicator("second"), indicator("third"));
    load(&Text { name: "shares.toml".to_owned(), text }).unwrap_or_else(|f| panic!("{f:#?}"))
}

/// Practices that asked so many patients; `truth` is what share of all would say yes.
fn world(truth: &[[f64; 3]], asked: u64, seed: u64) -> (Vec<Source>, DataFrame) {
    let mut draw = Draw(seed);
    let mut count =
        |p: f64| (0..asked).filter(|_| (draw.below(1 << 30) as f64) < p * (1u64 << 30) as f64).count() as i64;
    let counts: Vec<[i64; 3]> = truth.iter().map(|t| t.map(&mut count)).collect();
    let n = truth.len();
    let month = || (0..n).map(|_| date(2018, 9, 30));
    let codes = |name: &str| texts(name, (0..n).map(|p| Some(practice_code(p))));
    let column =
        |name: &str, k: usize| Column::new(name.into(), counts.iter().map(|c| c[k]).collect::<Vec<_>>());
    let survey = frame(vec![
        days("period", month()),
        codes("practice_code"),
        column("first", 0),
        column("second", 1),
        column("third", 2),
        Column::new("asked".into(), vec![asked as i64; n]),
    ]);
    let same = |name: &str, word: &str| texts(name, (0..n).map(|_| Some(word.to_owned())));
    let practices = frame(vec![
        days("period", month()),
        codes("practice_code"),
        codes("practice_name"),
        texts("ccg_code", (0..n).map(|p| Some(format!("{:02}C", p % 20)))),
        texts("ccg_name", (0..n).map(|p| Some(format!("CCG {}", p % 20)))),
        same("region_code", "Y01"),
        same("region_name", "North"),
        same("basis", "as-returned"),
        same("provenance", "synthetic"),
        Column::new("list_size".into(), vec![5_000_i64; n]),
    ]);
    let source = Source {
        dataset: "survey".to_owned(),
        period: Period::containing(Grain::Point, date(2018, 9, 30)),
        frame: survey,
        aside: None,
        provenance: Provenance::Synthetic,
    };
    (vec![source], practices)
}

fn scored(truth: &[[f64; 3]], asked: u64, seed: u64) -> Scored {
    let (sources, practices) = world(truth, asked, seed);
    score(&shares_alone(), &sources, &practices, seed).expect("scored")
}

fn varied(n: usize, seed: u64) -> Vec<[f64; 3]> {
    let mut draw = Draw(seed);
    (0..n).map(|_| [0; 3].map(|_| 0.2 + 0.6 * draw.below(1_000) as f64 / 1_000.0)).collect()
}

#[test]
fn intervals_hold_the_true_score_and_the_true_rank_at_least_93_times_in_100() {
    let (mut scores, mut ranks, mut all) = (0, 0, 0);
    for seed in 0..4 {
        let truth = varied(300, 100 + seed);
        let true_score: Vec<f64> = truth.iter().map(|t| 100.0 * t.iter().sum::<f64>() / 3.0).collect();
        let s = scored(&truth, 60, seed);
        let (low, high) =
            (numbers(&s.practice_scores, "interval_low"), numbers(&s.practice_scores, "interval_high"));
        let (best, worst) = (wholes(&s.practice_scores, "rank_low"), wholes(&s.practice_scores, "rank_high"));
        for p in 0..truth.len() {
            let rank = 1 + true_score.iter().filter(|x| **x > true_score[p]).count() as i64;
            scores += i32::from((low[p].unwrap()..=high[p].unwrap()).contains(&true_score[p]));
            ranks += i32::from((best[p].unwrap()..=worst[p].unwrap()).contains(&rank));
            all += 1;
        }
    }
    let share = |n: i32| f64::from(n) / f64::from(all);
    assert!(share(scores) >= 0.93, "scores: {}", share(scores));
    assert!(share(ranks) >= 0.93, "ranks: {}", share(ranks));
    // an interval that holds everything says nothing
    assert!(share(scores) <= 0.985, "scores: {}", share(scores));
}

#[test]
fn where_all_are_alike_the_table_is_not_ranked_and_nobody_is_flagged() {
    for seed in 0..5 {
        let s = scored(&vec![[0.4, 0.5, 0.6]; 300], 80, 200 + seed);
        let rho = numbers(&s.uncertainty, "rankability");
        assert!(rho.iter().flatten().all(|r| *r < 0.5), "{rho:?}");
        assert!(words(&s.uncertainty, "shown_as").iter().all(|w| w != "ranked"));
        for column in ["rank", "rank_low", "rank_high"] {
            assert!(wholes(&s.practice_scores, column).iter().all(Option::is_none), "{column}");
            assert!(wholes(&s.ccg_scores, column).iter().all(Option::is_none), "{column}");
        }
        assert!(numbers(&s.practice_scores, "p_top_tenth").iter().all(Option::is_none));
        let (low, high) =
            (numbers(&s.practice_scores, "interval_low"), numbers(&s.practice_scores, "interval_high"));
        let outside =
            low.iter().zip(&high).filter(|(l, h)| !(l.unwrap()..=h.unwrap()).contains(&50.0)).count();
        assert!(outside as f64 <= 0.05 * 300.0 + 3.0 * (0.05_f64 * 0.95 * 300.0).sqrt(), "{outside} of 300");
    }
}

#[test]
fn one_two_or_eight_threads_give_the_same_digits() {
    let england = England::generate(90, 9, 15, 21);
    let f = unsure("arithmetic", 200);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| england.score(&f))
    };
    let [one, two, eight] = [1, 2, 8].map(run);
    for other in [&two, &eight] {
        for of in [
            |s: &Scored| s.practice_scores.clone(),
            |s: &Scored| s.ccg_scores.clone(),
            |s: &Scored| s.uncertainty.clone(),
            |s: &Scored| s.sensitivity.clone(),
            |s: &Scored| s.alternatives.clone(),
        ] {
            assert!(of(&one).equals_missing(&of(other)));
        }
    }
}

#[test]
fn the_choices_as_stated_are_the_published_floor_and_a_weight_of_zero_is_an_indicator_left_out() {
    let england = England::generate(60, 6, 10, 33);
    let f = unsure("arithmetic", 100);
    let s = england.score(&f);
    let of = |s: &Scored, unit: &str, name: &str| {
        let t = &s.alternatives;
        let rows = words(t, "unit_type").into_iter().zip(words(t, "alternative"));
        let keys: Vec<bool> = rows.map(|(u, a)| u == unit && a == name).collect();
        let codes = words(t, "unit_code").into_iter().zip(numbers(t, "score"));
        codes.zip(keys).filter(|(_, k)| *k).map(|((c, x), _)| (c, x.unwrap())).collect::<Vec<_>>()
    };
    let period = "2018-09-30";
    for (unit, frame, code) in
        [("ccg", &s.ccg_scores, "ccg_code"), ("practice", &s.practice_scores, "practice_code")]
    {
        let published = by_key(frame, &[code], "score");
        let stated = of(&s, unit, "as stated");
        assert!(!stated.is_empty());
        for (c, x) in stated {
            let want = published[&format!("{period} {c}")];
            assert!((x - want).abs() < 1e-3, "{unit} {c}: {x} and {want}");
        }
    }
    let mut without = f.clone();
    without.indicators.iter_mut().filter(|x| x.id == "used").for_each(|x| x.weight.value = 0.0);
    let left_out = by_key(&england.score(&without).practice_scores, &["practice_code"], "score");
    for (c, x) in of(&s, "practice", "without used") {
        let want = left_out[&format!("{period} {c}")];
        assert!((x - want).abs() < 1e-3, "{c}: {x} and {want}");
    }
}

#[test]
fn causes_share_the_variance_and_none_that_is_fixed_has_any() {
    let england = England::generate(80, 8, 15, 5);
    let mut f = unsure("arithmetic", 2_000);
    if let Some(u) = &mut f.uncertainty {
        u.weights = 0.0;
    }
    let s = england.score(&f).sensitivity;
    let (cause, total) = (words(&s, "cause"), numbers(&s, "total"));
    let of = |name: &str| {
        let rows = cause.iter().zip(&total).filter(|(c, _)| *c == name);
        rows.map(|(_, t)| t.expect("an estimate")).collect::<Vec<_>>()
    };
    assert_eq!(of("weights").len(), 2, "one for each quarter");
    assert!(of("weights").iter().all(|t| t.abs() < 1e-12), "fixed weights move nothing: {:?}", of("weights"));
    assert!(of("reading of missing answers").iter().all(|t| *t > 0.01));
    assert!(total.iter().flatten().all(|t| (-1e-9..=1.5).contains(t)));
}

#[test]
fn stated_weight_and_importance_are_shares_of_one_whole() {
    let england = England::generate(80, 8, 15, 5);
    let t = england.score(&unsure("arithmetic", 200)).importance;
    let (weight, effect) = (numbers(&t, "weight_share"), numbers(&t, "importance_share"));
    let all: f64 = weight.iter().flatten().sum();
    let both = || weight.iter().zip(&effect).filter_map(|(w, e)| Some(((*w)?, (*e)?)));
    let (stated, effective) = both().fold((0.0, 0.0), |(a, b), (w, e)| (a + w, b + e));
    assert!((all - 2.0).abs() < 1e-9, "two quarters: {all}");
    assert!(stated < all - 0.05, "what CCGs answer has no importance: {stated}");
    assert!((effective - stated).abs() < 1e-9, "{effective} of {stated}");
    assert!(both().any(|(w, e)| (w - e).abs() > 0.01), "a weight is not an importance");
}

#[test]
fn what_falls_silent_stays_inside_floor_and_ceiling_and_mostly_inside_the_interval() {
    // the truth is a whole return; what is taken from it at random must leave room for it, mandatory or not
    let f = unsure("arithmetic", 400);
    let whole = England::generate(60, 5, 0, 77);
    let truth = whole.score(&f);
    let mut dice = Draw(5);
    let mut thin = whole.clone();
    for answer in &mut thin.survey {
        if dice.below(10) == 0 {
            answer.value = None;
        }
    }
    // all that the directory says of a practice: a branch alone would say something else
    let gone: Vec<bool> = (0..whole.practices).map(|_| dice.below(5) == 0).collect();
    thin.directory.retain(|(p, _)| !gone[*p]);
    let told = thin.score(&f);
    let keyed = |s: &Scored, column: &str| by_key(&s.practice_scores, &["practice_code"], column);
    let (true_score, low, high) = (keyed(&truth, "score"), keyed(&told, "score"), keyed(&told, "score_high"));
    let (from, to) = (keyed(&told, "interval_low"), keyed(&told, "interval_high"));
    let mut inside = 0;
    for (key, x) in &true_score {
        assert!(
            low[key] <= x + 1e-9 && *x <= high[key] + 1e-9,
            "{key}: {x} of {} to {}",
            low[key],
            high[key]
        );
        inside += usize::from(from[key] <= *x && *x <= to[key]);
    }
    assert!(inside * 100 >= true_score.len() * 93, "{inside} of {}", true_score.len());
}
