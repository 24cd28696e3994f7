//! Peers three ways on pages: the computed ones, a list that was sent in, own groups; each called by its name, with the mean
//! of its peers and the interval of that mean.

use super::render_compared_fake::compared;
use super::render_fake::{SMALL, Size};
use super::render_tables::files;
use dpcmi::model::Provenance;
use dpcmi::report::ReleaseInput;
use polars::prelude::*;

fn words(frame: &DataFrame, name: &str) -> Vec<String> {
    frame.column(name).unwrap().str().unwrap().iter().map(|t| t.unwrap_or_default().to_owned()).collect()
}

fn column<T>(name: &str, cells: Vec<T>) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
    T: Clone,
{
    Column::from(<Series as NamedFrom<Vec<T>, [T]>>::new(name.into(), cells))
}

/// The codes of the quarter on show, and a release in which the first CCG has a list of two peers and is in a hub with
/// five others.
fn sent_in() -> (Vec<String>, ReleaseInput) {
    let mut input = compared(&SMALL, Provenance::Published);
    let codes = words(&input.tables["league_table"].tail(Some(SMALL.ccgs)), "ccg_code");
    let day = |frame: &DataFrame, n: usize| frame.column("period").unwrap().new_from_index(0, n);
    let peers = input.tables.get_mut("peers").unwrap();
    let others: Vec<&str> = codes[2..4].iter().chain(&codes[1..]).map(String::as_str).collect();
    let n = others.len();
    let more = DataFrame::new(
        n,
        vec![
            day(peers, n),
            column("ccg_code", vec![codes[0].as_str(); n]),
            column("way", [vec!["fixed"; 2], vec!["own:hub"; n - 2]].concat()),
            column("place", [vec![1, 2], (1..=(n as i64 - 2)).collect()].concat()),
            column("peer_code", others),
        ],
    );
    peers.vstack_mut_owned(more.unwrap()).unwrap();
    let beside = input.tables.get_mut("peer_comparison").unwrap();
    let row = DataFrame::new(
        1,
        vec![
            day(beside, 1),
            column("ccg_code", vec![codes[0].as_str()]),
            column("way", vec!["own:hub"]),
            column("measure", vec!["score"]),
            column("peers", vec![5i64]),
            column("mean", vec![31.26]),
            column("mean_low", vec![28.04]),
            column("mean_high", vec![34.48]),
            column("low", vec![-2.5]),
            column("high", vec![33.33]),
            column("called", vec!["above"]),
        ],
    );
    let order: Vec<PlSmallStr> = beside.get_column_names_owned();
    beside.vstack_mut_owned(row.unwrap().select(order).unwrap()).unwrap();
    let practices = &input.tables["practice_scores"];
    let practice = words(&practices.tail(Some(1)), "practice_code").remove(0);
    let last = practices.tail(Some(1));
    let group = DataFrame::new(
        1,
        vec![
            day(&last, 1),
            column("practice_code", vec![practice.as_str()]),
            column("way", vec!["own:federation"]),
            column("group_name", vec!["<Vale> & Moor"]),
            column("peers", vec![6i64]),
            column("mean", vec![44.44]),
            column("mean_low", vec![40.06]),
            column("mean_high", vec![48.82]),
            column("low", vec![20.0]),
            column("high", vec![68.0]),
            column("called", vec!["cannot tell"]),
        ],
    );
    input.tables.insert("group_comparison".to_owned(), group.unwrap());
    (codes, input)
}

/// Rows of a table of a page as the texts of their cells.
fn rows(page: &str, id: &str) -> Vec<Vec<String>> {
    let table = page.split(&format!("<table id=\"{id}\">")).nth(1).unwrap_or_else(|| panic!("no table {id}"));
    let body = table.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let plain = |cell: &str| -> String {
        let text: String = cell.split('<').map(|p| p.split_once('>').map_or(p, |x| x.1)).collect();
        quick_xml::escape::unescape(text.trim()).unwrap().into_owned()
    };
    let cells = |row: &str| -> Vec<String> {
        row.split("<t")
            .skip(1)
            .map(|c| plain(c.split_once('>').unwrap().1.split("</t").next().unwrap()))
            .collect()
    };
    body.split("<tr>").skip(1).map(cells).collect()
}

#[test]
fn a_ccg_stands_beside_its_peers_by_every_way_and_the_ways_are_named() {
    let (codes, input) = sent_in();
    let files = files(input);
    let page = |code: &str| String::from_utf8(files[&format!("site/ccg/{code}.html")].clone()).unwrap();
    let own = page(&codes[0]);
    let ways = rows(&own, "peer-ways");
    let labels: Vec<&str> = ways.iter().map(|r| r[0].as_str()).collect();
    assert_eq!(labels, ["Computed: the most similar", "Fixed list, made by others", "Own group: hub"]);
    assert_eq!(&ways[0][2..6], ["3", "51.0", "48.5 to 53.5", "40.0 to 62.0"]);
    assert_eq!(&ways[1][2..4], ["2", "Too few for a mean"]);
    assert_eq!(
        &ways[2][2..],
        ["5", "31.3", "28.0 to 34.5", "0.0 to 33.3", "Above what is expected of one like them"]
    );
    for (k, n) in [(0, 3), (1, 2), (2, 5)] {
        assert_eq!(rows(&own, &format!("peers-{k}")).len(), n, "way {k}");
    }
    let other = rows(&page(&codes[1]), "peer-ways");
    assert_eq!(other.len(), 3);
    assert_eq!(other[1][..2], ["Fixed list, made by others", "No list was sent in."]);
    assert_eq!(other[2][..2], ["Own group", "No own group of CCGs was sent in."]);
}

#[test]
fn peers_that_are_all_the_others_are_not_called_the_most_alike() {
    for (ccgs, few) in [(4, true), (6, false)] {
        let size = Size { ccgs, ..SMALL };
        let files = files(compared(&size, Provenance::Published));
        let pages: Vec<String> = files
            .iter()
            .filter(|(path, _)| path.starts_with("site/ccg/") && path.ends_with(".html"))
            .map(|(_, html)| String::from_utf8(html.clone()).unwrap())
            .collect();
        assert_eq!(pages.len(), ccgs);
        for page in pages {
            let ring = page.split("id=\"ring\"").nth(1).unwrap().split("</p>").next().unwrap().to_owned();
            assert_eq!(ring.contains("the 3 other CCGs (so few that all are its peers)"), few, "{ring}");
            assert_eq!(ring.contains("the 3 CCGs most like this one"), !few, "{ring}");
            let way = &rows(&page, "peer-ways")[0][0];
            assert_eq!(way.contains("all the others: there are so few CCGs"), few, "{way}");
            assert_eq!(page.contains("beside all the other CCGs, since there are so few"), few);
        }
    }
}

#[test]
fn a_practice_stands_beside_its_own_group_and_others_have_no_such_table() {
    let (_, input) = sent_in();
    let code = words(&input.tables["group_comparison"], "practice_code").remove(0);
    let files = files(input);
    let page = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    let groups = rows(&page(&format!("site/practice/{code}.html")), "groups");
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0][0], "<Vale> & Moor");
    assert_eq!(groups[0][1], "Own group: federation");
    assert_eq!(&groups[0][3..7], ["6", "44.4", "40.1 to 48.8", "20.0 to 68.0"]);
    let others = files.keys().filter(|p| p.starts_with("site/practice/") && !p.contains(&code));
    assert!(others.clone().count() > 10 && others.into_iter().all(|p| !page(p).contains("id=\"groups\"")));
}

#[test]
fn a_ccg_without_a_practice_has_a_page_that_says_what_is_known() {
    let mut input = compared(&SMALL, Provenance::Published);
    let spend = input.tables.get_mut("spend_per_head").unwrap();
    let mut row = spend.tail(Some(1));
    row.with_column(column("ccg_code", vec!["99Z"])).unwrap();
    spend.vstack_mut_owned(row).unwrap();
    let files = files(input);
    let page = String::from_utf8(files["site/ccg/99Z.html"].clone()).unwrap();
    assert!(page.contains("No practice is counted under this CCG") && page.contains("id=\"money\""));
    assert!(!page.contains("id=\"practice-scores\"") && !page.contains("id=\"standing\""));
    for path in ["site/find.html", "index.html"] {
        let text = String::from_utf8(files[path].clone()).unwrap();
        assert!(
            text.contains("ccg&#x2f;99Z.html") || text.contains("ccg/99Z.html"),
            "{path} does not lead to it"
        );
    }
}
