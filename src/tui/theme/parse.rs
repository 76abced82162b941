//! Reads a theme file. The files are embedded, and a test reads them all, so errors are for that test.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use super::palette::quantized;
use super::{Colours, ROLES};

/// All styles of a theme in the order of `ROLES`. `Err` names the line of the file that is wrong.
pub(super) fn parse_theme(source: &str, colours: Colours) -> Result<[Style; ROLES.len()], String> {
    let lines: BTreeMap<String, String> = toml::from_str(source).map_err(|error| error.to_string())?;
    if let Some(extra) = lines.keys().find(|key| !ROLES.iter().any(|(_, name)| name == key)) {
        return Err(extra.clone());
    }
    let mut styles = [Style::new(); ROLES.len()];
    // The first role is what the others stand on.
    let mut base = None;
    for (style, (_, name)) in styles.iter_mut().zip(ROLES) {
        let line = lines.get(name).ok_or_else(|| name.to_owned())?;
        let (rich, plain) = line.split_once('|').unwrap_or((line, line));
        let half = if matches!(colours, Colours::True | Colours::Indexed) { rich } else { plain };
        *style = parse_style(half, colours).ok_or_else(|| line.clone())?;
        if colours == Colours::Indexed {
            *style = quantized(*style, base);
            base = base.or(style.bg);
        }
    }
    Ok(styles)
}

fn parse_style(text: &str, colours: Colours) -> Option<Style> {
    let mut style = Style::new();
    let mut ground = false;
    for word in text.split_whitespace() {
        if word == "on" {
            ground = true;
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else {
            let colour = colour(word, colours)?;
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

fn colour(word: &str, colours: Colours) -> Option<Color> {
    if word.starts_with('#') {
        let (rich, number) = word.split_once('/').map_or((word, None), |(rich, number)| (rich, Some(number)));
        let rich = rich.parse().ok()?;
        let number = number.map(|number| number.parse().map(Color::Indexed).ok());
        return if colours == Colours::Indexed { number.unwrap_or(Some(rich)) } else { Some(rich) };
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
