//! The lines as a frame: what was read, what each was taken for, and the codes of what is odd.

use super::line::Line;
use crate::frames::{Grown, days_of};
use crate::model::{Period, Provenance};
use polars::prelude::*;

/// One row a line, in the order of CCG, source and place. An amount that is no number of pence is absent, not 0.
pub(super) fn layout(lines: &[Line], year: Period, provenance: Provenance) -> PolarsResult<DataFrame> {
    let mut out = Grown::default();
    let all = || lines.iter();
    let payee = |l: &Line| l.recharge.as_ref().map(|p| p.code.clone().unwrap_or_else(|| p.name.clone()));
    out.days("period", all().map(|_| days_of(year.end())));
    out.texts("ccg_code", all().map(|l| Some(l.ccg.as_str())));
    out.texts("source", all().map(|l| Some(l.origin.as_str())));
    out.wholes("month", all().map(|l| l.month.map(i64::from)));
    out.texts("date_as_published", all().map(|l| l.date.as_deref()));
    out.dates("date", all().map(|l| l.day.date().map(days_of)));
    out.texts("description", all().map(|l| l.description.as_deref()));
    out.texts("category_stated", all().map(|l| l.stated.as_deref()));
    out.texts("expense_type", all().map(|l| l.expense_type.as_deref()));
    out.texts("expense_area", all().map(|l| l.expense_area.as_deref()));
    out.texts("supplier", all().map(|l| l.supplier.as_deref()));
    out.texts("transaction_number", all().map(|l| l.transaction.as_deref()));
    out.wholes("amount_pence", all().map(|l| (!l.odd_unit).then_some(l.pence)));
    out.texts("category", all().map(|l| l.category.map(|c| c.as_str())));
    out.owned("recharge_to", all().map(payee));
    out.texts("on_behalf_of", all().map(|l| l.for_other.as_deref()));
    out.owned("flags", all().map(|l| Some(l.flags().join(" ")).filter(|f| !f.is_empty())));
    out.texts("file", all().map(|l| l.file.as_deref()));
    out.wholes("line", all().map(|l| l.row));
    out.texts("provenance", all().map(|_| Some(provenance.as_str())));
    let mut frame = out.finish()?;
    let flag = |name: &str, of: &dyn Fn(&Line) -> bool| {
        Column::new(name.into(), lines.iter().map(of).collect::<Vec<bool>>())
    };
    let at = frame.get_column_index("category").unwrap_or_default();
    frame.insert_column(at, flag("counted", &Line::counts))?;
    frame.insert_column(at, flag("in_scope", &|l| l.in_scope))?;
    Ok(frame)
}
