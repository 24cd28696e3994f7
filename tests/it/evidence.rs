//! Evidence on a synthetic England with planted false claims, copies and one supplier's fault: what is found, what is
//! left alone, and that neither evidence nor silence ever pays in the dark.

use crate::common::real;
use crate::line::{Csv, answer, dpcmi, folder, run};
use dpcmi::define::framework::{Framework, Measure, UnitKind};
use dpcmi::index::{self, Scored, Source};
use dpcmi::model::MembershipBasis;
use dpcmi::pipeline::compute;
use dpcmi::pipeline::publish::Choices;
use dpcmi::pipeline::{Definitions, Quiet, detection};
use dpcmi::store::Store;
use dpcmi::synth::{self, Era, Spec};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A country on disk and its release.
struct England {
    inputs: PathBuf,
    release: PathBuf,
    definitions: Definitions,
    sources: Vec<Source>,
    practices: DataFrame,
}

fn make(name: &str, practices: &str, quarters: &str) -> England {
    let root = folder(name);
    let (inputs, store, release) = (root.join("inputs"), root.join("store"), root.join("release"));
    let synth = ["synth", "--era", "dpcma", "--practices", practices, "--quarters", quarters, "--seed", "11"];
    answer(dpcmi(&synth).arg("--out").arg(&inputs));
    run("dpcma-2018", &inputs, &store, &release, &[]);
    let definitions = Definitions::load(None, "dpcma-2018").unwrap();
    let version = Store::open(&store).unwrap().current().unwrap().unwrap();
    let sources = compute::sources(&definitions, &version).unwrap();
    let choices = Choices { basis: MembershipBasis::AsReturned, seed: 1, reply_by: None };
    let practices = compute::compute(&definitions, &sources, choices, &Quiet).unwrap();
    let practices = practices.tables["practices"].clone();
    England { inputs, release, definitions, sources, practices }
}

/// Large enough for every supplier, with the quarter of the planted supplier fault.
fn large() -> &'static England {
    static MADE: OnceLock<England> = OnceLock::new();
    MADE.get_or_init(|| make("evidence_large", "500", "4"))
}

/// The smallest country, one quarter: everything can be taken away in turn.
fn small() -> &'static England {
    static MADE: OnceLock<England> = OnceLock::new();
    MADE.get_or_init(|| make("evidence_small", "40", "1"))
}

impl England {
    fn score(&self, framework: &Framework, sources: &[Source]) -> Scored {
        index::score(framework, sources, &self.practices, 1).unwrap()
    }

    fn framework(&self) -> &Framework {
        &self.definitions.framework
    }
}

/// A column of a table of scores, by period and unit.
fn by_unit(frame: &DataFrame, unit: &str, column: &str) -> BTreeMap<(i32, String), f64> {
    let days = frame.column("period").unwrap().date().unwrap().physical().clone();
    let codes = frame.column(unit).unwrap().str().unwrap().clone();
    let values = frame.column(column).unwrap().f64().unwrap().clone();
    let rows = days.iter().zip(codes.iter()).zip(values.iter());
    rows.filter_map(|((d, c), v)| Some(((d?, c?.to_owned()), v?))).collect()
}

/// The evidenced floor, and the claimed one, of practices and CCGs.
fn floors(s: &Scored) -> BTreeMap<String, f64> {
    let mut out = BTreeMap::new();
    for (frame, unit) in [(&s.practice_scores, "practice_code"), (&s.ccg_scores, "ccg_code")] {
        for column in ["score", "score_evidenced"] {
            let of = by_unit(frame, unit, column);
            out.extend(of.into_iter().map(|((d, c), v)| (format!("{d} {c} {column}"), v)));
        }
    }
    out
}

fn words(frame: &DataFrame, column: &str) -> Vec<String> {
    let cells = frame.column(column).unwrap().str().unwrap();
    cells.iter().map(|c| c.unwrap_or_default().to_owned()).collect()
}

#[test]
fn planted_false_claims_are_found_where_a_trace_exists_and_true_answers_are_left_alone() {
    let e = large();
    let found = detection::measure(e.framework(), &e.inputs, &e.release).unwrap();
    println!("{found:?}");
    let denied = found.claims.of_denied();
    assert!(denied.of > 60, "{found:?}");
    assert!(denied.share() >= 0.90, "{found:?}");
    assert!(found.honest.share() <= 0.05, "{found:?}");
    assert!(found.honest.found > 0, "some lists are out of date: an honest practice can be contradicted");
}

#[test]
fn every_planted_false_claim_is_in_one_line_of_the_report() {
    let e = large();
    let warts = Csv::open(&e.inputs.join("truth/warts.csv"));
    let planted: Vec<_> = warts.rows().filter(|r| r.text("kind") == "false_claim").collect();
    let c = detection::measure(e.framework(), &e.inputs, &e.release).unwrap().claims;
    assert_eq!(c.planted(), planted.len() as u64, "{c:?}");
    assert_eq!((c.of_planted().of, c.of_planted().found), (c.planted(), c.found));
    // counted again from the published table
    let evidence = Csv::open(&table(&e.release, "evidence"));
    let mut marks: BTreeMap<(&str, &str, &str), (&str, &str)> = BTreeMap::new();
    for r in evidence.rows().filter(|r| r.text("unit_type") == "practice") {
        let x = e.framework().indicators.iter().find(|x| x.id == r.text("indicator_id")).unwrap();
        if let Some(Measure::State { column, .. }) = &x.measure {
            let key = (r.text("period"), r.text("unit_code"), column.as_str());
            marks.insert(key, (r.text("grade"), r.text("reason")));
        }
    }
    let of =
        |r: &crate::line::Row<'_>| marks.get(&(r.text("period"), r.text("key"), r.text("field"))).copied();
    let count = |which: &dyn Fn(Option<(&str, &str)>, bool) -> bool| {
        planted.iter().filter(|r| which(of(r), r.text("detail") == "traced")).count() as u64
    };
    assert_eq!(c.not_scored, count(&|mark, _| mark.is_none()));
    assert_eq!(
        c.near_the_line,
        count(&|mark, denied| !denied && mark.is_some_and(|m| m.1 == "near_the_line"))
    );
    let silent = |m: (&str, &str)| ["no_trace", "trace_missing"].contains(&m.1);
    assert_eq!(c.no_reading, count(&|mark, denied| !denied && mark.is_some_and(silent)));
    assert!(c.fits > 0 && c.no_reading > 0, "{c:?}");
    let said = answer(dpcmi(&["detection"]).arg("--inputs").arg(&e.inputs).arg("--release").arg(&e.release));
    let lines = said.1["false_claims"].as_object().unwrap();
    let sum: u64 = lines.values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!((lines.len(), Some(sum)), (6, said.1["planted"].as_u64()));
}

#[test]
fn what_the_other_party_shows_is_to_be_checked_and_not_to_be_done() {
    let e = large();
    let open = |name: &str| Csv::open(&table(&e.release, name));
    let (agreements, items) = (open("agreements"), open("step_items"));
    let states: BTreeMap<&str, &str> =
        agreements.rows().map(|r| (r.text("practice_code"), r.text("state"))).collect();
    let (mut confirm, mut others) = (0, 0);
    for step in items.rows().filter(|r| r.text("indicator_id") == "IND21.1") {
        let signed = states.get(step.text("practice_code")) == Some(&"signed");
        assert_eq!(step.text("work") == "confirm", signed, "{}", step.text("practice_code"));
        if signed { confirm += 1 } else { others += 1 }
    }
    assert!(confirm > 10 && others > 10, "{confirm} {others}");
    // nobody claimed it, so it has no grade; and the actions count them
    let evidence = open("evidence");
    let mut shown = evidence.rows().filter(|r| r.text("reason") == "trace_shows_unanswered");
    assert!(shown.all(|r| r.get("grade").is_none() && r.get("claimed").is_none()));
    let (actions, named) = (open("ccg_actions"), open("action_practices"));
    for action in actions.rows().filter(|a| a.text("who") == "practices") {
        let of = named.rows().filter(|r| {
            (r.text("ccg_code"), r.text("indicator_id"), r.text("work"))
                == (action.text("ccg_code"), action.text("indicator_id"), "confirm")
        });
        assert_eq!(action.int("to_confirm"), i64::try_from(of.count()).ok());
    }
}

#[test]
fn copied_returns_are_found_and_a_return_that_somebody_confirmed_is_not_suspect() {
    let e = large();
    let found = detection::measure(e.framework(), &e.inputs, &e.release).unwrap();
    assert!(found.copies.of > 20 && found.copies.share() >= 0.90, "{found:?}");
    assert!(found.confirmed.of > 5 && found.confirmed.found == 0, "{found:?}");
    assert!(found.others.share() <= 0.05, "{found:?}");
}

#[test]
fn about_one_return_in_ten_makes_a_false_claim() {
    let e = large();
    let warts = std::fs::read_to_string(e.inputs.join("truth/warts.csv")).unwrap();
    let count = |kind: &str| warts.lines().filter(|l| l.starts_with(kind)).count() as f64;
    let returns: usize =
        e.sources.iter().filter(|s| s.dataset == "practice_declaration").map(|s| s.frame.height()).sum();
    let share = count("false_claim,") / returns as f64;
    assert!((0.08..0.13).contains(&share), "{share}");
    assert!(count("no_declaration,") > 20.0 && count("supplier_step,") > 20.0);
}

/// Periods and systems with a step that was held.
fn steps(s: &Scored) -> Vec<String> {
    let held = s.diagnostics.iter().filter(|d| d.code.name == "SUPPLIER_STEP");
    held.map(|d| d.place.to_string()).collect()
}

#[test]
fn a_step_of_one_supplier_is_held_and_a_national_one_is_not() {
    let e = large();
    let held = steps(&e.score(e.framework(), &e.sources));
    assert!(
        !held.is_empty() && held.iter().all(|p| p.to_uppercase().contains("2018-12-31 VISION")),
        "{held:?}"
    );
    // the same fault everywhere: a true change of the country, for all that the data can say
    let mut sources = e.sources.clone();
    for s in sources.iter_mut().filter(|s| s.dataset == "pomi" && s.period.end().month() >= 10) {
        let off =
            words(&s.frame, "field").into_iter().map(|f| f == "Sys_Appts_Enbld").collect::<BooleanChunked>();
        let zero = Int64Chunked::full("value".into(), 0, s.frame.height());
        let value = zero.zip_with(&off, s.frame.column("value").unwrap().i64().unwrap()).unwrap();
        s.frame.with_column(value.with_name("value".into()).into_column()).unwrap();
    }
    let scored = e.score(e.framework(), &sources);
    assert_eq!(steps(&scored), Vec::<String>::new());
    // and the table says of every supplier that it is the country's
    let table = scored.supplier_steps.unwrap();
    let days = table.column("period").unwrap().cast(&DataType::String).unwrap();
    let rows = days.str().unwrap().iter().zip(words(&table, "measure")).zip(words(&table, "decision"));
    let of = rows.filter(|((day, m), _)| *day == Some("2018-12-31") && m == "appointments-enabled");
    assert_eq!(of.map(|(_, d)| d).collect::<BTreeSet<_>>(), BTreeSet::from(["national".to_owned()]));
}

#[test]
fn evidence_never_changes_an_answer() {
    let e = small();
    let with = e.score(e.framework(), &e.sources);
    let mut bare = e.framework().clone();
    bare.evidence = None;
    bare.indicators.iter_mut().for_each(|x| x.evidence = None);
    let without = e.score(&bare, &e.sources);
    for column in ["score", "score_high", "coverage"] {
        let of = |s: &Scored| by_unit(&s.practice_scores, "practice_code", column);
        assert_eq!(of(&with), of(&without), "{column}");
    }
    let strip = |f: &DataFrame| f.drop("evidence").unwrap();
    assert!(strip(&with.indicator_values).equals_missing(&strip(&without.indicator_values)));
    // and what it takes from the evidenced floor, it takes for a reason that stands in the table
    let evidence = with.evidence.unwrap();
    let lost: Vec<String> = words(&evidence, "reason")
        .into_iter()
        .zip(evidence.column("points_claimed").unwrap().f64().unwrap().iter())
        .zip(evidence.column("points_evidenced").unwrap().f64().unwrap().iter())
        .filter(|((_, a), b)| a != b)
        .map(|((reason, _), _)| reason)
        .collect();
    assert!(!lost.is_empty());
    assert!(lost.iter().all(|r| r == "trace_contradicts" || r == "trace_missing"), "{lost:?}");
}

#[test]
fn without_any_trace_the_evidenced_score_is_the_claim_and_the_grade_is_the_lowest() {
    let e = small();
    let keep = ["practice_declaration", "list_sizes", "ods_practices"];
    let sources: Vec<Source> =
        e.sources.iter().filter(|s| keep.contains(&s.dataset.as_str())).cloned().collect();
    let s = e.score(e.framework(), &sources);
    let of = |column| by_unit(&s.practice_scores, "practice_code", column);
    assert_eq!(of("score"), of("score_evidenced"));
    assert!(words(&s.evidence.unwrap(), "grade").iter().all(|g| g == "C"));
}

/// The source without what every second practice, or one CCG, said: all its rows, or one column.
fn silenced(source: &Source, unit: &str, odd: bool, column: Option<&str>) -> Source {
    let codes = words(&source.frame, unit);
    // of the few CCGs one at a time: what nobody answers any more, nobody was asked
    let alone = codes.iter().filter(|c| !c.is_empty()).collect::<BTreeSet<_>>();
    let alone = if odd { alone.first() } else { alone.last() }.map(|c| (*c).clone());
    let falls = |c: &String| match unit {
        "ccg_code" => Some(c) == alone.as_ref(),
        _ => (c.bytes().map(usize::from).sum::<usize>() % 2 == 1) == odd,
    };
    let stays: BooleanChunked = codes.iter().map(|c| !falls(c)).collect();
    let mut frame = source.frame.clone();
    match column {
        None => frame = frame.filter(&stays).unwrap(),
        Some(name) => {
            let old = frame.column(name).unwrap().as_materialized_series().clone();
            let nothing = Series::full_null(name.into(), old.len(), old.dtype());
            let new = old.zip_with(&stays, &nothing).unwrap();
            frame.with_column(new.into_column()).unwrap();
            let status = format!("{name}_status");
            if frame.column(&status).is_ok() {
                let words: StringChunked =
                    stays.iter().map(|s| s.filter(|s| !s).map(|_| "missing")).collect();
                let old = frame.column(&status).unwrap().str().unwrap().clone();
                let new = old.zip_with(&stays, &words).unwrap().with_name(status.as_str().into());
                frame.with_column(new.into_column()).unwrap();
            }
        }
    }
    Source { frame, ..source.clone() }
}

#[test]
fn silence_never_raises_the_evidenced_floor_whatever_falls_silent() {
    let e = small();
    let full = floors(&e.score(e.framework(), &e.sources));
    let questions: Vec<String> = e
        .framework()
        .indicators
        .iter()
        .filter_map(|x| match &x.measure {
            Some(Measure::State { dataset, column, .. }) if dataset == "practice_declaration" => {
                Some(column.clone())
            }
            _ => None,
        })
        .collect();
    let mut cases: Vec<(&str, &str, Option<&str>)> = vec![
        ("practice_declaration", "practice_code", None),
        ("practice_agreements", "practice_code", None),
        ("practice_agreements", "ccg_code", None),
        ("ccg_gpit_survey", "ccg_code", None),
        ("pomi", "practice_code", None),
        ("dspt_practices", "practice_code", None),
        ("pomi", "practice_code", Some("value")),
    ];
    cases.extend(questions.iter().map(|q| ("practice_declaration", "practice_code", Some(q.as_str()))));
    let mut moved = 0;
    for (dataset, unit, column) in cases {
        for odd in [false, true] {
            let less: Vec<Source> = e
                .sources
                .iter()
                .map(|s| if s.dataset == dataset { silenced(s, unit, odd, column) } else { s.clone() })
                .collect();
            for (key, floor) in floors(&e.score(e.framework(), &less)) {
                let was = full.get(&key).copied().unwrap_or(f64::INFINITY);
                assert!(
                    floor <= was + 1e-9,
                    "{dataset} {column:?} fell silent: {key} rose from {was} to {floor}"
                );
                moved += usize::from(floor < was - 1e-9);
            }
        }
    }
    assert!(moved > 200, "hardly anything fell silent: {moved}");
}

#[test]
fn every_practice_has_its_shares_of_weight_by_grade() {
    let e = small();
    let s = e.score(e.framework(), &e.sources);
    let columns = ["evidence_a", "evidence_b", "evidence_c", "evidence_d", "evidence_none"];
    for (frame, unit) in [(&s.practice_scores, "practice_code"), (&s.ccg_scores, "ccg_code")] {
        let mut sum: BTreeMap<(i32, String), f64> = BTreeMap::new();
        for c in columns {
            by_unit(frame, unit, c).into_iter().for_each(|(k, v)| *sum.entry(k).or_default() += v);
        }
        assert!(sum.values().all(|s| (s - 1.0).abs() < 1e-9), "{unit}: {sum:?}");
    }
}

#[test]
fn a_release_of_synthetic_returns_says_so_everywhere() {
    let page = std::fs::read_to_string(small().release.join("index.html")).unwrap();
    assert!(page.to_lowercase().contains("synthetic"));
    let csv = |name: &str| std::fs::read_to_string(table(&small().release, name)).unwrap();
    assert!(csv("practice_scores").contains(",synthetic"));
    assert!(
        csv("evidence")
            .starts_with("period,unit_type,unit_code,indicator_id,claimed,trace,trace_value,grade,reason")
    );
}

fn table(release: &Path, name: &str) -> PathBuf {
    release.join(format!("tables/{name}.csv"))
}

#[test]
fn the_returns_say_that_they_are_synthetic_and_are_the_same_for_one_seed() {
    let spec = Spec { practices: 40, quarters: 3, era: Era::Dpcma, ..Spec::default() };
    let files = synth::generate(&spec).unwrap();
    assert!(files == synth::generate(&spec).unwrap());
    let returns: Vec<_> = files.iter().filter(|f| f.path.starts_with("returns/")).collect();
    let of = |kind: &str| returns.iter().filter(|f| f.path.contains(kind)).count();
    assert_eq!((of("practice_declaration"), of("practice_agreements"), of("dspt_practices")), (3, 3, 3));
    assert_eq!(of("ccg_gpit_survey"), 1, "one survey a year");
    for f in returns {
        assert!(String::from_utf8_lossy(&f.bytes).contains("SYNTHETIC"), "{}", f.path);
    }
    // the other sets are what they were: only the one supplier's fault is in another's file
    let plain = synth::generate(&Spec { era: Era::Open2018, ..spec }).unwrap();
    let differ: Vec<&str> = plain
        .iter()
        .filter(|p| !p.path.starts_with("truth/") && p.path != synth::MARKER)
        .filter(|p| files.iter().find(|f| f.path == p.path).is_none_or(|f| f.bytes != p.bytes))
        .map(|p| p.path.as_str())
        .collect();
    assert!(differ.iter().all(|p| p.starts_with("pomi/")), "{differ:?}");
}

#[test]
fn the_framework_has_every_known_indicator_word_for_word_and_no_gap_is_filled() {
    let Some(path) = real("indicators/dpcma_indicators.csv") else { return };
    let framework = Definitions::load(None, "dpcma-2018").unwrap().framework;
    let mut known = BTreeSet::new();
    for row in Csv::open(&path).rows() {
        let id = row.text("id");
        if !id.starts_with("IND") {
            continue;
        }
        let x =
            framework.indicators.iter().find(|x| x.id == id).unwrap_or_else(|| panic!("{id} is not there"));
        assert_eq!(x.wording, row.text("text"), "{id}");
        match row.text("unit_of_assessment") {
            "GP" => assert_eq!(x.unit, UnitKind::Practice, "{id}"),
            "CCG" => assert_eq!(x.unit, UnitKind::Ccg, "{id}"),
            _ => {}
        }
        known.insert(id.to_owned());
    }
    assert_eq!(known.len(), 21);
    let quoted = framework.indicators.iter().filter(|x| x.id.starts_with("IND"));
    assert_eq!(quoted.count(), 21, "no id is invented");
    for x in &framework.indicators {
        assert!(x.evidence.is_some(), "{}: how is it known?", x.id);
        assert!(!x.weight.reason.is_empty() && !x.weight.owner.is_empty(), "{}", x.id);
    }
}

#[test]
fn a_return_that_says_it_was_not_asked_is_kept_apart_and_gains_nothing() {
    let e = small();
    let mut sources = e.sources.clone();
    let s = sources.iter_mut().find(|s| s.dataset == "practice_declaration").unwrap();
    let rows = s.frame.height();
    let words = |w: &str| StringChunked::full("it".into(), w, rows);
    let nobody = StringChunked::full_null("online_records".into(), rows);
    s.frame.with_column(nobody.into_column()).unwrap();
    s.frame
        .with_column(words("not_available").with_name("online_records_status".into()).into_column())
        .unwrap();
    let (before, after) = (e.score(e.framework(), &e.sources), e.score(e.framework(), &sources));
    let (before, now) = (floors(&before), (floors(&after), after));
    assert!(now.0.iter().all(|(k, v)| *v <= before[k] + 1e-9));
    let values = now.1.indicator_values;
    let ids = self::words(&values, "indicator_id");
    let absences = self::words(&values, "absence");
    let said: BTreeSet<&str> = ids
        .iter()
        .zip(&absences)
        .zip(self::words(&values, "unit_type").iter())
        .filter(|((id, _), unit)| *id == "dec-records" && *unit == "practice")
        .map(|((_, a), _)| a.as_str())
        .collect();
    assert!(said.contains("not_asked"), "{said:?}");
}

#[test]
fn practices_of_a_smooth_country_do_not_bunch_at_the_line() {
    let e = large();
    let lines = e.score(e.framework(), &e.sources).bunching.unwrap();
    assert_eq!(lines.height(), 4, "one line, four quarters");
    assert_eq!(lines.column("bunched").unwrap().i64().unwrap().sum(), Some(0), "{lines}");
}
