//! GET /api/sessions/{sessionId}/qr.svg

use serde_json::json;

use crate::support::*;

/// Pixels of a module.
const SCALE: usize = 4;

/// The number behind `before`, up to `after`.
fn number(text: &str, before: &str, after: char) -> usize {
    let (_, rest) = text
        .split_once(before)
        .unwrap_or_else(|| panic!("no {before} in {text}"));
    let (number, _) = rest.split_once(after).unwrap();
    number.parse().unwrap()
}

/// Paints the picture: a white square, and black rectangles that a path lists as
/// `M{x},{y}h{width}v{height}h-…`.
fn modules(svg: &str) -> Vec<Vec<bool>> {
    let size = number(svg, r#"viewBox="0 0 "#, ' ');
    let square = format!(r#"<rect width="{size}px" height="{size}px" fill=""#);
    assert!(svg.contains(&(square + r##"#ffffff"/>"##)), "{svg:.200}");
    let (_, path) = svg.split_once(r#"<path d=""#).unwrap();
    let (path, fill) = path.split_once('"').unwrap();
    assert!(fill.contains(r##"fill="#000000""##), "{fill}");
    let mut modules = vec![vec![false; size]; size];
    for rectangle in path.split('M').skip(1) {
        let rectangle = format!("M{rectangle}");
        let (x, y) = (number(&rectangle, "M", ','), number(&rectangle, ",", 'h'));
        let (width, height) = (number(&rectangle, "h", 'v'), number(&rectangle, "v", 'h'));
        for row in &mut modules[y..y + height] {
            row[x..x + width].fill(true);
        }
    }
    modules
}

/// What a camera reads in it.
pub fn read(svg: &str) -> String {
    let modules = modules(svg);
    let size = modules.len() * SCALE;
    let shade = |x: usize, y: usize| {
        if modules[y / SCALE][x / SCALE] {
            0
        } else {
            255
        }
    };
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(size, size, shade);
    let codes = image.detect_grids();
    assert_eq!(codes.len(), 1, "one code is in it");
    codes[0].decode().unwrap().1
}

#[apply(on_both_databases!)]
fn a_camera_reads_the_link_that_lets_people_in(app: &App) {
    let mina = app.user("mina");
    for title in ["Lecture 7", "Lecture 8", "Lecture 9"] {
        let session = mina.opens(title);
        let code = mina.get(&session).expect(200).field("joinCode");
        let picture = app
            .anonymous()
            .get(&format!("{session}/qr.svg"))
            .expect(200);
        assert_eq!(picture.header("content-type"), Some("image/svg+xml"));
        assert_eq!(picture.header("cache-control"), Some("no-store"));
        assert_eq!(
            read(&picture.text),
            format!("http://localhost:3000/join/{code}")
        );
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200);
        let again = app.guest().get(&format!("{session}/qr.svg")).expect(200);
        assert_eq!(
            again.text, picture.text,
            "it is what it was when the session has ended"
        );
    }
}

#[test]
fn the_link_is_that_of_the_public_url() {
    let app = Setup::default()
        .set("SERVER__PUBLIC_URL", "https://ask.example.org")
        .start(Kind::Sqlite);
    let mina = app.user("mina");
    for number in 0..8 {
        let session = mina.opens(&number.to_string());
        let code = mina.get(&session).expect(200).field("joinCode");
        let picture = app
            .anonymous()
            .get(&format!("{session}/qr.svg"))
            .expect(200);
        assert_eq!(
            read(&picture.text),
            format!("https://ask.example.org/join/{code}")
        );
    }
}

/// A browser shows a picture without a size over the whole window.
#[test]
fn the_picture_has_a_size_in_which_a_camera_reads_it_from_a_screen() {
    let app = App::start(Kind::Sqlite);
    let session = app.user("mina").opens("Lecture 7");
    let svg = app
        .anonymous()
        .get(&format!("{session}/qr.svg"))
        .expect(200)
        .text;
    let (tag, _) = svg.split_once('>').unwrap();
    let [width, height] = ["width", "height"].map(|it| number(tag, &format!(" {it}=\""), '"'));
    let modules = number(tag, r#" viewBox="0 0 "#, ' ');
    assert_eq!(width, height, "{tag}");
    assert_eq!(width % modules, 0, "modules have sharp edges: {tag}");
    assert!((200..=400).contains(&width), "{tag}");
}

#[test]
fn the_picture_has_a_white_margin_of_four_modules_and_nothing_that_runs() {
    let app = App::start(Kind::Sqlite);
    let session = app.user("mina").opens("<script>alert(1)</script>");
    let svg = app
        .anonymous()
        .get(&format!("{session}/qr.svg"))
        .expect(200)
        .text;
    let modules = modules(&svg);
    let last = modules.len() - 1;
    for (y, row) in modules.iter().enumerate() {
        for (x, is_black) in row.iter().enumerate() {
            let is_margin = [x, y, last - x, last - y].into_iter().min().unwrap() < 4;
            assert!(!(is_margin && *is_black), "black at {x}, {y}");
        }
    }
    assert!(
        modules[4][4..11].iter().all(|is_black| *is_black),
        "the corner begins behind it"
    );
    assert_eq!(svg.matches('<').count(), 4, "svg, rect, path: {svg:.200}");
}
