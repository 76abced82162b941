//! Reads a theme file. The files are embedded, and a test reads them all, so errors are for that test.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use super::ROLES;

/// Which of the two halves of a style is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    True,
    Sixteen,
}

/// All styles of a theme in the order of `ROLES`. `Err` names the line of the file that is wrong.
pub(super) fn parse_theme(source: &str, depth: Depth) -> Result<[Style; ROLES.len()], String> {
    let lines: BTreeMap<String, String> = toml::from_str(source).map_err(|error| error.to_string())?;
    if let Some(extra) = lines.keys().find(|key| !ROLES.iter().any(|(_, name)| name == key)) {
        return Err(extra.clone());
    }
    let mut styles = [Style::new(); ROLES.len()];
    for (style, (_, name)) in styles.iter_mut().zip(ROLES) {
        let line = lines.get(name).ok_or_else(|| name.to_owned())?;
        let (rich, plain) = line.split_once('|').unwrap_or((line, line));
        let half = if depth == Depth::True { rich } else { plain };
        *style = parse_style(half).ok_or_else(|| line.clone())?;
    }
    Ok(styles)
}

fn parse_style(text: &str) -> Option<Style> {
    let mut style = Style::new();
    let mut ground = false;
    for word in text.split_whitespace() {
        if word == "on" {
            ground = true;
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else {
            let colour = colour(word)?;
            style = if ground { style.bg(colour) } else { style.fg(colour) };
        }
    }
    Some(style)
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underline" => Modifier::UNDERLINED,
        "reverse" => Modifier::REVERSED,
        _ => return None,
    })
}

fn colour(word: &str) -> Option<Color> {
    if word.starts_with('#') {
        return word.parse().ok();
    }
    Some(match word {
        "default" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "grey" => Color::Gray,
        "dark-grey" => Color::DarkGray,
        "bright-red" => Color::LightRed,
        "bright-green" => Color::LightGreen,
        "bright-yellow" => Color::LightYellow,
        "bright-blue" => Color::LightBlue,
        "bright-magenta" => Color::LightMagenta,
        "bright-cyan" => Color::LightCyan,
        "white" => Color::White,
        _ => return None,
    })
}
