//! The playground in a real browser.

use crate::chrome::{Browser, browser};
use crate::looks::check_looks;
use crate::server::Server;

/// The status below the editor, when the check of the text is done.
const STATUS: &str = "document.getElementById('status').textContent";

/// Opens a playground's page, and waits until it is ready.
fn open(browser: &mut Browser, options: &[&str]) -> Server {
    let server = Server::start(options);
    browser.look(1200, 900, false);
    browser.open(&server.url);
    browser.wait(&format!("{STATUS}.startsWith('The module is valid')"));
    server
}

/// Chooses a sample, as a reader does.
fn choose(browser: &mut Browser, name: &str) {
    browser.eval(&format!(
        "(() => {{ const box = document.getElementById('sample');
           box.selectedIndex = [...box.options].findIndex((option) => option.text === '{name}');
           box.dispatchEvent(new Event('change')); }})()"
    ));
    browser.wait(&format!("{STATUS}.startsWith('The module is valid')"));
}

/// Presses a button, and waits until the part of the page that it opens is there.
fn click(browser: &mut Browser, button: &str, part: &str) {
    browser.eval(&format!("document.getElementById('{button}').click()"));
    browser.wait(&format!(
        "!document.getElementById('{part}').hidden && !document.getElementById('run').hasAttribute('aria-disabled')"
    ));
}

/// The text of an element, with single spaces.
fn text(browser: &mut Browser, id: &str) -> String {
    browser.text(&format!("document.getElementById('{id}').innerText.replace(/\\s+/g, ' ').trim()"))
}

/// What is marked in the editor in this way, and in which line.
fn marked(browser: &mut Browser, kind: &str) -> String {
    browser.text(&format!(
        "[...document.querySelectorAll('#paint .{kind}')].map((one) => one.textContent).join('') + ' ' +
         [...document.querySelectorAll('#lines .{kind}')].map((one) => one.textContent).join(' ')"
    ))
}

#[test]
fn samples_run_and_their_memory_is_shown() {
    let Some(mut browser) = browser("samples_run_and_their_memory_is_shown") else { return };
    let browser = &mut browser;
    let _server = open(browser, &[]);
    click(browser, "run", "result");
    assert!(
        text(browser, "results").starts_with("add(2, 3) gives 5 On the interpreter. About "),
        "{}",
        text(browser, "results")
    );
    choose(browser, "greet");
    click(browser, "run", "result");
    let shown = text(browser, "results");
    assert!(shown.contains("Of 262,144 bytes, 10 bytes have changed:"), "{shown}");
    let lit = "[...document.querySelectorAll('#results .hex b.write')].map((one) => one.textContent).join(' ')";
    assert_eq!(browser.text(lit), "48 65 6c 6c 6f 2c 20 44 61 6e");
    check_looks(browser);
    choose(browser, "host");
    click(browser, "run", "result");
    assert!(text(browser, "results").contains("Printed hello from the guest"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_call_is_stepped_through_forth_and_back() {
    let Some(mut browser) = browser("a_call_is_stepped_through_forth_and_back") else { return };
    let browser = &mut browser;
    let _server = open(browser, &[]);
    click(browser, "step", "stepping");
    assert_eq!(text(browser, "say"), "Line 4: local.get $a puts 2 onto the stack.");
    assert_eq!(marked(browser, "here"), "local.get $a 4");
    assert_eq!(text(browser, "stack"), "It is empty.");
    assert_eq!(text(browser, "locals"), "name type value $a i32 2 $b i32 3");
    assert_eq!(text(browser, "calls"), "add");
    browser.press("ArrowRight");
    assert_eq!(browser.eval("document.querySelectorAll('#stack tr.moved').length"), 1);
    browser.press("ArrowRight");
    assert_eq!(text(browser, "say"), "Line 4: i32.add takes 2 and 3 and leaves 5.");
    assert_eq!(text(browser, "stack"), "place type value 1 i32 3 0 i32 2");
    assert_eq!(browser.eval("document.querySelectorAll('#stack tr.taken').length"), 2);
    browser.press("ArrowRight");
    assert_eq!(text(browser, "stack"), "place type value 0 i32 5");
    assert_eq!(browser.eval("document.querySelectorAll('#stack tr.taken').length"), 1);
    browser.press("ArrowLeft");
    assert_eq!(text(browser, "say"), "Line 4: i32.add takes 2 and 3 and leaves 5.");
    check_looks(browser);
    browser.press("End");
    assert_eq!(text(browser, "say"), "add(2, 3) returns 5.");
    browser.press("ArrowRight");
    assert_eq!(text(browser, "where"), "step 5 of 5");
    browser.press("Home");
    assert_eq!(text(browser, "where"), "step 1 of 5");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn memory_changes_are_lit_and_taken_back() {
    let Some(mut browser) = browser("memory_changes_are_lit_and_taken_back") else { return };
    let browser = &mut browser;
    let _server = open(browser, &[]);
    choose(browser, "memory");
    click(browser, "step", "stepping");
    let word = "document.querySelector('#memories .text').textContent.slice(0, 7)";
    let lit = "[...document.querySelectorAll('#memories .hex b:is(.read, .write)')].map((one) => `${one.className} ${one.dataset.at} ${one.textContent}`).join(', ')";
    assert_eq!(browser.text(word), "falkirk");
    let forward = |browser: &mut Browser, beginning: &str| {
        for _ in 0..60 {
            browser.press("ArrowRight");
            if text(browser, "say").contains(beginning) {
                return;
            }
        }
        panic!("no step says {beginning}");
    };
    forward(browser, "i32.store8");
    assert!(
        text(browser, "say").ends_with("takes 0 and 107; it writes 1 byte at address 0."),
        "{}",
        text(browser, "say")
    );
    assert_eq!((browser.text(word), browser.text(lit)), ("falkirk".to_owned(), String::new()));
    browser.press("ArrowRight");
    assert_eq!((browser.text(word), browser.text(lit)), ("kalkirk".to_owned(), "write 0 6b".to_owned()));
    browser.press("ArrowLeft");
    assert_eq!((browser.text(word), browser.text(lit)), ("falkirk".to_owned(), String::new()));
    check_looks(browser);
    browser.press("End");
    assert_eq!(browser.text(word), "kriklaf");
    browser.press("Home");
    assert_eq!(browser.text(word), "falkirk");
    // Values that are wide.
    choose(browser, "vectors");
    click(browser, "step", "stepping");
    for _ in 0..3 {
        browser.press("ArrowRight");
    }
    check_looks(browser);
    choose(browser, "fib");
    click(browser, "step", "stepping");
    forward(browser, "it calls fib");
    browser.press("ArrowRight");
    assert_eq!(text(browser, "calls"), "fib fib");
    assert!(text(browser, "cut").starts_with("Here are the first 5,000 steps."), "{}", text(browser, "cut"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn what_is_wrong_is_marked_at_its_place() {
    let Some(mut browser) = browser("what_is_wrong_is_marked_at_its_place") else { return };
    let browser = &mut browser;
    let _server = open(browser, &["--timeout", "500ms"]);
    // Typed, not set: the page notices by itself.
    browser.eval("(() => { const field = document.getElementById('text'); field.focus(); field.select(); })()");
    browser.write("(module\n  (func (export \"f\") (result i32)\n    (i64.const 1)))");
    browser.wait(&format!("{STATUS}.startsWith('The module is not valid')"));
    assert!(marked(browser, "bad").ends_with(" 3"), "{}", marked(browser, "bad"));
    browser.eval("(() => { const field = document.getElementById('text'); field.focus(); field.select(); })()");
    browser.write("(module\n  (fnuc))");
    browser.wait(&format!("{STATUS}.startsWith('The text cannot be read')"));
    assert_eq!(marked(browser, "bad"), "fnuc 2");
    assert!(text(browser, "status").ends_with("line 2, column 4"), "{}", text(browser, "status"));
    browser.eval("document.querySelector('#status .place').click()");
    assert_eq!(browser.text("(() => { const field = document.activeElement; return field.value.slice(field.selectionStart, field.selectionEnd); })()"), "fnuc");
    check_looks(browser);
    choose(browser, "a trap");
    assert_eq!(marked(browser, "bad"), " ");
    click(browser, "run", "result");
    assert_eq!(marked(browser, "bad"), "i32.div_s 5");
    let trapped = "The program trapped: integer divide by zero line 5, column 6";
    let frames = "divide line 5, column 6 middle line 9, column 8 start_trap line 13, column 6";
    assert_eq!(text(browser, "results"), format!("{trapped} {frames} On the interpreter. About 16 instructions."));
    assert_eq!(text(browser, "status"), trapped);
    check_looks(browser);
    click(browser, "step", "stepping");
    browser.press("End");
    assert_eq!(text(browser, "say"), "The program trapped: integer divide by zero.");
    browser.press("ArrowLeft");
    assert_eq!(marked(browser, "here"), "i32.div_s 5");
    choose(browser, "an endless loop");
    click(browser, "run", "result");
    assert!(text(browser, "status").starts_with("A limit was reached: its time was up"), "{}", text(browser, "status"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_loop_is_stopped_with_the_button() {
    let Some(mut browser) = browser("a_loop_is_stopped_with_the_button") else { return };
    let browser = &mut browser;
    let _server = open(browser, &["--timeout", "50s"]);
    choose(browser, "an endless loop");
    browser.eval("document.getElementById('run').click()");
    browser.wait("!document.getElementById('stop').hidden");
    check_looks(browser);
    browser.eval("document.getElementById('stop').click()");
    browser.wait(&format!("{STATUS}.startsWith('A limit was reached')"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_playground_works_with_the_keyboard_alone() {
    let Some(mut browser) = browser("the_playground_works_with_the_keyboard_alone") else { return };
    let browser = &mut browser;
    let _server = open(browser, &[]);
    let mut stops = Vec::new();
    for _ in 0..9 {
        browser.press("Tab");
        stops.push(
            browser.text("document.activeElement.id || document.activeElement.value || document.activeElement.tagName"),
        );
        let outline = "[document.activeElement, document.activeElement.closest('.editor')].some((one) => one && getComputedStyle(one).outlineStyle === 'solid')";
        assert_eq!(browser.eval(outline), true, "the focus can be seen at {stops:?}");
    }
    assert_eq!(stops, ["sample", "text", "function", "arguments", "SUMMARY", "interp", "run", "step", "times"]);
    // The editor runs and steps too.
    browser.eval("document.getElementById('text').focus()");
    browser.press_with("Enter", 2);
    browser.wait("!document.getElementById('result').hidden");
    browser.press_with("Enter", 1);
    browser.wait("!document.getElementById('stepping').hidden");
    assert_eq!(browser.text("document.activeElement.id"), "next");
    // In a field the arrows are the field's.
    browser.press("ArrowRight");
    browser.eval("document.getElementById('arguments').focus()");
    browser.press("ArrowLeft");
    assert_eq!(text(browser, "where"), "step 2 of 5");
    // In the slider they are steps, once each.
    browser.eval("document.getElementById('slider').focus()");
    browser.press("ArrowRight");
    assert_eq!(text(browser, "where"), "step 3 of 5");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn times_stand_side_by_side() {
    let Some(mut browser) = browser("times_stand_side_by_side") else { return };
    let browser = &mut browser;
    let _server = open(browser, &[]);
    click(browser, "times", "timing");
    let shown = text(browser, "measured");
    assert!(shown.starts_with("add(2, 3), measured just now on this machine interpreter "), "{shown}");
    assert!(shown.contains(" a call (the median) "), "{shown}");
    let without = "The JIT is not in this build";
    assert_eq!(shown.contains(without), !cfg!(feature = "jit"), "{shown}");
    assert_eq!(browser.eval("document.querySelector('input[value=jit]').disabled"), !cfg!(feature = "jit"));
    check_looks(browser);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn nothing_in_a_module_becomes_part_of_the_page() {
    let Some(mut browser) = browser("nothing_in_a_module_becomes_part_of_the_page") else { return };
    let browser = &mut browser;
    let _server = open(browser, &[]);
    browser.eval("(() => { const field = document.getElementById('text'); field.focus(); field.select(); })()");
    browser.write("(module (func (export \"</option><img src=x onerror=alert(1)>\") (local $\"<b>x</b>\" i32) (drop (i32.const 1))))");
    browser.wait("document.getElementById('function').value.includes('<img')");
    browser.eval("document.getElementById('arguments').value = ''");
    click(browser, "run", "result");
    click(browser, "step", "stepping");
    assert_eq!(browser.eval("document.querySelectorAll('img, td b, #calls b').length"), 0);
    assert!(text(browser, "locals").contains("<b>x</b>"), "{}", text(browser, "locals"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_file_is_there_at_the_start() {
    let Some(mut browser) = browser("a_file_is_there_at_the_start") else { return };
    let browser = &mut browser;
    let _server = open(browser, &["../guests/wat/fib.wat"]);
    assert_eq!(browser.text("document.getElementById('function').value"), "fib");
    let arguments = "document.getElementById('arguments')";
    assert_eq!(browser.text(&format!("{arguments}.placeholder")), "7");
    browser.eval(&format!("{arguments}.value = '10'"));
    click(browser, "run", "result");
    assert!(text(browser, "results").contains("55"), "{}", text(browser, "results"));
    check_looks(browser);
    // The samples are still there.
    choose(browser, "add");
    assert_eq!(browser.text(&format!("{arguments}.value")), "2 3");
    assert_eq!(browser.complaints(), [""; 0]);
}
