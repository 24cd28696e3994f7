//! Return templates: what the form allows is what the contract reads, as text, as a workbook, and as a workbook that
//! somebody filled in with another program.

use crate::line::{answer, dpcmi, folder};
use dpcmi::define::{Contract, Library};
use dpcmi::store::Store;
use dpcmi::template::{Form, files};
use polars::prelude::{AnyValue, DataFrame};
use std::io::{Cursor, Read, Write};
use std::path::Path;

const RETURNS: [&str; 3] = ["practice_declaration", "ccg_gpit_survey", "practice_agreements"];

fn contract(id: &str) -> Contract {
    let (contracts, faults) = Library::shipped().contracts();
    assert!(faults.is_empty());
    contracts.into_iter().find(|c| c.id == id).unwrap()
}

fn row(cells: &[(&str, &str)]) -> Vec<(String, String)> {
    cells.iter().map(|(f, t)| ((*f).to_owned(), (*t).to_owned())).collect()
}

/// Two practices with every kind of answer and all four absences.
fn declared() -> Vec<Vec<(String, String)>> {
    let first = [
        ("as_at", "2018-06-30"),
        ("ccg_code", "00K"),
        ("practice_code", "A81001"),
        ("practice_name", "The Densham Surgery, Stockton"),
        ("confirmed_on", "2018-06-12"),
        ("ind21_1", "yes"),
        ("it_lead", "no"),
        ("ind33_4", "withheld"),
        ("ind33_5", "not applicable"),
        ("ind33_6", "not asked"),
        ("online_appointments", "not returned"),
        ("staff", "14"),
        ("laptops", "not asked"),
    ];
    let second =
        [("as_at", "2018-06-30"), ("ccg_code", "00K"), ("practice_code", "A81002"), ("trained", "0")];
    vec![row(&first), row(&second)]
}

/// What the pipeline stores of a folder.
fn stored(inputs: &Path, dataset: &str) -> DataFrame {
    let store = inputs.with_extension("store");
    let mut command = dpcmi(&["ingest", "dpcma-2018"]);
    let (_, said) = answer(command.arg("--inputs").arg(inputs).arg("--store").arg(&store));
    let mut tables = Store::open(&store).unwrap().read(dataset).unwrap();
    assert_eq!(tables.len(), 1, "{said:#}");
    assert_eq!(said["ingest"]["rows_quarantined"], 0, "{said:#}");
    tables.remove(0).frame
}

fn cell(frame: &DataFrame, column: &str, row: usize) -> Option<String> {
    match frame.column(column).unwrap().get(row).unwrap() {
        AnyValue::Null => None,
        other => Some(other.get_str().map_or_else(|| other.to_string(), str::to_owned)),
    }
}

/// A file of a form, alone in a folder.
fn alone(root: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    let inputs = root.join(name.replace('.', "_"));
    std::fs::create_dir_all(&inputs).unwrap();
    std::fs::write(inputs.join(name), bytes).unwrap();
    inputs
}

#[test]
fn a_filled_form_is_read_back_as_it_was_filled_as_text_and_as_workbook() {
    let root = folder("templates_filled");
    let made = files(&contract("practice_declaration"), &declared()).unwrap();
    for name in ["practice_declaration.csv", "practice_declaration.xlsx"] {
        let bytes = &made.iter().find(|(n, _)| n == name).unwrap().1;
        let frame = stored(&alone(&root, name, bytes), "practice_declaration");
        let at = |column: &str| (cell(&frame, column, 0), cell(&frame, &format!("{column}_status"), 0));
        let some = |s: &str| Some(s.to_owned());
        assert_eq!(frame.height(), 2, "{name}");
        assert_eq!(cell(&frame, "practice_name", 0), some("The Densham Surgery, Stockton"), "{name}");
        assert_eq!(at("ind21_1"), (some("yes"), None), "{name}");
        assert_eq!(at("it_lead"), (some("no"), None), "{name}");
        assert_eq!(at("staff"), (some("14"), None), "{name}");
        assert_eq!(at("confirmed_on").0, some("2018-06-12"), "{name}");
        // the four absences stay apart
        assert_eq!(at("online_appointments"), (None, some("missing")), "{name}");
        assert_eq!(at("online_records"), (None, some("missing")), "{name}");
        assert_eq!(at("ind33_5"), (None, some("not_applicable")), "{name}");
        assert_eq!(at("ind33_6"), (None, some("not_available")), "{name}");
        assert_eq!(at("laptops"), (None, some("not_available")), "{name}");
        assert_eq!(at("ind33_4"), (None, some("suppressed")), "{name}");
        assert_eq!(cell(&frame, "trained", 1), some("0"), "{name}");
    }
}

#[test]
fn every_question_of_every_return_offers_its_answers_and_its_absences() {
    for id in RETURNS {
        let contract = contract(id);
        let form = Form::of(&contract).unwrap_or_else(|| panic!("{id} has no form"));
        assert!(form.sheet, "{id}");
        assert_eq!(form.questions.len(), contract.order.len(), "{id}");
        let asked = form.questions.iter().filter(|q| !q.values.is_empty());
        let mut count = 0;
        for q in asked {
            count += 1;
            let words: Vec<&str> = q.absences.iter().map(|(w, _)| w.as_str()).collect();
            for word in ["not returned", "not asked", "withheld"] {
                assert!(words.contains(&word), "{id} {}: {words:?}", q.column);
            }
            assert!(q.no_answer().contains("leave empty") && !q.allowed().is_empty());
        }
        assert!(count > 0, "{id}");
    }
    let layouts: Vec<Contract> = Library::shipped().contracts().0;
    let (forms, none): (Vec<_>, Vec<_>) = layouts.iter().partition(|c| Form::of(c).is_some());
    assert!(forms.len() > 5 && !none.is_empty(), "headerless and long layouts have no form");
}

#[test]
fn the_workbook_offers_the_allowed_answers_in_its_cells() {
    let made = files(&contract("practice_declaration"), &[]).unwrap();
    let sheet = part(&made.iter().find(|(n, _)| n.ends_with(".xlsx")).unwrap().1, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("yes,no,not asked,not returned,withheld"), "{}", &sheet[..sheet.len().min(4_000)]);
    assert!(sheet.contains("yes,no,not applicable,not asked"));
    assert!(sheet.contains("INT(R2)"), "whole numbers are validated");
    // two forms are the same bytes: no clock is in them
    assert_eq!(made, files(&contract("practice_declaration"), &[]).unwrap());
}

/// One member of a workbook.
fn part(book: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// The workbook with another first sheet.
fn with_sheet(book: &[u8], sheet: &str) -> Vec<u8> {
    let mut zip = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..zip.len() {
        let mut member = zip.by_index(i).unwrap();
        let name = member.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).unwrap();
        if name == "xl/worksheets/sheet1.xml" {
            bytes = sheet.as_bytes().to_vec();
        }
        out.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn a_form_filled_in_with_another_program_is_read_back() {
    let root = folder("templates_typed");
    let codes = [("ccg_code", "00K"), ("practice_code", "A81001"), ("practice_name", "The Densham Surgery")];
    let made = files(&contract("practice_declaration"), &[row(&codes)]).unwrap();
    let book = &made.iter().find(|(n, _)| n.ends_with(".xlsx")).unwrap().1;
    // what a spreadsheet program writes when somebody types: texts in the cell, dates and counts as numbers
    let typed = [
        ("A2", "43281", true),
        ("E2", "43263", true),
        ("F2", "Yes", false),
        ("G2", "n", false),
        ("R2", "17", true),
    ];
    let mut sheet = part(book, "xl/worksheets/sheet1.xml");
    for (at, text, number) in typed {
        // cells that the form has formatted and left empty, or not written at all
        let cell = if number {
            format!("<c r=\"{at}\" s=\"DAY\"><v>{text}</v></c>")
        } else {
            format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
        };
        let day = sheet.split("<cols>").nth(1).and_then(|c| c.split("style=\"").nth(1)).unwrap_or("0");
        let day = day.split('"').next().unwrap_or("0").to_owned();
        let cell = cell.replace("DAY", if at == "R2" { "0" } else { &day });
        assert!(!sheet.contains(&format!("r=\"{at}\"")), "{at} is filled in already");
        let (before, rest) = sheet.split_once("<row r=\"2\"").unwrap();
        let (open, cells) = rest.split_once('>').unwrap();
        let (cells, after) = cells.split_once("</row>").unwrap();
        let mut all: Vec<String> = cells.split_inclusive("</c>").map(str::to_owned).collect();
        all.push(cell);
        all.sort_by_key(|c| c.split("r=\"").nth(1).map(|r| r[..1].to_owned()));
        sheet = format!("{before}<row r=\"2\"{open}>{}</row>{after}", all.concat());
    }
    let inputs = alone(&root, "declared.xlsx", &with_sheet(book, &sheet));
    let frame = stored(&inputs, "practice_declaration");
    let some = |s: &str| Some(s.to_owned());
    assert_eq!(cell(&frame, "as_at", 0), some("2018-06-30"));
    assert_eq!(cell(&frame, "confirmed_on", 0), some("2018-06-12"));
    assert_eq!(cell(&frame, "ind21_1", 0), some("yes"));
    assert_eq!(cell(&frame, "it_lead", 0), some("no"));
    assert_eq!(cell(&frame, "staff", 0), some("17"));
}

#[test]
fn a_folder_with_forms_is_never_replaced() {
    let root = folder("templates_kept");
    let out = root.join("forms");
    let mut write = dpcmi(&["template", "ccg_gpit_survey", "--ccg", "00K", "--as-at", "2018-09-30"]);
    let (_, said) = answer(write.arg("--out").arg(&out));
    assert_eq!(said["rows"], 1);
    let filled = std::fs::read(out.join("ccg_gpit_survey.csv")).unwrap();
    assert!(String::from_utf8_lossy(&filled).contains("2018-09-30,00K,"));
    let again = dpcmi(&["template", "ccg_gpit_survey"]).arg("--out").arg(&out).output().unwrap();
    assert_eq!(again.status.code(), Some(20));
    assert_eq!(std::fs::read(out.join("ccg_gpit_survey.csv")).unwrap(), filled);
    // and a name that is nearly right is answered with the right one
    let near = dpcmi(&["template", "ccg_gpit_surve"]).arg("--out").arg(root.join("x")).output().unwrap();
    assert_eq!(near.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&near.stderr).contains("ccg_gpit_survey"));
}

#[test]
fn a_name_that_a_spreadsheet_would_run_goes_out_harmless_and_comes_back_as_it_was() {
    let name = "=HYPERLINK(\"http://a.example\",\"The Surgery\")";
    let mut rows = declared();
    rows[0]
        .iter_mut()
        .filter(|(field, _)| field == "practice_name")
        .for_each(|(_, text)| name.clone_into(text));
    let contract = contract("practice_declaration");
    assert!(contract.guarded);
    let made = files(&contract, &rows).unwrap();
    let csv = &made.iter().find(|(n, _)| n == "practice_declaration.csv").unwrap().1;
    let sheet = crate::line::Csv::of(csv);
    let shown = sheet.rows().next().unwrap().text("practice_name").to_owned();
    assert_eq!(shown, format!("'{name}"), "no spreadsheet runs it");
    let inputs = folder("template_formula");
    std::fs::write(inputs.join("practice_declaration.csv"), csv).unwrap();
    let stored = stored(&inputs, "practice_declaration");
    let row = (0..2).find(|r| cell(&stored, "practice_code", *r).as_deref() == Some("A81001")).unwrap();
    assert_eq!(cell(&stored, "practice_name", row).as_deref(), Some(name));
}

#[test]
fn every_form_that_comes_back_is_read_without_its_guard() {
    for id in
        RETURNS.into_iter().chain(["practice_replies", "ccg_gpit_spend_return", "own_groups", "peer_list"])
    {
        assert!(contract(id).guarded, "{id}");
    }
    // what others publish is read as it stands
    assert!(!contract("pomi").guarded && !contract("ods_practices").guarded);
}
