//! Sizes as a person reads them.

/// What sizes are counted in: each is 1,024 of the one before.
const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// `417 B`, `1.2 MiB`, `64 GiB`: never more than is there.
pub fn size(bytes: u64) -> String {
    let mut unit = 0_usize;
    while unit.saturating_add(1) < UNITS.len() && scaled(bytes, unit) >= 1024 {
        unit = unit.saturating_add(1);
    }
    let name = UNITS.get(unit).copied().unwrap_or_default();
    let whole = scaled(bytes, unit);
    if unit == 0 || whole >= 100 {
        return format!("{whole} {name}");
    }
    let tenths = u128::from(bytes).saturating_mul(10) >> unit.saturating_mul(10);
    let tenth = tenths.checked_rem(10).unwrap_or_default();
    format!("{whole}.{tenth} {name}")
}

fn scaled(bytes: u64, unit: usize) -> u64 {
    bytes >> unit.saturating_mul(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_binary_units() {
        for (bytes, shown) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1_258_291, "1.1 MiB"),
            (1_258_292, "1.2 MiB"),
            (100 * 1024 - 1, "99.9 KiB"),
            (1024 * 1024 - 1, "1023 KiB"),
            (64 << 30, "64.0 GiB"),
            (u64::MAX, "15.9 EiB"),
        ] {
            assert_eq!(size(bytes), shown, "{bytes}");
        }
    }
}
