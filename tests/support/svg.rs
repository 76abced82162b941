//! Draws an emulator's screen as an SVG picture: a rounded window with a title and a grid of characters.

use std::fmt::Write as _;

use vt100::{Cell, Screen};

use crate::support::screen;

const CELL_WIDTH: u32 = 9;
const CELL_HEIGHT: u32 = 20;
/// From the top of a cell to where its letters stand.
const BASELINE: u32 = 15;
const TITLE_HEIGHT: u32 = 34;
const MARGIN: u32 = 12;
const GROUND: [u8; 3] = [22, 24, 29];
const INK: [u8; 3] = [222, 224, 228];
const FONTS: &str = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, 'Noto Sans Mono CJK SC', 'Noto Sans CJK SC', \
                     'PingFang SC', 'Microsoft YaHei', monospace";

/// One stretch of cells of a row that look alike.
struct Run {
    column: u32,
    columns: u32,
    text: String,
    style: Style,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Style {
    ink: [u8; 3],
    ground: [u8; 3],
    bold: bool,
    italic: bool,
    underline: bool,
    dim: bool,
}

/// The whole picture.
pub(crate) fn draw(screen: &Screen, title: &str) -> String {
    let (columns, rows) = (u32::from(screen::width(screen)), u32::from(screen::height(screen)));
    let (width, height) = (columns * CELL_WIDTH + 2 * MARGIN, rows * CELL_HEIGHT + TITLE_HEIGHT + MARGIN);
    let mut svg = frame(width, height, title);
    for row in 0..screen::height(screen) {
        let top = TITLE_HEIGHT + u32::from(row) * CELL_HEIGHT;
        for run in runs(screen, row) {
            draw_run(&mut svg, &run, top);
        }
    }
    if !screen.hide_cursor() {
        let (row, column) = screen.cursor_position();
        let (x, y) = (MARGIN + u32::from(column) * CELL_WIDTH, TITLE_HEIGHT + u32::from(row) * CELL_HEIGHT);
        writeln!(svg, "<rect x='{x}' y='{y}' width='2' height='{CELL_HEIGHT}' fill='{}'/>", hex(INK))
            .unwrap();
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn frame(width: u32, height: u32, title: &str) -> String {
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' height='{height}' \
         role='img' aria-label='{0}'>\n<rect width='{width}' height='{height}' rx='10' fill='{1}'/>\n",
        escape(title),
        hex(GROUND)
    );
    for (index, colour) in ["#ff5f57", "#febc2e", "#28c840"].iter().enumerate() {
        writeln!(svg, "<circle cx='{}' cy='17' r='6' fill='{colour}'/>", 20 + 20 * index).unwrap();
    }
    writeln!(
        svg,
        "<text x='{}' y='22' text-anchor='middle' font-family='system-ui, sans-serif' font-size='13' \
         fill='#9aa0aa'>{}</text>\n<g font-family=\"{FONTS}\" font-size='15' xml:space='preserve'>",
        width / 2,
        escape(title)
    )
    .unwrap();
    svg
}

/// Neighbours that look alike go together; a wide character always stands alone, so that a font whose wide
/// characters are not exactly two columns cannot push the rest of the row aside.
fn runs(screen: &Screen, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen::width(screen) {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
            continue;
        };
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let (style, wide) = (style_of(cell), cell.is_wide());
        match runs.last_mut() {
            Some(run) if run.style == style && !wide && run.columns == width_of(&run.text) => {
                run.text.push_str(text);
                run.columns += 1;
            }
            _ => runs.push(Run {
                column: u32::from(column),
                columns: 1 + u32::from(wide),
                text: text.to_owned(),
                style,
            }),
        }
    }
    runs
}

/// Columns of a text made of narrow cells only; a run that holds a wide one never equals its columns.
fn width_of(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap()
}

fn draw_run(svg: &mut String, run: &Run, top: u32) {
    let (x, width) = (MARGIN + run.column * CELL_WIDTH, run.columns * CELL_WIDTH);
    let Style { ink, ground, bold, italic, underline, dim } = run.style;
    if ground != GROUND {
        let fill = hex(ground);
        writeln!(svg, "<rect x='{x}' y='{top}' width='{width}' height='{CELL_HEIGHT}' fill='{fill}'/>")
            .unwrap();
    }
    if run.text.trim().is_empty() {
        return;
    }
    let mut marks = String::new();
    for (on, attribute) in [
        (bold, " font-weight='bold'"),
        (italic, " font-style='italic'"),
        (underline, " text-decoration='underline'"),
        (dim, " opacity='0.6'"),
    ] {
        marks.push_str(if on { attribute } else { "" });
    }
    writeln!(
        svg,
        "<text x='{x}' y='{}' textLength='{width}' lengthAdjust='spacingAndGlyphs' fill='{}'{marks}>{}</text>",
        top + BASELINE,
        hex(ink),
        escape(&run.text)
    )
    .unwrap();
}

fn style_of(cell: &Cell) -> Style {
    let (mut ink, mut ground) = (screen::rgb(cell.fgcolor(), INK), screen::rgb(cell.bgcolor(), GROUND));
    if cell.inverse() {
        (ink, ground) = (ground, ink);
    }
    Style {
        ink,
        ground,
        bold: cell.bold(),
        italic: cell.italic(),
        underline: cell.underline(),
        dim: cell.dim(),
    }
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}
