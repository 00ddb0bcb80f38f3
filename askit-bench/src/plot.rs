//! The results as an SVG: one line of marks for each row, as a share of what it is compared with.

use std::fmt::Write;

use crate::curves;
use crate::rounds::Round;
use crate::rows::Row;
use crate::statistics::Spread;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 690.0;
const ROW_HEIGHT: f64 = 34.0;
const STYLE: &str = "text { font: 13px sans-serif; fill: #222 } .title { font-weight: bold }
.grid { stroke: #ddd } .range { stroke: #4682b4; stroke-width: 2 } .box { fill: #a9c7e0 }
.median { stroke: #1f3f5b; stroke-width: 3 } .wanted { stroke: #c0392b; stroke-width: 3 }
.solid, .dashed { stroke-width: 2 } .dashed { stroke-dasharray: 4 3 }
.SQLite { stroke: #4682b4; fill: #4682b4 } .PostgreSQL { stroke: #c0392b; fill: #c0392b }";

/// One line of marks.
struct Mark {
    name: String,
    spread: Spread,
    wanted: f64,
    text: String,
}

/// The drawing: the comparisons, and below them the limits.
pub fn draw(rows: &[Row]) -> String {
    let (ratios, shares) = marks(rows);
    let mut body = String::new();
    let ratio_title = "Comparisons: rate of A as a share of B's (right of red is wanted)";
    let y = panel(&mut body, 20.0, ratio_title, "A / B", &ratios);
    let share_title = "Limits: measured value as a share of its limit (left of red is wanted)";
    let y = panel(&mut body, y, share_title, "value / limit", &shares);
    let y = if ratios.is_empty() && shares.is_empty() {
        y
    } else {
        legend(&mut body, y);
        y + 50.0
    };
    let height = curves::draw(&mut body, y, rows);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\">\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{body}</svg>\n"
    )
}

fn marks(rows: &[Row]) -> (Vec<Mark>, Vec<Mark>) {
    let (mut ratios, mut shares) = (Vec::new(), Vec::new());
    for row in rows {
        match row {
            Row::Comparison(row) => {
                let spread = Spread::of(row.rounds.iter().map(Round::ratio));
                ratios.push(Mark {
                    name: row.name.clone(),
                    spread,
                    wanted: row.wanted,
                    text: format!("{:.2}, wanted ≥ {:.2}", spread.median, row.wanted),
                });
            }
            Row::Limit(row) => {
                let spread = Spread::of(row.values.iter().map(|value| value / row.limit));
                let (max, unit) = (spread.max * row.limit, row.unit);
                shares.push(Mark {
                    name: row.name.clone(),
                    spread,
                    wanted: 1.0,
                    text: format!("max {max:.1}, limit {:.0} {unit}", row.limit),
                });
            }
            // Requests are so many that they are in the table alone.
            Row::Timed(_) | Row::Delivery(_) => {}
        }
    }
    (ratios, shares)
}

/// Draws one panel and returns where the next may begin.
fn panel(svg: &mut String, top: f64, title: &str, axis: &str, marks: &[Mark]) -> f64 {
    if marks.is_empty() {
        return top;
    }
    let greatest = marks.iter().map(|mark| mark.spread.max.max(mark.wanted));
    let end = (greatest.fold(1.0, f64::max) * 5.0).ceil() / 5.0;
    let x = |value: f64| LEFT + (RIGHT - LEFT) * value / end;
    let (first, bottom) = (top + 20.0, top + 20.0 + ROW_HEIGHT * marks.len() as f64);
    text(svg, 20.0, top, "start", "title", title);
    // No more than ten numbers on the axis, however far it reaches.
    let step = 0.2 * (end / 2.0).ceil();
    for number in 0..=(end / step).round() as u32 {
        let value = f64::from(number) * step;
        line(svg, "grid", (x(value), first), (x(value), bottom));
        text(
            svg,
            x(value),
            bottom + 18.0,
            "middle",
            "",
            &format!("{value:.1}"),
        );
    }
    text(svg, RIGHT + 20.0, bottom + 18.0, "start", "", axis);
    for (number, mark) in marks.iter().enumerate() {
        let y = first + ROW_HEIGHT * (number as f64 + 0.5);
        text(svg, LEFT - 10.0, y + 4.0, "end", "", &mark.name);
        marks_of(svg, y, x, mark);
        text(svg, RIGHT + 20.0, y + 4.0, "start", "", &mark.text);
    }
    bottom + 60.0
}

fn marks_of(svg: &mut String, y: f64, x: impl Fn(f64) -> f64, mark: &Mark) {
    let spread = mark.spread;
    line(svg, "range", (x(spread.min), y), (x(spread.max), y));
    quartiles(svg, x(spread.lower), x(spread.upper), y);
    line(
        svg,
        "median",
        (x(spread.median), y - 9.0),
        (x(spread.median), y + 9.0),
    );
    line(
        svg,
        "wanted",
        (x(mark.wanted), y - 14.0),
        (x(mark.wanted), y + 14.0),
    );
}

fn legend(svg: &mut String, y: f64) {
    line(svg, "range", (LEFT, y), (LEFT + 40.0, y));
    text(svg, LEFT + 48.0, y + 4.0, "start", "", "min–max");
    quartiles(svg, LEFT + 130.0, LEFT + 160.0, y);
    text(svg, LEFT + 168.0, y + 4.0, "start", "", "quartiles");
    line(
        svg,
        "median",
        (LEFT + 250.0, y - 9.0),
        (LEFT + 250.0, y + 9.0),
    );
    text(svg, LEFT + 260.0, y + 4.0, "start", "", "median");
    line(
        svg,
        "wanted",
        (LEFT + 330.0, y - 9.0),
        (LEFT + 330.0, y + 9.0),
    );
    text(svg, LEFT + 340.0, y + 4.0, "start", "", "wanted");
}

fn quartiles(svg: &mut String, from: f64, to: f64, y: f64) {
    let (top, width) = (y - 6.0, to - from);
    let shape = format!(r#"x="{from:.1}" y="{top:.1}" width="{width:.1}" height="12""#);
    writeln!(svg, r#"<rect class="box" {shape}/>"#).ok();
}

/// A line with the marks of a class.
pub fn line(svg: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    let ((x1, y1), (x2, y2)) = (from, to);
    let ends = format!(r#"x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}""#);
    writeln!(svg, r#"<line class="{class}" {ends}/>"#).ok();
}

/// A text at its start, its middle or its end.
pub fn text(svg: &mut String, x: f64, y: f64, anchor: &str, class: &str, text: &str) {
    let place = format!(r#"x="{x:.1}" y="{y:.1}" text-anchor="{anchor}""#);
    writeln!(svg, r#"<text class="{class}" {place}>{text}</text>"#).ok();
}

/// A point.
pub fn circle(svg: &mut String, class: &str, (x, y): (f64, f64)) {
    let place = format!(r#"cx="{x:.1}" cy="{y:.1}" r="3""#);
    writeln!(svg, r#"<circle class="{class}" {place}/>"#).ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::samples;

    #[test]
    fn every_row_has_its_marks_and_its_name() {
        let rows = &samples()[..2];
        let svg = draw(rows);
        for class in ["range", "box", "median", "wanted"] {
            let marks = svg.matches(&format!("class=\"{class}\"")).count();
            assert_eq!(marks, rows.len() + 1, "{class}, and one in the legend");
        }
        assert!(svg.contains(">fast</text>") && svg.contains(">large</text>"));
        assert!(svg.contains("0.80, wanted ≥ 0.75"));
    }

    #[test]
    fn marks_lie_where_their_values_are() {
        let svg = draw(&samples()[..1]);
        // The axis ends at 1.0: the median of 0.8 lies at four fifths of it.
        let x = LEFT + (RIGHT - LEFT) * 0.8;
        assert!(
            svg.contains(&format!(r#"<line class="median" x1="{x:.1}""#)),
            "{svg}"
        );
    }
}
