//! What to offer when an import is not found.

/// How many names a hint lists.
const LISTED: usize = 5;

/// A sentence with names like the one that was looked for, or with those that are there; none if nothing is defined.
///
/// `modules` has the module names, each with its names.
pub(super) fn hint<'a, N: Iterator<Item = &'a str>>(
    modules: impl Iterator<Item = (&'a str, N)>,
    module: &str,
    name: &str,
) -> Option<String> {
    let mut modules: Vec<(&str, Vec<&str>)> = modules.map(|(module, names)| (module, names.collect())).collect();
    modules.sort_unstable();
    if let Some((_, names)) = modules.iter_mut().find(|(other, _)| *other == module) {
        return Some(match near(names, name) {
            near if near.is_empty() => format!("\"{module}\" has {}", list(names)),
            near => format!("\"{module}\" has the like of it: {}", list(&near)),
        });
    }
    let elsewhere: Vec<&str> =
        modules.iter().filter(|(_, names)| names.contains(&name)).map(|(module, _)| *module).collect();
    if !elsewhere.is_empty() {
        return Some(format!("there is a \"{name}\" in {}", list(&elsewhere)));
    }
    let names: Vec<&str> = modules.iter().map(|(module, _)| *module).collect();
    match near(&names, module) {
        near if !near.is_empty() => Some(format!("there is no module \"{module}\", but {}", list(&near))),
        _ if names.is_empty() => None,
        _ => Some(format!("there is no module \"{module}\", only {}", list(&names))),
    }
}

/// The names that are like this one, the nearest first.
fn near<'a>(names: &[&'a str], wanted: &str) -> Vec<&'a str> {
    let most = (wanted.chars().count() + 1) / 3;
    let mut near: Vec<(usize, &str)> =
        names.iter().map(|name| (distance(name, wanted), *name)).filter(|(distance, _)| *distance <= most).collect();
    near.sort_unstable();
    near.into_iter().map(|(_, name)| name).collect()
}

/// A list of names, cut off if it is long.
fn list(names: &[&str]) -> String {
    let mut text = names.iter().take(LISTED).map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text += &format!(" and {} more", names.len() - LISTED);
    }
    text
}

/// How many characters must be put in, taken out or replaced to make one text of the other (Levenshtein), with the cases
/// of letters ignored.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints() {
        let wasi = ("wasi_snapshot_preview1", vec!["fd_read", "fd_write", "proc_exit"]);
        let many = ("many", vec!["a", "b", "c", "d", "e", "f", "g"]);
        let cases = [
            ("wasi_snapshot_preview1", "fd_wirte", "\"wasi_snapshot_preview1\" has the like of it: \"fd_write\""),
            (
                "wasi_snapshot_preview1",
                "sock_open",
                "\"wasi_snapshot_preview1\" has \"fd_read\", \"fd_write\", \"proc_exit\"",
            ),
            ("many", "zzz", "\"many\" has \"a\", \"b\", \"c\", \"d\", \"e\" and 2 more"),
            ("env", "fd_read", "there is a \"fd_read\" in \"wasi_snapshot_preview1\""),
            (
                "wasi_snapshot_preview2",
                "x",
                "there is no module \"wasi_snapshot_preview2\", but \"wasi_snapshot_preview1\"",
            ),
            ("env", "x", "there is no module \"env\", only \"many\", \"wasi_snapshot_preview1\""),
        ];
        for (module, name, expected) in cases {
            let modules = [&wasi, &many].into_iter().map(|(module, names)| (*module, names.iter().copied()));
            assert_eq!(hint(modules, module, name).as_deref(), Some(expected));
        }
        assert_eq!(hint(std::iter::empty::<(&str, std::iter::Empty<&str>)>(), "a", "b"), None);
    }

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "", 0), ("abc", "abc", 0), ("ABC", "abc", 0), ("kitten", "sitting", 3), ("", "ab", 2)]
        {
            assert_eq!(distance(a, b), expected);
        }
    }
}
