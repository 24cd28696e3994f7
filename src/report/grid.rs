//! Tables as people see them on a page: words in cells, the first cell of a row its heading.

use super::words;
use jiff::civil::Date;
use serde::Serialize;

#[derive(Clone, Debug, Serialize)]
pub struct Grid {
    /// Our own slug, unique on its page.
    pub id: String,
    pub caption: String,
    pub head: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Head {
    pub text: String,
    /// Figures stand to the right.
    pub number: bool,
}

/// A cell of words. `href` is only ever a path that we made.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Cell {
    pub text: String,
    /// A code or remark after the text.
    pub small: Option<String>,
    pub href: Option<String>,
    pub number: bool,
    /// Text from data: isolated from the direction of what surrounds it.
    pub name: bool,
    pub absent: bool,
    /// The day that the text writes out, as ISO 8601: a script sorts by it.
    pub day: Option<String>,
}

/// A heading figure with its words.
#[derive(Clone, Debug, Serialize)]
pub struct Fact {
    pub label: String,
    pub value: String,
    pub note: String,
}

impl Fact {
    pub fn new(label: &str, value: String, note: impl Into<String>) -> Fact {
        Fact { label: label.to_owned(), value, note: note.into() }
    }
}

impl Grid {
    /// `columns` are headings; one that begins with `#` is of figures.
    pub fn new(id: &str, caption: impl Into<String>, columns: &[&str]) -> Grid {
        let head = columns
            .iter()
            .map(|c| match c.strip_prefix('#') {
                Some(text) => Head { text: text.to_owned(), number: true },
                None => Head { text: (*c).to_owned(), number: false },
            })
            .collect();
        Grid { id: id.to_owned(), caption: caption.into(), head, rows: Vec::new() }
    }

    pub fn column(&mut self, text: &str, number: bool) {
        self.head.push(Head { text: text.to_owned(), number });
    }
}

impl Cell {
    /// Words of ours.
    pub fn words(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    /// A name or other text from data, cleaned for display.
    pub fn name(text: &str) -> Cell {
        let (text, changed) = words::clean(text);
        let small = changed.then(|| "invisible characters removed".to_owned());
        Cell { text, small, name: true, ..Cell::default() }
    }

    /// A day written out.
    pub fn day(day: Date) -> Cell {
        Cell { day: Some(day.to_string()), ..Cell::words(words::day(day)) }
    }

    /// A sentence from data or a definition, in full: it wraps.
    pub fn long(text: &str) -> Cell {
        Cell { text: words::clean_long(text), name: true, ..Cell::default() }
    }

    #[must_use]
    pub fn small(mut self, text: impl Into<String>) -> Cell {
        self.small = match self.small {
            Some(first) => Some(format!("{}, {first}", text.into())),
            None => Some(text.into()),
        };
        self
    }

    #[must_use]
    pub fn link(mut self, href: Option<String>) -> Cell {
        self.href = href;
        self
    }

    /// A figure in words, or why there is none.
    pub fn figure(text: Option<String>, withheld: bool) -> Cell {
        let absent = text.is_none();
        let why = if withheld { "Withheld [c]" } else { words::NO_DATA };
        Cell { text: text.unwrap_or_else(|| why.to_owned()), number: true, absent, ..Cell::default() }
    }

    pub fn score(x: Option<f64>, withheld: bool) -> Cell {
        Cell::figure(x.map(words::score), withheld)
    }

    pub fn percent(x: Option<f64>, withheld: bool) -> Cell {
        Cell::figure(x.map(words::percent), withheld)
    }

    pub fn count(n: Option<i64>) -> Cell {
        Cell::figure(n.map(words::count), false)
    }
}
