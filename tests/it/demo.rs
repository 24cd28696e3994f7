//! The demonstration as a newcomer runs it: it ends clean, and on the pages of its CCGs each of the five questions is
//! answered with a figure.

use crate::line::{answer, dpcmi, folder};
use regex::Regex;
use std::collections::BTreeMap;

#[test]
fn the_demonstration_answers_five_questions_about_its_ccgs() {
    let at = folder("demonstration");
    let mut command = dpcmi(&["demo", "--practices", "150", "--quarters", "6"]);
    assert_eq!(answer(command.arg("--out").arg(&at)).0, 0, "its planted faults are no failure");
    let question = Regex::new(r#"<h3 id="(\w+)">[^<]*\?</h3>\s*<p>([^<]*)"#).unwrap();
    let (mut pages, mut answered) = (0, BTreeMap::<String, usize>::new());
    for page in std::fs::read_dir(at.join("release/site/ccg")).unwrap() {
        let path = page.unwrap().path();
        if path.extension().is_none_or(|e| e != "html") {
            continue;
        }
        pages += 1;
        for found in question.captures_iter(&std::fs::read_to_string(path).unwrap()) {
            let figure = found[2].contains(|c: char| c.is_ascii_digit());
            *answered.entry(found[1].to_owned()).or_default() += usize::from(figure);
        }
    }
    assert!(pages >= 3, "{pages} CCGs");
    for id in ["where", "moved", "spent", "ring", "first"] {
        let with_figures = answered.get(id).copied().unwrap_or_default();
        assert!(2 * with_figures > pages, "{id}: {with_figures} of {pages}");
    }
}
