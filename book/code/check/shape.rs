//! The shape of a chapter: a question first, exercises last, and each new word introduced once.

use std::collections::BTreeMap;

use super::markdown::Page;
use super::{includes, links};

/// The fewest and the most words of a chapter with its listings: 20 to 40 minutes.
const WORDS: std::ops::RangeInclusive<usize> = 2_000..=7_500;

/// The fewest exercises of a chapter.
const EXERCISES: usize = 3;

/// Whether a page is a chapter, and not an appendix or the introduction.
pub fn is_chapter(page: &Page) -> bool {
    page.name().starts_with("ch")
}

/// What is missing in a chapter.
pub fn check(page: &Page) -> Vec<String> {
    let mut complaints = Vec::new();
    complaints.extend(question(page));
    complaints.extend(exercises(page));
    complaints.extend(listings(page));
    let words = words(page);
    if !WORDS.contains(&words) {
        complaints.push(page.complain(1, format!("{words} words; wanted: {WORDS:?}")));
    }
    complaints
}

/// What is fenced as code of a language comes from a file.
fn listings(page: &Page) -> Vec<String> {
    let lines: Vec<&str> = page.text.lines().collect();
    let fences = lines.windows(3).enumerate().filter(|(_, lines)| matches!(lines[0], "```rust" | "```wasm" | "```wit"));
    let typed = fences.filter(|(_, lines)| !lines[1].starts_with("{{#include ") || lines[2] != "```");
    typed.map(|(index, _)| page.complain(index + 1, "this listing is typed by hand; wanted: one include")).collect()
}

/// How many words a page has, with those of its listings.
pub fn words(page: &Page) -> usize {
    let listings: usize = includes::of(page)
        .iter()
        .filter(|include| include.path.extension().is_none_or(|e| e != "svg"))
        .filter_map(|include| includes::body(include).ok())
        .map(|body| body.split_whitespace().count())
        .sum();
    page.text.split_whitespace().count() + listings
}

/// The first thing after the title is the question, as a quotation.
fn question(page: &Page) -> Option<String> {
    let mut lines = page.text.lines().filter(|line| !line.is_empty());
    let title = lines.next().is_some_and(|line| line.starts_with("# "));
    let question: Vec<&str> = lines.take_while(|line| line.starts_with('>')).collect();
    let asks = question.iter().any(|line| line.contains('?'));
    (!title || !asks).then(|| page.complain(1, "wanted: a title, then the question as a quotation"))
}

/// The last section has the exercises, each with a solution from the code of the tests.
fn exercises(page: &Page) -> Vec<String> {
    let Some((_, exercises)) = page.text.split_once("\n## Exercises\n") else {
        return vec![page.complain(1, "there is no section `Exercises`")];
    };
    let mut complaints = Vec::new();
    let exercises: Vec<&str> = exercises.split("\n### ").skip(1).collect();
    if exercises.len() < EXERCISES {
        complaints.push(page.complain(1, format!("{} exercises; wanted: {EXERCISES} or more", exercises.len())));
    }
    for exercise in exercises {
        let solution = exercise.split_once("<details>").map_or("", |(_, solution)| solution);
        if !solution.contains("{{#include ../exercises/") {
            let title = exercise.lines().next().unwrap_or_default();
            complaints.push(page.complain(1, format!("the exercise `{title}` has no solution of ../exercises/")));
        }
    }
    complaints
}

/// Bold words are new words. A word is new once.
pub fn words_are_new_once(pages: &[Page]) -> Vec<String> {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for page in pages {
        for line in page.lines().iter().filter(|line| !line.code) {
            for word in line.text.split("**").skip(1).step_by(2) {
                places.entry(word.to_lowercase()).or_default().push(page.complain(line.number, word));
            }
        }
    }
    let twice = places.into_values().filter(|places| places.len() > 1);
    twice.map(|places| format!("introduced more than once: {}", places.join(", "))).collect()
}

/// The summary lists every page once, and no other.
pub fn summary(pages: &[Page]) -> Vec<String> {
    let summary = pages.iter().find(|page| page.name() == "SUMMARY.md").expect("there is a summary");
    let mut listed: Vec<&str> = summary.text.lines().flat_map(links::targets).collect();
    listed.sort_unstable();
    let there: Vec<&str> = pages.iter().map(Page::name).filter(|name| *name != "SUMMARY.md").collect();
    if listed == there { Vec::new() } else { vec![format!("SUMMARY.md lists {listed:?}, and there are {there:?}")] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page {
        Page { path: "ch00.md".into(), text: text.to_owned() }
    }

    #[test]
    fn a_chapter_opens_with_a_question() {
        assert_eq!(question(&page("# Title\n\n> Why?\n\nBecause.\n")), None);
        assert!(question(&page("# Title\n\nWhy?\n\n> Because.\n")).is_some());
    }

    #[test]
    fn a_chapter_ends_with_exercises() {
        assert_eq!(exercises(&page("# Title\n")).len(), 1);
        let solved = "### A\n<details>\n{{#include ../exercises/a.rs:a}}\n</details>\n";
        let three = format!("\n## Exercises\n\n{solved}{solved}{solved}");
        assert_eq!(exercises(&page(&three)), Vec::<String>::new());
        assert_eq!(exercises(&page(&three.replacen("exercises/", "", 1))).len(), 1);
    }

    #[test]
    fn listings_are_not_typed() {
        assert!(listings(&page("```rust\n{{#include a.rs:b}}\n```\n```sh\nls\n```")).is_empty());
        assert_eq!(listings(&page("```rust\nfn a() {}\n```\n```wasm\n{{#include a.wat}}\n(module)\n```")).len(), 2);
    }

    #[test]
    fn a_word_is_new_once() {
        assert!(words_are_new_once(&[page("a **b** c **d**")]).is_empty());
        assert_eq!(words_are_new_once(&[page("a **b** c"), page("**B** c")]).len(), 1);
    }
}
