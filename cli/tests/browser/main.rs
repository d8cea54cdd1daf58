//! Our pages in a real browser: what is lit, what the keys do, whether it fits a phone, whether it can be read.
//!
//! They run with any Chromium that is on the search path or that `FALKIRK_BROWSER` names, and are skipped where there is
//! none.

#[allow(dead_code, reason = "the tests of the book use the rest")]
mod chrome;
mod guests;
mod looks;
mod play;
#[path = "../play/server.rs"]
#[allow(dead_code, reason = "only the address is needed here")]
mod server;

use std::path::Path;
use std::process::Command;

use chrome::{Browser, browser};
use looks::check_looks;
use tempfile::TempDir;

/// Has the program make a page, opens it, and says how the program ended.
fn open(browser: &mut Browser, arguments: &[&str]) -> (TempDir, Option<i32>) {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    let [command, rest @ ..] = arguments else { panic!("no command") };
    let output = Command::new(env!("CARGO_BIN_EXE_falkirk"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([*command, "--html"])
        .arg(&page)
        .args(rest)
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .expect("the program starts");
    assert!(page.is_file(), "{}", String::from_utf8_lossy(&output.stderr));
    browser.look(1400, 900, false);
    browser.open(&url(&page));
    (folder, output.status.code())
}

fn url(page: &Path) -> String {
    format!("file://{}", page.display())
}

/// What is lit in the memory's digits: the kind, the address of the first byte, the digits.
const LIT: &str = "(() => {
  const lit = [...document.querySelectorAll('#memories .hex b:is(.read, .write, .room)')];
  const bytes = lit.map((byte) => byte.textContent).join(' ');
  return lit.length ? `${lit[0].classList[0]} ${lit[0].dataset.at}: ${bytes}` : '';
})()";

/// The number of the step that the list marks, and its sentence.
const NOW: &str = "(() => {
  const marked = document.querySelectorAll('button[aria-current]');
  return `${marked.length} ${marked[0].dataset.step} ${document.getElementById('say').textContent}`;
})()";

#[track_caller]
fn check(browser: &mut Browser, step: usize, sentence: &str, lit: &str) {
    assert_eq!(browser.text(NOW), format!("1 {step} {sentence}"));
    assert_eq!(browser.text(LIT), lit);
}

#[test]
fn a_greeting_is_stepped_through_with_the_keyboard() {
    let Some(mut browser) = browser("a_greeting_is_stepped_through_with_the_keyboard") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["greet", "--trace", "Dan"]);
    let zeros = ["00"; 16].join(" ");
    check(browser, 0, "The host reads 16 bytes at address 0: all of them zero.", &format!("read 0: {zeros}"));
    browser.press("ArrowRight");
    let written = "The host writes the 3 bytes of Dan at address 13.";
    check(browser, 1, written, "write 13: 44 61 6e");
    for _ in 0..2 {
        browser.press("ArrowRight");
    }
    check(browser, 3, "The host calls greet with 13 and 3.", "");
    assert_eq!(
        browser.text("document.querySelector('#values table').innerText.replace(/\\s+/g, ' ').trim()"),
        "Arguments of greet number type value 0 i32 13 1 i32 3"
    );
    browser.press("End");
    let last = "The host reads the 10 bytes of Hello, Dan at address 0.";
    check(browser, 6, last, "read 0: 48 65 6c 6c 6f 2c 20 44 61 6e");
    browser.press("ArrowRight");
    check(browser, 6, last, "read 0: 48 65 6c 6c 6f 2c 20 44 61 6e");
    browser.press("ArrowLeft");
    let changed = browser.text(NOW);
    assert!(changed.ends_with(" 10 bytes have changed since last seen: the guest wrote there."), "{changed}");
    assert_eq!(browser.eval("document.querySelectorAll('#memories .hex .new').length"), 10);
    // Back before the greeting, the name is all there is.
    for _ in 0..4 {
        browser.press("ArrowLeft");
    }
    check(browser, 1, written, "write 13: 44 61 6e");
    assert_eq!(browser.text("document.querySelector('#memories .text').textContent"), ".............Dan");
    browser.press("Home");
    assert_eq!(browser.text("document.querySelector('#memories .text').textContent"), "................");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn everything_is_reached_without_a_mouse() {
    let Some(mut browser) = browser("everything_is_reached_without_a_mouse") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["greet", "--trace", "Dan"]);
    let mut stops = Vec::new();
    for _ in 0..6 {
        browser.press("Tab");
        stops.push(browser.text("document.activeElement.id || `step ${document.activeElement.dataset.step}`"));
        let outline = browser.text("getComputedStyle(document.activeElement).outlineStyle");
        assert_eq!(outline, "solid", "the focus can be seen at {stops:?}");
    }
    assert_eq!(stops, ["first", "back", "next", "last", "slider", "step 0"]);
    // In the list, the arrows take the focus along.
    browser.press("ArrowDown");
    browser.press("ArrowDown");
    assert_eq!(browser.text("document.activeElement.dataset.step"), "2");
    assert_eq!(browser.eval("document.querySelector('button[aria-current]') === document.activeElement"), true);
    browser.press("ArrowUp");
    check(browser, 1, "The host writes the 3 bytes of Dan at address 13.", "write 13: 44 61 6e");
    // The slider knows the arrows itself; each press is one step.
    browser.eval("document.getElementById('slider').focus()");
    browser.press("ArrowRight");
    assert!(browser.text(NOW).starts_with("1 2 "));
    assert_eq!(browser.text("document.getElementById('say').getAttribute('aria-live')"), "polite");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn pages_fit_a_phone_and_can_be_read() {
    let Some(mut browser) = browser("pages_fit_a_phone_and_can_be_read") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["greet", "--trace", "Dan"]);
    for step in 0..7 {
        assert!(browser.text(NOW).starts_with(&format!("1 {step} ")));
        check_looks(browser);
        browser.press("ArrowRight");
    }
    assert_eq!(browser.complaints(), [""; 0]);
    let _page = open(browser, &["trace", "../guests/wat/host.wat", "--invoke", "run"]);
    browser.press("ArrowRight");
    browser.press("ArrowRight");
    check_looks(browser);
    let _page = open(browser, &["explain", "tests/files/math.wat", "--function", "factorial"]);
    check_looks(browser);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn names_stay_in_their_place_and_a_trap_ends_the_page() {
    let Some(mut browser) = browser("names_stay_in_their_place_and_a_trap_ends_the_page") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["trace", "tests/files/hostile_names.wat", "--invoke", "</code><b>", "2"]);
    for _ in 0..12 {
        assert_eq!(browser.eval("document.querySelectorAll('img, main > b, code b, [onmouseover]').length"), 0);
        browser.press("ArrowRight");
    }
    let steps =
        browser.text("[...document.querySelectorAll('.steps button')].map((one) => one.textContent).join('\\n')");
    assert!(steps.contains("host reads 37 at 0x10  </script><img src=x onerror=alert(1)>"), "{steps}");
    assert!(steps.contains("memory 0 grows 1 -> 2"), "{steps}");
    assert!(steps.contains("-> nan:0x123"), "{steps}");
    check_looks(browser);
    let (_page, status) = open(browser, &["trace", "tests/files/math.wat", "--invoke", "half_of", "7"]);
    assert_eq!(status, Some(134));
    browser.press("End");
    check(browser, 2, "The call from the host ends here: trap: integer divide by zero.", "");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_crossing_from_guest_to_guest_shows_both_memories_and_the_handle_tables() {
    let test = "a_crossing_from_guest_to_guest_shows_both_memories_and_the_handle_tables";
    let Some(mut browser) = browser(test) else { return };
    let browser = &mut browser;
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    std::fs::write(&page, guests::recording().html()).expect("the page is written");
    browser.look(1400, 900, false);
    browser.open(&url(&page));
    let panes = "[...document.querySelectorAll('.pane h3')].map((one) => one.textContent).join(', ')";
    assert_eq!(browser.text(panes), "the caller, the callee");
    let table = "document.getElementById('tables').innerText.replace(/\\s+/g, ' ').trim()";
    let heads = "handle stands for resource type how";
    let leaves = format!("the caller, before {heads} 1 99 5 own the caller, after: empty {heads}");
    let comes = format!("the callee, before: empty {heads} the callee, after {heads} 1 99 5 own");
    let steps = [
        ("begin", "", ""),
        ("flat", "", ""),
        ("realloc", "room 8: \u{b7}\u{b7} \u{b7}\u{b7} \u{b7}\u{b7} \u{b7}\u{b7}", ""),
        ("store", "write 8: 68 00 69 00", ""),
        ("lift", "", &*leaves),
        ("lower", "", &*comes),
        ("realloc", "room 12: \u{b7}\u{b7} \u{b7}\u{b7}", ""),
        ("copy", "read 2: 07 08 07 08", ""),
        ("flat", "", ""),
    ];
    for (number, (what, lit, tables)) in steps.iter().enumerate() {
        assert!(browser.text(NOW).starts_with(&format!("1 {number} ")), "{what}");
        assert_eq!(browser.text(LIT), *lit, "{what}");
        let hidden = browser.eval("document.querySelector('.tables').hidden");
        assert_eq!(hidden, tables.is_empty(), "{what}");
        if !tables.is_empty() {
            assert_eq!(browser.text(table), *tables);
        }
        check_looks(browser);
        browser.press("ArrowRight");
    }
    browser.press("ArrowLeft");
    // The copy lights where the bytes come from in one memory and where they go in the other.
    let lit = "[...document.querySelectorAll('.pane')]
        .map((pane) => [...pane.querySelectorAll('.hex :is(.read, .write)')].map((byte) => byte.dataset.at).join(' ')).join(', ')";
    assert_eq!(browser.text(lit), "2 3, 12 13");
    assert!(browser.text("document.getElementById('values').textContent").starts_with("Part of the value: [2]"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_call_from_component_to_component_is_stepped_through() {
    let Some(mut browser) = browser("a_call_from_component_to_component_is_stepped_through") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["trace", "tests/files/relay.wat", "--invoke", "run(\"hi\")"]);
    check(browser, 0, "The host calls run: func(text: string) -> string of caller.", "");
    let panes = "[...document.querySelectorAll('.pane h3')].map((one) => one.textContent).join(', ')";
    assert_eq!(browser.text(panes), "shouter, caller");
    let steps = "[...document.querySelectorAll('.steps button')].map((one) => one.textContent)";
    let position = |browser: &mut Browser, text: &str| {
        browser
            .text(&format!("String({steps}.findIndex((one) => one.startsWith('{text}')))"))
            .parse::<usize>()
            .expect(text)
    };
    // The WIT type stands beside the core values.
    let flat = position(browser, "flat (32, 2)");
    for _ in 0..flat {
        browser.press("ArrowRight");
    }
    let values = "document.querySelector('#values table').innerText.replace(/\\s+/g, ' ').trim()";
    let expected = "Core values, lower params number type value bits part of the value \
                    0 i32 32 0x20 text: string, the address 1 i32 2 0x2 text: string, the length";
    assert_eq!(browser.text(values), expected);
    // The copy lights the bytes in both memories.
    let copy = position(browser, "text: copy from");
    for _ in flat..copy {
        browser.press("ArrowRight");
    }
    let said =
        "For text: Falkirk copies the 2 bytes of hi from address 32 of caller to address 64 of shouter, unchanged.";
    assert_eq!(browser.text(NOW), format!("1 {copy} {said}"));
    let lit = "[...document.querySelectorAll('.pane')]
        .map((pane) => [...pane.querySelectorAll('.hex :is(.read, .write)')].map((byte) => byte.dataset.at).join(' ')).join(', ')";
    assert_eq!(browser.text(lit), "64 65, 32 33");
    check_looks(browser);
    browser.press("ArrowLeft");
    assert!(browser.text(NOW).starts_with(&format!("1 {} For text: shouter is asked for 2 bytes", copy - 1)));
    browser.press("End");
    assert!(browser.text(NOW).ends_with("run of caller returns to the host: all that crosses has crossed."));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn handles_of_a_component_are_shown_in_their_tables() {
    let Some(mut browser) = browser("handles_of_a_component_are_shown_in_their_tables") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["trace", "tests/files/kv.wat", "--invoke", "run(3)"]);
    let heads = "handle stands for resource type how";
    let (none, own, lent) = (": empty", "1 107 0 own", "1 107 0 own, lent 1\u{d7}");
    let tables = [
        ("new", "store", none, own),
        ("lift own", "store", own, none),
        ("lower own", "user", none, own),
        ("lift borrow", "user", own, lent),
        ("lower borrow", "store", none, none),
        ("end lend", "user", lent, own),
        ("drop", "user", own, none),
    ];
    let table = "document.getElementById('tables').innerText.replace(/\\s+/g, ' ').trim()";
    let mut seen = 0;
    for _ in 0..37 {
        check_looks(browser);
        if browser.eval("document.querySelector('.tables').hidden") == false {
            let (movement, guest, before, after) = tables[seen];
            let side = |name: &str, rows: &str| match rows {
                rows if rows == none => format!("{guest}, {name}: empty {heads}"),
                rows => format!("{guest}, {name} {heads} {rows}"),
            };
            assert_eq!(
                browser.text(table),
                format!("{} {}", side("before", before), side("after", after)),
                "{movement}"
            );
            seen += 1;
        }
        browser.press("ArrowRight");
    }
    assert_eq!(seen, tables.len());
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_page_of_a_million_steps_opens() {
    let Some(mut browser) = browser("a_page_of_a_million_steps_opens") else { return };
    let browser = &mut browser;
    let (folder, _) = open(browser, &["trace", "tests/files/hostile_names.wat", "--invoke", "busy", "500000"]);
    let size = std::fs::metadata(folder.path().join("page.html")).expect("the page").len();
    assert!(size < 4 << 20, "{size} bytes");
    let said = browser.text("document.querySelector('.left-out').textContent");
    assert!(said.starts_with("Here are the first 4,000 steps. 996,002 more are left out"), "{said}");
    browser.press("End");
    assert!(browser.text(NOW).starts_with("1 3999 "));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn hovering_a_line_of_an_explanation_lights_its_partners() {
    let Some(mut browser) = browser("hovering_a_line_of_an_explanation_lights_its_partners") else { return };
    let browser = &mut browser;
    let _page = open(browser, &["explain", "tests/files/math.wat", "--function", "factorial", "--only", "wasm,interp"]);
    assert_eq!(browser.eval("document.querySelectorAll('.lit').length"), 0);
    let operators = browser.text("document.querySelector('td.interp li[data-ops]').dataset.ops");
    browser.hover("td.interp li[data-ops]");
    assert_eq!(browser.text("document.querySelector('.here').dataset.ops"), operators);
    let partners =
        browser.text("[...document.querySelectorAll('td.wasm .lit')].map((one) => one.dataset.ops).join(' ')");
    let expected: Vec<&str> = operators.split(' ').collect();
    assert_eq!(partners.split(' ').collect::<Vec<_>>(), expected);
    browser.hover("h1");
    assert_eq!(browser.eval("document.querySelectorAll('.lit').length"), 0);
    // The same with the keyboard.
    browser.press("Tab");
    browser.press("ArrowDown");
    assert_eq!(browser.eval("document.querySelectorAll('.here').length"), 1);
    assert_eq!(browser.complaints(), [""; 0]);
}
