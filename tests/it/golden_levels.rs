//! Levels with gates and their roll-up to areas.

use crate::golden_support::{Table, golden, rel};
use dpcmi::stats::gate::{Answer, Item, standing};
use dpcmi::stats::roll_up::{Member, ratio_of_sums, roll_up, shares_at_level};

#[test]
fn fourteen_practices_stand_where_the_gates_let_them() {
    let Some(t) = golden("spec/gating_expected.csv") else { return };
    let q = golden("spec/gating_requirements.csv").expect("beside the other");
    let items: Vec<Item> =
        q.nums("level").iter().map(|l| Item { level: *l as usize, weight: 1.0, must: false }).collect();
    let names = q.texts("item");
    for r in 0..t.len() {
        let who = t.text(r, "practice");
        let answer = |c| match c {
            '1' => Answer::Yes,
            '0' => Answer::No,
            '?' => Answer::Missing,
            other => panic!("{other}"),
        };
        let answers: Vec<Answer> = t.text(r, "answers").chars().map(answer).collect();
        let s = standing(&items, &answers, &[1.0; 4]).expect("sound");
        let whole = |name: &str| t.num(r, name) as usize;
        assert_eq!((s.low, s.high), (whole("level_missing_is_no"), whole("level_upper_bound")), "{who}");
        assert_eq!((s.ungated, s.missing), (whole("ungated_levels_met"), whole("n_missing")), "{who}");
        assert_eq!(s.progress, t.maybe(r, "progress_to_next"), "{who}");
        let blocking: Vec<&str> = s.blocking.iter().map(|i| names[*i]).collect();
        assert_eq!(blocking.join(";"), t.text(r, "blocking_items"), "{who}");
        let share = standing(&items, &answers, &[0.66; 4]).expect("sound");
        assert_eq!(share.low, whole("level_share_0_66_missing_is_no"), "{who}");
    }
}

fn near_all(t: &Table, area: &str, got: &[(&str, Option<f64>)]) {
    let row = t.row("area", area);
    for (name, value) in got {
        rel(value.unwrap_or_else(|| panic!("{area} {name}")), t.num(row, name), 1e-12, (area, name));
    }
}

#[test]
fn forty_practices_roll_up_to_four_areas_and_england() {
    let Some(t) = golden("spec/rollup_input.csv") else { return };
    let want = golden("spec/rollup_expected.csv").expect("beside the other");
    for area in want.texts("area") {
        let own: Vec<usize> =
            (0..t.len()).filter(|r| area == "ENGLAND" || t.text(*r, "ccg") == area).collect();
        let member = |r: &usize| Member { weight: t.num(*r, "list_size"), score: t.maybe(*r, "score") };
        let members: Vec<Member> = own.iter().map(member).collect();
        let got = roll_up(&members, (0.0, 100.0)).expect("sound");
        // A level is known where no score is: it comes from its own answers.
        let level = |r: &usize| t.maybe(*r, "level").map(|l| l as usize);
        let levels: Vec<_> = own.iter().map(|r| (t.num(*r, "list_size"), level(r))).collect();
        let spend: Vec<_> = own.iter().map(|r| (t.num(*r, "list_size"), t.maybe(*r, "spend"))).collect();
        let heads: Vec<f64> =
            spend.iter().filter(|s| s.0 > 0.0).filter_map(|(w, s)| Some((*s)? / w)).collect();
        near_all(
            &want,
            area,
            &[
                ("practices", Some(got.members as f64)),
                ("practices_scored", Some(got.scored as f64)),
                ("list_size", Some(got.weight)),
                ("list_size_scored", Some(got.weight_scored)),
                ("coverage_pop", got.coverage),
                ("mean_score_popweighted", got.mean),
                ("mean_score_unweighted", got.unweighted_mean),
                ("median_score_unweighted", got.unweighted_median),
                ("popweighted_sd", got.sd),
                ("kish_n_eff", got.effective),
                ("se_popweighted_linearised", got.standard_error),
                ("share_pop_level_ge2", shares_at_level(&levels, 4).map(|s| s[2..].iter().sum())),
                ("spend_per_head", ratio_of_sums(&spend)),
                ("mean_of_practice_spend_per_head", Some(heads.iter().sum::<f64>() / heads.len() as f64)),
                ("score_lower_if_missing_zero", got.bounds.map(|b| b.0)),
                ("score_upper_if_missing_100", got.bounds.map(|b| b.1)),
            ],
        );
    }
}

#[test]
fn scottish_councils_roll_up_from_their_data_zones() {
    let Some(t) = golden("imd/simd16_scotland_datazones.csv") else { return };
    let want = golden("imd/simd16_council_rollup.csv").expect("beside the other");
    // The most deprived fifth of the zones.
    let fifth = t.len() as f64 / 5.0;
    for row in 0..want.len() {
        let council = want.text(row, "Council_area");
        let own: Vec<usize> = (0..t.len()).filter(|r| t.text(*r, "Council_area") == council).collect();
        let people = |r: &usize| t.num(*r, "Total_population");
        let member = |r: &usize| Member { weight: people(r), score: t.maybe(*r, "score_recomputed") };
        let got = roll_up(&own.iter().map(member).collect::<Vec<_>>(), (0.0, 100.0)).expect("sound");
        rel(got.members as f64, want.num(row, "n"), 0.0, council);
        rel(got.weight, want.num(row, "population"), 0.0, council);
        rel(got.mean.expect("people"), want.num(row, "popw_mean_score"), 1e-12, council);
        let top = |r: &usize| (people(r), Some(usize::from(t.num(*r, "rank_recomputed") <= fifth)));
        let share = shares_at_level(&own.iter().map(top).collect::<Vec<_>>(), 1).expect("people");
        rel(share[1], want.num(row, "popw_share_top20"), 1e-12, council);
    }
}
