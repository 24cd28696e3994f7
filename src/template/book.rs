//! The form as a workbook: a sheet to fill with its answers validated, the questions, and how to fill it.

use super::TemplateError;
use super::form::{Form, Question, SHEET, cell};
use crate::define::Contract;
use crate::define::contract::FieldType;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format,
    Formula, Workbook, XlsxError,
};

/// Rows that are validated beyond the filled ones.
const SPARE: usize = 1_000;
/// Limits of the format for the title and the text of a prompt.
const TITLE: usize = 32;
const TEXT: usize = 255;

pub(super) fn workbook(
    contract: &Contract,
    form: &Form,
    rows: &[Vec<(String, String)>],
) -> Result<Vec<u8>, TemplateError> {
    let mut book = Workbook::new();
    // A fixed date: the writer would otherwise put in the clock's, and no two forms would be alike.
    let dated = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(
        &DocProperties::new()
            .set_title(&contract.title)
            .set_author("dpcmi template")
            .set_creation_datetime(&dated),
    );
    fill_in(&mut book, form, rows)?;
    questions(&mut book, form)?;
    how_to(&mut book, contract)?;
    Ok(book.save_to_buffer()?)
}

fn fill_in(book: &mut Workbook, form: &Form, rows: &[Vec<(String, String)>]) -> Result<(), XlsxError> {
    let head = Format::new().set_bold().set_background_color("#E8EDEE");
    // Codes such as 00K stay text, and a date typed by hand shows as the form asks for it.
    let (text, day) = (Format::new().set_num_format("@"), Format::new().set_num_format("yyyy-mm-dd"));
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?.set_freeze_panes(1, 0)?;
    let last = (rows.len() + SPARE) as u32;
    for (column, q) in form.questions.iter().enumerate() {
        let column = column as u16;
        sheet.write_string_with_format(0, column, &q.column, &head)?;
        sheet.set_column_width(column, (q.column.len() as f64 + 4.0).max(12.0))?;
        match q.kind {
            FieldType::Date => sheet.set_column_format(column, &day)?,
            FieldType::Integer | FieldType::Number | FieldType::Pence => sheet,
            _ => sheet.set_column_format(column, &text)?,
        };
        if let Some(rule) = validation(q, column)? {
            sheet.add_data_validation(1, column, last, column, &rule)?;
        }
    }
    for (at, row) in rows.iter().enumerate() {
        for (column, q) in form.questions.iter().enumerate() {
            let word = cell(row, q);
            if !word.is_empty() {
                sheet.write_string(at as u32 + 1, column as u16, word)?;
            }
        }
    }
    Ok(())
}

/// Letters of a column: 0 is A, 26 is AA.
fn letters(column: u16) -> String {
    let (high, low) = (column / 26, (b'A' + (column % 26) as u8) as char);
    if high == 0 { low.to_string() } else { format!("{}{low}", letters(high - 1)) }
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// What the cells of a question may hold; `None` where anything may stand.
fn validation(q: &Question, column: u16) -> Result<Option<DataValidation>, XlsxError> {
    let rule = DataValidation::new();
    let marks: Vec<&str> = q.absences.iter().map(|(word, _)| word.as_str()).collect();
    let rule = match q.kind {
        _ if !q.values.is_empty() => {
            let words: Vec<&str> = q.values.iter().map(String::as_str).chain(marks).collect();
            rule.allow_list_strings(&words)?
        }
        FieldType::Integer => {
            let c = format!("{}2", letters(column));
            let mut whole = format!("ISNUMBER({c}),{c}=INT({c})");
            whole.extend(q.min.map(|x| format!(",{c}>={x}")));
            whole.extend(q.max.map(|x| format!(",{c}<={x}")));
            let words: String = marks.iter().map(|m| format!(",{c}=\"{m}\"")).collect();
            rule.allow_custom(Formula::new(format!("=OR(AND({whole}){words})")))
        }
        FieldType::Date => {
            let first = ExcelDateTime::from_ymd(q.min.map_or(2000, |y| y as u16), 1, 1)?;
            rule.allow_date(DataValidationRule::GreaterThanOrEqualTo(first))
        }
        _ => return Ok(None),
    };
    let stop = if q.kind == FieldType::Date {
        DataValidationErrorStyle::Warning
    } else {
        DataValidationErrorStyle::Stop
    };
    let rule = rule.set_error_style(stop).set_error_title(cut(&q.column, TITLE))?;
    let rule = rule.set_error_message(cut(&format!("Allowed: {}. {}", q.allowed(), q.no_answer()), TEXT))?;
    let rule = rule.set_input_title(cut(&q.column, TITLE))?;
    Ok(Some(rule.set_input_message(cut(&format!("{}. Allowed: {}.", q.title, q.allowed()), TEXT))?))
}

fn questions(book: &mut Workbook, form: &Form) -> Result<(), XlsxError> {
    let head = Format::new().set_bold();
    let sheet = book.add_worksheet();
    sheet.set_name("Questions")?;
    for (column, name) in ["Column", "Question", "Answers", "Where there is no answer"].iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, *name, &head)?;
        sheet.set_column_width(column as u16, [22.0, 80.0, 30.0, 90.0][column])?;
    }
    for (row, q) in form.questions.iter().enumerate() {
        let row = row as u32 + 1;
        for (column, text) in
            [q.column.clone(), q.title.clone(), q.allowed(), q.no_answer()].iter().enumerate()
        {
            sheet.write_string(row, column as u16, text)?;
        }
    }
    Ok(())
}

fn how_to(book: &mut Workbook, contract: &Contract) -> Result<(), XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name("How to fill")?.set_column_width(0, 120.0)?;
    let about = contract.about.replace('\n', " ");
    let lines = [
        contract.title.as_str(),
        about.trim(),
        "Fill the sheet `Return`, one row for each unit; leave its header row as it is. Rows and other sheets may be added.",
        "Four reasons for no answer are kept apart: not returned (or an empty cell), not applicable, not asked, withheld. \
         Write the word in the cell where the question allows it.",
        "An answer that is missing counts as not met in the floor of the score: leaving a cell empty never helps.",
        "Save as .xlsx or as comma-separated text; both are read.",
    ];
    for (row, text) in lines.iter().enumerate() {
        sheet.write_string(row as u32, 0, *text)?;
    }
    Ok(())
}
