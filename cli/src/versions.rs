//! Versions in names, as in `a:b/c@0.2.1`, for messages.

/// A name without its version.
pub fn base(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}

/// The track that a version is on, whose versions fit together: up to the first number that is not zero.
pub fn track(name: &str) -> String {
    let Some((_, version)) = name.split_once('@') else { return "no version".into() };
    let numbers: Vec<&str> = version.split('.').collect();
    let exactly = format!("version {version} alone");
    match (version.contains('-'), &numbers[..]) {
        (true, _) | (_, ["0", "0", ..]) => exactly,
        (_, ["0", minor, ..]) => format!("track 0.{minor}.*"),
        (_, [major, ..]) => format!("track {major}.*"),
        (_, []) => exactly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tracks_are_those_of_semantic_versions() {
        for (name, expected) in [
            ("a:b/c@0.2.1", "track 0.2.*"),
            ("a:b/c@1.4.0", "track 1.*"),
            ("a:b/c@0.0.7", "version 0.0.7 alone"),
            ("a:b/c@0.3.0-rc-1", "version 0.3.0-rc-1 alone"),
            ("a:b/c", "no version"),
        ] {
            assert_eq!(track(name), expected, "{name}");
        }
    }
}
