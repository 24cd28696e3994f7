//! The plausibility gate: the four published cases of 2013, and each planted kind of error on figures whose answer is
//! known.

use crate::spend_support::{Returned, by_key, returned, text_of, work_out};
use dpcmi::spend::Spend;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Primary care trusts of 2013, as a newspaper's requests found them: pounds and people. Codes of our own.
const CASES: [(&str, &str, i64, i64); 4] = [
    ("01A", "West Essex", 3_000_000, 286_000),
    ("02A", "Liverpool", 4_200_000, 450_000),
    ("03A", "Oxfordshire", 4_900_000, 624_000),
    ("04A", "Wiltshire", 225_000, 450_000),
];

fn published(liverpool: i64) -> Spend {
    let lines: Vec<Returned> = CASES
        .iter()
        .map(|(code, name, pounds, _)| {
            let pounds = if *name == "Liverpool" { liverpool } else { *pounds };
            returned(code, "GP IT", "core", pounds)
        })
        .collect();
    let people: Vec<(&str, i64)> = CASES.iter().map(|(code, .., people)| (*code, *people)).collect();
    work_out(2012, &lines, &people, &[], &BTreeMap::new())
}

#[test]
fn the_four_cases_of_2013_are_refused_with_a_question_and_get_no_place() {
    let table = published(4_200_000).table;
    let column = |name: &str| by_key(&table, name);
    for (code, name, pounds, people) in CASES {
        let key = format!("{code} as_reported");
        assert_eq!(column("status")[&key], "refused", "{name}");
        assert_eq!(column("spend_pence")[&key], (100 * pounds).to_string(), "{name}: shown all the same");
        let head: f64 = column("per_head_registered")[&key].parse().expect("a figure");
        assert!((head - 100.0 * pounds as f64 / people as f64).abs() < 1e-9, "{name}");
        for place in ["place_registered", "place_low", "place_high", "placed_among"] {
            assert_eq!(column(place)[&key], "-", "{name}");
        }
        assert!(column("question")[&key].contains("a head"), "{name}");
    }
    let suspects = column("suspects");
    assert!(suspects["02A as_reported"].starts_with("whole_budget"), "{suspects:?}");
    assert!(column("question")["02A as_reported"].contains("You report £9.33 a head"));
    assert!(column("question")["02A as_reported"].contains("whole IT budget"));
    assert!(suspects["04A as_reported"].starts_with("part_only"), "{suspects:?}");
}

#[test]
fn liverpool_restated_passes_and_is_placed() {
    let table = published(940_000).table;
    let column = |name: &str| by_key(&table, name);
    assert_eq!(column("status")["02A as_reported"], "complete");
    assert_eq!(column("gate")["02A as_reported"], "passed");
    assert_eq!(column("place_registered")["02A as_reported"], "1");
    assert_eq!(column("placed_among")["02A as_reported"], "1", "the other three stay refused");
}

/// Twelve CCGs of about £2.40 a head, each of a history, with its own change of the error named.
fn country(change: impl Fn(&mut Vec<Returned>)) -> (Spend, BTreeMap<String, f64>) {
    let codes: Vec<String> = (10..22).map(|i| format!("{i}A")).collect();
    let people: Vec<(&str, i64)> =
        codes.iter().enumerate().map(|(i, c)| (c.as_str(), 200_000 + 10_000 * i as i64)).collect();
    let mut lines = Vec::new();
    let mut before = BTreeMap::new();
    for (i, (code, heads)) in people.iter().enumerate() {
        let pence = 200 + 8 * i as i64;
        before.insert((*code).to_owned(), pence as f64 / 1.03);
        for (what, share) in [("Service desk", 50), ("HSCN network", 30), ("Training", 20)] {
            lines.push(returned(code, what, "core", heads * pence * share / 10_000));
        }
    }
    change(&mut lines);
    (work_out(2018, &lines, &people, &[], &before), before)
}

fn of<'a>(lines: &'a mut [Returned], ccg: &'a str) -> impl Iterator<Item = &'a mut Returned> {
    lines.iter_mut().filter(move |l| l.ccg == ccg)
}

#[test]
fn sound_returns_all_pass() {
    let table = country(|_| ()).0.table;
    assert!(by_key(&table, "status").values().all(|s| s == "complete"));
    assert!(by_key(&table, "gate").values().all(|s| s == "passed"));
    let like = by_key(&table, "per_head_registered");
    assert!(like.iter().all(|(k, v)| *v == like[&k.replace("like_for_like", "as_reported")]));
}

#[test]
fn each_kind_of_error_is_refused_and_named_and_refuses_nobody_else() {
    type Change = fn(&mut Vec<Returned>);
    let cases: [(&str, Change); 7] = [
        ("times_ten", |l| of(l, "15A").for_each(|l| l.amount_hundredths *= 10)),
        ("times_twelve", |l| of(l, "15A").for_each(|l| l.amount_hundredths *= 12)),
        ("thousands", |l| of(l, "15A").for_each(|l| l.amount_hundredths /= 1_000)),
        ("half_year", |l| of(l, "15A").for_each(|l| l.amount_hundredths /= 2)),
        ("half_year", |l| {
            of(l, "15A").for_each(|l| l.covers = Some((date(2018, 4, 1), date(2018, 9, 30))));
        }),
        ("whole_budget", |l| l.push(returned("15A", "Hospital and GP IT", "core", 1_500_000))),
        ("host_recharge", |l| {
            for payer in ["14A", "16A"] {
                let paid = Some("15A".to_owned());
                l.push(Returned { paid_to: paid, ..returned(payer, "Service desk", "core", 60_000) });
            }
        }),
    ];
    for (kind, change) in cases {
        let table = country(change).0.table;
        let (status, suspects) = (by_key(&table, "status"), by_key(&table, "suspects"));
        assert_eq!(status["15A as_reported"], "refused", "{kind}");
        assert_eq!(suspects["15A as_reported"].split(' ').next(), Some(kind));
        assert_eq!(by_key(&table, "place_registered")["15A as_reported"], "-", "{kind}");
        let refused = status.iter().filter(|(k, s)| k.ends_with("as_reported") && *s == "refused").count();
        assert_eq!(refused, 1, "{kind}: {status:?}");
    }
}

#[test]
fn a_host_that_sets_apart_what_it_bought_for_others_is_compared_without_it() {
    let table = country(|l| {
        for payer in ["14A", "16A"] {
            let paid = Some("15A".to_owned());
            l.push(Returned { paid_to: paid, ..returned(payer, "Service desk", "core", 60_000) });
            let for_payer = Some(payer.to_owned());
            l.push(Returned { on_behalf_of: for_payer, ..returned("15A", "Service desk", "core", 60_000) });
        }
    })
    .0
    .table;
    let status = by_key(&table, "status");
    assert_eq!(status["15A as_reported"], "host", "it holds what was bought for others");
    assert_eq!(status["15A like_for_like"], "complete");
    let (pence, others) = (by_key(&table, "spend_pence"), by_key(&table, "bought_for_others_pence"));
    let number = |t: &str| t.parse::<i64>().expect("pence");
    let apart = number(&pence["15A as_reported"]) - number(&pence["15A like_for_like"]);
    assert_eq!((apart, number(&others["15A as_reported"])), (12_000_000, 12_000_000));
    // Nothing is counted twice like for like: payers show what they paid, the host does not.
    assert_eq!(number(&pence["14A like_for_like"]), number(&pence["14A as_reported"]));
}

#[test]
fn one_dear_line_is_asked_about_and_refuses_only_when_it_is_most_of_the_figure() {
    let (spend, _) = country(|l| {
        of(l, "15A").filter(|l| l.description == "Training").for_each(|l| l.amount_hundredths /= 12);
    });
    let flags = |spend: &Spend| {
        (0..spend.lines.height()).filter(|i| text_of(&spend.lines, "flags", *i).contains("M034")).count()
    };
    assert_eq!(flags(&spend), 1);
    assert_eq!(by_key(&spend.table, "status")["15A as_reported"], "complete");
    assert!(by_key(&spend.table, "question")["15A as_reported"].contains("is the unit right?"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever is believed of a figure, a larger one of the same CCG is believed no more once it is too large.
    #[test]
    fn a_figure_that_is_too_large_stays_refused_as_it_grows(factor in 2.5_f64..40.0, more in 1.0_f64..5.0) {
        let refused = |f: f64| {
            let table = country(|l| {
                of(l, "15A").for_each(|l| l.amount_hundredths = (l.amount_hundredths as f64 * f) as i64);
            });
            by_key(&table.0.table, "status")["15A as_reported"] == "refused"
        };
        prop_assert!(refused(factor) && refused(factor * more));
    }
}
