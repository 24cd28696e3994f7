//! An attack on the feeds: from everything that is printed of a country, and of its next release, nobody can tell which of 1
//! to 7 people it was.
//!
//! The attacker knows the rule and the exact number of registered patients (which is published elsewhere), reads counts,
//! percentages and bands in all feeds and the table behind them, and sets two releases side by side. What the tables of the
//! index tell is the business of `disclosure_follows`.

use crate::feeds_support::{
    Country, Told, code, definition, disclosed, elements, entries, feed, files, nine, public_facts, table,
};
use dpcmi::define::feeds::FactKind;
use dpcmi::disclose::Policy;
use dpcmi::pipeline::feed::since;
use dpcmi::render::feeds::{INDICATORS, METRICS, files as render};
use dpcmi::report::feeds::Feed;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

type Files = BTreeMap<String, Vec<u8>>;
/// Practice and fact.
type Cell = (String, String);

/// Shares of few and many people at short and long lists.
fn country(seed: u64, n: usize) -> Country {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let shares = public_facts(FactKind::Share);
    (0..n)
        .map(|i| {
            // a list of so few patients that it is withheld itself now and then
            let of = if random.random_bool(0.1) {
                random.random_range(1..12)
            } else {
                random.random_range(8..12_000)
            };
            let share = |id: &String| {
                let people = if random.random_bool(0.4) {
                    random.random_range(0..12)
                } else {
                    random.random_range(0..of)
                };
                (id.clone(), Told::share(people.min(of), of))
            };
            let facts: Vec<_> = shares.iter().map(share).collect();
            (code(i), facts.into_iter().collect())
        })
        .collect()
}

/// The rule as the attacker knows it, written a second time.
fn shown(people: i64) -> Option<i64> {
    match people {
        0 => Some(0),
        1..=7 => None,
        n => Some(((n as f64 / 5.0).round() * 5.0) as i64),
    }
}

fn percent(people: i64, of: i64) -> Option<String> {
    let (people, of) = (shown(people)?, shown(of)?);
    let share = 100.0 * people as f64 / of as f64;
    Some(if of >= 4_000 {
        format!("{:.1}", (share * 10.0 + 1e-9).round() / 10.0)
    } else {
        format!("{:.0}", (share + 1e-9).round())
    })
}

/// What is printed of each cell: the count of the source file and the percentage of each of the other feeds.
fn printed(files: &Files) -> BTreeMap<Cell, (Option<i64>, Vec<Option<String>>)> {
    let of_name: BTreeMap<String, String> = definition().facts.into_iter().map(|f| (f.name, f.id)).collect();
    let of_question: BTreeMap<String, String> =
        definition().facts.into_iter().map(|f| (f.question, f.id)).collect();
    let shares = public_facts(FactKind::Share);
    let mut out: BTreeMap<Cell, (Option<i64>, Vec<Option<String>>)> = BTreeMap::new();
    let mut add = |code: &str, id: &str, value: Option<String>| {
        if shares.iter().any(|s| s == id) {
            out.entry((code.to_owned(), id.to_owned())).or_default().1.push(value);
        }
    };
    for row in nine(&files[INDICATORS]).into_iter().skip(1) {
        add(&row[1], &of_name[&row[3]], Some(row[7].clone()).filter(|v| !v.is_empty()));
    }
    let json: Value = serde_json::from_slice(&files[METRICS]).unwrap();
    for o in json["Organisations"].as_array().unwrap() {
        for m in o["Metrics"].as_array().unwrap() {
            let value = m["Value"].as_str().map(str::to_owned);
            add(o["ODSCode"].as_str().unwrap(), &of_name[m["MetricName"].as_str().unwrap()], value);
        }
    }
    for entry in entries(&files["feeds/overview-1.xml"]).into_values() {
        let code = elements(&entry, "s:odsCode").remove(0);
        for fact in entry.split("<s:keyFact>").skip(1) {
            let one = |name| elements(fact.split("</s:keyFact>").next().unwrap(), name).into_iter().next();
            add(&code, &of_question[&one("s:question").unwrap()], one("s:value"));
        }
    }
    let (path, source) = files.iter().find(|f| f.0.contains("CHOICES_POMI_SOURCE")).unwrap();
    assert!(path.ends_with(".csv"));
    let mut reader = csv::Reader::from_reader(source.as_slice());
    for record in reader.records().map(Result::unwrap) {
        for (service, at) in definition().source_file.services.iter().zip([6, 9, 12]) {
            let cell = out.get_mut(&(record[1].to_owned(), service.enabled.clone())).unwrap();
            cell.0 = record[at].parse().ok();
        }
    }
    out
}

/// Every number of people that fits with all that is printed of a cell.
fn candidates(count: Option<i64>, percents: &[Option<String>], of: i64) -> BTreeSet<i64> {
    let own = (0..=of).filter(|n| shown(*n) == count || shown(of).is_none());
    own.filter(|n| percents.iter().all(|p| *p == percent(*n, of))).collect()
}

/// Of each cell of 1 to 7 people what the attacker is left with, over the releases of one country in which it did not change.
fn left(country: &Country, releases: &[Files]) -> BTreeMap<Cell, BTreeSet<i64>> {
    let printed: Vec<_> = releases.iter().map(printed).collect();
    let mut out = BTreeMap::new();
    for (practice, facts) in country {
        for (fact, told) in facts {
            let (Some(people), Some(of)) = (told.people, told.of) else { continue };
            let key = (practice.clone(), fact.clone());
            let sets = printed.iter().map(|p| candidates(p[&key].0, &p[&key].1, of));
            let left = sets.reduce(|a, b| a.intersection(&b).copied().collect()).unwrap();
            assert!(left.contains(&people), "{key:?}: the attack is wrong, {people} of {of} not in {left:?}");
            if (1..=7).contains(&people) {
                // the rule: 1 to 7, as far as the list goes, cannot be told from each other
                let rule: BTreeSet<i64> = (1..=of.min(7)).collect();
                assert!(left.is_superset(&rule), "{key:?}: of {rule:?} only {left:?} are left");
                out.insert(key, left);
            }
        }
    }
    out
}

#[test]
fn no_count_of_1_to_7_people_is_recovered_from_any_feed() {
    for seed in 0..6 {
        let country = country(seed, 60);
        let small = left(&country, &[files(&feed(&country))]);
        assert!(small.len() > 30, "the country has small counts: {}", small.len());
        let lists = small.values().map(BTreeSet::len).collect::<BTreeSet<_>>();
        assert!(lists.len() > 1, "of short lists too: {lists:?}");
    }
}

#[test]
fn the_table_behind_the_feeds_tells_no_more_than_they_do() {
    let country = country(2, 60);
    let policy = Policy::shipped().unwrap();
    let facts = disclosed(table(&country, str::to_owned), &policy);
    let printed = printed(&files(&feed(&country)));
    let text = |name: &str| facts.column(name).unwrap().str().unwrap().clone();
    let (codes, ids, absence) = (text("practice_code"), text("fact"), text("absence"));
    let people = facts.column("people").unwrap().i64().unwrap().clone();
    let percent = facts.column("percent").unwrap().f64().unwrap().clone();
    let mut seen = 0;
    for row in 0..facts.height() {
        let key = (codes.get(row).unwrap().to_owned(), ids.get(row).unwrap().to_owned());
        let Some((count, percents)) = printed.get(&key) else { continue };
        seen += 1;
        assert_eq!(people.get(row), *count, "{key:?}");
        let own = percent.get(row).map(|p| p.to_string());
        let same = |printed: &Option<String>| {
            printed.as_ref().map(|p| p.parse::<f64>().unwrap()) == own.as_ref().map(|p| p.parse().unwrap())
        };
        assert!(percents.iter().all(same), "{key:?}");
        let small = country[&key.0][&key.1].people.is_some_and(|n| (1..=7).contains(&n));
        assert!(
            !small || (absence.get(row) == Some("withheld") && count.is_none() && own.is_none()),
            "{key:?}"
        );
    }
    assert_eq!(seen, 180);
}

#[test]
fn the_same_attack_finds_them_all_where_the_rule_is_off() {
    let country = country(1, 60);
    let mut policy = Policy::shipped().unwrap();
    let rule = policy.people.as_mut().unwrap();
    (rule.suppress_up_to, rule.round_to) = (0, 1);
    let rule = rule.clone();
    let facts = disclosed(table(&country, str::to_owned), &policy);
    let open = Feed::of(&definition(), &rule, &facts, crate::feeds_support::DAY).unwrap();
    let files: Files = render(&open).unwrap().into_iter().collect();
    let printed = printed(&files);
    for (practice, facts) in &country {
        for (fact, told) in facts {
            assert_eq!(
                printed[&(practice.clone(), fact.clone())].0,
                told.people,
                "the attack reads what is printed"
            );
        }
    }
}

#[test]
fn two_releases_tell_no_more_than_one() {
    for seed in 0..4 {
        let country = country(seed, 60);
        // everybody else changes: totals, bands and times move, the small counts stay
        let mut next = country.clone();
        let mut random = ChaCha8Rng::seed_from_u64(seed + 100);
        for told in next.values_mut().flat_map(BTreeMap::values_mut) {
            if let (Some(people), Some(of)) = (told.people.as_mut(), told.of)
                && *people > 20
            {
                *people = random.random_range(8..=of.max(8)).min(of);
            }
        }
        let still: Country = country
            .iter()
            .map(|(code, facts)| {
                let small = facts.iter().filter(|(_, t)| t.people.is_some_and(|p| p <= 7));
                (code.clone(), small.map(|(id, t)| (id.clone(), t.clone())).collect())
            })
            .collect();
        let one = left(&still, &[files(&feed(&country))]);
        let both = left(&still, &[files(&feed(&country)), files(&feed(&next))]);
        assert_eq!(one, both, "seed {seed}: the second release narrows nothing");
        assert!(one.len() > 30);
    }
}

#[test]
fn a_change_within_1_to_7_leaves_no_trace_at_all() {
    let few = |people: i64| -> Country {
        (0..30)
            .map(|i| {
                let n = if i == 7 { people } else { 100 + 10 * i as i64 };
                (code(i), BTreeMap::from([("patients-records".to_owned(), Told::share(n, 5_003))]))
            })
            .collect()
    };
    let first = files(&feed(&few(3)));
    for people in [1, 4, 7] {
        let mut next = feed(&few(people));
        let (changed, gone) = since(&mut next, &first[METRICS], &BTreeMap::new()).unwrap();
        assert!(changed.is_empty() && gone.is_empty(), "a change that may not be told is no change");
        assert_eq!(files(&next), first);
    }
}

#[test]
fn nothing_adds_practices_up_so_there_is_no_total_to_take_apart() {
    let country = country(3, 60);
    let files = files(&feed(&country));
    let json: Value = serde_json::from_slice(&files[METRICS]).unwrap();
    assert_eq!(json["Organisations"].as_array().unwrap().len(), 60);
    let top: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        top,
        ["Title", "Updated", "Rights", "Licence", "Author", "Organisations"],
        "no figure stands above them"
    );
    let codes: BTreeSet<String> =
        nine(&files[INDICATORS]).into_iter().skip(1).map(|r| r[1].clone()).collect();
    assert_eq!(codes, country.keys().cloned().collect());
}
