//! The smallest steps: what they promise comes to pass, to the last digit, and nothing smaller would do.

use crate::improve_support::{Rows, Step, apply, counts_patients, england};
use crate::line::{Csv, answer, dpcmi};
use dpcmi::define::framework::Framework;
use dpcmi::index::{Rescore, Scored};
use dpcmi::stats::gate::Answer;
use std::collections::BTreeMap;

/// Score and level of every practice on the day.
fn standing(scored: &Scored, day: jiff::civil::Date) -> BTreeMap<String, (f64, i64)> {
    let t = Rows::of(&scored.practice_scores);
    (0..t.len())
        .filter(|i| t.date(*i, "period") == day)
        .filter_map(|i| Some((t.text(i, "practice_code"), (t.float(i, "score")?, t.int(i, "level")?))))
        .collect()
}

#[test]
fn the_answers_of_a_step_in_the_data_give_exactly_the_promised_score_and_level() {
    let e = england();
    let (steps, items) = (e.table("next_steps"), e.table("step_items").by("practice_code"));
    let changes = e.table("step_items");
    let mut sources = e.sources.clone();
    let mut applied = Vec::new();
    // a few at a time: a jump of all practices of a supplier would be held as a fault of the data
    for row in (0..steps.len()).step_by(6) {
        let code = steps.text(row, "practice_code");
        let mut trial = sources.clone();
        let all = items[&code].iter().all(|i| {
            let id = changes.text(*i, "indicator_id");
            if counts_patients(e.indicator(&id)) {
                let then = changes.int(*i, "numerator_then");
                assert!(
                    then.is_none_or(|n| n % 5 == 0),
                    "{code} {id}: {then:?} would be rounded when it comes"
                );
            }
            let more =
                changes.int(*i, "numerator_then").zip(changes.int(*i, "numerator")).map(|(a, b)| a - b);
            let step = Step {
                indicator: e.indicator(&id),
                unit: &code,
                key: "practice_code",
                answer: changes.maybe_text(*i, "answer_then"),
                more,
            };
            apply(&mut trial, e.day(), &step)
        });
        if all {
            sources = trial;
            applied.push(row);
        }
    }
    let after = standing(&e.score(&sources), e.day());
    let mut shares = 0;
    for row in &applied {
        let code = steps.text(*row, "practice_code");
        let (score, level) = after[&code];
        assert!((score - steps.float(*row, "score_then").unwrap()).abs() < 1e-9, "{code}: {score}");
        assert_eq!(Some(level), steps.int(*row, "level_then"), "{code}");
        assert!(level > steps.int(*row, "level").unwrap(), "{code}");
        shares += usize::from(items[&code].iter().any(|i| changes.int(*i, "numerator_then").is_some()));
    }
    assert!(applied.len() > 25 && shares > 10, "{} practices, {shares} with a counted share", applied.len());
}

#[test]
fn no_set_of_fewer_items_opens_the_level_and_what_stands_still_is_what_was_published() {
    let e = england();
    let framework: &Framework = &e.definitions.framework;
    let values = e.table("indicator_values");
    let place: BTreeMap<&str, usize> =
        framework.indicators.iter().enumerate().map(|(i, x)| (x.id.as_str(), i)).collect();
    let mut points: BTreeMap<String, Vec<Option<(f64, f64)>>> = BTreeMap::new();
    let mut collected = vec![false; framework.indicators.len()];
    for row in (0..values.len()).filter(|r| values.date(*r, "period") == e.day()) {
        let i = place[values.text(row, "indicator_id").as_str()];
        match values.text(row, "unit_type").as_str() {
            "england" => collected[i] = values.text(row, "absence") != "not_asked",
            "practice" => {
                let high = values.float(row, "points_high").unwrap_or(f64::NAN);
                let of = points
                    .entry(values.text(row, "unit_code"))
                    .or_insert_with(|| vec![None; framework.indicators.len()]);
                of[i] = values.float(row, "points_low").map(|low| (low, high));
            }
            _ => {}
        }
    }
    let method = Rescore::new(framework, collected).unwrap();
    let scores = e.table("practice_scores");
    let level: BTreeMap<String, Option<i64>> = (0..scores.len())
        .filter(|r| scores.date(*r, "period") == e.day())
        .map(|r| (scores.text(r, "practice_code"), scores.int(r, "level")))
        .collect();
    let steps = e.table("next_steps");
    let (mut several, mut compared) = (0, 0);
    for row in 0..steps.len() {
        let code = steps.text(row, "practice_code");
        let answers = method.answers(&|i| points[&code][i]);
        let now = method.standing(&answers).unwrap();
        assert_eq!(level[&code], Some(now.low as i64), "{code}");
        // every way to say yes to one item fewer than the set has
        let size = steps.int(row, "steps").unwrap() as usize;
        let unmet: Vec<usize> = (0..answers.len())
            .filter(|i| !matches!(answers[*i], Answer::Yes | Answer::NotApplicable))
            .collect();
        for bits in (0_usize..1 << unmet.len()).filter(|b| b.count_ones() as usize == size - 1) {
            let mut tried = answers.clone();
            unmet
                .iter()
                .enumerate()
                .filter(|(k, _)| bits >> k & 1 == 1)
                .for_each(|(_, i)| tried[*i] = Answer::Yes);
            assert_eq!(method.standing(&tried).unwrap().low, now.low, "{code}: fewer would do");
            compared += 1;
        }
        several += usize::from(size > 1);
    }
    assert!(several > 20 && compared > 500, "{several} {compared}");
    let missing = level.values().filter(|l| l.is_some_and(|l| l < framework.levels.len() as i64)).count();
    assert_eq!(steps.len(), missing, "everybody below the top has a step");
}

#[test]
fn the_what_if_of_a_step_moves_the_practice_as_promised() {
    let e = england();
    let (steps, changes) = (e.table("next_steps"), e.table("step_items"));
    let items = changes.by("practice_code");
    let declared = |i: &usize| {
        changes.text(*i, "indicator_id").starts_with("IND")
            && changes.text(*i, "answer_then") == "yes"
            && changes.text(*i, "work") == "improve"
    };
    let row = (0..steps.len())
        .filter(|r| items[&steps.text(*r, "practice_code")].iter().all(declared))
        .max_by_key(|r| steps.int(*r, "steps"))
        .expect("somebody lacks nothing but a yes");
    let code = steps.text(row, "practice_code");
    let mut text = "about = \"the smallest set\"\n".to_owned();
    for i in &items[&code] {
        let column = changes.text(*i, "indicator_id").to_lowercase().replace('.', "_");
        text += &format!(
            "[[set]]\ndataset = \"practice_declaration\"\ncolumn = \"{column}\"\nvalue = \"yes\"\nas_at = \"{}\"\n\
             rows = {{ practice_code = \"{code}\" }}\n",
            e.day()
        );
    }
    let file = e.root.join("changes.toml");
    std::fs::write(&file, text).unwrap();
    let out = e.root.join("trial");
    let mut command = dpcmi(&["what-if"]);
    command.arg(&file).arg("--release").arg(e.root.join("release")).arg("--store").arg(e.root.join("store"));
    answer(command.arg("--out").arg(&out));
    let scores = Csv::open(&out.join("tables/practice_scores.csv"));
    let of =
        |r: &crate::line::Row<'_>| r.text("practice_code") == code && r.text("period") == e.day().to_string();
    let after = scores.rows().find(of).unwrap();
    assert!((after.float("score").unwrap() - steps.float(row, "score_then").unwrap()).abs() < 1e-9);
    assert_eq!(after.int("level"), steps.int(row, "level_then"));
}

#[test]
fn the_what_if_of_a_row_that_nobody_sent_confirms_the_steps_of_a_practice_that_returned_nothing() {
    let e = england();
    let (steps, changes) = (e.table("next_steps"), e.table("step_items"));
    let items = changes.by("practice_code");
    let declared =
        e.sources.iter().find(|s| s.dataset == "practice_declaration" && s.period.contains(e.day()));
    let sent = declared.unwrap().frame.column("practice_code").unwrap().str().unwrap().clone();
    let silent = |code: &str| !sent.iter().flatten().any(|c| c == code);
    let answers = |i: &usize| {
        changes.text(*i, "indicator_id").starts_with("IND")
            && changes.text(*i, "answer_then") == "yes"
            && changes.text(*i, "work") == "answer"
    };
    let row = (0..steps.len())
        .find(|r| {
            let code = steps.text(*r, "practice_code");
            silent(&code) && items[&code].iter().all(answers)
        })
        .expect("somebody returned nothing and could answer");
    let (code, ccg) = (steps.text(row, "practice_code"), steps.text(row, "ccg_code"));
    let mut cells = format!("practice_code = \"{code}\", ccg_code = \"{ccg}\"");
    for i in &items[&code] {
        cells +=
            &format!(", {} = \"yes\"", changes.text(*i, "indicator_id").to_lowercase().replace('.', "_"));
    }
    let add = |cells: &str| {
        format!(
            "[[add]]\ndataset = \"practice_declaration\"\nas_at = \"{}\"\ncells = {{ {cells} }}\n",
            e.day()
        )
    };
    let tried = |text: &str, name: &str| {
        let file = e.root.join(format!("{name}.toml"));
        std::fs::write(&file, text).unwrap();
        let mut command = dpcmi(&["what-if"]);
        command.arg(&file).arg("--release").arg(e.root.join("release"));
        command.arg("--store").arg(e.root.join("store")).arg("--out").arg(e.root.join(name));
        command
    };
    answer(&mut tried(&add(&cells), "added"));
    let scores = Csv::open(&e.root.join("added/tables/practice_scores.csv"));
    let of =
        |r: &crate::line::Row<'_>| r.text("practice_code") == code && r.text("period") == e.day().to_string();
    let after = scores.rows().find(of).unwrap();
    assert!((after.float("score").unwrap() - steps.float(row, "score_then").unwrap()).abs() < 1e-9);
    assert_eq!(after.int("level"), steps.int(row, "level_then"));

    let held = sent.iter().flatten().next().unwrap();
    for (cells, why) in [
        (format!("practice_code = \"{held}\", ccg_code = \"{ccg}\""), "such a row is held"),
        (format!("practice_code = \"{code}\""), "needs `ccg_code`"),
        (format!("{cells}, it_leed = \"yes\""), "did you mean `it_lead`"),
    ] {
        let done = tried(&add(&cells), "refused").output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && said.contains("D021") && said.contains(why), "{said}");
        assert!(!e.root.join("refused").exists());
    }
}
