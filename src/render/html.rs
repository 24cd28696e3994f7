//! Pages from templates (`reports/templates/*.html`), escaped by the template's name; the style sheet beside them.
//!
//! One script of our own beside them, nothing inline, no link but to files that we write: a strict content policy stands in
//! every page.

use super::{File, RenderError};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};
use serde::Serialize;

pub const STYLE: &str = include_str!("../../reports/style.css");
pub const SCRIPT: &str = include_str!("../../reports/site.js");

const TEMPLATES: [(&str, &str); 10] = [
    ("base.html", include_str!("../../reports/templates/base.html")),
    ("macros.html", include_str!("../../reports/templates/macros.html")),
    ("index.html", include_str!("../../reports/templates/index.html")),
    ("allocation.html", include_str!("../../reports/templates/allocation.html")),
    ("article.html", include_str!("../../reports/templates/article.html")),
    ("audit.html", include_str!("../../reports/templates/audit.html")),
    ("ccg.html", include_str!("../../reports/templates/ccg.html")),
    ("practice.html", include_str!("../../reports/templates/practice.html")),
    ("indicator.html", include_str!("../../reports/templates/indicator.html")),
    ("find.html", include_str!("../../reports/templates/find.html")),
];

pub struct Pages {
    environment: Environment<'static>,
    /// What the release is called, on every page that leads back to it.
    release: String,
}

impl Pages {
    /// `release`: the title of the release, cleaned for display.
    pub fn new(release: String) -> Result<Pages, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        let prepared = syntax.and_then(|syntax| {
            environment.set_syntax(syntax);
            TEMPLATES.into_iter().try_for_each(|(name, source)| environment.add_template(name, source))
        });
        prepared.map_err(|source| RenderError::Page { page: "templates".to_owned(), source })?;
        Ok(Pages { environment, release })
    }

    /// The page at a path of the release; what it leads to is found from there.
    pub fn file(
        &self,
        path: impl Into<String>,
        template: &str,
        page: &impl Serialize,
    ) -> Result<File, RenderError> {
        let path = path.into();
        let root = "../".repeat(path.matches('/').count());
        let page = minijinja::Value::from(Serde(page));
        let context = context! { page, release => &self.release, root, here => &path };
        let rendered = self.environment.get_template(template).and_then(|t| t.render(context));
        match rendered {
            Ok(text) => Ok((path, text.into_bytes())),
            Err(source) => Err(RenderError::Page { page: path, source }),
        }
    }
}
