//! A plot on two logarithmic axes, as SVG, without a library.

use std::fmt::Write as _;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;

/// One panel: a line through points that are all above zero.
#[derive(Debug, Clone)]
pub struct Panel {
    /// What is shown, with its unit.
    pub title: String,
    /// What the points lie at, and how much it is there.
    pub points: Vec<(f64, f64)>,
}

/// The panels side by side; `across` names what is counted from left to right.
#[must_use]
pub fn svg(across: &str, panels: &[Panel]) -> String {
    let width = WIDTH * panels.len() as f64;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (number, panel) in panels.iter().enumerate() {
        let _ = writeln!(out, "<g transform=\"translate({},0)\">", WIDTH * number as f64);
        panel.draw(across, &mut out);
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

impl Panel {
    fn draw(&self, across: &str, out: &mut String) {
        let xs = decades(self.points.iter().map(|(x, _)| *x));
        let ys = decades(self.points.iter().map(|(_, y)| *y));
        let at_x = |x: f64| LEFT + share(x, xs) * (WIDTH - LEFT - RIGHT);
        let at_y = |y: f64| HEIGHT - BOTTOM - share(y, ys) * (HEIGHT - TOP - BOTTOM);
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        let _ =
            writeln!(out, "<text x=\"{LEFT}\" y=\"24\" font-weight=\"bold\">{}</text>", self.title);
        for decade in xs.0..=xs.1 {
            let (x, label) = (at_x(10_f64.powi(decade)), power(decade));
            let _ = writeln!(
                out,
                "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#ddd\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
                bottom + 18.0
            );
        }
        for decade in ys.0..=ys.1 {
            let (y, label) = (at_y(10_f64.powi(decade)), power(decade));
            let _ = writeln!(
                out,
                "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#ddd\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                LEFT - 6.0,
                y + 4.0
            );
        }
        let line: Vec<String> =
            self.points.iter().map(|(x, y)| format!("{:.1},{:.1}", at_x(*x), at_y(*y))).collect();
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/>",
            line.join(" ")
        );
        for (x, y) in &self.points {
            let (px, py) = (at_x(*x), at_y(*y));
            let shown = if *y < 10.0 { format!("{y:.2}") } else { format!("{y:.0}") };
            // At the edges it must not run into the scale, nor out of the picture.
            let (anchor, label_x) = if px < LEFT + 20.0 {
                ("start", px + 6.0)
            } else if px > right - 20.0 {
                ("end", px)
            } else {
                ("middle", px)
            };
            let _ = writeln!(
                out,
                "<circle cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"4\" fill=\"#06c\"/>\
                 <text x=\"{label_x:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{shown}</text>",
                py - 10.0
            );
        }
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{across}</text>",
            f64::midpoint(LEFT, right),
            HEIGHT - 12.0
        );
    }
}

/// The powers of ten around the values.
fn decades(values: impl Iterator<Item = f64>) -> (i32, i32) {
    let (low, high) = values.fold((f64::MAX, f64::MIN_POSITIVE), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (low, high) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    (low, high.max(low + 1))
}

/// Where a value lies between two powers of ten: 0 to 1.
fn share(value: f64, (low, high): (i32, i32)) -> f64 {
    (value.log10() - f64::from(low)) / f64::from(high - low)
}

fn power(decade: i32) -> String {
    match decade {
        0..=2 => format!("{:.0}", 10_f64.powi(decade)),
        3..=5 => format!("{:.0}k", 10_f64.powi(decade - 3)),
        6..=8 => format!("{:.0}M", 10_f64.powi(decade - 6)),
        _ => format!("{}", 10_f64.powi(decade)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_between_their_powers_of_ten() {
        let decades = decades([20.0, 4000.0].into_iter());
        assert_eq!(decades, (1, 4));
        assert!((share(1000.0, decades) - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(power(4), "10k");
    }

    #[test]
    fn every_point_is_drawn() {
        let points = vec![(1e4, 1.0), (1e5, 20.0), (1e6, 300.0)];
        let panel = Panel { title: "memory, MiB".to_owned(), points };
        let drawn = svg("subscribers", &[panel.clone(), panel]);
        assert_eq!(drawn.matches("<circle").count(), 6);
        assert!(drawn.contains(">100k</text>") && drawn.contains(">300</text>"));
    }
}
