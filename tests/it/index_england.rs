//! A small generated England for the tests of the index: records, their frames, and a framework over them.

use dpcmi::define::Source as Text;
use dpcmi::define::framework::{Framework, load};
use dpcmi::index::{Scored, Source, score};
use dpcmi::model::{Grain, Period, Provenance};
use jiff::civil::{Date, date};
use polars::prelude::*;

pub const FRAMEWORK: &str = r#"
id = "small"
title = "A small index"
edition = "test"
method = "own"
[index]
mean = "MEAN"
reason = "r"
[ranking]
minimum_weight_asked = 0.5
minimum_coverage = 0.5
reason = "r"
[[input]]
dataset = "survey"
purpose = "long"
time = "month"
[[input]]
dataset = "calls"
purpose = "wide"
time = "month"
[[input]]
dataset = "directory"
purpose = "snapshot"
time = "snapshot"
window_months = 12
rows = "many"
[[input]]
dataset = "plans"
purpose = "answered by the CCG"
time = "month"
[population]
assumed_list_size = 20000
reason = "above every list"
source = [{ dataset = "directory", column = "list", repeats = "copies" }]
[[dimension]]
id = "online"
name = "Online"
mean = "arithmetic"
weight = { value = 2, reason = "r", owner = "o" }
[[dimension]]
id = "phone"
name = "Phone"
mean = "arithmetic"
weight = { value = 1, reason = "r", owner = "o" }
[[indicator]]
id = "on"
dimension = "online"
edition = "e"
wording = "w"
kind = "have"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 1, reason = "r", owner = "o" }
value = { type = "state", dataset = "survey", where = { field = "Sys" }, column = "value", points = { "2" = 100, "1" = 0 }, unknown = ["9"] }
[[indicator]]
id = "enabled"
dimension = "online"
edition = "e"
wording = "w"
kind = "have"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 2, reason = "r", owner = "o" }
goalposts = { low = 0.0, high = 0.8, reason = "r" }
[indicator.value]
type = "ratio"
at = "last_month"
population = "list"
cap = 1.0
numerator = { dataset = "survey", where = { field = "Enabled" }, column = "value", gate = { where = { field = "Sys" }, column = "value", is = 2 } }
denominator = { dataset = "survey", where = { field = "List" }, column = "value" }
[[indicator]]
id = "used"
dimension = "online"
edition = "e"
wording = "w"
kind = "use"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 3, reason = "r", owner = "o" }
goalposts = { low = 0.0, high = 60.0, reason = "r" }
[indicator.value]
type = "ratio"
at = "sum"
per = 1000
population = "list"
numerator = { dataset = "survey", where = { field = "Use" }, column = "value", gate = { where = { field = "Sys" }, column = "value", is = 2 } }
denominator = { dataset = "survey", where = { field = "List" }, column = "value" }
[[indicator]]
id = "eps"
dimension = "online"
edition = "e"
wording = "w"
kind = "have"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "not_met"
weight = { value = 1, reason = "r", owner = "o" }
value = { type = "state", dataset = "directory", column = "eps", points = { true = 100, false = 0 } }
[[indicator]]
id = "reports"
dimension = "phone"
edition = "e"
wording = "w"
kind = "have"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 1, reason = "r", owner = "o" }
value = { type = "presence", dataset = "calls" }
[[indicator]]
id = "missed"
dimension = "phone"
edition = "e"
wording = "w"
kind = "benefit"
tier = "t"
unit = "practice"
direction = "lower_is_better"
absence = "not_applicable"
weight = { value = 2, reason = "r", owner = "o" }
goalposts = { low = 0.1, high = 0.5, reason = "r" }
[indicator.value]
type = "ratio"
at = "sum"
population = "calls"
numerator = { dataset = "calls", column = "missed" }
denominator = { dataset = "calls", column = ["answered", "missed"] }
[[indicator]]
id = "per-list"
dimension = "phone"
edition = "e"
wording = "w"
kind = "use"
tier = "t"
unit = "practice"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 1, reason = "r", owner = "o" }
goalposts = { low = 0.0, high = 400.0, reason = "r" }
[indicator.value]
type = "ratio"
at = "sum"
per = 1000
population = "list"
numerator = { dataset = "calls", column = "answered" }
denominator = "list_size"
[[indicator]]
id = "plan"
dimension = "phone"
edition = "e"
wording = "w"
kind = "have"
tier = "t"
unit = "ccg"
direction = "higher_is_better"
absence = "bounded"
weight = { value = 1, reason = "r", owner = "o" }
value = { type = "state", dataset = "plans", column = "plan", points = { yes = 100, no = 0 } }
"#;

pub fn framework(mean: &str) -> Framework {
    let text = FRAMEWORK.replace("MEAN", mean);
    load(&Text { name: "small.toml".to_owned(), text }).unwrap_or_else(|f| panic!("{f:#?}"))
}

/// Levels and a joint simulation for the small index.
const UNSURE: &str = r#"
[uncertainty]
weights = 0.25
goalposts = 0.1
powers = [0.5]
missing = ["bounds", "estimate", "not_met"]
replicates = REPLICATES
tier_margin = 5.0
reason = "r"
owner = "o"
[[level]]
number = 1
name = "There"
reason = "r"
owner = "o"
[[level]]
number = 2
name = "Used"
share = 0.5
reason = "r"
owner = "o"
"#;

/// The small index with two levels and a simulation of so many replicates.
pub fn unsure(mean: &str, replicates: u32) -> Framework {
    let gated = [
        ("on", "[{ level = 1, must = true, reason = \"r\" }]"),
        ("reports", "[{ level = 1, reason = \"r\" }]"),
        ("enabled", "[{ level = 2, met_from = 50, reason = \"r\" }]"),
        ("used", "[{ level = 2, met_from = 30, reason = \"r\" }]"),
        ("missed", "[{ level = 2, met_from = 40, reason = \"r\" }]"),
    ];
    let mut text = FRAMEWORK.replace("MEAN", mean);
    for (id, gates) in gated {
        let id = format!("id = \"{id}\"\ndimension");
        assert!(text.contains(&id));
        text = text.replace(&id, &format!("gates = {gates}\n{id}"));
    }
    text = text.replacen(
        "[[dimension]]",
        &format!("{}[[dimension]]", UNSURE.replace("REPLICATES", &replicates.to_string())),
        1,
    );
    load(&Text { name: "unsure.toml".to_owned(), text }).unwrap_or_else(|f| panic!("{f:#?}"))
}

/// One row of the long survey.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub month: Date,
    pub practice: usize,
    pub field: &'static str,
    pub value: Option<i64>,
}

/// One row of the wide calls table.
#[derive(Clone, Debug, PartialEq)]
pub struct Calls {
    pub month: Date,
    pub practice: usize,
    pub answered: Option<i64>,
    pub missed: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct England {
    pub practices: usize,
    pub ccgs: usize,
    pub quarters: Vec<Date>,
    pub lists: Vec<Option<i64>>,
    pub survey: Vec<Answer>,
    pub calls: Vec<Calls>,
    /// Practice (a branch may say it again) and whether it has EPS.
    pub directory: Vec<(usize, Option<bool>)>,
    /// Month, CCG, plan.
    pub plans: Vec<(Date, usize, Option<&'static str>)>,
}

pub const FIELDS: [&str; 4] = ["Sys", "Enabled", "Use", "List"];

/// A generator with 64 bits of state (Vigna's splitmix64).
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn maybe(&mut self, percent_missing: u64, x: i64) -> Option<i64> {
        (self.below(100) >= percent_missing).then_some(x)
    }
}

pub fn practice_code(p: usize) -> String {
    format!("A{:05}", 80_000 + p)
}

pub fn ccg_code(c: usize) -> String {
    format!("{c:02}C")
}

impl England {
    /// `missing` is the share of absent cells in percent.
    pub fn generate(practices: usize, ccgs: usize, missing: u64, seed: u64) -> England {
        let mut d = Draw(seed);
        let months = [4, 5, 6, 7, 8, 9].map(|m| date(2018, m, 1).last_of_month());
        let lists: Vec<Option<i64>> = (0..practices).map(|_| Some(1000 + d.below(15_000) as i64)).collect();
        let (mut survey, mut calls) = (Vec::new(), Vec::new());
        for (p, list) in lists.iter().enumerate() {
            for month in months {
                let list = list.unwrap_or(0) - 200 + d.below(400) as i64;
                let sys = [2, 2, 2, 1, 9][d.below(5) as usize];
                let enabled = d.below(list as u64 + 200) as i64;
                let values = [sys, enabled, d.below(list as u64 / 10) as i64, list];
                if d.below(100) >= missing {
                    for (field, x) in FIELDS.into_iter().zip(values) {
                        survey.push(Answer { month, practice: p, field, value: d.maybe(missing, x) });
                    }
                }
                if d.below(100) >= 2 * missing {
                    let busy = if d.below(8) == 0 { 1 } else { 900 };
                    let (answered, missed) = (d.below(busy) as i64, d.below(busy / 2 + 1) as i64);
                    let (answered, missed) = (d.maybe(missing, answered), d.maybe(missing, missed));
                    calls.push(Calls { month, practice: p, answered, missed });
                }
            }
        }
        let mut directory: Vec<(usize, Option<bool>)> = Vec::new();
        for p in 0..practices {
            for _ in 0..d.below(3) {
                directory.push((p, Some(d.below(2) == 0)));
            }
        }
        let plan = [Some("yes"), Some("no"), None];
        let plans = (0..ccgs)
            .flat_map(|c| months.map(|m| (m, c)))
            .map(|(m, c)| (m, c, plan[d.below(3) as usize]))
            .collect();
        let quarters = vec![date(2018, 6, 30), date(2018, 9, 30)];
        England { practices, ccgs, quarters, lists, survey, calls, directory, plans }
    }

    pub fn ccg_of(&self, p: usize) -> usize {
        p % self.ccgs
    }

    pub fn region_of(&self, c: usize) -> String {
        format!("Y{:02}", c % 2)
    }

    pub fn sources(&self) -> Vec<Source> {
        let source = |dataset: &str, frame: DataFrame| Source {
            dataset: dataset.to_owned(),
            period: Period::containing(Grain::Point, date(2018, 9, 30)),
            frame,
            aside: None,
            provenance: Provenance::Synthetic,
        };
        let status = |x: bool| if x { None } else { Some("missing") };
        let survey = frame(vec![
            days("period", self.survey.iter().map(|a| a.month)),
            texts("practice_code", self.survey.iter().map(|a| Some(practice_code(a.practice)))),
            texts("field", self.survey.iter().map(|a| Some(a.field.to_owned()))),
            Column::new("value".into(), self.survey.iter().map(|a| a.value).collect::<Vec<_>>()),
            texts("value_status", self.survey.iter().map(|a| status(a.value.is_some()).map(str::to_owned))),
        ]);
        let calls = frame(vec![
            days("period", self.calls.iter().map(|a| a.month)),
            texts("practice_code", self.calls.iter().map(|a| Some(practice_code(a.practice)))),
            Column::new("answered".into(), self.calls.iter().map(|a| a.answered).collect::<Vec<_>>()),
            Column::new("missed".into(), self.calls.iter().map(|a| a.missed).collect::<Vec<_>>()),
        ]);
        let directory = frame(vec![
            texts("practice_code", self.directory.iter().map(|a| Some(practice_code(a.0)))),
            Column::new("eps".into(), self.directory.iter().map(|a| a.1).collect::<Vec<_>>()),
        ]);
        let plans = frame(vec![
            days("period", self.plans.iter().map(|a| a.0)),
            texts("ccg_code", self.plans.iter().map(|a| Some(ccg_code(a.1)))),
            texts("plan", self.plans.iter().map(|a| a.2.map(str::to_owned))),
        ]);
        vec![
            source("survey", survey),
            source("calls", calls),
            source("directory", directory),
            source("plans", plans),
        ]
    }

    pub fn practices(&self) -> DataFrame {
        let rows: Vec<(Date, usize)> =
            self.quarters.iter().flat_map(|q| (0..self.practices).map(|p| (*q, p))).collect();
        let text =
            |name: &str, f: &dyn Fn(usize) -> String| texts(name, rows.iter().map(|(_, p)| Some(f(*p))));
        let lists: Vec<Option<i64>> = rows.iter().map(|(_, p)| self.lists[*p]).collect();
        frame(vec![
            days("period", rows.iter().map(|r| r.0)),
            text("practice_code", &practice_code),
            text("practice_name", &|p| format!("Surgery {p}")),
            text("ccg_code", &|p| ccg_code(self.ccg_of(p))),
            text("ccg_name", &|p| format!("CCG {}", self.ccg_of(p))),
            text("region_code", &|p| self.region_of(self.ccg_of(p))),
            text("region_name", &|p| format!("Region {}", self.region_of(self.ccg_of(p)))),
            text("basis", &|_| "as-returned".to_owned()),
            text("provenance", &|_| "synthetic".to_owned()),
            Column::new("list_size".into(), lists),
        ])
    }

    pub fn score(&self, framework: &Framework) -> Scored {
        score(framework, &self.sources(), &self.practices(), 1).expect("scored")
    }
}

pub fn frame(columns: Vec<Column>) -> DataFrame {
    DataFrame::new_infer_height(columns).expect("frame")
}

pub fn days(name: &str, of: impl Iterator<Item = Date>) -> Column {
    let epoch = date(1970, 1, 1);
    let days: Vec<i32> = of.map(|d| d.since(epoch).expect("days").get_days()).collect();
    Int32Chunked::from_vec(name.into(), days).into_date().into_series().into_column()
}

pub fn texts(name: &str, of: impl Iterator<Item = Option<String>>) -> Column {
    Column::new(name.into(), of.collect::<Vec<_>>())
}

/// A number column by its name.
pub fn numbers(frame: &DataFrame, name: &str) -> Vec<Option<f64>> {
    frame.column(name).expect(name).f64().expect(name).iter().collect()
}

pub fn wholes(frame: &DataFrame, name: &str) -> Vec<Option<i64>> {
    frame.column(name).expect(name).i64().expect(name).iter().collect()
}

pub fn words(frame: &DataFrame, name: &str) -> Vec<String> {
    frame.column(name).expect(name).str().expect(name).iter().map(|s| s.unwrap_or("").to_owned()).collect()
}

/// `YYYY-MM-DD`.
pub fn dates(frame: &DataFrame, name: &str) -> Vec<String> {
    let epoch = date(1970, 1, 1);
    let days = frame.column(name).expect(name).date().expect(name).physical();
    days.iter().map(|d| (epoch + jiff::Span::new().days(d.expect("day"))).to_string()).collect()
}
