//! Full feeds and changes: changes put over the former feeds give the new ones, and who did not change keeps the time.

use crate::feeds_support::{
    Country, EARLIER, Told, code, definition, elements, entries, feed, files, nine, public_facts,
};
use dpcmi::define::feeds::FactKind;
use dpcmi::pipeline::feed::since;
use dpcmi::pipeline::successors::Successors;
use dpcmi::render::feeds::{INDICATORS, METRICS, changes};
use dpcmi::report::feeds::Feed;
use jiff::civil::{DateTime, date};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

/// The new feeds with the times of the former, and what changed.
fn next(former: &Files, new: &Country) -> (Feed, Files, Files) {
    next_with(former, new, &BTreeMap::new())
}

fn next_with(former: &Files, new: &Country, successors: &Successors) -> (Feed, Files, Files) {
    let mut new = feed(new);
    let (changed, gone) = since(&mut new, &former[METRICS], successors).unwrap();
    let changes = changes(&new, &changed, &gone).unwrap().into_iter().collect();
    let full = files(&new);
    (new, full, changes)
}

/// The practices that a file of changes touches: with new content, and gone.
fn touched(changes: &Files) -> (Vec<String>, Vec<String>) {
    let json: Value = serde_json::from_slice(&changes["feeds/changes/metrics.json"]).unwrap();
    let codes = |list: &Value| {
        let codes = list.as_array().unwrap().iter().map(|o| o["ODSCode"].as_str().unwrap().to_owned());
        codes.collect::<Vec<_>>()
    };
    (codes(&json["Organisations"]), codes(&json["Removed"]))
}

/// Checks that former and changes give the new files, for JSON, the nine columns and Atom.
fn add_up(former: &Files, changes: &Files, full: &Files) {
    let (others, gone) = touched(changes);
    let replaced = |code: &str| others.iter().chain(&gone).any(|c| c == code);
    let parse = |bytes: &[u8]| -> Value { serde_json::from_slice(bytes).unwrap() };

    let mut json = parse(&changes["feeds/changes/metrics.json"]);
    let old = parse(&former[METRICS]);
    let mut all: Vec<Value> = old["Organisations"].as_array().unwrap().clone();
    all.retain(|o| !replaced(o["ODSCode"].as_str().unwrap()));
    all.extend(json["Organisations"].as_array().unwrap().iter().cloned());
    all.sort_by_key(|o| o["ODSCode"].as_str().unwrap().to_owned());
    json["Organisations"] = Value::Array(all);
    json.as_object_mut().unwrap().remove("Removed");
    assert_eq!(json, parse(&full[METRICS]), "JSON");

    let mut rows = nine(&former[INDICATORS]);
    rows.retain(|r| !replaced(&r[1]));
    let own = nine(&changes["feeds/changes/AccountabilityIndicatorsGeneralPractice.csv"]);
    rows.extend(own.into_iter().skip(1));
    rows[1..].sort_by(|a, b| a[1].cmp(&b[1]));
    assert_eq!(rows, nine(&full[INDICATORS]), "nine columns");

    let atom = |files: &Files| -> BTreeMap<String, String> {
        files.iter().filter(|f| f.0.contains("/overview-")).flat_map(|f| entries(f.1)).collect()
    };
    let delta = &changes["feeds/changes/overview.xml"];
    let mut now = atom(former);
    let text = std::str::from_utf8(delta).unwrap();
    for id in text
        .split("<at:deleted-entry ")
        .skip(1)
        .map(|t| t.split("ref=\"").nth(1).unwrap().split('"').next().unwrap())
    {
        assert!(now.remove(id).is_some(), "a tombstone of {id}");
    }
    now.extend(entries(delta));
    assert_eq!(now, atom(full), "Atom");

    // whoever asks for what is newer than the feed that they hold gets all of it, and nothing where nothing is
    let asked = instant(&old["Updated"]);
    let news = !others.is_empty() || !gone.is_empty();
    for bytes in [&changes["feeds/changes/metrics.json"], &full[METRICS]] {
        assert_eq!(instant(&parse(bytes)["Updated"]) > asked, news);
    }
    let when = text.split(" when=\"").skip(1).map(|t| t.split('"').next().unwrap().to_owned());
    for when in elements(text, "updated").into_iter().chain(when) {
        assert_eq!(at(&when) > asked, news, "{when} is news to a reader who holds {asked}");
    }
}

fn at(instant: &str) -> DateTime {
    instant.strip_suffix('Z').unwrap().parse().unwrap()
}

fn instant(value: &Value) -> DateTime {
    at(value.as_str().unwrap())
}

fn a_country() -> impl Strategy<Value = Country> {
    let state = prop::sample::select(vec!["yes", "no", "not_known", "not_asked"]).prop_map(Told::state);
    let share = (0i64..30, 8i64..9_000).prop_map(|(n, of)| Told::share(n.min(of), of));
    let told = (prop::collection::vec(state, 5), prop::collection::vec(share, 3), any::<bool>());
    let facts = told.prop_map(|(states, shares, early)| {
        let ids = public_facts(FactKind::State).into_iter().chain(public_facts(FactKind::Share));
        let told = states.into_iter().chain(shares);
        ids.zip(told.map(|t| if early { t.at(EARLIER) } else { t })).collect::<BTreeMap<_, _>>()
    });
    prop::collection::btree_map((0usize..40).prop_map(code), facts, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_put_over_the_former_feeds_are_the_new_feeds(
        first in a_country(), second in a_country(), third in a_country(), keep in prop::collection::vec(any::<bool>(), 40)
    ) {
        // some practices stay as they were, so that there is something to keep
        let stay = |old: &Country, mut new: Country| -> Country {
            for (i, (code, facts)) in old.iter().enumerate() {
                if keep[i % 40] { new.insert(code.clone(), facts.clone()); }
            }
            new
        };
        let zero = files(&feed(&first));
        let second = stay(&first, second);
        let (_, one, changes) = next(&zero, &second);
        add_up(&zero, &changes, &one);
        // and once more, over feeds whose times were kept
        let third = stay(&second, third);
        let (_, two, changes) = next(&one, &third);
        add_up(&one, &changes, &two);
    }
}

fn some(n: usize) -> Country {
    let fact = |i: usize| Told::share(100 + 37 * i as i64, 5_000);
    (0..n).map(|i| (code(i), BTreeMap::from([("patients-records".to_owned(), fact(i))]))).collect()
}

#[test]
fn nothing_changed_is_no_change_and_the_same_bytes() {
    let former = files(&feed(&some(30)));
    let (_, full, changes) = next(&former, &some(30));
    assert_eq!(full, former);
    assert_eq!(touched(&changes), (vec![], vec![]));
}

#[test]
fn who_did_not_change_keeps_the_time_and_who_did_has_a_later_one() {
    let former = files(&feed(&some(8)));
    let mut corrected = some(8);
    // a correction of the same day: too few practices for bands, so nobody else is touched
    corrected.get_mut(&code(3)).unwrap().insert("book-appointments".to_owned(), Told::state("yes"));
    let (feed, full, changes) = next(&former, &corrected);
    assert_eq!(touched(&changes), (vec![code(3)], vec![]));
    for practice in &feed.practices {
        let (later, midnight) = (practice.code == code(3), date(2018, 9, 30).at(0, 0, 0, 0));
        assert_eq!(practice.updated > midnight, later, "{}", practice.code);
    }
    // the same release once more: the time stands
    let (again, same, none) = next(&full, &corrected);
    assert_eq!((touched(&none).0.len(), &same), (0, &full));
    assert_eq!(again.practices, feed.practices);
}

#[test]
fn a_reader_who_asks_for_what_is_newer_hears_of_practices_that_only_left() {
    let former = files(&feed(&some(6)));
    let mut fewer = some(6);
    fewer.retain(|c, _| *c != code(1));
    // the same quarter and data: no practice changed, one is gone
    let (left, full, changes) = next(&former, &fewer);
    add_up(&former, &changes, &full);
    assert_eq!(touched(&changes), (vec![], vec![code(1)]));
    assert_eq!(left.updated, date(2018, 9, 30).at(0, 0, 1, 0), "the instant after the one that readers hold");
    assert!(left.practices.iter().all(|p| p.updated < left.updated), "who stays keeps the time");
    let json: Value = serde_json::from_slice(&changes["feeds/changes/metrics.json"]).unwrap();
    assert_eq!(json["Removed"][0]["When"], "2018-09-30T00:00:01Z");
    // told once: the next time nothing is new
    let (_, again, none) = next(&full, &fewer);
    assert_eq!((touched(&none), &again), ((vec![], vec![]), &full));
    // where the data are of a later day, that day it is
    let mut later = fewer.clone();
    later.remove(&code(2));
    later
        .get_mut(&code(3))
        .unwrap()
        .insert("view-records".to_owned(), Told::state("yes").at(date(2018, 12, 31)));
    let (moved, _, changes) = next(&full, &later);
    assert_eq!(touched(&changes), (vec![code(3)], vec![code(2)]));
    assert_eq!(moved.updated, date(2018, 12, 31).at(0, 0, 0, 0));
}

#[test]
fn what_is_new_or_comes_late_is_news_though_its_data_are_of_an_earlier_day() {
    let former = files(&feed(&some(6)));
    let early = |fact: &str| BTreeMap::from([(fact.to_owned(), Told::state("yes").at(EARLIER))]);
    let mut more = some(6);
    more.insert(code(2), early("view-records"));
    more.insert(code(7), early("view-records"));
    let (feed, full, changes) = next(&former, &more);
    add_up(&former, &changes, &full);
    let news = date(2018, 9, 30).at(0, 0, 1, 0);
    for practice in feed.practices {
        let told = [code(2), code(7)].contains(&practice.code);
        assert_eq!(practice.updated == news, told, "{}: {}", practice.code, practice.updated);
    }
}

#[test]
fn a_practice_that_is_gone_leaves_a_tombstone_with_its_successor() {
    let former = files(&feed(&some(6)));
    let mut new = some(6);
    new.remove(&code(1));
    new.remove(&code(2));
    // 1 went into 2, whose patients were parted among 3 and 4; of 5 nothing is known
    new.remove(&code(5));
    let to = |codes: &[usize]| codes.iter().map(|n| code(*n)).collect();
    let successors = Successors::from([(code(1), to(&[2])), (code(2), to(&[3, 4]))]);
    let (_, full, changes) = next_with(&former, &new, &successors);
    add_up(&former, &changes, &full);
    let json: Value = serde_json::from_slice(&changes["feeds/changes/metrics.json"]).unwrap();
    let removed: Vec<(&str, String)> = json["Removed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["ODSCode"].as_str().unwrap(), r["Successors"].to_string()))
        .collect();
    let both = r#"["Z00003","Z00004"]"#.to_owned();
    assert_eq!(removed, [("Z00001", both.clone()), ("Z00002", both), ("Z00005", "[]".to_owned())]);
    let text = std::str::from_utf8(&changes["feeds/changes/overview.xml"]).unwrap();
    let comments = elements(text, "at:comment");
    assert_eq!(comments.len(), 3);
    assert!(
        comments[0].contains("successors are Z00003, Z00004")
            && comments[2].contains("no successor is known")
    );
    assert_eq!(std::str::from_utf8(&changes["feeds/changes/removed.csv"]).unwrap().lines().count(), 4);
    assert!(!full.values().any(|b| String::from_utf8_lossy(b).contains("Z00001")), "gone from every feed");
    let circle = Successors::from([(code(1), to(&[2])), (code(2), to(&[1]))]);
    let (_, _, changes) = next_with(&former, &new, &circle);
    assert!(String::from_utf8_lossy(&changes["feeds/changes/removed.csv"]).contains("Z00001,\r\n"));
    assert!(definition().banding.minimum_practices > 8, "the tests above need a country without bands");
}
