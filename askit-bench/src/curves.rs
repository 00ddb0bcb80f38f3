//! Deliveries as curves over the number of listeners: how long they take, and what they cost.

use crate::plot::{circle, line, text};
use crate::rows::{Delivery, Row, thousands};

const LEFT: f64 = 60.0;
const WIDTH: f64 = 210.0;
const GAP: f64 = 80.0;
const HEIGHT: f64 = 180.0;

/// One drawing: what it shows, and a curve for each database and each of these.
struct Curves {
    title: &'static str,
    lines: &'static [Line],
}

/// The class of a curve's marks, and its values.
type Line = (&'static str, fn(&Delivery) -> Option<f64>);

const DRAWINGS: [Curves; 3] = [
    Curves {
        title: "ms until it is there: p99, p50 (dashed)",
        lines: &[
            ("solid", |it| Some(it.events.p99)),
            ("dashed", |it| Some(it.events.p50)),
        ],
    },
    Curves {
        title: "µs of the server for an event",
        lines: &[("solid", |it| Some(it.server))],
    },
    Curves {
        title: "KiB of the server for a listener",
        lines: &[("solid", |it| it.memory)],
    },
];

/// Powers of ten around all values.
struct Scale {
    first: f64,
    last: f64,
    /// Where the first and the last lie.
    from: f64,
    to: f64,
}

impl Scale {
    fn around(values: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let logarithms: Vec<f64> = values.filter(|it| *it > 0.0).map(f64::log10).collect();
        let first = logarithms.iter().copied().fold(f64::MAX, f64::min).floor();
        let last = logarithms.iter().copied().fold(f64::MIN, f64::max).ceil();
        Self {
            first,
            last: last.max(first + 1.0),
            from,
            to,
        }
    }

    fn place(&self, value: f64) -> f64 {
        let part = (value.log10() - self.first) / (self.last - self.first);
        self.from + (self.to - self.from) * part
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        (self.first as i32..=self.last as i32).map(|power| 10_f64.powi(power))
    }
}

/// Draws all of them side by side and returns where the next thing may begin.
pub fn draw(svg: &mut String, top: f64, rows: &[Row]) -> f64 {
    let points = rows.iter().filter_map(|row| match row {
        Row::Delivery(row) => Some((row.series?, row)),
        _ => None,
    });
    let points: Vec<_> = points.collect();
    if points.is_empty() {
        return top;
    }
    text(svg, 20.0, top, "start", "title", "Listeners of one session");
    let mut left = LEFT;
    for drawing in &DRAWINGS {
        drawing.draw(svg, (left, top + 30.0), &points);
        left += WIDTH + GAP;
    }
    let y = top + HEIGHT + 80.0;
    let mut names: Vec<_> = points.iter().map(|(series, _)| *series).collect();
    names.dedup();
    for (number, name) in names.into_iter().enumerate() {
        let x = LEFT + 140.0 * number as f64;
        line(
            svg,
            &format!("solid {name}"),
            (x, y - 4.0),
            (x + 30.0, y - 4.0),
        );
        text(svg, x + 38.0, y, "start", "", name);
    }
    y + 40.0
}

impl Curves {
    fn draw(&self, svg: &mut String, (left, top): (f64, f64), points: &[(&str, &Delivery)]) {
        let bottom = top + HEIGHT;
        let all = points
            .iter()
            .flat_map(|(_, row)| self.lines.iter().filter_map(|(_, of)| of(row)));
        let counts = points.iter().map(|(_, row)| row.listeners as f64);
        let (x, y) = (
            Scale::around(counts, left, left + WIDTH),
            Scale::around(all, bottom, top),
        );
        text(svg, left, top - 8.0, "start", "", self.title);
        grid(svg, &x, &y);
        for (class, of) in self.lines {
            let mut before: Option<(&str, (f64, f64))> = None;
            for (series, row) in points {
                let Some(value) = of(row).filter(|it| *it > 0.0) else {
                    continue;
                };
                let here = (x.place(row.listeners as f64), y.place(value));
                if let Some((_, there)) = before.filter(|(it, _)| it == series) {
                    line(svg, &format!("{class} {series}"), there, here);
                }
                circle(svg, series, here);
                before = Some((series, here));
            }
        }
    }
}

/// Draws where the powers of ten lie.
fn grid(svg: &mut String, x: &Scale, y: &Scale) {
    for tick in x.ticks() {
        let at = x.place(tick);
        line(svg, "grid", (at, y.from), (at, y.to));
        text(
            svg,
            at,
            y.from + 18.0,
            "middle",
            "",
            &thousands(tick as usize),
        );
    }
    for tick in y.ticks() {
        let at = y.place(tick);
        line(svg, "grid", (x.from, at), (x.to, at));
        text(svg, x.from - 8.0, at + 4.0, "end", "", &tick.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::samples;

    #[test]
    fn values_lie_between_powers_of_ten() {
        let scale = Scale::around([20.0, 300.0].into_iter(), 0.0, 100.0);
        assert_eq!(scale.ticks().collect::<Vec<_>>(), [10.0, 100.0, 1_000.0]);
        assert!((scale.place(100.0) - 50.0).abs() < 1e-9);
    }

    #[test]
    fn a_delivery_is_a_point_of_each_curve() {
        let mut svg = String::new();
        draw(&mut svg, 0.0, &samples());
        assert_eq!(svg.matches("<circle").count(), 4, "{svg}");
        assert!(svg.contains("class=\"solid SQLite\""), "in the legend");
        svg.clear();
        assert_eq!(draw(&mut svg, 7.0, &samples()[..2]), 7.0);
        assert!(svg.is_empty());
    }
}
