//! Links, to files and to headings. Those that leave the repository are not followed.

use std::path::Path;

use super::markdown::Page;

/// What is wrong with a page's links.
pub fn check(page: &Page) -> Vec<String> {
    let mut complaints = Vec::new();
    for line in page.lines().into_iter().filter(|line| !line.code) {
        for target in targets(line.text) {
            if let Err(what) = follow(page, target) {
                complaints.push(page.complain(line.number, what));
            }
        }
    }
    complaints
}

/// What the links of a line lead to.
pub fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next())
}

fn follow(page: &Page, target: &str) -> Result<(), String> {
    if target.contains("://") {
        return Ok(());
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let folder = page.path.parent().unwrap_or(Path::new("."));
    let path = if file.is_empty() { page.path.clone() } else { folder.join(file) };
    if !path.exists() {
        return Err(format!("the link to {target} leads nowhere"));
    }
    let is_page = path.extension().is_some_and(|extension| extension == "md");
    if !heading.is_empty() && (!is_page || !Page::read(path).ids().iter().any(|id| id == heading)) {
        return Err(format!("there is no heading for the link to {target}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed() {
        let page = |text: &str| Page { path: crate::root().join("book/src/page.md"), text: text.to_owned() };
        assert!(check(&page("[a](SUMMARY.md) [b](https://example.org)\n```\n[c](none)\n```")).is_empty());
        assert_eq!(check(&page("[a](none.md) [b](SUMMARY.md#none)")).len(), 2);
    }
}
