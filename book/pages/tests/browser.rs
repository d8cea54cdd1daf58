//! The built pages in a real browser: nothing goes wrong, everything can be read, and the keyboard reaches what moves.
//!
//! They run with any Chromium that is on the search path or that `FALKIRK_BROWSER` names, and are skipped where there is
//! none.

#[path = "../../../cli/tests/browser/chrome.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod chrome;
#[path = "../../../cli/tests/browser/looks.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod looks;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use chrome::{Browser, browser};

/// The size of text is 62.5 % of the reader's in mdBook's pages, so that 1 rem is 10 pixels.
const TWICE: &str = "125%";

/// The built book.
fn book() -> &'static Path {
    static BOOK: OnceLock<PathBuf> = OnceLock::new();
    BOOK.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("book");
        falkirk_book_pages::build(&folder).unwrap_or_else(|error| panic!("{error}"));
        folder
    })
}

fn open(browser: &mut Browser, page: &str) {
    browser.look(1400, 900, false);
    browser.open(&format!("file://{}/{page}", book().display()));
}

/// The pages of chapters and appendices.
fn pages() -> Vec<String> {
    let chapters = falkirk_book::check::pages().into_iter().map(|page| page.name().to_owned());
    chapters.filter(|name| name != "SUMMARY.md").map(|name| name.replace(".md", ".html")).collect()
}

/// Words with the signs of Markdown still in them: what stands inside of HTML is taken as it is.
const RAW: &str = "(() => {
  const raw = [];
  const texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (/`|\\*\\*|\\]\\(/.test(text.data) && !text.parentElement.closest('code, pre, svg')) raw.push(text.data);
  }
  return raw.join(', ');
})()";

/// Opens some of the pages, which several tests share out among them.
fn look(test: &str, share: usize) {
    let Some(mut browser) = browser(test) else { return };
    let browser = &mut browser;
    let pages = pages();
    assert!(pages.len() > 20, "{pages:?}");
    for page in pages.iter().skip(share).step_by(2) {
        open(browser, page);
        browser.wait("document.querySelector('#mdbook-sidebar .active, .sidebar .active') !== null");
        println!("{page}");
        assert_eq!(browser.text(RAW), "", "{page}");
        looks::check_looks_with(browser, TWICE);
        assert_eq!(browser.complaints(), [""; 0], "{page}");
    }
}

#[test]
fn every_other_page_can_be_read() {
    look("every_other_page_can_be_read", 0);
}

#[test]
fn the_pages_between_can_be_read() {
    look("the_pages_between_can_be_read", 1);
}

#[test]
fn files_of_listings_can_be_read() {
    let Some(mut browser) = browser("files_of_listings_can_be_read") else { return };
    let browser = &mut browser;
    open(browser, "ch02-memory.html");
    let from = "[...document.querySelectorAll('.from')].find((one) => one.innerText === 'interp/src/exec/memory.rs')";
    let file = browser.text(&format!("{from}.querySelector('a').href"));
    let first = format!("{from}.previousElementSibling.querySelector('code').textContent.split('\\n')[0].trim()");
    let first = browser.text(&first);
    browser.open(&file);
    // The link leads to the line with which the listing begins.
    assert_eq!(browser.text("document.querySelector(':target + span').textContent.trim()"), first);
    looks::check_looks(browser);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn frames_are_stepped_through_with_the_keyboard() {
    let Some(mut browser) = browser("frames_are_stepped_through_with_the_keyboard") else { return };
    let browser = &mut browser;
    let pages = [
        ("ch02-memory.html", "greet.html"),
        ("ch12-lift-and-lower.html", "crossing.html"),
        ("ch14-handles.html", "trip.html"),
    ];
    for (page, shown) in pages {
        open(browser, page);
        browser.eval("document.querySelector('iframe.shown').scrollIntoView()");
        browser.eval("document.querySelector('iframe.shown').focus()");
        let now = "document.querySelector('button[aria-current]').dataset.step";
        assert_eq!(browser.eval_in_frame(shown, now), "0");
        browser.press("ArrowRight");
        browser.press("ArrowRight");
        assert_eq!(browser.eval_in_frame(shown, now), "2", "{shown}");
        browser.press("ArrowLeft");
        assert_eq!(browser.eval_in_frame(shown, now), "1", "{shown}");
        // The arrows are the frame's: the chapter is still this one.
        assert!(browser.text("location.href").ends_with(page));
        assert_eq!(browser.eval_in_frame(shown, looks::FITS), true, "{shown}");
        assert_eq!(browser.eval_in_frame(shown, looks::FAINT), "", "{shown}");
        assert_eq!(browser.complaints(), [""; 0]);
    }
}

#[test]
fn frames_of_explanations_light_partners() {
    let Some(mut browser) = browser("frames_of_explanations_light_partners") else { return };
    let browser = &mut browser;
    for (page, shown) in [("ch05-places.html", "sum-interp.html"), ("ch08-cranelift.html", "sum.html")] {
        open(browser, page);
        browser.eval("document.querySelector('iframe.shown').focus()");
        browser.press("Tab");
        browser.press("ArrowDown");
        assert_eq!(browser.eval_in_frame(shown, "document.querySelectorAll('.here').length"), 1, "{shown}");
        assert_eq!(browser.eval_in_frame(shown, looks::FITS), true, "{shown}");
        assert_eq!(browser.complaints(), [""; 0]);
    }
}

#[test]
fn frames_are_light_or_dark_as_the_reader_has_the_book() {
    let Some(mut browser) = browser("frames_are_light_or_dark_as_the_reader_has_the_book") else { return };
    let browser = &mut browser;
    let paper = "getComputedStyle(document.body).backgroundColor";
    // The reader's own choice of a theme counts, and not the system's preference, which is light here.
    let mut papers = Vec::new();
    for theme in ["light", "navy"] {
        open(browser, "ch02-memory.html");
        browser.request("Emulation.setEmulatedMedia", serde_json::json!({ "features": [] }));
        browser.eval(&format!("document.getElementById('mdbook-theme-{theme}').click()"));
        browser.eval("document.querySelector('iframe.shown').scrollIntoView()");
        papers.push(browser.eval_in_frame("greet.html", paper));
        assert_eq!(browser.eval_in_frame("greet.html", looks::FAINT), "", "{theme}");
    }
    assert_ne!(papers[0], papers[1]);
}

#[test]
fn every_theme_can_be_read() {
    let Some(mut browser) = browser("every_theme_can_be_read") else { return };
    let browser = &mut browser;
    for page in ["ch02-memory.html", "ch11-wit.html", "ch18-measuring.html"] {
        open(browser, page);
        for theme in ["light", "rust", "coal", "navy", "ayu"] {
            browser.eval(&format!("document.getElementById('mdbook-theme-{theme}').click()"));
            assert!(browser.text("document.documentElement.className").contains(theme));
            assert_eq!(browser.text(looks::FAINT), "", "{page} in {theme}");
        }
        assert_eq!(browser.complaints(), [""; 0]);
    }
}

#[test]
fn solutions_open_and_search_finds_with_the_keyboard() {
    let Some(mut browser) = browser("solutions_open_and_search_finds_with_the_keyboard") else { return };
    let browser = &mut browser;
    open(browser, "ch01-bytes.html");
    let solution = "document.querySelector('details').open";
    browser.eval("document.querySelector('details summary').focus()");
    assert_eq!(browser.eval(solution), false);
    browser.press("Enter");
    assert_eq!(browser.eval(solution), true);
    browser.eval("document.activeElement.blur()");
    browser.press("s");
    browser.wait("document.activeElement.id === 'mdbook-searchbar'");
    browser.write("realloc");
    browser.wait("document.querySelectorAll('#mdbook-searchresults a').length > 3");
    assert_eq!(browser.complaints(), [""; 0]);
}
