//! What every scenario guarantees, over generated countries.

use super::allocate;
use super::people::{People, Unit};
use super::year::{Worked, years};
use crate::define::Source;
use crate::define::scenario::Scenario;
use proptest::prelude::*;

/// Registered patients and running cost in pence of one CCG.
type Ccg = (i64, i64);

#[derive(Clone, Debug)]
struct World {
    split: i64,
    fund: i64,
    central: i64,
    rest: i64,
    own_share: f64,
    cap: Option<f64>,
    pace: [f64; 3],
    support: [f64; 3],
    uplift: f64,
    ccgs: Vec<Ccg>,
}

impl World {
    fn scenario(&self) -> Scenario {
        let cap = self.cap.map_or(String::new(), |c| format!("cap_pence_per_head = {c:?}\n"));
        let mut text = format!(
            "id = \"s\"\ntitle = \"t\"\nabout = \"a\"\nowner = \"o\"\n\
             [pot]\npence = {}\nsource = \"s\"\n\
             [[central]]\nid = \"kept\"\ntitle = \"Kept\"\ntake = {{ pence = {} }}\nreason = \"r\"\nsource = \"s\"\n\
             [split]\ndenominator = \"registered\"\ntake = {{ pence = {} }}\nsource = \"s\"\n\
             [transition]\nfund = {{ pence = {} }}\nown_share = {:?}\n{cap}reason = \"r\"\nsource = \"s\"\n\
             [population]\nunit = [{{ code = \"00A\", registered = 1 }}]\n",
            self.split + self.fund + self.central + self.rest,
            self.central,
            self.split,
            self.fund,
            self.own_share
        );
        for (i, (_, cost)) in self.ccgs.iter().enumerate() {
            text += &format!("[[running_cost]]\ncode = \"{}\"\npence = {cost}\nsource = \"s\"\n", code(i));
        }
        for i in 0..3 {
            let uplift =
                if i == 0 { String::new() } else { format!("uplift = {{ percent = {:?} }}\n", self.uplift) };
            text += &format!(
                "[[year]]\nlabel = \"y{i}\"\n{uplift}pace = {:?}\nsupport = {:?}\n",
                self.pace[i], self.support[i]
            );
        }
        Scenario::read(&Source { name: "s.toml".to_owned(), text }).expect("a sound scenario")
    }

    fn people(&self) -> Vec<People> {
        let unit = |(i, ccg): (usize, &Ccg)| Unit {
            code: code(i),
            registered: Some(ccg.0 * 1_000_000),
            ..Unit::default()
        };
        let units = self.ccgs.iter().enumerate().map(unit).collect();
        vec![People { units, ..People::default() }; 3]
    }

    /// Money of each CCG by year: allocation and support.
    fn money(&self) -> Vec<Vec<(i64, i64)>> {
        let (scenario, people) = (self.scenario(), self.people());
        let worked = years(&scenario, &people).expect("it can be worked out");
        let of = |w: &Worked<'_>| w.allocation.iter().copied().zip(w.support.iter().copied()).collect();
        worked.iter().map(of).collect()
    }
}

fn code(i: usize) -> String {
    format!("{i:02}A")
}

fn world() -> impl Strategy<Value = World> {
    let money = (1_000_000..20_000_000_i64, 0..4_000_000_i64, 0..1_000_000_i64, 0..1_000_000_i64);
    let rule = (0.0..0.3_f64, prop::option::of(1.0..400.0_f64));
    let path = ([0.0..=1.0_f64, 0.0..=1.0, 0.0..=1.0], [0.0..=1.0_f64, 0.0..=1.0, 0.0..=1.0], -5.0..20.0_f64);
    let ccgs = prop::collection::vec((1_000..90_000_i64, 100_000..9_000_000_i64), 2..8);
    (money, rule, path, ccgs).prop_map(|(m, (own_share, cap), (pace, mut support, uplift), ccgs)| {
        support.sort_by(|a, b| b.total_cmp(a));
        let (split, fund, central, rest) = m;
        World { split, fund, central, rest, own_share, cap, pace, support, uplift, ccgs }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn every_year_sums_to_its_pot_to_the_penny(world in world()) {
        let (scenario, people) = (world.scenario(), world.people());
        for year in years(&scenario, &people).expect("sound") {
            let parts = &year.parts;
            let central: i64 = parts.central.iter().sum();
            prop_assert_eq!(central + parts.fund + parts.split + parts.unexplained, parts.pot);
            prop_assert_eq!(year.allocation.iter().sum::<i64>(), parts.split);
            prop_assert_eq!(year.support.iter().sum::<i64>() + year.unpaid(), parts.fund);
            prop_assert!(year.unpaid() >= 0 && year.support.iter().all(|s| *s >= 0));
        }
    }

    #[test]
    fn more_patients_never_mean_less_money(world in world(), more in 1..30_000_i64, year in 0..3_usize) {
        let before = world.money();
        let mut grown = world.clone();
        grown.ccgs[0].0 += more;
        let after = grown.money();
        let total = |m: &[Vec<(i64, i64)>]| m[year][0].0 + m[year][0].1;
        // a penny each for the rounding of allocation, opening share and support
        prop_assert!(total(&after) + 3 >= total(&before), "{} < {}", total(&after), total(&before));
    }

    #[test]
    fn one_patient_more_takes_from_another_no_more_than_its_share_and_the_rounding(world in world()) {
        let mut grown = world.clone();
        grown.ccgs[0].0 += 1;
        let plain = World { pace: [1.0; 3], ..world.clone() };
        let grown = World { pace: [1.0; 3], ..grown };
        let (before, after) = (plain.money(), grown.money());
        let heads: i64 = plain.ccgs.iter().map(|c| c.0).sum();
        for j in 1..plain.ccgs.len() {
            let share = plain.split as f64 / (heads + 1) as f64 * plain.ccgs[j].0 as f64 / heads as f64;
            let lost = before[0][j].0 - after[0][j].0;
            // rounded up before and down after: less than a penny each
            prop_assert!((lost as f64) < share + 2.0, "{lost} of {share}");
            prop_assert!(lost >= -1, "nobody gains by another's patient");
        }
    }

    #[test]
    fn nothing_jumps(world in world(), year in 0..3_usize, penny in 1..50_i64) {
        let before = world.money();
        let mut nudged = world.clone();
        nudged.ccgs[0].1 += penny;
        nudged.fund += penny;
        let after = nudged.money();
        let growth = (1.0 + world.uplift.max(0.0) / 100.0).powi(2);
        // opening shares are running costs over their sum: a penny of cost moves the split by at most split over sum
        let costs: i64 = world.ccgs.iter().map(|c| c.1).sum();
        let slope = 2.0 + 2.0 * world.split as f64 / costs as f64;
        for (was, is) in before[year].iter().zip(&after[year]) {
            let moved = ((is.0 + is.1) - (was.0 + was.1)).abs();
            prop_assert!((moved as f64) <= penny as f64 * slope * growth * 2.0 + 6.0, "{moved} for {penny}");
        }
    }

    #[test]
    fn where_support_has_tapered_to_nothing_there_is_the_allocation_alone(world in world()) {
        let tapered = World { support: [world.support[0], world.support[1], 0.0], ..world };
        prop_assert!(tapered.money()[2].iter().all(|m| m.1 == 0));
    }

    #[test]
    fn without_a_fund_and_at_full_pace_it_is_the_plain_division_per_head(world in world()) {
        let plain = World { pace: [1.0; 3], fund: 0, support: [0.0; 3], ..world };
        let heads: Vec<i64> = plain.ccgs.iter().map(|c| c.0).collect();
        let all: i64 = heads.iter().sum();
        for (i, (allocation, support)) in plain.money()[0].iter().enumerate() {
            let quota = plain.split as f64 * heads[i] as f64 / all as f64;
            prop_assert!((*allocation as f64 - quota).abs() < 1.0 && *support == 0);
        }
    }

    #[test]
    fn nobody_is_paid_more_than_its_gap_or_its_cap(world in world()) {
        let cap = world.cap;
        for year in world.money() {
            for (i, (allocation, support)) in year.iter().enumerate() {
                prop_assert!(*support == 0 || allocation + support <= world.ccgs[i].1 + 1);
                if let Some(cap) = cap {
                    prop_assert!((*support as f64) <= cap * world.ccgs[i].0 as f64 + 1.0);
                }
            }
        }
    }
}

/// One country by hand: two CCGs, 100 and 300 patients, £4 to divide, half a fund.
#[test]
fn a_country_by_hand() {
    let world = World {
        split: 400,
        fund: 100,
        central: 50,
        rest: 0,
        own_share: 0.1,
        cap: None,
        pace: [0.5, 1.0, 1.0],
        support: [1.0, 0.5, 0.0],
        uplift: 0.0,
        ccgs: vec![(100, 300), (300, 100)],
    };
    let money = world.money();
    // opening 300/100, target 100/300, half-way 200/200; claim 270 - 200
    assert_eq!(money[0], [(200, 70), (200, 0)]);
    // at the target: claim 270 - 100, of which the fund has 100, and pays half
    assert_eq!(money[1], [(100, 50), (300, 0)]);
    assert_eq!(money[2], [(100, 0), (300, 0)]);
}

#[test]
fn running_costs_of_merged_ccgs_join_and_unknown_ones_are_named() {
    let text = |merged: &str| {
        format!(
            "id = \"s\"\ntitle = \"t\"\nabout = \"a\"\nowner = \"o\"\n[pot]\npence = 100\nsource = \"s\"\n\
             [split]\ndenominator = \"registered\"\nsource = \"s\"\n\
             [population]\nunit = [{{ code = \"13T\", registered = 10 }}]\n\
             [[running_cost]]\ncode = \"00F\"\npence = 30\nsource = \"s\"\n\
             [[running_cost]]\ncode = \"00G\"\npence = 40\nsource = \"s\"\n{merged}\
             [[year]]\nlabel = \"y\"\npace = 0.5\n"
        )
    };
    let people = [People {
        units: vec![Unit { code: "13T".to_owned(), registered: Some(10_000_000), ..Unit::default() }],
        ..People::default()
    }];
    let read = |text| Scenario::read(&Source { name: "s.toml".to_owned(), text }).expect("sound");
    let joined = read(text("[[merged]]\nfrom = [\"00F\", \"00G\"]\ninto = \"13T\"\nsource = \"s\"\n"));
    assert_eq!(years(&joined, &people).expect("all known")[0].running_cost, [Some(70)]);
    let faults = years(&read(text("")), &people).expect_err("00F is nobody's");
    assert!(faults.iter().all(|d| d.code.name == "SCENARIO_UNKNOWN_CCG") && faults.len() == 2, "{faults:?}");
}

#[test]
fn inequality_before_is_told_of_three_running_costs_at_least_and_held_against_the_same_ccgs() {
    let spread = |costs: usize| {
        let world = World {
            split: 1_000_000,
            fund: 0,
            central: 0,
            rest: 0,
            own_share: 0.1,
            cap: None,
            pace: [1.0; 3],
            support: [0.0; 3],
            uplift: 0.0,
            ccgs: (0..5).map(|i| (100 + 100 * i, 50_000 * (5 - i))).collect(),
        };
        let mut scenario = world.scenario();
        scenario.running_cost.truncate(costs);
        let table =
            allocate(&scenario, &world.people(), "published").expect("it can be worked out").inequality;
        let texts = |name: &str| -> Vec<Option<String>> {
            table.column(name).unwrap().str().unwrap().iter().map(|t| t.map(str::to_owned)).collect()
        };
        let gini: Vec<Option<f64>> = table.column("gini").unwrap().f64().unwrap().iter().collect();
        let rows: Vec<_> = texts("money").into_iter().zip(gini).zip(texts("note")).collect();
        rows.into_iter().take(3).map(|((money, gini), note)| (money.unwrap(), gini, note)).collect::<Vec<_>>()
    };
    let one = spread(1);
    assert_eq!((one[0].0.as_str(), one[0].1), ("before", None), "one CCG is not the country");
    assert_eq!(
        one[0].2.as_deref(),
        Some("running costs are known of 1 of 5 CCGs: there is no spread before")
    );
    assert!(one[1].0 == "after" && one[1].1.is_some());
    let four = spread(4);
    let names: Vec<&str> = four.iter().map(|r| r.0.as_str()).collect();
    assert_eq!(names, ["before", "after_of_those_before", "after"]);
    assert!(four[0].1 > four[1].1, "the division per head is the more equal one: {four:?}");
    assert!(four[0].2.as_ref().is_some_and(|n| n.ends_with("hold it against `after_of_those_before` alone")));
    let all = spread(5);
    assert!(all[0].2.is_none() && all[1].0 == "after");
}
