//! What a newcomer asks of a CCG's page is answered near its top, in order, and every number of an answer is read again from
//! the Parquet tables of the release: formatted here by own code, in the order in which the sentence has them.

use crate::improve_support::{Rows, england};
use dpcmi::store::Release;
use jiff::civil::Date;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

const QUESTIONS: [(&str, &str); 5] = [
    ("where", "Where do we stand, and how sure is that?"),
    ("moved", "How has it moved?"),
    ("spent", "What do we spend, like for like?"),
    ("ring", "Who should we ring?"),
    ("first", "What do we do first?"),
];

struct Tables {
    by_name: BTreeMap<&'static str, Rows>,
    day: Date,
    /// The indicators that were asked in a quarter.
    asked: BTreeMap<Date, BTreeSet<String>>,
    /// Mean points of CCGs in the quarter on show, missing answers as not met, by CCG and indicator.
    worth: BTreeMap<(String, String), f64>,
}

const READ: [&str; 9] = [
    "ccg_scores",
    "indicator_sources",
    "league_table",
    "area_scores",
    "control_charts",
    "spend_per_head",
    "peers",
    "ccg_actions",
    "uncertainty",
];

impl Tables {
    fn open() -> Tables {
        let release = Release::open(&england().root.join("release")).unwrap();
        let read = |name: &'static str| (name, Rows::of(&release.table(name, None).unwrap()));
        let (_, values) = read("indicator_values");
        let mut asked: BTreeMap<Date, BTreeSet<String>> = BTreeMap::new();
        for r in (0..values.len()).filter(|r| values.text(*r, "unit_type") == "england") {
            if values.text(r, "absence") != "not_asked" {
                asked.entry(values.date(r, "period")).or_default().insert(values.text(r, "indicator_id"));
            }
        }
        let day = england().day();
        let ccgs = (0..values.len())
            .filter(|r| values.text(*r, "unit_type") == "ccg" && values.date(*r, "period") == day);
        let worth = ccgs.filter_map(|r| {
            let key = (values.text(r, "unit_code"), values.text(r, "indicator_id"));
            Some((key, values.float(r, "points_low")?))
        });
        Tables { by_name: READ.map(read).into(), day, asked, worth: worth.collect() }
    }

    fn of(&self, name: &str) -> &Rows {
        &self.by_name[name]
    }

    /// Rows of a table for a code, of the quarter on show.
    fn rows(&self, name: &str, column: &str, code: &str) -> Vec<usize> {
        let t = self.of(name);
        (0..t.len()).filter(|r| t.text(*r, column) == code && t.date(*r, "period") == self.day).collect()
    }

    /// The day of an indicator's answers where no source of it is of the quarter on show.
    fn read_elsewhen(&self, id: &str) -> Option<Date> {
        let s = self.of("indicator_sources");
        let own =
            (0..s.len()).filter(|r| s.date(*r, "period") == self.day && s.text(*r, "indicator_id") == id);
        let days: Vec<Date> = own.map(|r| s.date(r, "source_period")).collect();
        let began = self.day.saturating_sub(jiff::ToSpan::months(2)).first_of_month();
        let within = |day: &Date| (began..=self.day).contains(day);
        days.iter().copied().max().filter(|_| !days.iter().any(within))
    }

    fn floor(&self, code: &str) -> Option<f64> {
        self.rows("ccg_scores", "ccg_code", code)
            .first()
            .and_then(|r| self.of("ccg_scores").float(*r, "score"))
    }
}

fn one(x: f64) -> String {
    format!("{x:.1}")
}

fn grouped(n: i64) -> String {
    let digits = n.abs().to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    parts.join(",")
}

fn pounds(pence: f64) -> String {
    let whole = (pence.round() as i64) / 100;
    format!("£{}.{:02}", grouped(whole), pence.round() as i64 % 100)
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// The answers of a page, by anchor, in the order of the page.
fn answers(html: &str) -> Vec<(String, String, String)> {
    let each = Regex::new(r#"(?s)<h3 id="(\w+)">(.*?)</h3>\s*<p>(.*?)</p>"#).unwrap();
    // a link to the detail ends each answer
    let link = Regex::new(r"(?s)<a .*?</a>").unwrap();
    let plain =
        |text: &str| quick_xml::escape::unescape(&link.replace_all(text, "")).unwrap().trim().to_owned();
    each.captures_iter(html).map(|c| (c[1].to_owned(), plain(&c[2]), plain(&c[3]))).collect()
}

/// Figures of a sentence: without quotations, names, and dates.
fn figures(text: &str, names: &[String]) -> Vec<String> {
    let dates =
        "(January|February|March|April|May|June|July|August|September|October|November|December) [0-9]{4}";
    let left_out =
        Regex::new(&format!("\u{201c}[^\u{201d}]*\u{201d}|[0-9]{{4}}/[0-9]{{2}}( Q[1-4])?|{dates}")).unwrap();
    let mut text = left_out.replace_all(text, " ").into_owned();
    for name in names {
        text = text.replace(name.as_str(), " ");
    }
    let figure = Regex::new("£?[0-9][0-9,]*(\\.[0-9]+)?%?").unwrap();
    figure.find_iter(&text).map(|m| m.as_str().trim_end_matches(',').to_owned()).collect()
}

fn moved(a: f64, b: f64) -> Vec<String> {
    if one(a) == one(b) { vec![one(b)] } else { vec![one(a), one(b)] }
}

fn place(t: &Tables, code: &str) -> Vec<String> {
    let league = t.of("league_table");
    let r = t.rows("league_table", "ccg_code", code)[0];
    let float = |c: &str| league.float(r, c).unwrap();
    let int = |c: &str| league.int(r, c).unwrap();
    let mut out = vec![one(float("score"))];
    out.extend((one(float("score")) != one(float("score_high"))).then(|| one(float("score_high"))));
    out.push("100".to_owned());
    out.extend([grouped(int("practices_scored")), grouped(int("practices")), percent(float("coverage"))]);
    out.extend(["95".to_owned(), "100".to_owned(), one(float("interval_low")), one(float("interval_high"))]);
    let scored = (0..league.len())
        .filter(|r| league.date(*r, "period") == t.day && league.float(*r, "score").is_some());
    match league.int(r, "rank_low") {
        Some(first) => {
            out.extend([first.to_string(), int("rank_high").to_string(), scored.count().to_string()])
        }
        None => {
            let row = t.rows("uncertainty", "unit_type", "ccg")[0];
            out.push(percent(t.of("uncertainty").float(row, "rankability").unwrap()));
        }
    }
    out
}

fn over_time(t: &Tables, code: &str) -> Vec<String> {
    let floors = |table: &str, column: &str, code: &str| -> BTreeMap<Date, f64> {
        let rows = t.of(table);
        let own =
            (0..rows.len()).filter(|r| rows.text(*r, column) == code && rows.date(*r, "period") <= t.day);
        own.filter_map(|r| Some((rows.date(r, "period"), rows.float(r, "score")?))).collect()
    };
    let (own, england) =
        (floors("ccg_scores", "ccg_code", code), floors("area_scores", "unit_type", "england"));
    let (before, then) = own.range(..t.day).next_back().unwrap();
    let mut out = moved(*then, own[&t.day]);
    out.extend(moved(england[before], england[&t.day]));
    let scores = t.of("ccg_scores");
    let on = |day: Date, column: &str| {
        let mut rows = (0..scores.len()).filter(|r| scores.text(*r, "ccg_code") == code);
        rows.find(|r| scores.date(*r, "period") == day).and_then(|r| scores.float(r, column))
    };
    let [was, is] = [*before, t.day].map(|day| on(day, "coverage").unwrap());
    if t.asked[before] == t.asked[&t.day] && (was - is).abs() >= 0.01 {
        out.extend([percent(was), percent(is)]);
        out.extend([*before, t.day].map(|day| one(on(day, "score_high").unwrap())));
    }
    let year = t.day.saturating_sub(jiff::ToSpan::years(1));
    if let Some(floor) = own.get(&year).filter(|_| year != *before && t.asked[&year] == t.asked[&t.day]) {
        out.push(one(*floor));
        let [was, is] = [year, t.day].map(|day| on(day, "coverage").unwrap());
        out.extend([was, is].map(percent).into_iter().filter(|_| (was - is).abs() >= 0.01));
    }
    let chart = t.of("control_charts");
    let row = t.rows("control_charts", "unit_code", code)[0];
    if let (Some(low), Some(high)) = (chart.float(row, "limit_low"), chart.float(row, "limit_high")) {
        out.extend([one(low), one(high)]);
    }
    out
}

/// The figures, and a text that stands as it does in its cell.
fn spent(t: &Tables, code: &str) -> (Vec<String>, Option<String>) {
    let s = t.of("spend_per_head");
    let last = (0..s.len()).map(|r| s.date(r, "period")).max().unwrap();
    let own = |r: &usize| s.text(*r, "ccg_code") == code && s.text(*r, "scope") == "like_for_like";
    let Some(r) = (0..s.len()).filter(own).find(|r| s.date(*r, "period") == last) else {
        return (Vec::new(), None);
    };
    let mut out = vec![format!("£{}", grouped((s.int(r, "spend_pence").unwrap() + 50) / 100))];
    let heads = ["per_head_registered", "per_head_weighted", "per_head_resident"];
    out.extend(heads.iter().filter_map(|c| s.float(r, c)).map(pounds));
    if s.text(r, "status") != "complete" {
        return (out, s.maybe_text(r, "comparison"));
    }
    let (low, high) = (s.int(r, "place_low").unwrap(), s.int(r, "place_high").unwrap());
    out.push(low.to_string());
    out.extend((low != high).then(|| high.to_string()));
    out.extend([s.int(r, "placed_among").unwrap().to_string(), "1".to_owned()]);
    (out, None)
}

fn ring(t: &Tables, code: &str) -> Vec<String> {
    let (a, p) = (t.of("ccg_actions"), t.of("peers"));
    let mut out = Vec::new();
    let done = t.rows("ccg_actions", "ccg_code", code);
    for r in done.into_iter().filter(|r| a.maybe_text(*r, "exemplar_1").is_some()).take(2) {
        if a.text(r, "who") == "practices" {
            out.push(a.int(r, "exemplar_1_units").unwrap().to_string());
        }
    }
    let mut peers: Vec<usize> = t.rows("peers", "ccg_code", code);
    peers.retain(|r| p.text(*r, "way") == "nearest");
    peers.sort_by_key(|r| p.int(*r, "place"));
    let actions = t.rows("ccg_actions", "ccg_code", code);
    let one_action = actions.iter().copied().find(|r| a.int(*r, "place") == Some(1));
    if let Some(r) = one_action.filter(|r| a.maybe_text(*r, "exemplar_1").is_none()) {
        let id = a.text(r, "indicator_id");
        let worth = |code: &str| t.worth.get(&(code.to_owned(), id.clone())).copied();
        let own = worth(code).unwrap();
        let codes = peers.iter().map(|r| p.text(*r, "peer_code"));
        let mut ahead: Vec<f64> = codes.filter_map(|c| worth(&c)).filter(|w| *w > own + 1e-9).collect();
        ahead.sort_by(|a, b| b.total_cmp(a));
        if !ahead.is_empty() {
            out.extend(ahead.iter().take(2).map(|w| one(*w)));
            out.extend(["100".to_owned(), one(own)]);
        }
    }
    out.push(peers.len().to_string());
    let floors: Vec<f64> = peers.iter().filter_map(|r| t.floor(&p.text(*r, "peer_code"))).collect();
    let own = t.floor(code).unwrap();
    let higher: Vec<f64> = floors.iter().copied().filter(|f| *f > own).collect();
    if higher.is_empty() {
        out.push(one(floors[0]));
    } else {
        out.push(higher.len().to_string());
        out.extend(higher.iter().take(2).map(|f| one(*f)));
    }
    out
}

fn first(t: &Tables, code: &str) -> Vec<String> {
    let a = t.of("ccg_actions");
    let rows = t.rows("ccg_actions", "ccg_code", code);
    let Some(r) = rows.iter().copied().find(|r| a.int(*r, "place") == Some(1)) else { return Vec::new() };
    let mut out = Vec::new();
    if let (Some(named), Some(short)) = (a.int(r, "practices"), a.int(r, "practices_short")) {
        out.extend([named.to_string(), short.to_string()]);
    }
    out.extend([one(a.float(r, "score").unwrap()), one(a.float(r, "score_then").unwrap())]);
    out.extend(a.int(r, "practices_risen").filter(|n| *n > 0).map(|n| n.to_string()));
    for column in ["unanswered", "to_confirm"] {
        if let (Some(named), Some(of @ 1..)) = (a.int(r, "practices"), a.int(r, column)) {
            out.extend([named.to_string(), of.to_string()]);
        }
    }
    let own = rows.iter().filter(|r| a.text(**r, "who") == "ccg" && a.int(**r, "unanswered") > Some(0));
    match own.count() {
        0 | 1 => {}
        own => out.extend([own.to_string(), rows.len().to_string()]),
    }
    out.extend(t.read_elsewhen(&a.text(r, "indicator_id")).map(|day| day.day().to_string()));
    out.extend((rows.len() > 1).then(|| rows.len().to_string()));
    out
}

#[test]
fn five_questions_are_answered_near_the_top_with_figures_that_stand_in_tables() {
    let t = Tables::open();
    let scores = t.of("ccg_scores");
    let here = (0..scores.len()).filter(|r| scores.date(*r, "period") == t.day).collect::<Vec<_>>();
    let find = std::fs::read_to_string(england().root.join("release/site/find.html")).unwrap();
    let listed = Regex::new(r#"<a href="ccg[^"]*"><bdi>(.*?)</bdi>"#).unwrap();
    let unescaped = |text: &str| quick_xml::escape::unescape(text).unwrap().into_owned();
    let mut names: Vec<String> = listed.captures_iter(&find).map(|c| unescaped(&c[1])).collect();
    assert!(names.len() >= 10);
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    let (mut pages, mut told) = (0, 0);
    for r in here {
        let code = scores.text(r, "ccg_code");
        let html =
            std::fs::read_to_string(england().root.join(format!("release/site/ccg/{code}.html"))).unwrap();
        let found = answers(&html);
        let asked: Vec<(&str, &str)> = found.iter().map(|(id, q, _)| (id.as_str(), q.as_str())).collect();
        assert_eq!(asked, QUESTIONS, "{code}");
        let before = html.split("id=\"where\"").next().unwrap();
        assert!(!before.contains("<table") && !before.contains("<img"), "{code}: detail before the answers");
        let (money, cell) = spent(&t, &code);
        let expected = [place(&t, &code), over_time(&t, &code), money, ring(&t, &code), first(&t, &code)];
        for ((id, _, answer), expected) in found.iter().zip(expected) {
            let mut answer = answer.clone();
            if let Some(cell) = cell.as_ref().filter(|_| id == "spent") {
                let at = answer
                    .to_lowercase()
                    .find(&cell.to_lowercase())
                    .unwrap_or_else(|| panic!("{code}: {cell}"));
                answer.truncate(at);
            }
            assert_eq!(figures(&answer, &names), expected, "{code}, {id}: {answer}");
            told += expected.len();
        }
        pages += 1;
    }
    assert!(pages >= 10 && told > 20 * pages, "{told} figures on {pages} pages");
}

#[test]
fn whoever_is_named_to_ring_is_named_for_an_action_and_where_nobody_did_the_first_that_is_said() {
    let t = Tables::open();
    let (e, a) = (england(), t.of("ccg_actions"));
    let scores = t.of("ccg_scores");
    let (mut of_first, mut of_others, mut nobody) = (0, 0, 0);
    for r in (0..scores.len()).filter(|r| scores.date(*r, "period") == t.day) {
        let code = scores.text(r, "ccg_code");
        let html = std::fs::read_to_string(e.root.join(format!("release/site/ccg/{code}.html"))).unwrap();
        let ring = answers(&html).into_iter().find(|(id, ..)| id == "ring").unwrap().2;
        let mut rows = t.rows("ccg_actions", "ccg_code", &code);
        rows.sort_by_key(|r| a.int(*r, "place"));
        let what = |r: usize| format!("\u{201c}{}\u{201d}", e.indicator(&a.text(r, "indicator_id")).wording);
        let known: Vec<usize> =
            (0..rows.len()).filter(|k| a.maybe_text(rows[*k], "exemplar_1").is_some()).take(2).collect();
        for k in &known {
            let place = ["the first action", "the second", "the third", "the fourth", "the fifth"][*k];
            assert!(ring.contains(&format!("about {}, {place} (", what(rows[*k]))), "{code}: {ring}");
        }
        let none = format!(
            "No peer is known to have done the first action, {}, and kept it. For other",
            what(rows[0])
        );
        match known.first() {
            Some(0) => of_first += 1,
            Some(_) => {
                assert!(ring.starts_with(&none), "{code}: {ring}");
                of_others += 1;
            }
            None => {
                assert!(
                    ring.starts_with("No peer is known to have done the first action, nor any other"),
                    "{ring}"
                );
                nobody += 1;
            }
        }
        assert_eq!(known.first() == Some(&0), ring.starts_with("Ring "), "{code}: {ring}");
    }
    assert!(of_others > 0 && of_first + of_others > 3, "{of_first} {of_others} {nobody}");
}

#[test]
fn the_federations_of_a_ccgs_practices_stand_on_its_page_and_a_group_too_small_is_told() {
    let e = england();
    let compared = e.table("group_comparison");
    let (scores, row) = (e.table("practice_scores"), Regex::new(r"(?s)<tr>(.*?)</tr>").unwrap());
    let today: BTreeMap<String, (String, f64)> = (0..scores.len())
        .filter(|r| scores.date(*r, "period") == e.day())
        .filter_map(|r| {
            Some((scores.text(r, "practice_code"), (scores.text(r, "ccg_code"), scores.float(r, "score")?)))
        })
        .collect();
    // by CCG and group: floors and who is called above or below
    let mut wanted: BTreeMap<(String, String), (Vec<f64>, Vec<String>)> = BTreeMap::new();
    for r in 0..compared.len() {
        let code = compared.text(r, "practice_code");
        let (ccg, floor) = today[&code].clone();
        let group = wanted.entry((ccg, compared.text(r, "group_name"))).or_default();
        group.0.push(floor);
        if compared.text(r, "called") != "cannot tell" {
            group.1.push(code);
        }
    }
    assert!(wanted.len() > 10 && wanted.values().any(|g| !g.1.is_empty()), "{}", wanted.len());
    for ((ccg, group), (floors, apart)) in &wanted {
        let page = std::fs::read_to_string(e.root.join(format!("release/site/ccg/{ccg}.html"))).unwrap();
        let section =
            page.split("<table id=\"groups\">").nth(1).unwrap_or_else(|| panic!("{ccg} has no groups"));
        let told = row.captures_iter(section).map(|c| c[1].to_owned()).find(|r| r.contains(group.as_str()));
        let told = told.unwrap_or_else(|| panic!("{group} is not on the page of {ccg}"));
        let mean = floors.iter().sum::<f64>() / floors.len() as f64;
        assert!(told.contains(&format!(">{}<", floors.len())) && told.contains(&one(mean)), "{told}");
        assert!(apart.iter().all(|code| told.contains(code.as_str())), "{told}");
    }
    let diagnostics = &e.tables.diagnostics;
    let small = diagnostics.iter().filter(|d| d.code.name == "GROUP_SMALL").count();
    let groups: BTreeSet<String> = {
        let sent = e.sources.iter().find(|s| s.dataset == "own_groups").unwrap();
        sent.frame.column("group_name").unwrap().str().unwrap().iter().flatten().map(str::to_owned).collect()
    };
    let shown: BTreeSet<&String> = wanted.keys().map(|(_, group)| group).collect();
    assert_eq!(groups.len(), shown.len() + small, "each group is compared or told to be too small");
}
