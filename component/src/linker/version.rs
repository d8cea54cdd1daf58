//! Names with versions, as in `wasi:io/streams@0.2.3`.

use std::borrow::Borrow;
use std::collections::BTreeMap;

/// What versions have in common that can stand for one another: the first number that is not zero, and the zeros before
/// it. A version with a pre-release stands for itself only.
#[derive(Debug, PartialEq, Eq)]
struct Track<'a>(Vec<u64>, Option<&'a str>);

/// A name's parts: what comes before the version, the track, and the numbers.
fn split(name: &str) -> Option<(&str, Track<'_>, [u64; 3])> {
    let (base, version) = name.rsplit_once('@')?;
    let version = version.split('+').next().unwrap_or(version);
    let (numbers, pre) = match version.split_once('-') {
        Some((numbers, pre)) => (numbers, Some(pre)),
        None => (version, None),
    };
    let mut parts = numbers.split('.').map(|number| number.parse::<u64>().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    if parts.next().is_some() {
        return None;
    }
    let length = if pre.is_some() { 3 } else { numbers.iter().position(|number| *number != 0).unwrap_or(2) + 1 };
    Some((base, Track(numbers[..length].to_vec(), pre), numbers))
}

/// Whether what is exported under one name can serve an import of another: the names are equal, or their versions are
/// compatible as in [`Linker`](crate::Linker).
///
/// ```
/// use falkirk_component::is_compatible;
///
/// assert!(is_compatible("wasi:io/streams@0.2.12", "wasi:io/streams@0.2.3"));
/// assert!(!is_compatible("wasi:io/streams@0.3.0", "wasi:io/streams@0.2.3"));
/// ```
pub fn is_compatible(export: &str, import: &str) -> bool {
    let same_track = |a: (&str, Track<'_>, [u64; 3]), b: (&str, Track<'_>, [u64; 3])| a.0 == b.0 && a.1 == b.1;
    export == import || split(export).zip(split(import)).is_some_and(|(a, b)| same_track(a, b))
}

/// What is defined under a name, or under the same name in the latest version that is compatible.
pub(crate) fn find<'a, N: Borrow<str> + Ord, D>(names: &'a BTreeMap<N, D>, wanted: &str) -> Option<&'a D> {
    if let Some(definition) = names.get(wanted) {
        return Some(definition);
    }
    let (base, track, _) = split(wanted)?;
    let compatible = names.iter().filter_map(|(name, definition)| {
        let (other, other_track, numbers) = split(name.borrow())?;
        (other == base && other_track == track).then_some((numbers, definition))
    });
    compatible.max_by_key(|(numbers, _)| *numbers).map(|(_, definition)| definition)
}

/// The same name in versions that are not compatible.
pub(super) fn other_versions<'a, D>(names: &'a BTreeMap<Box<str>, D>, wanted: &str) -> Vec<&'a str> {
    let base_of = |name: &'a str| name.rsplit_once('@').map_or(name, |(base, _)| base);
    let base = wanted.rsplit_once('@').map_or(wanted, |(base, _)| base);
    names.keys().map(|name| &**name).filter(|name| base_of(name) == base).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(defined: &[&str], wanted: &str, found: Option<&str>) {
        let names: BTreeMap<Box<str>, String> =
            defined.iter().map(|name| ((*name).into(), (*name).to_owned())).collect();
        assert_eq!(find(&names, wanted).map(String::as_str), found, "{wanted} among {defined:?}");
    }

    #[test]
    fn versions_of_one_track_stand_for_one_another() {
        check(&["a:b/c@0.2.12"], "a:b/c@0.2.3", Some("a:b/c@0.2.12"));
        check(&["a:b/c@0.2.0", "a:b/c@0.2.9", "a:b/c@0.3.0"], "a:b/c@0.2.3", Some("a:b/c@0.2.9"));
        check(&["a:b/c@1.9.0"], "a:b/c@1.0.0", Some("a:b/c@1.9.0"));
        check(&["a:b/c@1.10.0", "a:b/c@1.9.0"], "a:b/c@1.0.0", Some("a:b/c@1.10.0"));
        check(&["a:b/c@0.2.0", "a:b/c@0.2.1"], "a:b/c@0.2.0", Some("a:b/c@0.2.0"));
    }

    #[test]
    fn others_do_not() {
        check(&["a:b/c@0.3.0"], "a:b/c@0.2.3", None);
        check(&["a:b/c@2.0.0"], "a:b/c@1.0.0", None);
        check(&["a:b/c@0.0.2"], "a:b/c@0.0.1", None);
        check(&["a:b/d@0.2.3"], "a:b/c@0.2.3", None);
        check(&["a:b/c@0.2.3-rc1"], "a:b/c@0.2.3", None);
        check(&["a:b/c@0.2.3-rc1"], "a:b/c@0.2.3-rc1", Some("a:b/c@0.2.3-rc1"));
        check(&["a:b/c"], "a:b/c@0.2.3", None);
        check(&["plain"], "plain", Some("plain"));
    }
}
