//! The plot: panels side by side, each with its legend below, on a light ground whatever the page around.

use std::error::Error;
use std::path::Path;

use plotters::coord::Shift;
use plotters::coord::combinators::{BindKeyPoints, IntoLogRange};
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::figures::Panel;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// In pixels: of a panel, of its parts from top to bottom, and of each line of the legend.
const WIDTH: u32 = 400;
const HEADING: i32 = 62;
const AXES: i32 = 312;
const ROW: i32 = 24;

const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const FAINT_INK: RGBColor = RGBColor(0x59, 0x59, 0x59);
const GRID: RGBColor = RGBColor(0xdd, 0xdd, 0xdd);
const GROUND: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// Told apart by those who see colours differently, too; each line has a marker of its own besides.
const COLORS: [RGBColor; 5] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x8a, 0x63),
    RGBColor(0x9a, 0x3f, 0x86),
    RGBColor(0x8c, 0x6d, 0x00),
];

/// Around a point, in pixels: circle, diamond, square, triangles.
const MARKERS: [&[(i32, i32)]; 5] = [
    &[(-5, -2), (-2, -5), (2, -5), (5, -2), (5, 2), (2, 5), (-2, 5), (-5, 2)],
    &[(0, -6), (6, 0), (0, 6), (-6, 0)],
    &[(-4, -4), (4, -4), (4, 4), (-4, 4)],
    &[(0, -6), (6, 5), (-6, 5)],
    &[(0, 6), (6, -5), (-6, -5)],
];

pub(crate) fn draw(path: &Path, panels: &[Panel]) -> Result {
    let rows = panels.iter().map(|panel| panel.lines.len()).max().unwrap_or_default();
    let (across, legend) = (u32::try_from(panels.len())?, ROW * i32::try_from(rows + 1)?);
    let size = (WIDTH * across, (HEADING + AXES + legend).unsigned_abs());
    let root = SVGBackend::new(path, size).into_drawing_area();
    root.fill(&GROUND)?;
    for (area, panel) in root.split_evenly((1, panels.len())).iter().zip(panels) {
        let (heading, rest) = area.split_vertically(HEADING);
        let (axes, legend) = rest.split_vertically(AXES);
        let middle = i32::try_from(WIDTH / 2)?;
        text(&heading, (middle, 24), panel.title, 23, INK, HPos::Center)?;
        text(&heading, (middle, 48), panel.subtitle, 17, FAINT_INK, HPos::Center)?;
        draw_lines(&axes, panel)?;
        draw_legend(&legend, panel)?;
    }
    root.present()?;
    Ok(())
}

fn draw_lines(area: &Area<'_>, panel: &Panel) -> Result {
    let values = || panel.lines.iter().flat_map(|line| &line.values);
    let users = || values().map(|(users, _)| *users as f64);
    let (fewest, most) = (users().fold(f64::MAX, f64::min), users().fold(f64::MIN, f64::max));
    let least = values().map(|(_, value)| *value).fold(f64::MAX, f64::min);
    let greatest = values().map(|(_, value)| *value).fold(f64::MIN, f64::max);
    let steps = steps(least, greatest);
    let (bottom, top) = steps.first().zip(steps.last()).ok_or("nothing to draw")?;
    let powers = (0..).map(|power| 10f64.powi(power)).skip_while(|users| *users < fewest);

    let across = (fewest * 0.85..most * 1.18).log_scale();
    let down = (*bottom..*top).log_scale();
    let mut chart = ChartBuilder::on(area)
        .margin_right(20)
        .margin_top(8)
        .x_label_area_size(52)
        .y_label_area_size(72)
        .build_cartesian_2d(
            across.with_key_points(powers.take_while(|users| *users <= most).collect()),
            down.with_key_points(steps.clone()),
        )?;
    let font = |size| ("sans-serif", size).into_font().color(&INK);
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(FAINT_INK)
        .label_style(font(18))
        .x_desc("users")
        .axis_desc_style(font(18))
        .x_label_formatter(&|users| short(*users))
        .y_label_formatter(&|value| panel.unit.tick(*value))
        .draw()?;
    for (line, look) in panel.lines.iter().zip(looks(panel)) {
        let points = || line.values.iter().map(|(users, value)| (*users as f64, *value));
        match look {
            Look::Marked(color, marker) => {
                chart.draw_series(LineSeries::new(points(), color.stroke_width(2)))?;
                let marker = || Polygon::new(marker.to_vec(), color.filled());
                chart.draw_series(points().map(|at| EmptyElement::at(at) + marker()))?;
            }
            Look::Dashed(dash, gap) => {
                let style = FAINT_INK.stroke_width(2);
                chart.draw_series(DashedLineSeries::new(points(), dash, gap, style))?;
            }
        }
    }
    Ok(())
}

fn draw_legend(area: &Area<'_>, panel: &Panel) -> Result {
    const LEFT: i32 = 34;
    const LENGTH: i32 = 36;
    for ((line, look), row) in panel.lines.iter().zip(looks(panel)).zip(0..) {
        let y = ROW + row * ROW;
        let ends = [(LEFT, y), (LEFT + LENGTH, y)];
        match look {
            Look::Marked(color, marker) => {
                area.draw(&PathElement::new(ends, color.stroke_width(2)))?;
                let center = EmptyElement::at((LEFT + LENGTH / 2, y));
                area.draw(&(center + Polygon::new(marker.to_vec(), color.filled())))?;
            }
            Look::Dashed(dash, gap) => {
                let style = FAINT_INK.stroke_width(2);
                area.draw(&DashedPathElement::new(ends, dash, gap, style))?;
            }
        }
        text(area, (LEFT + LENGTH + 10, y), line.name, 18, INK, HPos::Left)?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Look {
    Marked(RGBColor, &'static [(i32, i32)]),
    /// With dashes so long, and gaps between them.
    Dashed(i32, i32),
}

fn looks(panel: &Panel) -> impl Iterator<Item = Look> {
    let mut marked =
        COLORS.into_iter().zip(MARKERS).map(|(color, marker)| Look::Marked(color, marker)).cycle();
    let mut dashed = [Look::Dashed(8, 5), Look::Dashed(2, 4)].into_iter().cycle();
    let looks =
        panel.lines.iter().map(move |line| if line.for_scale { dashed.next() } else { marked.next() });
    looks.flatten()
}

fn text(area: &Area<'_>, at: (i32, i32), text: &str, size: i32, color: RGBColor, align: HPos) -> Result {
    let style = ("sans-serif", size).into_font().color(&color).pos(Pos::new(align, VPos::Center));
    area.draw(&Text::new(text, at, style))?;
    Ok(())
}

/// The round values at the axis: from one that is not above the least to one that is not below the greatest.
/// Powers of ten, or 1, 2 and 5 times them where they would be few.
fn steps(least: f64, greatest: f64) -> Vec<f64> {
    let factors: &[f64] = if greatest / least > 300.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
    let all = (-9..12).flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)));
    let all: Vec<_> = all.collect();
    let first = all.iter().rposition(|step| *step <= least).unwrap_or_default();
    let last = all.iter().position(|step| *step >= greatest).unwrap_or(all.len() - 1);
    all[first..=last].to_vec()
}

fn short(users: f64) -> String {
    match users {
        ..1e3 => format!("{users}"),
        ..1e6 => format!("{}k", users / 1e3),
        _ => format!("{}M", users / 1e6),
    }
}
