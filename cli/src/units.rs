//! Durations and sizes on the command line.

use std::time::Duration;

/// `500ms`, `2s`, `1.5s`, `1m`; a number alone is seconds.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wanted = "wanted a duration such as `500ms`, `2s` or `1m`";
    let (number, unit) = split(text);
    let seconds = match unit {
        "ms" => 1e-3,
        "s" | "" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(format!("unknown unit `{unit}`: {wanted}")),
    };
    let number: f64 = number.parse().map_err(|_| wanted.to_owned())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wanted.to_owned())
}

/// `65536`, `512KiB`, `64MiB`, `1GiB`, also `K`, `M`, `G`; all of them powers of 1024.
pub fn bytes(text: &str) -> Result<usize, String> {
    let wanted = "wanted a number of bytes such as `65536`, `512KiB` or `64MiB`";
    let (number, unit) = split(text);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        _ => return Err(format!("unknown unit `{unit}`: {wanted}")),
    };
    let number: usize = number.parse().map_err(|_| wanted.to_owned())?;
    number.checked_mul(1 << shift).ok_or_else(|| "more bytes than this machine can address".to_owned())
}

/// Splits before the first letter.
fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number.trim(), unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("2 m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("3"), Ok(Duration::from_secs(3)));
        for wrong in ["", "s", "-1s", "5 days", "1e400s", "nan"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(bytes("65536"), Ok(65536));
        assert_eq!(bytes("2KiB"), Ok(2048));
        assert_eq!(bytes("3m"), Ok(3 << 20));
        assert_eq!(bytes("1 GiB"), Ok(1 << 30));
        for wrong in ["", "KiB", "-1", "1.5M", "5TB", "99999999999999999999", "9999999999999999G"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
