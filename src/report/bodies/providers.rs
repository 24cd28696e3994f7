//! Suppliers and partners on pages: who has whom, who differs from others like them, who changed, what is held.

use crate::report::frame::Frame;
use crate::report::grid::{Cell, Grid};
use crate::report::scene::Scene;
use crate::report::section::Section;
use crate::report::words;
use std::collections::{BTreeMap, BTreeSet};

const TABLES: [&str; 3] = ["provider_comparison", "supplier_switches", "supplier_steps"];

const ABOUT: &str = "The adjusted difference is that between a provider's practices and those of all other providers in the same \
                     CCG (for a partner that a whole CCG has: in the same region), with bands of list size allowed for; \
                     deprivation is not held by practice and is not allowed for. It says what differs and not why: a \
                     provider can have practices that would differ with any other. Own method.";

fn section(scene: &Scene, paragraphs: Vec<String>, grids: Vec<Grid>) -> Option<Section> {
    let named = ("providers", "Suppliers and delivery partners");
    (!grids.is_empty()).then(|| super::section(scene, named, paragraphs, grids, &TABLES))
}

fn kind_words(kind: &str) -> &str {
    match kind {
        "system_supplier" => "System suppliers",
        "delivery_partner" => "Delivery partners",
        other => other,
    }
}

/// Steps held as faults of the data, of every quarter: supplier, and the sentence.
pub(super) fn held(scene: &Scene) -> Vec<(String, String)> {
    let t = Frame::new(scene.release.tables.get("supplier_steps"));
    let (provider, measure, decision) = (t.text("provider"), t.text("measure"), t.text("decision"));
    let (step, others, label) = (t.float("step"), t.float("step_others"), t.text("period_label"));
    let rows = (0..t.rows()).filter(|i| decision[*i].as_deref() == Some("held"));
    rows.filter_map(|i| {
        let (provider, measure) = (provider[i].clone()?, measure[i].clone()?);
        let sentence = format!(
            "Held as a fault of the data in {}: \u{201c}{}\u{201d} moved by {} points at the practices on {} and by {} at \
             all others. These figures are withheld and not scored as change.",
            label[i].as_deref().unwrap_or_default(),
            scene.wording(&measure),
            signed(step[i].unwrap_or(0.0)),
            words::clean(&provider).0,
            signed(others[i].unwrap_or(0.0)),
        );
        Some((provider, sentence))
    })
    .collect()
}

/// With a sign and one decimal; small figures (shares) with three.
fn signed(x: f64) -> String {
    let digits = if x.abs() < 1.0 { 3 } else { 1 };
    let text = format!("{:.digits$}", x.abs());
    let zero = text.chars().all(|c| c == '0' || c == '.');
    format!(
        "{}{text}",
        if zero {
            ""
        } else if x < 0.0 {
            "\u{2212}"
        } else {
            "+"
        }
    )
}

pub(super) fn england(scene: &Scene) -> Option<Section> {
    let (day, label) = scene.period.as_ref()?;
    let table = Frame::new(scene.release.tables.get("provider_comparison")).of_period(*day);
    let t = Frame::new(table.as_ref());
    let (kind, provider, measure) = (t.text("kind"), t.text("provider"), t.text("measure"));
    let (practices, ccgs, named) = (t.int("practices"), t.int("ccgs"), t.int("named"));
    let (raw, difference) = (t.float("difference"), t.float("adjusted_difference"));
    let (low, high) = (t.float("adjusted_difference_low"), t.float("adjusted_difference_high"));
    let (called, status) = (t.int("called"), t.text("status"));
    let kinds: BTreeSet<&String> = kind.iter().flatten().collect();
    let mut grids = Vec::new();
    for own in kinds.into_iter().rev() {
        let rows: Vec<usize> =
            (0..t.rows()).filter(|i| kind[*i].as_ref() == Some(own) && named[*i] == Some(1)).collect();
        let columns = [
            "Provider",
            "Measure",
            "#Practices",
            "#CCGs",
            "#Raw difference",
            "#Adjusted",
            "#95% interval",
            "Verdict",
        ];
        let caption = format!("{} against all others, {label}", kind_words(own));
        let mut grid =
            Grid::new(if own == "system_supplier" { "suppliers" } else { "partners" }, caption, &columns);
        // first the score of each, then what differs
        let score = |i: &usize| measure[*i].as_deref() != Some("score");
        let shown = rows.iter().filter(|i| !score(i) || called[**i] == Some(1));
        let mut shown: Vec<usize> = shown.copied().collect();
        shown.sort_by(|a, b| {
            (&provider[*a], score(a), &measure[*a]).cmp(&(&provider[*b], score(b), &measure[*b]))
        });
        for i in shown {
            let what = match measure[i].as_deref() {
                Some("score") => "Score, points".to_owned(),
                id => scene.wording(id.unwrap_or_default()),
            };
            let interval = low[i].zip(high[i]).map(|(l, h)| format!("{} to {}", signed(l), signed(h)));
            let verdict = match (status[i].as_deref(), called[i]) {
                (Some("compared"), Some(1)) => "Differs",
                (Some("compared"), _) => "Cannot be told from others",
                (Some("too_few_answers"), _) => "Not compared: most have no figure",
                (Some("too_few_ccgs"), _) => "Not compared: too few CCGs",
                _ => "Not compared: too few practices",
            };
            grid.rows.push(vec![
                Cell::name(provider[i].as_deref().unwrap_or_default()),
                Cell::words(what),
                Cell::count(practices[i]),
                Cell::count(ccgs[i]),
                Cell::figure(raw[i].map(signed), false),
                Cell::figure(difference[i].map(signed), false),
                Cell::figure(interval, false),
                Cell::words(verdict),
            ]);
        }
        if !grid.rows.is_empty() {
            grids.push(grid);
        }
    }
    let mut paragraphs = vec![ABOUT.to_owned()];
    let small: BTreeSet<&String> =
        (0..t.rows()).filter(|i| named[*i] == Some(0)).filter_map(|i| provider[i].as_ref()).collect();
    let named_once: BTreeSet<&String> =
        (0..t.rows()).filter(|i| named[*i] == Some(1)).filter_map(|i| provider[i].as_ref()).collect();
    let unnamed = small.difference(&named_once).count();
    paragraphs.push(
        "Shown are the score and every measure on which a provider differs, each in its own unit. So many are compared that \
         an interval without zero is not enough: in a country without differences any at all would be called one time \
         in twenty."
            .to_owned(),
    );
    if unnamed > 0 {
        let few = words::of(words::size(unnamed), "provider has", "providers have");
        paragraphs
            .push(format!("{} too few practices: neither compared nor named here.", words::capital(&few)));
    }
    paragraphs.extend(held(scene).into_iter().map(|h| h.1));
    section(scene, paragraphs, grids)
}

pub(super) fn by_ccg(scene: &Scene) -> Vec<(String, Section)> {
    let Some((day, label)) = &scene.period else { return Vec::new() };
    let table = Frame::new(scene.release.tables.get("practices")).of_period(*day);
    let t = Frame::new(table.as_ref());
    let (ccg, list) = (t.text("ccg_code"), t.int("list_size"));
    let held = held(scene);
    let mut out: BTreeMap<String, (Grid, BTreeSet<String>)> = BTreeMap::new();
    for (kind, name) in [("delivery_partner", "Delivery partner"), ("system_supplier", "System supplier")] {
        let provider = t.text(&format!("provider_{kind}"));
        let (source, on) =
            (t.text(&format!("provider_{kind}_source")), t.date(&format!("provider_{kind}_date")));
        let mut counts: BTreeMap<(&str, &str), (i64, i64, BTreeSet<String>)> = BTreeMap::new();
        for i in 0..t.rows() {
            let (Some(ccg), Some(provider)) = (&ccg[i], &provider[i]) else { continue };
            let cell = counts.entry((ccg, provider)).or_default();
            cell.0 += 1;
            cell.1 += list[i].unwrap_or(0);
            let dated = source[i].as_ref().zip(on[i]);
            cell.2.extend(dated.map(|(s, d)| format!("{}, {}", source_words(scene, s), words::day(d))));
        }
        for ((ccg, provider), (practices, patients, sources)) in counts {
            let columns = ["Kind", "Provider", "#Practices", "#Registered patients", "Named in"];
            let caption = format!("Who supplies and supports the practices, {label}");
            let entry = out.entry(ccg.to_owned());
            let (grid, notes) =
                entry.or_insert_with(|| (Grid::new("providers-here", caption, &columns), BTreeSet::new()));
            grid.rows.push(vec![
                Cell::words(name),
                Cell::name(provider),
                Cell::count(Some(practices)),
                Cell::count(Some(patients)),
                Cell::words(sources.into_iter().collect::<Vec<_>>().join("; ")),
            ]);
            notes.extend(held.iter().filter(|h| h.0 == provider).map(|h| h.1.clone()));
        }
    }
    let mut switched = switches(scene);
    out.into_iter()
        .filter_map(|(ccg, (grid, notes))| {
            let grids = [Some(grid), switched.remove(&ccg)].into_iter().flatten().collect();
            let compared = "How the practices of each provider compare with others like them, for all of England, stands \
                            on the front page.";
            let paragraphs = std::iter::once(compared.to_owned()).chain(notes).collect();
            Some((ccg, section(scene, paragraphs, grids)?))
        })
        .collect()
}

fn source_words(scene: &Scene, dataset: &str) -> String {
    let found = scene.about.sources.iter().find(|s| s.dataset == dataset);
    words::clean(found.map_or(dataset, |s| s.title.as_str())).0
}

/// Practices that changed, by CCG, with their score before and after.
fn switches(scene: &Scene) -> BTreeMap<String, Grid> {
    let t = Frame::new(scene.release.tables.get("supplier_switches"));
    let (ccg, code, measure) = (t.text("ccg_code"), t.text("practice_code"), t.text("measure"));
    let (from, to, on) = (t.text("from"), t.text("to"), t.date("to_date"));
    let (change, others) = (t.float("change"), t.float("others_change"));
    let mut out: BTreeMap<String, Grid> = BTreeMap::new();
    for i in (0..t.rows()).filter(|i| matches!(measure[*i].as_deref(), None | Some("score"))) {
        let (Some(ccg), Some(code)) = (&ccg[i], &code[i]) else { continue };
        let columns = ["Practice", "From", "To", "Named first", "#Change of score", "#Of those that stayed"];
        let grid = out.entry(ccg.clone()).or_insert_with(|| {
            Grid::new("switches", "Practices that changed their system supplier", &columns)
        });
        grid.rows.push(vec![
            Cell::name(code),
            Cell::name(from[i].as_deref().unwrap_or_default()),
            Cell::name(to[i].as_deref().unwrap_or_default()),
            Cell::words(on[i].map_or_else(String::new, words::day)),
            Cell::figure(change[i].map(signed), false),
            Cell::figure(others[i].map(signed), false),
        ]);
    }
    out
}
