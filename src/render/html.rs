//! Pages from templates (`reports/templates/*.html`), escaped by the template's name; the style sheet beside them.
//!
//! One script of our own beside them, nothing inline, no link but to files that we write: a strict content policy stands in
//! every page.

use crate::report::{
    About, AllocationPage, AuditPage, CcgPage, FindPage, IndexPage, IndicatorPage, PracticePage,
};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, context};

pub const STYLE: &str = include_str!("../../reports/style.css");
pub const SCRIPT: &str = include_str!("../../reports/site.js");

const TEMPLATES: [(&str, &str); 9] = [
    ("base.html", include_str!("../../reports/templates/base.html")),
    ("macros.html", include_str!("../../reports/templates/macros.html")),
    ("index.html", include_str!("../../reports/templates/index.html")),
    ("allocation.html", include_str!("../../reports/templates/allocation.html")),
    ("audit.html", include_str!("../../reports/templates/audit.html")),
    ("ccg.html", include_str!("../../reports/templates/ccg.html")),
    ("practice.html", include_str!("../../reports/templates/practice.html")),
    ("indicator.html", include_str!("../../reports/templates/indicator.html")),
    ("find.html", include_str!("../../reports/templates/find.html")),
];

pub struct Pages(Environment<'static>);

impl Pages {
    pub fn new() -> Result<Pages, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        for (name, source) in TEMPLATES {
            environment.add_template(name, source)?;
        }
        Ok(Pages(environment))
    }

    pub fn index(&self, page: &IndexPage) -> Result<Vec<u8>, minijinja::Error> {
        let page = minijinja::Value::from(Serde(page));
        self.render("index.html", context! { page, root => "" })
    }

    pub fn audit(&self, page: &AuditPage, about: &About) -> Result<Vec<u8>, minijinja::Error> {
        let title = crate::report::words::clean(&about.title).0;
        let page = minijinja::Value::from(Serde(page));
        self.render("audit.html", context! { page, release => title, root => "../" })
    }

    pub fn ccg(&self, page: &CcgPage, about: &About) -> Result<Vec<u8>, minijinja::Error> {
        let title = crate::report::words::clean(&about.title).0;
        let page = minijinja::Value::from(Serde(page));
        self.render("ccg.html", context! { page, release => title, root => "../../" })
    }

    pub fn practice(&self, page: &PracticePage, about: &About) -> Result<Vec<u8>, minijinja::Error> {
        let title = crate::report::words::clean(&about.title).0;
        let page = minijinja::Value::from(Serde(page));
        self.render("practice.html", context! { page, release => title, root => "../../" })
    }

    pub fn indicator(&self, page: &IndicatorPage) -> Result<Vec<u8>, minijinja::Error> {
        let page = minijinja::Value::from(Serde(page));
        self.render("indicator.html", context! { page, root => "../../" })
    }

    pub fn find(&self, page: &FindPage, about: &About) -> Result<Vec<u8>, minijinja::Error> {
        let title = crate::report::words::clean(&about.title).0;
        let page = minijinja::Value::from(Serde(page));
        self.render("find.html", context! { page, release => title, root => "../" })
    }

    pub fn allocation(&self, page: &AllocationPage) -> Result<Vec<u8>, minijinja::Error> {
        let page = minijinja::Value::from(Serde(page));
        self.render("allocation.html", context! { page, root => "" })
    }

    fn render(&self, name: &str, context: minijinja::Value) -> Result<Vec<u8>, minijinja::Error> {
        self.0.get_template(name)?.render(context).map(String::into_bytes)
    }
}
