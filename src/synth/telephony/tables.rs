//! The five tables of a telephony workbook, cell by cell as published.

use super::{Calls, Row};
use crate::synth::book::{Book, Sheet};
use jiff::ToSpan;
use jiff::civil::Date;

/// Names on row 10, without footnote marks, of the eleven columns that the tables share.
const HEADER: [&str; 11] = [
    "Month",
    "GP Practice \n(ODS_CODE)",
    "GP Name",
    "PCN Code",
    "PCN Name",
    "Sub ICB Code",
    "Sub ICB Name",
    "ICB Code",
    "ICB Name",
    "Region Code",
    "Region Name",
];
const MARKS: [&str; 11] = [" [1]", "", "", "", " [2,3]", " [2]", "", "  [2]", "", "  [2]", ""];

/// `Table 1`, the month's own column only.
pub fn coverage(book: &mut Book, day: Date, open: usize, included: usize, sum: &Calls) {
    let mut sheet = book.sheet("Table 1");
    sheet.text(4, 0, "Return to Contents");
    sheet.text(6, 0, "Table 1: SYNTHETIC summary of cloud based telephony calls by month, England");
    sheet.month(7, 2, day.last_of_month()).text(9, 0, "Coverage");
    sheet.text(9, 1, "Open active practices").int(9, 2, open as i64);
    sheet.text(10, 1, "Count of practices included").int(10, 2, included as i64);
    sheet.text(11, 1, "Practice coverage [1]").share(11, 2, included as i64, open as i64);
    sheet.text(13, 1, "Inbound calls").int(13, 2, sum.inbound);
}

/// `Table 2`: inbound calls by day; a day of the weekend has a twentieth of the calls of a weekday.
pub fn by_day(book: &mut Book, day: Date, sum: &Calls) {
    let mut sheet = book.sheet("Table 2");
    sheet.text(4, 0, "Return to Contents").text(6, 0, "Table 2: SYNTHETIC inbound calls by day");
    sheet.text(8, 1, "Date").text(8, 2, "Total Count of Inbound Calls");
    let days = i64::from(day.days_in_month());
    for k in 0..days {
        let date = day.saturating_add(k.days());
        let weekend = date.weekday().to_monday_zero_offset() > 4;
        let calls = sum.inbound / days * if weekend { 7 } else { 137 } / 100;
        let row = 10 + k as usize;
        sheet.text(row, 0, &date.strftime("%A").to_string()).day(row, 1, date).int(row, 2, calls);
    }
}

/// Names of the shared columns on row 10, and the text of row 7.
fn head(sheet: &mut Sheet, title: &str) {
    sheet.text(4, 0, "Return to Contents").text(6, 0, title);
    for (col, (name, mark)) in HEADER.iter().zip(MARKS).enumerate() {
        sheet.text(9, col, &format!("{name}{mark}"));
    }
}

fn identity(sheet: &mut Sheet, at: usize, day: Date, row: &Row) {
    sheet.month(at, 0, day);
    for (col, cell) in row.geography.iter().enumerate() {
        sheet.text(at, col + 1, cell);
    }
}

fn notes(sheet: &mut Sheet, below: usize) {
    sheet.text(below, 0, "Notes:");
    for n in 1..=4 {
        sheet.text(below + n - 1, 1, &format!("{n:3}   SYNTHETIC note {n}"));
    }
    sheet.text(below + 4, 1, "** SYNTHETIC: the four outcomes add up to the inbound calls");
}

/// `Table 3`.
pub fn outcomes(book: &mut Book, day: Date, month: usize, rows: &[Row], sum: &Calls) {
    let mut sheet = book.sheet("Table 3");
    let title = format!(
        "Table 3: SYNTHETIC summary of cloud based telephony call outcomes, by practice, England, {}",
        day.strftime("%B %Y")
    );
    head(&mut sheet, &title);
    // Left over from making the real sheet: last month's totals and the column numbers of a look-up.
    for (col, number) in [(11, 12), (13, 13), (15, 14), (17, 15), (20, 16), (23, 17)] {
        sheet.int(0, col, sum.inbound / number).int(3, col, number).int(4, col, number - 9);
    }
    let ivr = format!("Ended during the IVR Stage [{}]", 4 + month % 2);
    sheet.merged(8, 13, 21, "Count of Inbound Call Outcome").text(9, 11, "Count of Inbound calls");
    let groups = [(13, "Answered"), (15, ivr.as_str()), (17, "Call back requested"), (20, "Missed")];
    for (col, name) in groups.into_iter().chain([(23, "Call back made")]) {
        let percent = if col == 23 { "% of requested" } else { "%" };
        sheet.merged(9, col, col + 1, name).text(10, col, "Total").text(10, col + 1, percent);
    }
    sheet.text(10, 11, "Total").text(12, 0, "Total");
    outcome_cells(&mut sheet, 12, sum);
    for (i, row) in rows.iter().enumerate() {
        identity(&mut sheet, 14 + i, day, row);
        outcome_cells(&mut sheet, 14 + i, &row.calls);
    }
    notes(&mut sheet, 15 + rows.len());
}

fn outcome_cells(sheet: &mut Sheet, at: usize, c: &Calls) {
    sheet.int(at, 11, c.inbound);
    for (col, count) in [(13, c.answered), (15, c.ended_ivr), (17, c.callback_requested), (20, c.missed)] {
        sheet.int(at, col, count).share(at, col + 1, count, c.inbound);
    }
    sheet.int(at, 23, c.callback_made).share(at, 24, c.callback_made, c.callback_requested);
}

/// Four counts by minutes, from a column on.
type Times = fn(&Calls) -> [i64; 4];

/// `Table 4`.
pub fn answered(book: &mut Book, day: Date, month: usize, rows: &[Row], sum: &Calls) {
    let title = format!(
        "Table 4: SYNTHETIC summary of answered calls, the time it took to answer and the duration, {}",
        day.strftime("%B %Y")
    );
    let waits = format!("Answered Calls - Wait time [{}]", 4 + month % 2);
    let groups: [(&str, usize, Times); 2] =
        [(&waits, 15, |c| c.waits), ("Answered Calls - Duration", 24, |c| c.durations)];
    timed(book, ("Table 4", &title), ("Answered", |c| c.answered), &groups, day, rows, sum);
}

/// `Table 5`.
pub fn missed(book: &mut Book, day: Date, rows: &[Row], sum: &Calls) {
    let title = "Table 5: SYNTHETIC summary of missed calls, the time it took to answer";
    let groups: [(&str, usize, Times); 1] = [("Missed Calls - Wait time", 15, |c| c.missed_waits)];
    timed(book, ("Table 5", title), ("Missed", |c| c.missed), &groups, day, rows, sum);
}

/// A table of calls of one outcome with groups of four columns by minutes. Total on row 12, data from row 14.
fn timed(
    book: &mut Book,
    (name, title): (&str, &str),
    (outcome, count): (&str, fn(&Calls) -> i64),
    groups: &[(&str, usize, Times)],
    day: Date,
    rows: &[Row],
    sum: &Calls,
) {
    let mut sheet = book.sheet(name);
    head(&mut sheet, title);
    sheet.text(9, 11, "Total Inbound calls").merged(9, 12, 13, outcome);
    sheet.text(10, 11, "Count").text(10, 12, "Count").text(10, 13, "%");
    let minutes = ["Less than 1 minute", "1 - 2 minutes", "2 - 5 minutes", "Longer than 5 minutes"];
    for (group, from, _) in groups {
        sheet.merged(8, *from, from + 7, group);
        for (k, minutes) in minutes.iter().enumerate() {
            let col = from + 2 * k;
            sheet.merged(9, col, col + 1, minutes).text(10, col, "Count").text(10, col + 1, "%");
        }
    }
    let cells = |sheet: &mut Sheet, at: usize, calls: &Calls| {
        let whole = count(calls);
        sheet.int(at, 11, calls.inbound).int(at, 12, whole).share(at, 13, whole, calls.inbound);
        for (_, from, times) in groups {
            for (k, part) in times(calls).into_iter().enumerate() {
                sheet.int(at, from + 2 * k, part).share(at, from + 2 * k + 1, part, whole);
            }
        }
    };
    sheet.texts(11, ["Total", "National"]);
    cells(&mut sheet, 11, sum);
    for (i, row) in rows.iter().enumerate() {
        identity(&mut sheet, 13 + i, day, row);
        cells(&mut sheet, 13 + i, &row.calls);
    }
    notes(&mut sheet, 14 + rows.len());
}
