//! The book is in order: listings, links, pictures, the shape of the chapters. What the commands print is compared in
//! the tests of the program (`cli/tests/book.rs`), which have it.

use falkirk_book::check::{docs, documents, frames, includes, links, mentions, pages, shape};
use falkirk_book::{appendix, draw, plot, root};

#[track_caller]
fn none(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_listing_is_there() {
    let pages = pages();
    none(pages.iter().flat_map(includes::check).collect());
    let listings = pages.iter().flat_map(includes::of).count();
    println!("{listings} listings and pictures");
    assert!(listings > 10, "only {listings} listings were found");
}

#[test]
fn every_anchor_is_used() {
    none(includes::orphans(&root(), &pages()));
}

#[test]
fn every_frame_shows_what_a_command_makes() {
    none(frames::check(&pages()));
}

#[test]
fn every_link_leads_somewhere() {
    none(pages().iter().flat_map(links::check).collect());
}

#[test]
fn every_link_of_the_other_documents_leads_somewhere() {
    let documents = documents();
    println!("{} documents", documents.len());
    assert!(documents.iter().any(|document| document.path == root().join("README.md")));
    none(documents.iter().flat_map(links::check).collect());
}

#[test]
fn every_link_from_the_code_to_the_book_leads_somewhere() {
    none(docs::check());
    let links = docs::count();
    println!("{links} links");
    assert!(links > 30, "only {links} links were found");
}

#[test]
fn the_first_mention_of_a_chapter_is_a_link() {
    none(pages().iter().flat_map(mentions::check).collect());
}

#[test]
fn every_chapter_has_its_question_and_exercises() {
    let pages = pages();
    let chapters: Vec<_> = pages.iter().filter(|page| shape::is_chapter(page)).collect();
    assert!(!chapters.is_empty());
    for chapter in &chapters {
        println!("{}: {} words", chapter.name(), shape::words(chapter));
    }
    none(chapters.into_iter().flat_map(shape::check).collect());
}

#[test]
fn every_word_is_introduced_once() {
    none(shape::words_are_new_once(&pages()));
}

#[test]
fn the_summary_lists_the_pages() {
    none(shape::summary(&pages()));
}

/// `cargo book draw` draws them again.
#[test]
fn pictures_are_drawn_from_their_sources() {
    none(draw::check());
}

/// `cargo book plot` makes them again.
#[test]
fn plots_show_what_was_measured() {
    none(plot::check());
}

/// `cargo book appendix` makes them again.
#[test]
fn appendices_are_made_from_their_sources() {
    none(appendix::check());
}
