//! Return templates: the empty form of a dataset, as text and as a workbook, made from its contract.
//!
//! Questions, allowed answers and absences come from the contract and from nowhere else, so that a form and what the
//! pipeline reads back cannot drift apart. Rows may come filled in with what is known already (codes, names, the date).
//! Not here: reading forms back (`contract`), and files: this gives bytes.

mod book;
mod form;

pub use form::{Form, Question};

use crate::define::Contract;

/// Why there is no form.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("`{0}` is no return with a header and one row per unit: it has no form")]
    NoForm(String),
    #[error("the workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// The files of one form, by name: the return as text, as a workbook where the contract reads one, and its questions.
///
/// # Errors
/// A dataset whose layout is not a plain table, or a workbook that the writer refuses.
pub fn files(
    contract: &Contract,
    rows: &[Vec<(String, String)>],
) -> Result<Vec<(String, Vec<u8>)>, TemplateError> {
    let form = Form::of(contract).ok_or_else(|| TemplateError::NoForm(contract.id.clone()))?;
    let id = &contract.id;
    let mut out =
        vec![(format!("{id}.csv"), form.csv(rows)), (format!("{id}_questions.csv"), form.questions_csv())];
    if form.sheet {
        out.push((format!("{id}.xlsx"), book::workbook(contract, &form, rows)?));
    }
    out.sort();
    Ok(out)
}
