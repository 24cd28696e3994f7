//! How the parts of a package refer to each other; a target stays inside it or is refused.

use crate::read::Limits;
use crate::read::workbook::xml::{Fault, Walk, attribute};
use quick_xml::events::Event;

/// One relationship of a part.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type (`worksheet`).
    pub(super) kind: String,
    pub(super) target: String,
    pub(super) external: bool,
}

pub(super) fn read_relations(bytes: &[u8], limits: &Limits) -> Result<Vec<Relation>, Fault> {
    let mut walk = Walk::new(bytes, limits)?;
    let mut relations = Vec::new();
    loop {
        match walk.next()? {
            Event::Start(e) if e.local_name().as_ref() == "Relationship" => {
                let get = |name| attribute(&e, name).map(Option::unwrap_or_default);
                let kind = get("Type")?;
                relations.push(Relation {
                    id: get("Id")?,
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: get("Target")?,
                    external: get("TargetMode")? == "External",
                });
            }
            Event::Eof => return Ok(relations),
            _ => {}
        }
    }
}

/// `xl`, `../media/a.png` -> `media/a.png`; `None` when it leaves the package.
pub(super) fn resolve(folder: &str, target: &str) -> Option<String> {
    if target.contains(['\\', ':', '\0']) {
        return None;
    }
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(rest) if rest.starts_with('/') => return None,
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|p| !p.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/").to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_stays_inside_the_package_or_is_refused() {
        let check = |folder, target, expected: Option<&str>| {
            assert_eq!(resolve(folder, target).as_deref(), expected, "{target}");
        };
        check("xl", "worksheets/Sheet1.xml", Some("xl/worksheets/sheet1.xml"));
        check("xl/worksheets", "../media/a.png", Some("xl/media/a.png"));
        check("xl", "/xl/styles.xml", Some("xl/styles.xml"));
        for out in ["../../../etc/passwd", "http://x/y", "file:///etc/passwd", "..\\x", "//host/share"] {
            check("xl", out, None);
        }
    }
}
