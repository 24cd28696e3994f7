//! What `dpcmi score` says of how sure its scores are: intervals that follow from what is open, the same digits on any
//! number of threads, a sample of weights made elsewhere, levels, and refusals.

use crate::index_asem::{as_given, structure, text, values};
use crate::index_composites::{Leaf, by, flat, table};
use crate::index_england::{numbers, wholes, words};
use crate::score_support::{framework, golden, near, refused, scored, simulated};
use dpcmi::index::{Design, ScoredUnits, Simulation, Values, ValuesFault, score_units};
use std::collections::BTreeMap;
use std::process::Command;

const POSTS: &str = "goalposts = { low = 0, high = 10, reason = \"r\" }\n";

fn uncertain(choices: &str) -> String {
    let default = |key: &str, value: &str| {
        if choices.contains(key) { String::new() } else { format!("{key} = {value}\n") }
    };
    format!(
        "[uncertainty]\n{choices}\n{}{}{}{}reason = \"r\"\nowner = \"o\"\n",
        default("weights", "0.0"),
        default("goalposts", "0.0"),
        default("missing", "[\"not_met\"]"),
        default("replicates", "4000"),
    )
}

/// Two indicators of one weight between fixed goalposts.
fn two(choices: &str, more: &str) -> String {
    let leaf = |id| Leaf(id, 1.0, format!("{POSTS}{more}"));
    format!("{}{}", flat("", "\"arithmetic\"", &[leaf("a"), leaf("b")]), uncertain(choices))
}

fn rows(cells: &[[&str; 3]]) -> Values {
    table(&["unit", "a", "b"], cells.iter().map(|r| r.map(str::to_owned).to_vec()).collect())
}

fn number(s: &ScoredUnits, column: &str, unit: usize) -> f64 {
    numbers(&s.scores, column)[unit].unwrap_or_else(|| panic!("{column}"))
}

#[test]
fn a_score_that_nothing_is_open_about_is_its_own_interval() {
    let s = scored(&framework(&two("", "")), &rows(&[["u", "3", "8"], ["v", "2", "2"], ["w", "10", "10"]]));
    for (u, (score, rank)) in [(55.0, 2), (20.0, 3), (100.0, 1)].into_iter().enumerate() {
        let (low, high) = (number(&s, "interval_low", u), number(&s, "interval_high", u));
        assert!(low <= score && score <= high && high - low < 0.11, "{low} {high}");
        for column in ["rank_low", "rank", "rank_high"] {
            assert_eq!(wholes(&s.scores, column)[u], Some(rank), "{column}");
        }
    }
    assert_eq!(numbers(&s.uncertainty, "rankability"), [Some(1.0)], "all of the differences are signal");
    assert_eq!(s.sensitivity.height(), 0, "no cause to split by");
}

#[test]
fn weights_a_quarter_up_or_down_move_a_lopsided_unit_as_the_ratio_of_two_draws_does() {
    let s = scored(&framework(&two("weights = 0.25", "")), &rows(&[["u", "10", "0"], ["v", "5", "5"]]));
    // 2.5 % of w / (w + v), both even from 0.75 to 1.25: (1.25 k - 0.75)^2 = 0.0125 k with k above 0.6, r = k / (1 + k).
    let (square, middle, rest) = (1.5625_f64, 1.875 + 0.0125, 0.5625);
    let k = (middle + (middle * middle - 4.0 * square * rest).sqrt()) / (2.0 * square);
    let low = 100.0 * k / (1.0 + k);
    assert!((number(&s, "interval_low", 0) - low).abs() < 0.5, "{}", number(&s, "interval_low", 0));
    assert!((number(&s, "interval_high", 0) - (100.0 - low)).abs() < 0.5);
    assert!(
        number(&s, "interval_high", 1) - number(&s, "interval_low", 1) < 0.11,
        "all alike: no weight matters"
    );
    let rank = numbers(&s.unit_uncertainty, "rank_mean");
    assert!(rank.iter().all(|r| (r.expect("mean") - 1.5).abs() < 0.03), "even chances: {rank:?}");
    let near_tie = rows(&[["u", "10", "0"], ["v", "5.2", "5.2"]]);
    let s = scored(&framework(&two("weights = 0.25", "")), &near_tie);
    assert_eq!(words(&s.sensitivity, "cause"), ["weights"]);
    assert!((numbers(&s.sensitivity, "total")[0].expect("total") - 1.0).abs() < 0.15);
}

#[test]
fn a_missing_answer_leaves_open_what_it_could_be() {
    let cells = [["u", "10", ""], ["v", "8", "8"], ["w", "1", "1"]];
    let s = scored(&framework(&two("missing = [\"bounds\"]", "")), &rows(&cells));
    let (low, high) = (number(&s, "interval_low", 0), number(&s, "interval_high", 0));
    assert!((low - 51.25).abs() < 0.5 && (high - 98.75).abs() < 0.5, "{low} {high}");
    let range = |u: usize| (wholes(&s.scores, "rank_low")[u], wholes(&s.scores, "rank_high")[u]);
    assert_eq!([range(0), range(1), range(2)], [(Some(1), Some(2)), (Some(1), Some(2)), (Some(3), Some(3))]);
    let silent = scored(&framework(&two("missing = [\"not_met\"]", "")), &rows(&cells));
    assert!((number(&silent, "interval_high", 0) - 50.0).abs() < 0.11, "not met");
}

/// Points by the data, where one far unit decides how the others compare.
fn skewed(choices: &str) -> String {
    let steps = format!(
        "{}imputation = {{ by = \"mean\", reason = \"r\" }}\n\
         ranking = {{ minimum_weight_asked = 0, minimum_coverage = 0, by = \"estimate\", reason = \"r\" }}\n",
        by("type = \"min_max\"")
    );
    let leaf = |id| Leaf(id, 1.0, String::new());
    format!("{}{}", flat(&steps, "\"arithmetic\"", &[leaf("a"), leaf("b")]), uncertain(choices))
}

const SKEWED: [[&str; 3]; 5] =
    [["u", "1000", "1"], ["v", "3", "7"], ["w", "2", "8"], ["x", "1", "9"], ["y", "", "2"]];

#[test]
fn another_normalisation_or_imputation_is_a_cause_and_the_interval_holds_both_scores() {
    let choices = "missing = [\"estimate\"]\nnormalisations = [{ type = \"percentile_rank\" }]\n\
                   imputations = [\"median\", \"none\"]\nmeans = [\"minimum\"]";
    let s = scored(&framework(&skewed(choices)), &rows(&SKEWED));
    assert_eq!(words(&s.sensitivity, "cause"), ["mean of dimensions", "normalisation", "imputation"]);
    let only = |by_: &str, mean: &str, imputed: &str| {
        let text = skewed("missing = [\"estimate\"]").replace("type = \"min_max\"", by_);
        let text = text.replace("mean = \"arithmetic\"", mean).replace("by = \"mean\", reason", imputed);
        scored(&framework(&text), &rows(&SKEWED))
    };
    for by_ in ["type = \"min_max\"", "type = \"percentile_rank\""] {
        for mean in ["mean = \"arithmetic\"", "mean = \"minimum\""] {
            for imputed in ["by = \"mean\", reason", "by = \"median\", reason", "by = \"none\", reason"] {
                let other = only(by_, mean, imputed);
                for u in 0..SKEWED.len() {
                    let x = number(&other, "estimate", u);
                    let inside =
                        number(&s, "interval_low", u) <= x + 0.11 && x <= number(&s, "interval_high", u);
                    assert!(inside, "{by_} {mean} {imputed} {u}: {x}");
                }
            }
        }
    }
}

#[test]
fn narrower_and_wider_scales_are_three_scores() {
    let s = scored(&framework(&two("goalposts = 0.1", "")), &rows(&[["u", "9.5", "9.5"], ["v", "5", "5"]]));
    let mean = numbers(&s.unit_uncertainty, "score_mean")[1].expect("mean");
    let expected = 100.0 * 5.0 * (1.0 / 9.0 + 1.0 / 10.0 + 1.0 / 11.0) / 3.0;
    assert!((mean - expected).abs() < 0.3, "{mean} {expected}");
    assert!((number(&s, "interval_high", 0) - 100.0).abs() < 1e-9, "clipped at the goalpost");
}

#[test]
fn one_two_or_eight_threads_give_the_same_digits_and_a_seed_gives_others() {
    let choices = "weights = 0.3\nmissing = [\"bounds\", \"estimate\"]\npowers = [0.5]\nreplicates = 300\n\
                   normalisations = [{ type = \"percentile_rank\" }]";
    let f = framework(&skewed(choices));
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| simulated(&f, &rows(&SKEWED), &Simulation { seed, ..Simulation::default() }))
    };
    let one = run(1, 5);
    for other in [run(2, 5), run(8, 5)] {
        for of in [
            |s: &ScoredUnits| s.scores.clone(),
            |s: &ScoredUnits| s.uncertainty.clone(),
            |s: &ScoredUnits| s.unit_uncertainty.clone(),
            |s: &ScoredUnits| s.sensitivity.clone(),
        ] {
            assert!(of(&one).equals_missing(&of(&other)));
        }
    }
    assert!(!one.unit_uncertainty.equals_missing(&run(2, 6).unit_uncertainty));
}

#[test]
fn the_ranks_of_a_stored_design_come_out() {
    let Some(meta) = structure() else { return };
    let given = golden("coinr/ua_weights_design_u.csv").expect("design");
    let want = golden("coinr/ua_weights_rankstats.csv").expect("ranks");
    let ranking =
        "ranking = { minimum_weight_asked = 0, minimum_coverage = 0, by = \"estimate\", reason = \"r\" }\n";
    let mut v = as_given(["arithmetic"; 3]);
    v.steps.push_str(ranking);
    let f = framework(&format!("{}{}", text(&meta, &v), uncertain("weights = 0.25")));
    let u = |code: &String| given.numbers(code).into_iter().map(|u| u.expect("u")).collect();
    let design: Design = given.header.iter().skip(1).map(|c| (c.to_lowercase(), u(c))).collect();
    let simulation = Simulation { design: Some(design), ..Simulation::default() };
    let table = values(&meta, &golden("coinr/norm_minmax_1_100.csv").expect("input"));
    let s = simulated(&f, &table, &simulation);
    assert_eq!(wholes(&s.uncertainty, "replicates"), [Some(256)]);
    let at: BTreeMap<String, usize> =
        words(&s.unit_uncertainty, "unit").into_iter().enumerate().map(|(i, u)| (u, i)).collect();
    let pairs = [
        ("score_mean", "score_mean"),
        ("score_sd", "score_sd"),
        ("rank_mean", "mean"),
        ("rank_median", "median"),
        ("rank_sd", "sd"),
    ];
    for (ours, theirs) in pairs {
        let own = numbers(&s.unit_uncertainty, ours);
        for (unit, x) in want.texts("uCode").iter().zip(want.numbers(theirs)) {
            let (own, x) = (own[at[unit]].expect("number"), x.expect("number"));
            assert!(near(own, x, 1e-12), "{ours} {unit}: {own} and {x}");
        }
    }
    // Ours are the ranks themselves that hold 2.5 % and 97.5 % of the runs, theirs lie between two of them.
    for (ours, theirs, whole) in [
        ("rank", "nominal_rank", f64::floor as fn(f64) -> f64),
        ("rank_low", "q2.5", f64::floor),
        ("rank_high", "q97.5", f64::ceil),
    ] {
        let own = wholes(&s.scores, ours);
        for (unit, x) in want.texts("uCode").iter().zip(want.numbers(theirs)) {
            assert_eq!(own[at[unit]], Some(whole(x.expect("rank")) as i64), "{ours} {unit}");
        }
    }
}

const LEVELS: &str = "
[[level]]
number = 1
name = \"begun\"
reason = \"r\"
owner = \"o\"
[[level]]
number = 2
name = \"done\"
reason = \"r\"
owner = \"o\"
";

#[test]
fn levels_of_any_units_are_gated_and_an_imputed_value_reaches_none() {
    let gate = |level: u8| format!("gates = [{{ level = {level}, met_from = 50, reason = \"r\" }}]\n");
    let leaf = |id, level| {
        let imputed = "imputation = { by = \"mean\", reason = \"r\" }\n";
        Leaf(id, 1.0, format!("{POSTS}{}{imputed}", gate(level)))
    };
    let text = format!("{}{LEVELS}", flat("", "\"arithmetic\"", &[leaf("a", 1), leaf("b", 2)]));
    let cells = [["all", "9", "9"], ["gap", "2", "9"], ["open", "9", ""], ["part", "9", "1"]];
    let s = scored(&framework(&text), &rows(&cells));
    let of = |column: &str| wholes(&s.scores, column);
    assert_eq!(of("level"), [Some(2), Some(0), Some(1), Some(1)], "a gap below counts whatever is above");
    assert_eq!(
        of("level_high"),
        [Some(2), Some(0), Some(2), Some(1)],
        "the missing answer leaves level 2 open"
    );
    assert_eq!(of("levels_met"), [Some(2), Some(1), Some(1), Some(1)]);
    assert_eq!(words(&s.scores, "blocking")[1..], ["a", "b", "b"]);
    assert_eq!(words(&s.indicator_values, "origin").iter().filter(|o| *o == "imputed").count(), 1);
}

fn faults(text: &str, simulation: &Simulation) -> String {
    let values = rows(&[["u", "1", "2"], ["v", "2", "1"]]);
    match score_units(&framework(text), &values, simulation) {
        Err(ValuesFault::Refused(faults)) => {
            let lines = faults.iter().map(|d| format!("{} {} {:?}", d.code.name, d.message, d.hint));
            lines.collect::<Vec<_>>().join("\n")
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_simulation_that_the_framework_does_not_describe_is_refused_with_what_to_add() {
    let plain = flat("", "\"arithmetic\"", &[Leaf("a", 1.0, POSTS.to_owned())]);
    let asked = Simulation { replicates: Some(500), ..Simulation::default() };
    let said = faults(&plain, &asked);
    assert!(said.contains("SIMULATION") && said.contains("add [uncertainty]"), "{said}");
    let few = Simulation { replicates: Some(3), ..Simulation::default() };
    assert!(faults(&two("", ""), &few).contains("between 100 and 100000"));
    let designed = |id: &str, u: &[f64]| {
        let design: Design = [(id.to_owned(), u.to_vec())].into_iter().collect();
        faults(&two("", ""), &Simulation { design: Some(design), ..Simulation::default() })
    };
    assert!(designed("c", &[0.1, 0.2]).contains("neither a dimension nor an indicator"));
    assert!(designed("a", &[0.1, 1.2]).contains("1.2"));
    assert!(designed("a", &[0.1]).contains("two rows"));
}

#[test]
fn a_combination_that_has_no_meaning_is_refused_before_anything_is_drawn() {
    let negative = refused(&skewed("powers = [0.0]\nnormalisations = [{ type = \"z_score\" }]"));
    assert!(negative[0].contains("CONFIG_METHOD") && negative[0].contains("z_score"), "{negative:?}");
    let nothing = refused(&two("normalisations = [{ type = \"rank\" }]", ""));
    assert!(nothing[0].contains("nothing to normalise otherwise"), "{nothing:?}");
    let imputed = refused(&two("imputations = [\"mean\"]", ""));
    assert!(imputed[0].contains("nothing to impute otherwise"), "{imputed:?}");
    let constant = rows(&[["u", "5", "1"], ["v", "5", "2"]]);
    let text = skewed("normalisations = [{ type = \"z_score\" }]").replace("min_max", "percentile_rank");
    let Err(ValuesFault::Refused(faults)) = score_units(&framework(&text), &constant, &Simulation::default())
    else {
        panic!("accepted")
    };
    assert!(
        faults.iter().any(|d| d.message.contains("in a version that [uncertainty] asks for")),
        "{faults:?}"
    );
}

#[test]
fn the_program_writes_intervals_and_takes_replicates_seed_and_design() {
    let folder = tempfile::tempdir().expect("folder");
    let put = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect(name);
        path
    };
    let f = put("f.toml", &two("weights = 0.25", ""));
    let v = put("v.csv", "unit,a,b\nu,10,0\nv,5.2,5.2\nw,1,2\n");
    let design = put("d.csv", "replicate,a,b\n1,0,1\n2,1,0\n3,0.5,0.5\n");
    let run = |more: &[&str], out: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dpcmi"));
        command.args(["score", "--format", "json", "--framework"]).arg(&f).arg("--values").arg(&v);
        command.args(more).arg("--out").arg(folder.path().join(out)).output().expect("dpcmi")
    };
    let done = run(&["--replicates", "200", "--seed", "7"], "drawn");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let said: serde_json::Value = serde_json::from_slice(&done.stdout).expect("json");
    assert_eq!((&said["replicates"], &said["seed"]), (&serde_json::json!(200), &serde_json::json!(7)));
    let header = |out: &str, table: &str| {
        let path = folder.path().join(out).join(format!("tables/{table}.csv"));
        std::fs::read_to_string(path).expect(table).lines().next().expect("header").to_owned()
    };
    for column in ["interval_low", "interval_high", "rank_low", "rank_high", "p_top_tenth", "p_bottom_tenth"]
    {
        assert!(header("drawn", "scores").split(',').any(|c| c == column), "{column}");
    }
    for (name, column) in
        [("uncertainty", "rankability"), ("unit_uncertainty", "rank_mean"), ("sensitivity", "total")]
    {
        assert!(header("drawn", name).contains(column), "{name}");
    }
    let stored = run(&["--design", &design.to_string_lossy()], "stored");
    let said: serde_json::Value = serde_json::from_slice(&stored.stdout).expect("json");
    assert_eq!(said["replicates"], 3);
    let plain = put("f.toml", &flat("", "\"arithmetic\"", &[Leaf("a", 1.0, POSTS.to_owned())]));
    assert!(plain.exists());
    let refused = run(&["--replicates", "200"], "refused");
    let text = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && text.contains("[uncertainty]"), "{text}");
    assert!(!folder.path().join("refused").exists());
}
