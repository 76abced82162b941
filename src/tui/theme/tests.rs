//! Every theme is whole, and readable: 4.5:1 between text and ground (WCAG 2.1, 1.4.3).

use ratatui::style::Color;

use super::palette::{MIN_CONTRAST, contrast};
use super::parse::parse_theme;
use super::xterm::rgb;
use super::*;

/// What terminals with colours can show.
const DEPTHS: [Colours; 3] = [Colours::True, Colours::Indexed, Colours::Sixteen];

#[test]
fn every_theme_names_every_role() {
    for (name, source) in SOURCES {
        for colours in DEPTHS {
            assert_eq!(parse_theme(source, colours).err(), None, "{name} {colours:?}");
        }
    }
    let own = THEMES.into_iter().filter(|name| *name != "auto");
    assert_eq!(SOURCES.map(|(name, _)| name).to_vec(), own.collect::<Vec<_>>());
}

/// What a sign has that is no text, but says something (WCAG 2.1, 1.4.11).
const MIN_SIGN: f64 = 3.0;

fn is_bar(role: Role) -> bool {
    role == Role::Bar || SENDERS.iter().any(|(_, bar)| *bar == role)
}

#[test]
fn a_role_is_found_by_its_place() {
    assert!(ROLES.is_sorted_by_key(|(role, _)| *role));
    let theme = Theme::named("dark", Colours::True, Background::Dark).expect("dark");
    assert_eq!(theme.style(Role::Base).bg, Some(Color::Rgb(0x1b, 0x1f, 0x28)));
    assert_eq!(theme.style(Role::Bar8).fg, Some(Color::Rgb(0xea, 0xa3, 0xdc)));
}

#[test]
fn text_stands_out_from_its_ground_in_every_theme() {
    for name in THEMES {
        for colours in DEPTHS {
            let theme = Theme::named(name, colours, Background::Dark).expect(name);
            let base = theme.style(Role::Base);
            for (role, role_name) in ROLES {
                let least = match role {
                    Role::Border => continue, // A line, not text.
                    role if is_bar(role) => MIN_SIGN,
                    _ => MIN_CONTRAST,
                };
                let style = base.patch(theme.style(role));
                let pair = (style.fg.and_then(rgb), style.bg.and_then(rgb));
                if let (Some(fg), Some(bg)) = pair {
                    let ratio = contrast(fg, bg);
                    assert!(ratio >= least, "{name} {colours:?} {role_name}: {ratio:.2}");
                } else if !is_bar(role) {
                    let alone = |colour: Option<Color>| colour.is_none_or(|colour| colour == Color::Reset);
                    assert!(alone(style.fg) && alone(style.bg), "{name} {role_name}: half of a pair");
                }
            }
        }
    }
}

/// What stands on the ground of another role.
const UPON: [(Role, &[Role]); 4] = [
    (
        Role::Header,
        &[
            Role::Status,
            Role::LockPinned,
            Role::LockVerified,
            Role::Warn,
            Role::Dim,
            Role::Notice,
            Role::Key,
            Role::Soft,
            Role::Fault,
        ],
    ),
    (
        Role::Popup,
        &[
            Role::Dim,
            Role::Key,
            Role::Fault,
            Role::Warn,
            Role::Soft,
            Role::HexControl,
            Role::HexHigh,
            Role::LockPinned,
            Role::LockVerified,
            Role::PresenceHeard,
            Role::PopupTitle,
        ],
    ),
    (Role::Base, &[Role::Danger, Role::Soft, Role::Warn, Role::Fault, Role::Number]),
    (Role::Selected, &[Role::SelectedDim]),
];

#[test]
fn what_stands_on_the_ground_of_another_role_stands_out_from_it() {
    for name in THEMES {
        for colours in DEPTHS {
            let theme = Theme::named(name, colours, Background::Dark).expect(name);
            for (ground, roles) in UPON {
                for role in roles {
                    let style = theme.style(Role::Base).patch(theme.style(ground)).patch(theme.style(*role));
                    let ratio =
                        style.fg.and_then(rgb).zip(style.bg.and_then(rgb)).map(|(fg, bg)| contrast(fg, bg));
                    assert!(
                        ratio.is_none_or(|ratio| ratio >= MIN_CONTRAST),
                        "{name} {colours:?} {role:?} on {ground:?}: {ratio:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn senders_differ_from_each_other_wherever_there_are_colours() {
    for name in THEMES.into_iter().filter(|name| *name != "mono") {
        for colours in DEPTHS {
            let theme = Theme::named(name, colours, Background::Dark).expect(name);
            for (at, (one, bar)) in SENDERS.iter().enumerate() {
                let differs = |other: &Role| theme.style(*other) != theme.style(*one);
                let bars_differ = |(_, other): &(Role, Role)| theme.style(*other) != theme.style(*bar);
                assert!(SENDERS[at + 1..].iter().all(bars_differ), "{name} {colours:?} {bar:?}");
                assert!(differs(&Role::OwnName) && differs(&Role::Incoming), "{name} {colours:?} {one:?}");
                // Classic names are bold and no more; the bar has the colour.
                let alike = SENDERS[at + 1..].iter().any(|(other, _)| !differs(other));
                assert_eq!(alike, name == "classic" && at < 7, "{name} {colours:?} {one:?}");
            }
        }
    }
    let mono = Theme::named("mono", Colours::True, Background::Dark).expect("mono");
    assert!(SENDERS.iter().all(|(one, _)| mono.style(*one) == mono.style(Role::Name)));
}

#[test]
fn classic_draws_incoming_text_bold_on_blue() {
    for colours in DEPTHS {
        let style =
            Theme::named("classic", colours, Background::Dark).expect("classic").style(Role::Incoming);
        assert_eq!(style.bg, Some(Color::Blue));
        assert!(style.add_modifier.contains(ratatui::style::Modifier::BOLD));
    }
}

#[test]
fn a_terminal_without_colours_gets_the_mono_theme_whatever_was_asked_for() {
    let theme = Theme::named("dark", Colours::Mono, Background::Dark).expect("dark");
    assert_eq!(theme.name(), "mono");
    assert!(Theme::named("nonsense", Colours::True, Background::Dark).is_none());
}

#[test]
fn colours_are_judged_by_the_environment() {
    let of = |pairs: &[(&str, &str)]| {
        Colours::of(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    };
    assert_eq!(of(&[("TERM", "xterm-256color")]), Colours::Indexed);
    assert_eq!(of(&[("TERM", "screen")]), Colours::Sixteen);
    assert_eq!(of(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]), Colours::True);
    assert_eq!(of(&[("TERM", "xterm"), ("NO_COLOR", "1"), ("COLORTERM", "truecolor")]), Colours::Mono);
    assert_eq!(of(&[("TERM", "dumb")]), Colours::Mono);
}

#[test]
fn the_automatic_theme_is_dark_or_light_as_the_terminal_is() {
    for (ground, name) in [([0x1b, 0x1f, 0x28], "dark"), ([0xfd, 0xf6, 0xe3], "light"), ([0x60; 3], "dark")] {
        let theme = Theme::named("auto", Colours::True, Background::of(ground)).expect("auto");
        assert_eq!(theme.name(), name, "{ground:?}");
    }
    let theme = Theme::named("auto", Colours::Mono, Background::Light).expect("auto");
    assert_eq!(theme.name(), "mono");
}

#[test]
fn a_theme_may_say_which_of_the_256_it_means() {
    let theme = Theme::named("dark", Colours::Indexed, Background::Dark).expect("dark");
    assert_eq!(theme.style(Role::Base).bg, Some(Color::Indexed(234)));
    assert_eq!(theme.style(Role::Incoming).bg, Some(Color::Indexed(24)));
}
