//! Is it our supplier or us? Simulated countries in which a supplier does something, or nothing, and CCGs differ for
//! reasons of their own; a planted fault of one supplier and a true step of the country; and the real suppliers of 2018.

use crate::line::{Csv, answer, dpcmi, folder, run};
use dpcmi::define::framework::{ProvidersSection, Within};
use dpcmi::model::Provenance;
use dpcmi::pipeline::Definitions;
use dpcmi::providers::{Measure, provider_comparison};
use dpcmi::stats::distribution::normal_quantile;
use jiff::civil::date;
use polars::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

struct Draw(ChaCha8Rng);

impl Draw {
    fn new(seed: u64) -> Draw {
        Draw(ChaCha8Rng::seed_from_u64(seed))
    }

    fn unit(&mut self) -> f64 {
        ((self.0.next_u64() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        normal_quantile(self.unit())
    }
}

/// The shipped rules with one kind of provider.
fn rules(within: Within) -> ProvidersSection {
    let mut rules = Definitions::load(None, "dpcma-2018").unwrap().framework.providers.unwrap();
    rules.kind.truncate(1);
    rules.kind[0].within = within;
    rules
}

/// What a simulated supplier does to each of its practices.
const EFFECT: f64 = 3.0;

/// A country of 30 CCGs in three regions. CCGs that are ahead tend to have supplier S, and larger practices are ahead:
/// both look like S's work in the raw figures. `whole`: a CCG has one provider for all its practices.
fn country(seed: u64, effect: f64, whole: bool) -> (DataFrame, Measure) {
    let mut d = Draw::new(seed);
    let (mut code, mut ccg, mut region, mut list, mut provider, mut value) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for c in 0..30 {
        let ahead = 4.0 * d.normal();
        let lean = if whole { 0.3 } else { 0.25 + 0.05 * ahead };
        let all = d.unit();
        for _ in 0..12 + (d.unit() * 25.0) as usize {
            let size = (8.9 + 0.6 * d.normal()).exp();
            let u = if whole { all } else { d.unit() };
            let name = if u < lean {
                "S"
            } else if u < lean + 0.4 {
                "T"
            } else {
                "U"
            };
            let mine = if name == "S" { effect } else { 0.0 };
            code.push(format!("A{:05}", code.len()));
            ccg.push(format!("{c:02}A"));
            region.push(format!("Y{}", c / 10));
            list.push(size as i64);
            provider.push(name);
            value.push(Some(50.0 + ahead + 0.4 * (size / 1e3) + mine + 8.0 * d.normal()));
        }
    }
    let n = code.len();
    let day = (date(2018, 9, 30) - date(1970, 1, 1)).get_days();
    let period = Int32Chunked::from_vec("period".into(), vec![day; n]).into_date();
    let weights = list.iter().map(|l| Some(*l as f64)).collect();
    let frame = DataFrame::new_infer_height(vec![
        period.into_series().into_column(),
        Column::new("practice_code".into(), code),
        Column::new("ccg_code".into(), ccg),
        Column::new("region_code".into(), region),
        Column::new("list_size".into(), list),
        Column::new("provider_system_supplier".into(), provider),
    ]);
    (frame.unwrap(), Measure { id: "m".to_owned(), values: value, weights })
}

/// Rows of the comparison by provider: one column of numbers.
fn column(table: &DataFrame, name: &str) -> BTreeMap<String, f64> {
    let of = table.column(name).unwrap().cast(&DataType::Float64).unwrap();
    let names = table.column("provider").unwrap().str().unwrap().clone();
    names.iter().zip(of.f64().unwrap().iter()).filter_map(|(n, x)| Some((n?.to_owned(), x?))).collect()
}

/// In how many of so many countries the interval of S holds its effect, and in how many anybody is called different.
fn simulate(countries: u64, effect: f64, within: Within) -> (f64, f64, f64) {
    let rules = rules(within);
    let one = |seed: u64| {
        let (practices, measure) = country(seed, effect, within == Within::Region);
        let t = provider_comparison(&rules, &practices, &[measure], Provenance::Synthetic).unwrap();
        let (low, high) = (column(&t, "adjusted_difference_low"), column(&t, "adjusted_difference_high"));
        let held = low.get("S").map(|l| *l <= effect && effect <= high["S"]);
        let called = column(&t, "called").values().any(|c| *c == 1.0);
        (held, called, column(&t, "difference").get("S").copied().unwrap_or(f64::NAN))
    };
    let done: Vec<_> = (0..countries).into_par_iter().map(one).collect();
    let given: Vec<bool> = done.iter().filter_map(|d| d.0).collect();
    assert!(given.len() as f64 > 0.8 * countries as f64, "{} of {countries} compared", given.len());
    let held = given.iter().filter(|h| **h).count() as f64 / given.len() as f64;
    let called = done.iter().filter(|d| d.1).count() as f64 / countries as f64;
    (held, called, done.iter().map(|d| d.2).filter(|x| x.is_finite()).sum::<f64>() / countries as f64)
}

#[test]
fn a_supplier_s_effect_lies_in_its_interval_nineteen_times_in_twenty() {
    let (held, _, raw) = simulate(600, EFFECT, Within::Ccg);
    assert!(held >= 0.93, "held in {held}");
    // The raw difference takes the CCGs' own lead for the supplier's work: 3 and half as much again.
    assert!(raw > 1.3 * EFFECT, "raw {raw}");
}

#[test]
fn without_any_effect_at_most_one_country_in_twenty_has_a_supplier_called_different() {
    let countries = 600;
    let (held, called, raw) = simulate(countries, 0.0, Within::Ccg);
    let slack = 2.0 * (0.05 * 0.95 / countries as f64).sqrt();
    assert!(held >= 0.93 && called <= 0.05 + slack, "held {held}, called {called}");
    assert!(raw > 1.0, "the trap is there: raw {raw}");
}

#[test]
fn partners_that_a_whole_ccg_has_are_compared_with_the_doubt_of_so_few_ccgs() {
    let (held, _, _) = simulate(400, EFFECT, Within::Region);
    assert!(held >= 0.93, "held in {held}");
    let countries = 400;
    let (_, called, _) = simulate(countries, 0.0, Within::Region);
    assert!(called <= 0.05 + 2.0 * (0.05 * 0.95 / countries as f64).sqrt(), "called in {called}");
}

#[test]
fn a_supplier_under_the_minimum_is_neither_compared_nor_named() {
    let (mut practices, measure) = country(1, EFFECT, false);
    let rare: Vec<&str> = (0..practices.height()).map(|i| if i % 60 == 0 { "R" } else { "T" }).collect();
    assert!(rare.iter().filter(|r| **r == "R").count() < 20);
    practices.with_column(Column::new("provider_system_supplier".into(), rare)).unwrap();
    let t = provider_comparison(&rules(Within::Ccg), &practices, &[measure], Provenance::Synthetic).unwrap();
    assert_eq!(column(&t, "named")["R"], 0.0);
    assert!(!column(&t, "adjusted_difference").contains_key("R"));
    assert!(column(&t, "mean").contains_key("R"), "its figure stands, without a comparison");
}

#[test]
fn a_planted_fault_of_one_supplier_is_held_and_nothing_else_is() {
    let root = folder("providers");
    let (inputs, store, release) = (root.join("inputs"), root.join("store"), root.join("release"));
    let synth = ["synth", "--era", "dpcma", "--practices", "500", "--quarters", "4", "--seed", "11"];
    answer(dpcmi(&synth).arg("--out").arg(&inputs));
    run("dpcma-2018", &inputs, &store, &release, &[]);

    let truth = Csv::open(&inputs.join("truth/warts.csv"));
    let planted: BTreeSet<&str> =
        truth.rows().filter(|r| r.text("kind") == "supplier_step").map(|r| r.text("key")).collect();
    assert!(planted.len() >= 20, "{}", planted.len());
    let steps = Csv::open(&release.join("tables/supplier_steps.csv"));
    let held: BTreeSet<(&str, &str, &str)> = steps
        .rows()
        .filter(|r| r.text("decision") == "held")
        .map(|r| (r.text("period"), r.text("provider"), r.text("measure")))
        .collect();
    let fault = |measure| ("2018-12-31", "Vision", measure);
    assert_eq!(held, BTreeSet::from([fault("appointments-enabled"), fault("appointments-used")]));

    // the cells are withheld, at those practices and no others
    let values = Csv::open(&release.join("tables/indicator_values.csv"));
    let of = values
        .rows()
        .filter(|r| r.text("indicator_id") == "appointments-enabled" && r.text("period") == "2018-12-31");
    for r in of {
        let faulty = planted.contains(r.text("unit_code"));
        assert!(!faulty || r.get("value").is_none(), "{}", r.text("unit_code"));
        if r.text("absence") == "withheld" {
            assert!(faulty, "{}", r.text("unit_code"));
        }
    }
    // the next quarter, the fault taken back, is compared with the last sound one and stands
    let after = steps.rows().find(|r| {
        r.text("period") == "2019-03-31"
            && (r.text("provider"), r.text("measure")) == ("Vision", "appointments-enabled")
    });
    assert_eq!(after.unwrap().text("decision"), "none");

    // who delivers GP IT is known of every practice whose CCG says so
    let practices = Csv::open(&release.join("tables/practices.csv"));
    let partners: BTreeSet<&str> =
        practices.rows().filter_map(|r| r.get("provider_delivery_partner")).collect();
    assert!(partners.len() >= 4, "{partners:?}");

    // a change of system planted in the set is a switch in the table, in its month
    let changed: BTreeSet<&str> =
        truth.rows().filter(|r| r.text("kind") == "supplier_changed").map(|r| r.text("key")).collect();
    let switches = Csv::open(&release.join("tables/supplier_switches.csv"));
    let seen: BTreeSet<&str> = switches
        .rows()
        .filter(|r| r.text("kind") == "system_supplier")
        .map(|r| r.text("practice_code"))
        .collect();
    assert!(!changed.is_empty() && seen.is_subset(&changed), "{seen:?} of {changed:?}");
}

#[test]
fn the_real_suppliers_of_2018_are_compared_in_two_quarters_and_no_step_is_held() {
    let Some(made) = crate::recount::made() else { return };
    let table = Csv::open(&made.old.join("tables/provider_comparison.csv"));
    for quarter in ["2018-06-30", "2018-09-30"] {
        let of = table.rows().filter(|r| r.text("period") == quarter && r.text("measure") == "score");
        let status: BTreeMap<&str, &str> = of.map(|r| (r.text("provider"), r.text("status"))).collect();
        assert_eq!(["EMIS", "TPP", "Vision"].map(|s| status[s]), ["compared"; 3], "{quarter}");
        assert_eq!(status["Microtest"], "too_few_ccgs", "{quarter}: 46 practices, nearly all of one corner");
    }
    // one supplier reports next to no views of records: the few who do are not compared
    let views =
        table.rows().filter(|r| r.text("provider") == "Vision" && r.text("measure") == "records-used");
    assert!(
        views.filter(|r| r.text("period") == "2018-09-30").all(|r| r.text("status") == "too_few_answers")
    );
    let steps = Csv::open(&made.old.join("tables/supplier_steps.csv"));
    assert!(steps.len() > 20 && steps.rows().all(|r| r.text("decision") != "held"));
    // switches are named with both their sources, GP Systems of Choice in January and Patient Online from April
    let switches = Csv::open(&made.old.join("tables/supplier_switches.csv"));
    assert!(switches.rows().any(|r| r.text("from_source") == "gpsoc" && r.text("to_source") == "pomi"));
}
