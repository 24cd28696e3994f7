//! Every other way from values to points that the simulation may draw, prepared once: each imputation with each
//! normalisation, and each width of the fixed scales.
//!
//! A version keeps the units that the stated screening keeps. What cannot be computed is refused here, so that no
//! replicate fails.

use super::column::{self, Column, Row};
use super::{Design, Simulation, Values, impute, normalise, treat};
use crate::define::framework::{Framework, Normalising, Present};
use crate::diag::{Diagnostic, Place, Severity};
use crate::index::simulate::{WIDTHS, scale_of_width, widths};

/// The columns of each width of the fixed scales; one set where there are none, or where they are not varied.
pub(super) struct Version {
    pub widths: Vec<Vec<Option<Column>>>,
}

/// Whether imputation comes before screening.
pub(super) fn imputes_first(framework: &Framework) -> bool {
    framework.screening.as_ref().is_some_and(|s| s.present == Present::Imputed)
}

/// A simulation that the framework does not describe, or a design that does not fit it.
pub(super) fn unfit(framework: &Framework, simulation: &Simulation, values: &Values) -> Vec<Diagnostic> {
    let fault = |message: String, hint: &str| {
        let mut d = Diagnostic::new("SIMULATION", Place::file(&values.file), message);
        d.hint = Some(hint.to_owned());
        vec![d]
    };
    let asked = simulation.replicates.is_some() || simulation.design.is_some();
    if framework.uncertainty.is_none() && asked {
        let message =
            format!("replicates are asked for, and `{}` does not say what is uncertain", framework.id);
        return fault(
            message,
            "add [uncertainty] with weights, goalposts, missing, replicates, reason, owner",
        );
    }
    if simulation.replicates.is_some_and(|n| !(100..=100_000).contains(&n)) {
        return fault("between 100 and 100000 replicates".to_owned(), "1000 are enough for intervals");
    }
    simulation.design.as_ref().and_then(|d| ill_formed(framework, d)).map_or_else(Vec::new, |m| {
        fault(m, "a column per id of a dimension or an indicator, a row per replicate, each from 0 to 1")
    })
}

fn ill_formed(framework: &Framework, design: &Design) -> Option<String> {
    let known = |id: &str| {
        framework.nodes.iter().skip(1).any(|n| n.id == id) || framework.indicators.iter().any(|x| x.id == id)
    };
    if let Some(id) = design.keys().find(|id| !known(id)) {
        return Some(format!("the design names `{id}`, which is neither a dimension nor an indicator"));
    }
    let runs = design.values().next().map_or(0, Vec::len);
    if runs < 2 || design.values().any(|u| u.len() != runs) {
        return Some("the columns of the design have less than two rows, or not the same number".to_owned());
    }
    let outside = |u: &&f64| !(0.0..=1.0).contains(*u);
    let wrong = design.iter().find_map(|(id, u)| Some((id, u.iter().find(outside)?)));
    wrong.map(|(id, u)| format!("the design has {u} for `{id}`"))
}

/// All versions in the order imputation, then normalisation; the stated ones first. `rows` and `columns` as they were
/// read, `included` as the stated screening left them.
pub(super) fn versions(
    framework: &Framework,
    file: &str,
    rows: &[Row<'_>],
    columns: &[Option<Column>],
    included: Option<&[bool]>,
) -> Result<Vec<Version>, Vec<Diagnostic>> {
    let Some(u) = &framework.uncertainty else { return Ok(Vec::new()) };
    let fixed = framework.indicators.iter().any(|x| x.goalposts.is_some());
    let widths: Vec<f64> = if fixed && u.goalposts > 0.0 { widths(u.goalposts).to_vec() } else { vec![1.0] };
    debug_assert!(widths.len() == 1 || widths.len() == WIDTHS);
    let imputations = std::iter::once(None).chain(u.imputations.iter().map(Some));
    let mut out = Vec::new();
    for imputation in imputations {
        for normalisation in std::iter::once(None).chain(u.normalisations.iter().map(Some)) {
            let mut other = framework.clone();
            for x in &mut other.indicators {
                if let (Some(by), Some(own)) = (imputation, &mut x.steps.imputation) {
                    own.by = *by;
                }
                if let (Some(by), Some(own)) = (normalisation, &mut x.steps.normalisation) {
                    *own = Normalising { by: by.clone(), ..own.clone() };
                }
            }
            let set = widths.iter().map(|width| points(&other, *width, file, rows, columns, included));
            out.push(Version { widths: set.collect::<Result<_, _>>()? });
        }
    }
    Ok(out)
}

/// The steps from values as read to points, with the fixed scales at another width.
fn points(
    framework: &Framework,
    width: f64,
    file: &str,
    rows: &[Row<'_>],
    columns: &[Option<Column>],
    included: Option<&[bool]>,
) -> Result<Vec<Option<Column>>, Vec<Diagnostic>> {
    let mut framework = framework.clone();
    for goalposts in framework.indicators.iter_mut().filter_map(|x| x.goalposts.as_mut()) {
        *goalposts = scale_of_width(goalposts, width);
    }
    let (mut rows, mut columns) = (rows.to_vec(), columns.to_vec());
    let mut faults = Vec::new();
    if imputes_first(&framework) {
        faults.extend(impute::impute(&framework, file, &rows, &mut columns));
    }
    if let Some(included) = included {
        column::keep(included, &mut rows, &mut columns);
    }
    if !imputes_first(&framework) {
        faults.extend(impute::impute(&framework, file, &rows, &mut columns));
    }
    faults.extend(treat::treat(&framework, file, &rows, &mut columns).1);
    faults.extend(normalise::normalise(&framework, file, &rows, &mut columns));
    let wrong = |d: &Diagnostic| d.severity >= Severity::Error;
    if !faults.iter().any(wrong) {
        return Ok(columns);
    }
    for d in &mut faults {
        d.message = format!("{}, in a version that [uncertainty] asks for", d.message);
    }
    Err(faults)
}
