//! A seeded fake release: 195 CCGs and 7,000 practices, or fewer. Not a model of England, only its shape.

use dpcmi::model::{Grain, MembershipBasis, Provenance};
use dpcmi::report::{About, FrameworkInfo, IndicatorInfo, Kind, ReleaseInput, SourceInfo};
use polars::prelude::*;
use std::collections::BTreeMap;

/// A small generator of our own: the same numbers on every machine and in every version.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Near enough to a normal deviate.
    pub fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

pub struct Size {
    pub ccgs: usize,
    pub practices: usize,
    pub quarters: usize,
}

pub const ENGLAND: Size = Size { ccgs: 195, practices: 7_000, quarters: 4 };
pub const SMALL: Size = Size { ccgs: 6, practices: 40, quarters: 2 };

pub const QUARTERS: [&str; 8] = [
    "2017-03-31",
    "2017-06-30",
    "2017-09-30",
    "2017-12-31",
    "2018-03-31",
    "2018-06-30",
    "2018-09-30",
    "2018-12-31",
];

const PLACES: [&str; 16] = [
    "ASHBOURNE",
    "BRANTLEY AND HOLME",
    "CASTLE HEATH",
    "DUNMERE",
    "EAST FENWICK",
    "FALLOWFIELD ON SEA",
    "GREAT MARSTON",
    "HARROWGATE VALE",
    "INGLEBY",
    "KINGSMOOR AND RURAL WYKEHAM",
    "LOWER TARN",
    "MERE AND MOORLAND",
    "NORTH BRACKEN",
    "OAKHAMPTON",
    "PENHALLOW",
    "RAVENSCAR BAY",
];
const INDICATORS: [(&str, &str, &str, Kind, f64); 6] = [
    ("appointments_enabled", "Appointments can be booked online", "Access", Kind::Have, 0.2),
    ("prescriptions_enabled", "Repeat prescriptions can be ordered online", "Access", Kind::Have, 0.2),
    ("records_enabled", "Detailed coded records can be viewed online", "Records", Kind::Have, 0.15),
    ("eps", "Electronic Prescription Service is in use", "Prescribing", Kind::Have, 0.15),
    ("patients_enabled", "Patients enabled for at least one online service", "Access", Kind::Use, 0.2),
    ("gp2gp_integrated", "GP2GP transfers integrated", "Records", Kind::Use, 0.1),
];

fn ccg_code(i: usize) -> String {
    format!("{:02}{}", i / 8, [b'A', b'C', b'D', b'F', b'G', b'H', b'J', b'K'][i % 8] as char)
}

#[derive(Default)]
struct Col {
    period: Vec<String>,
    label: Vec<String>,
    code: Vec<String>,
    ccg: Vec<String>,
    name: Vec<String>,
    ccg_name: Vec<String>,
    list: Vec<Option<i64>>,
    supplier: Vec<Option<String>>,
    low: Vec<Option<f64>>,
    mid: Vec<Option<f64>>,
    high: Vec<Option<f64>>,
    coverage: Vec<Option<f64>>,
    have: Vec<Option<f64>>,
    using: Vec<Option<f64>>,
}

fn iso(dates: &[String]) -> Column {
    let days: Vec<i32> = dates
        .iter()
        .map(|d| (d.parse::<jiff::civil::Date>().unwrap() - jiff::civil::date(1970, 1, 1)).get_days())
        .collect();
    Column::new("period".into(), days).cast(&DataType::Date).unwrap()
}

pub fn release(size: &Size, provenance: Provenance) -> ReleaseInput {
    let mut dice = Dice(20_180_930);
    let mut tables = BTreeMap::new();
    let (mut p, mut areas) = (Col::default(), Col::default());
    let (mut unit, mut indicator, mut when) = (Vec::new(), Vec::new(), Vec::new());
    let (mut numerator, mut denominator, mut value, mut absence) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut england, mut practices_of, mut scored_of) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ccg_unweighted, mut region_of) = (Vec::new(), Vec::new());
    let lean: Vec<f64> = (0..size.ccgs).map(|_| dice.bell() * 7.0).collect();
    let lists: Vec<i64> =
        (0..size.practices).map(|_| (7600.0 * (dice.bell() * 0.55).exp()) as i64 + 180).collect();
    let own: Vec<f64> = (0..size.practices).map(|_| dice.bell() * 9.0).collect();
    for (q, period) in QUARTERS[QUARTERS.len() - size.quarters..].iter().enumerate() {
        let label = dpcmi::model::Period::containing(Grain::Quarter, period.parse().unwrap()).label();
        let mut sums = vec![[0.0f64; 6]; size.ccgs];
        for i in 0..size.practices {
            let c = i * size.ccgs / size.practices;
            let list = lists[i];
            let estimate = (48.0 + lean[c] + own[i] + 3.0 * q as f64 + 4.0 * ((list as f64).ln() - 8.9))
                .clamp(3.0, 98.0);
            let coverage = 1.0 - (dice.next() * 0.45).powi(2) * 2.0;
            let none = dice.next() < 0.01;
            let low = estimate * coverage;
            let high = low + 100.0 * (1.0 - coverage);
            let code = format!("{}{:05}", ['A', 'B', 'C', 'D', 'E', 'F'][i % 6], 81_000 + i);
            p.period.push((*period).to_owned());
            p.label.push(label.clone());
            p.name.push(format!(
                "{} {}",
                PLACES[i % PLACES.len()],
                ["SURGERY", "MEDICAL CENTRE", "HEALTH CENTRE"][i % 3]
            ));
            p.ccg.push(ccg_code(c));
            p.ccg_name.push(format!(
                "NHS {} {} CCG",
                PLACES[c % PLACES.len()],
                ["WEST", "EAST", "CENTRAL"][c / PLACES.len() % 3]
            ));
            p.list.push(Some(list));
            p.supplier.push((i % 11 != 0).then(|| ["EMIS", "TPP", "VISION"][i % 3].to_owned()));
            let some = |x: f64| (!none).then_some(x);
            p.low.push(some(low));
            p.mid.push(some(estimate));
            p.high.push(some(high.min(100.0)));
            p.coverage.push(some(coverage));
            p.have.push(some((estimate + 12.0).min(100.0)));
            p.using.push(some((estimate - 12.0).max(0.0)));
            if !none {
                let w = list as f64;
                let s = &mut sums[c];
                for (k, x) in
                    [w, w * low, w * estimate, w * high.min(100.0), w * coverage, 1.0].into_iter().enumerate()
                {
                    s[k] += x;
                }
            }
            for (k, (id, _, _, kind, _)) in INDICATORS.iter().enumerate() {
                when.push((*period).to_owned());
                unit.push(code.clone());
                indicator.push((*id).to_owned());
                let missing = dice.next() < 0.06;
                let share = (estimate / 100.0 + dice.bell() * 0.1).clamp(0.0, 1.0);
                let (n, d, v) = match kind {
                    Kind::Have => (None, None, Some(if dice.next() < share + 0.2 { 1.0 } else { 0.0 })),
                    _ => {
                        let n = (share * list as f64).round();
                        (Some(n), Some(list as f64), Some(n / list as f64))
                    }
                };
                let na = k == 5 && i % 50 == 0;
                let keep = !missing && !na;
                numerator.push(n.filter(|_| keep));
                denominator.push(d.filter(|_| keep));
                value.push(v.filter(|_| keep));
                absence.push((!keep).then(|| if na { "not_applicable" } else { "not_returned" }.to_owned()));
            }
            p.code.push(code);
        }
        let mut all = [0.0f64; 6];
        let mut regions = vec![[0.0f64; 6]; 4];
        for (c, s) in sums.iter().enumerate() {
            areas.period.push((*period).to_owned());
            areas.label.push(label.clone());
            areas.ccg.push(ccg_code(c));
            areas.ccg_name.push(format!(
                "NHS {} {} CCG",
                PLACES[c % PLACES.len()],
                ["WEST", "EAST", "CENTRAL"][c / PLACES.len() % 3]
            ));
            let mean = |k: usize| (s[0] > 0.0).then(|| s[k] / s[0]);
            areas.low.push(mean(1));
            areas.mid.push(mean(2));
            areas.high.push(mean(3));
            areas.coverage.push(mean(4));
            areas.list.push(Some(s[0] as i64));
            practices_of
                .push((0..size.practices).filter(|i| i * size.ccgs / size.practices == c).count() as i64);
            scored_of.push(s[5] as i64);
            ccg_unweighted.push(mean(1).map(|x| x - 0.4));
            region_of.push(c % 4);
            for k in 0..6 {
                all[k] += s[k];
                regions[c % 4][k] += s[k];
            }
        }
        england.push((
            (*period).to_owned(),
            "england".to_owned(),
            "ENG".to_owned(),
            "England".to_owned(),
            all,
        ));
        for (r, s) in regions.into_iter().enumerate() {
            let name = ["North", "Midlands and East", "London", "South"][r];
            england.push(((*period).to_owned(), "region".to_owned(), format!("Y5{r}"), name.to_owned(), s));
        }
    }
    let n = p.code.len();
    let nothing = vec![None::<i64>; n];
    tables.insert(
        "practices".to_owned(),
        DataFrame::new(
            n,
            vec![
                iso(&p.period),
                Column::new("period_label".into(), &p.label),
                Column::new("practice_code".into(), &p.code),
                Column::new("practice_name".into(), &p.name),
                Column::new("ccg_code".into(), &p.ccg),
                Column::new("ccg_name".into(), &p.ccg_name),
                Column::new("basis".into(), vec!["as-returned"; n]),
                Column::new("list_size".into(), &p.list),
                Column::new(
                    "weighted_list".into(),
                    p.list.iter().map(|l| l.map(|l| l as f64 * 1.02)).collect::<Vec<_>>(),
                ),
                Column::new("system_supplier".into(), &p.supplier),
                Column::new("status".into(), vec!["Active"; n]),
                Column::new("provenance".into(), vec![provenance.as_str(); n]),
            ],
        )
        .unwrap(),
    );
    tables.insert(
        "practice_scores".to_owned(),
        DataFrame::new(
            n,
            vec![
                iso(&p.period),
                Column::new("period_label".into(), &p.label),
                Column::new("practice_code".into(), &p.code),
                Column::new("ccg_code".into(), &p.ccg),
                Column::new("framework".into(), vec!["fake-2018"; n]),
                Column::new("score".into(), &p.low),
                Column::new("score_high".into(), &p.high),
                Column::new("estimate".into(), &p.mid),
                Column::new("coverage".into(), &p.coverage),
                Column::new("have".into(), &p.have),
                Column::new("use".into(), &p.using),
                Column::new("benefit".into(), vec![None::<f64>; n]),
                Column::new("rank_low".into(), &nothing),
                Column::new("rank".into(), &nothing),
                Column::new("rank_high".into(), &nothing),
                Column::new("ranked_among".into(), &nothing),
            ],
        )
        .unwrap(),
    );
    let m = areas.ccg.len();
    let no_rank = vec![None::<i64>; m];
    let ccg_scores = DataFrame::new(
        m,
        vec![
            iso(&areas.period),
            Column::new("period_label".into(), &areas.label),
            Column::new("ccg_code".into(), &areas.ccg),
            Column::new("practices".into(), &practices_of),
            Column::new("practices_scored".into(), &scored_of),
            Column::new("list_size".into(), &areas.list),
            Column::new("score".into(), &areas.low),
            Column::new("score_high".into(), &areas.high),
            Column::new("estimate".into(), &areas.mid),
            Column::new("score_unweighted".into(), &ccg_unweighted),
            Column::new("coverage".into(), &areas.coverage),
            Column::new("rank_low".into(), &no_rank),
            Column::new("rank".into(), &no_rank),
            Column::new("rank_high".into(), &no_rank),
            Column::new("ranked_among".into(), &no_rank),
            Column::new("tier".into(), &no_rank),
        ],
    )
    .unwrap();
    tables.insert("league_table".to_owned(), by_floor(&ccg_scores));
    tables.insert("ccg_scores".to_owned(), ccg_scores);
    let mean = |k: usize| england.iter().map(|e| (e.4[0] > 0.0).then(|| e.4[k] / e.4[0])).collect::<Vec<_>>();
    tables.insert(
        "area_scores".to_owned(),
        DataFrame::new(
            england.len(),
            vec![
                iso(&england.iter().map(|e| e.0.clone()).collect::<Vec<_>>()),
                Column::new("unit_type".into(), england.iter().map(|e| e.1.clone()).collect::<Vec<_>>()),
                Column::new("unit_code".into(), england.iter().map(|e| e.2.clone()).collect::<Vec<_>>()),
                Column::new("unit_name".into(), england.iter().map(|e| e.3.clone()).collect::<Vec<_>>()),
                Column::new(
                    "practices_scored".into(),
                    england.iter().map(|e| e.4[5] as i64).collect::<Vec<_>>(),
                ),
                Column::new("list_size".into(), england.iter().map(|e| e.4[0] as i64).collect::<Vec<_>>()),
                Column::new("score".into(), mean(1)),
                Column::new("score_high".into(), mean(3)),
                Column::new("estimate".into(), mean(2)),
                Column::new("coverage".into(), mean(4)),
            ],
        )
        .unwrap(),
    );
    tables.insert(
        "indicator_values".to_owned(),
        DataFrame::new(
            unit.len(),
            vec![
                iso(&when),
                Column::new("unit_type".into(), vec!["practice"; unit.len()]),
                Column::new("unit_code".into(), &unit),
                Column::new("indicator_id".into(), &indicator),
                Column::new("numerator".into(), &numerator),
                Column::new("denominator".into(), &denominator),
                Column::new("value".into(), &value),
                Column::new("absence".into(), &absence),
                Column::new("points".into(), value.iter().map(|v| v.map(|v| v * 100.0)).collect::<Vec<_>>()),
            ],
        )
        .unwrap(),
    );
    let of = |f: fn(&(&'static str, &'static str, &'static str, Kind, f64)) -> &'static str| {
        INDICATORS.iter().map(f).collect::<Vec<_>>()
    };
    let share = |kind: Kind| if kind == Kind::Have { "1 is full, 0 is none" } else { "proportion, 0 to 1" };
    let indicators = df!(
        "indicator_id" => of(|i| i.0),
        "wording" => of(|i| i.1),
        "dimension" => of(|i| i.2),
        "unit" => INDICATORS.iter().map(|i| share(i.3)).collect::<Vec<_>>(),
    );
    tables.insert("indicators".to_owned(), indicators.unwrap());
    tables.insert("spend_per_head".to_owned(), spend(&mut dice, size.ccgs.min(32)));
    quality(&mut tables);
    ReleaseInput { about: about(provenance), tables }
}

/// In the order that the comparison stage gives the table.
fn by_floor(ccg_scores: &DataFrame) -> DataFrame {
    let order =
        SortMultipleOptions::new().with_order_descending_multi([false, true, false]).with_nulls_last(true);
    ccg_scores.sort(["period", "score", "ccg_code"], order).unwrap()
}

fn spend(dice: &mut Dice, ccgs: usize) -> DataFrame {
    let codes: Vec<String> = (0..ccgs).map(ccg_code).collect();
    let registered: Vec<f64> =
        (0..ccgs).map(|_| (210_000.0 + dice.bell() * 60_000.0).max(40_000.0).round()).collect();
    let pence: Vec<i64> =
        registered.iter().map(|r| (r * (2.8 + dice.bell() * 0.9).abs() * 100.0) as i64).collect();
    let weighted: Vec<f64> = registered.iter().map(|r| (r * (1.0 + dice.bell() * 0.05)).round()).collect();
    let per = |d: &[f64]| pence.iter().zip(d).map(|(p, d)| *p as f64 / d).collect::<Vec<_>>();
    let (by_registered, by_weighted) = (per(&registered), per(&weighted));
    let status = |i: usize| match i % 10 {
        3 => Some("partial"),
        7 => Some("host"),
        _ => Some("complete"),
    };
    DataFrame::new(
        ccgs,
        vec![
            iso(&vec!["2018-03-31".to_owned(); ccgs]),
            Column::new("ccg_code".into(), codes),
            Column::new("scope".into(), vec!["reported"; ccgs]),
            Column::new("spend_pence".into(), &pence),
            Column::new("registered".into(), &registered),
            Column::new("weighted".into(), &weighted),
            Column::new("resident".into(), vec![None::<f64>; ccgs]),
            Column::new("per_head_registered".into(), by_registered),
            Column::new("per_head_weighted".into(), by_weighted),
            Column::new("per_head_resident".into(), vec![None::<f64>; ccgs]),
            Column::new(
                "denominator_source".into(),
                vec!["registered: payments to general practice (fake)"; ccgs],
            ),
            Column::new("denominator_date".into(), vec!["2018-03-31"; ccgs]),
            Column::new("status".into(), (0..ccgs).map(status).collect::<Vec<_>>()),
            Column::new(
                "question".into(),
                (0..ccgs).map(|i| (i % 10 == 3).then_some("Which months are missing?")).collect::<Vec<_>>(),
            ),
        ],
    )
    .unwrap()
}

fn quality(tables: &mut BTreeMap<String, DataFrame>) {
    let reconciliation = df!(
        "dataset" => ["pomi", "pomi", "list_sizes"],
        "file" => ["pomi_q2.zip!pomi.csv", "pomi_q1.csv", "lists.csv"],
        "sha256" => ["00", "01", "02"],
        "rows_read" => [90_300i64, 88_000, 7_101],
        "rows_accepted" => [90_210i64, 87_950, 7_100],
        "rows_quarantined" => [60i64, 50, 0],
        "rows_skipped" => [30i64, 0, 1],
        "rows_refused" => [0i64, 0, 0],
        "bytes_read" => [9_100_200i64, 8_800_100, 401_003],
        "bytes_accounted" => [9_100_200i64, 8_800_100, 401_003],
    );
    let issues = df!(
        "code" => ["C010", "C010", "K001", "R001"],
        "file" => ["pomi_q1.csv", "pomi_q1.csv", "pomi_q2.zip!pomi.csv", "junk.csv"],
        "place" => ["line 12, column 9", "line 40, column 9", "practice A81001", ""],
        "severity" => ["error", "error", "warning", "fatal"],
        "dataset" => [Some("pomi"), Some("pomi"), Some("pomi"), None],
        "message" => ["Not a number.", "Not a number.", "Enabled patients above the list.", "Nothing in the file."],
    );
    let quarantine = df!(
        "dataset" => ["pomi"],
        "file" => ["pomi_q1.csv"],
        "line" => [12u32],
        "raw" => ["=HYPERLINK(\"x\"),\"a\",4,0OO"],
        "codes" => ["C010"],
    );
    tables.insert("quality/reconciliation".to_owned(), reconciliation.unwrap());
    tables.insert("quality/issues".to_owned(), issues.unwrap());
    tables.insert("quality/quarantine".to_owned(), quarantine.unwrap());
}

pub fn about(provenance: Provenance) -> About {
    let indicators = INDICATORS
        .iter()
        .map(|(id, wording, dimension, kind, share)| IndicatorInfo {
            id: (*id).to_owned(),
            wording: (*wording).to_owned(),
            dimension: (*dimension).to_owned(),
            kind: *kind,
            more_is_better: true,
            goalposts: Some((0.0, 1.0, "A share of all.".to_owned())),
            per: 1.0,
            people: false,
            weight: share * 10.0,
            effective_share: *share,
            reason: "Equal shares within a dimension: no published weight exists.".to_owned(),
            owner: "dpcmi".to_owned(),
        })
        .collect();
    About {
        pipeline: "fake-2018".to_owned(),
        title: "Digital maturity of general practice".to_owned(),
        framework: FrameworkInfo {
            name: "fake-2018".to_owned(),
            version: "1".to_owned(),
            description: "A framework of six indicators for tests.".to_owned(),
            indicators,
        },
        rules: None,
        basis: MembershipBasis::AsReturned,
        seed: Some(7),
        provenance,
        sources: vec![SourceInfo {
            dataset: "pomi".to_owned(),
            title: "Patient online management information".to_owned(),
            publisher: "NHS Digital".to_owned(),
            licence: "Open Government Licence v3.0".to_owned(),
            grain: Grain::Month,
            periods: vec!["March 2017".to_owned(), "December 2018".to_owned()],
            files: vec!["pomi_q1.csv".to_owned(), "pomi_q2.zip!pomi.csv".to_owned()],
        }],
        notes: vec!["The figures are drawn by a generator.".to_owned()],
    }
}
