//! The same picture as PNG, drawn from the SVG by resvg with the embedded Noto Sans; no font of the machine is read.

use super::RenderError;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};
use std::sync::{Arc, OnceLock};

/// The options with the font database, which takes a moment to build.
fn options() -> &'static Options<'static> {
    static OPTIONS: OnceLock<Options<'static>> = OnceLock::new();
    OPTIONS.get_or_init(|| {
        let mut options = Options { font_family: "Noto Sans".to_owned(), ..Options::default() };
        let fonts = Arc::make_mut(&mut options.fontdb);
        fonts.load_font_data(ttf_noto_sans::REGULAR.to_vec());
        fonts.load_font_data(ttf_noto_sans::BOLD.to_vec());
        fonts.set_sans_serif_family("Noto Sans");
        options
    })
}

/// `scale` is pixels for each unit of the chart.
pub fn draw(id: &str, svg: &str, scale: f32) -> Result<Vec<u8>, RenderError> {
    let fail = |why: String| RenderError::Chart { id: id.to_owned(), why };
    let tree = Tree::from_str(svg, options()).map_err(|e| fail(e.to_string()))?;
    let size = tree.size().to_int_size().scale_by(scale).ok_or_else(|| fail("no size".to_owned()))?;
    let mut pixmap =
        Pixmap::new(size.width(), size.height()).ok_or_else(|| fail("too large for a picture".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| fail(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_two_embedded_faces_are_known() {
        let faces: Vec<_> = options().fontdb.faces().map(|f| f.families[0].0.clone()).collect();
        assert_eq!(faces, ["Noto Sans", "Noto Sans"]);
    }
}
