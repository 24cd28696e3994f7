//! Frames built column by column, with one type a column.

use polars::prelude::*;

/// A frame that grows by whole columns, a quarter at a time.
#[derive(Default)]
pub(crate) struct Grown<'a> {
    columns: Vec<(String, Cells<'a>)>,
}

enum Cells<'a> {
    Day(Vec<i32>),
    Text(Vec<Option<&'a str>>),
    Owned(Vec<Option<String>>),
    Whole(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
}

macro_rules! grow {
    ($name:ident, $kind:ident, $item:ty) => {
        pub(crate) fn $name(&mut self, name: &str, cells: impl IntoIterator<Item = $item>) {
            match self.columns.iter_mut().find(|(n, _)| n == name) {
                Some((_, Cells::$kind(v))) => v.extend(cells),
                Some(_) => unreachable!("column {name} has one type"),
                None => self.columns.push((name.to_owned(), Cells::$kind(cells.into_iter().collect()))),
            }
        }
    };
}

impl<'a> Grown<'a> {
    grow!(days, Day, i32);
    grow!(texts, Text, Option<&'a str>);
    grow!(owned, Owned, Option<String>);
    grow!(wholes, Whole, Option<i64>);
    grow!(numbers, Number, Option<f64>);

    pub(crate) fn finish(self) -> PolarsResult<DataFrame> {
        let column = |(name, cells): (String, Cells<'a>)| {
            let name = PlSmallStr::from(name);
            match cells {
                Cells::Day(v) => Int32Chunked::from_vec(name, v).into_date().into_series().into_column(),
                Cells::Text(v) => Column::new(name, v),
                Cells::Owned(v) => Column::new(name, v),
                Cells::Whole(v) => Column::new(name, v),
                Cells::Number(v) => Column::new(name, v),
            }
        };
        DataFrame::new_infer_height(self.columns.into_iter().map(column).collect())
    }
}
