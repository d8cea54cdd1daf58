//! Tests: what belongs together, what functions are called, and that names cannot do harm.

use falkirk_runtime::Module;

use super::{Explanation, LineKind, View, explain, find_function, functions};
use crate::{Config, Engine};

fn module(text: &str) -> Module {
    Module::new(&Engine::new(&Config::new()).expect("an engine"), text).expect("a module")
}

fn explained(text: &str) -> Explanation {
    let module = module(text);
    explain(&module, module.info().functions.len() as u32 - 1).expect("it has code")
}

const MEAN: &str = "(module
  (memory 1)
  (func $mean (param $p i32) (param $n i32) (result i32) (local $sum i32) (local $end i32)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $n) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $p))))
        (local.set $p (i32.add (local.get $p) (i32.const 4)))
        (br $next)))
    (i32.div_s (local.get $sum) (local.get $n))))";

/// The text of a view's lines in the group of the operator whose line ends with this.
fn beside(explanation: &Explanation, operator: &str, view: View) -> Vec<String> {
    let wasm = &explanation.column(View::Wasm).lines;
    let line = wasm.iter().find(|line| line.text.ends_with(operator)).expect("the operator is there");
    let lines = explanation.column(view).lines.iter().filter(|other| other.group == line.group);
    lines.map(|line| line.text.trim().to_owned()).collect()
}

/// What stands together depends on the engines: what either of them makes one instruction of does.
#[cfg(all(feature = "interp", feature = "jit"))]
#[test]
fn operators_stand_with_what_they_are_for() {
    let explanation = explained(MEAN);
    let sum = ["local.get $sum", "local.get $p", "i32.load", "i32.add", "local.set $sum"];
    assert_eq!(beside(&explanation, "i32.load", View::Wasm), sum);
    assert_eq!(beside(&explanation, "br_if $done", View::Wasm).len(), 4);
    let lines = &explanation.column(View::Wasm).lines;
    assert!(lines.is_sorted_by_key(|line| line.group), "{lines:#?}");
    assert_eq!(lines.iter().filter(|line| !line.operators.is_empty()).count(), explanation.operators.len());
}

#[cfg(feature = "interp")]
#[test]
fn each_operator_has_a_partner_in_the_interpreters_code() {
    let explanation = explained(MEAN);
    assert_eq!(beside(&explanation, "i32.load", View::Interp), ["$sum = i32.add (i32.load [$p]), $sum"]);
    let interp = &explanation.column(View::Interp).lines;
    for line in &explanation.column(View::Wasm).lines {
        let has_none = ["block $done", "loop $next", "end"].contains(&line.text.trim());
        for operator in &line.operators {
            let partner = interp.iter().any(|partner| partner.operators.contains(operator));
            assert!(partner || has_none, "{line:?}");
        }
    }
}

#[cfg(feature = "jit")]
#[test]
fn each_operator_has_a_partner_in_the_jits_code() {
    let explanation = explained(MEAN);
    assert!(beside(&explanation, "i32.load", View::Clif).iter().any(|line| line.contains("load.i32 little")));
    for view in [View::Clif, View::Machine] {
        let lines = &explanation.column(view).lines;
        for operator in explanation.column(View::Wasm).lines.iter().filter(|line| !line.text.contains(['$', 'd'])) {
            let position = operator.operators[0];
            assert!(lines.iter().any(|line| line.operators.contains(&position)), "{operator:?} in {view:?}");
        }
        assert!(lines.iter().all(|line| line.group < explanation.groups));
    }
    // The load is part of another machine instruction on some machines; the trap leads back to it all the same.
    let load = explanation.column(View::Wasm).lines.iter().find(|line| line.text.ends_with("i32.load"));
    let load = load.expect("the operator is there").operators[0];
    let machine = &explanation.column(View::Machine).lines;
    let faults = |note: &String| note.contains("out of bounds");
    let traps: Vec<_> = machine.iter().filter(|line| line.note.as_ref().is_some_and(faults)).collect();
    assert!(!traps.is_empty() && traps.iter().all(|line| line.operators.contains(&load)), "{traps:?}");
}

#[cfg(not(all(feature = "interp", feature = "jit")))]
#[test]
fn what_is_not_part_of_the_build_is_left_out_with_a_note() {
    let explanation = explained(MEAN);
    let (text, page) = (explanation.text(&View::ALL), explanation.html(&View::ALL));
    for feature in [(!cfg!(feature = "interp")).then_some("interp"), (!cfg!(feature = "jit")).then_some("jit")] {
        let note =
            feature.map_or_else(String::new, |feature| format!("not part of this build (cargo feature `{feature}`)"));
        assert!(text.replace('\n', " ").replace("         ", "").contains(&note), "{text}");
        assert!(page.contains(&note), "{page}");
    }
}

#[test]
fn lines_fit_a_wide_terminal() {
    for line in explained(MEAN).text(&View::ALL).lines() {
        assert!(line.chars().count() <= 132, "{line}");
    }
}

#[test]
fn views_are_shown_alone_in_the_order_of_the_code() {
    let explanation = explained(MEAN);
    let text = explanation.text(&[View::Wasm]);
    let operators: Vec<&str> = text.lines().filter(|line| line.starts_with("0x")).collect();
    assert!(operators.is_sorted() && operators.len() >= explanation.operators.len(), "{text}");
    assert!(!text.contains("clif"));
}

#[test]
fn code_that_is_never_reached_says_so() {
    let explanation = explained(
        "(module (func (result i32) (return (i32.const 1)) (drop (i32.add (i32.const 2) (i32.const 3))) (i32.const 4)))",
    );
    let lines = &explanation.column(View::Wasm).lines;
    let never: Vec<&str> = lines
        .iter()
        .filter(|line| line.note.as_deref() == Some("never reached"))
        .map(|line| line.text.trim())
        .collect();
    assert_eq!(never, ["i32.const 2", "i32.const 3", "i32.add", "drop", "i32.const 4"]);
}

#[test]
fn every_kind_of_name_finds_its_function() {
    let module = module(
        r#"(module (import "env" "log" (func $log))
            (func $a (export "b")) (func $b) (func (export "3")) (func (export "with space")))"#,
    );
    for (wanted, index) in [
        ("log", 0),
        ("$log", 0),
        ("a", 1),
        ("$a", 1),
        ("b", 1),
        ("$b", 2),
        ("2", 2),
        ("3", 3),
        ("with space", 4),
        ("4", 4),
    ] {
        assert_eq!(find_function(&module, wanted), Some(index), "{wanted}");
    }
    for wanted in ["", "c", "5", "-1", "$"] {
        assert_eq!(find_function(&module, wanted), None, "{wanted}");
    }
    let all = functions(&module);
    assert_eq!(all[0].size, None);
    assert_eq!((all[2].index, all[2].name.as_deref()), (2, Some("b")));
}

#[test]
fn what_has_no_code_is_refused_with_the_reason() {
    let module = module(r#"(module (import "env" "log" (func)))"#);
    let message = |function| explain(&module, function).expect_err("it has no code").to_string();
    assert!(message(0).contains(r#"imported as "env"."log""#), "{}", message(0));
    assert!(message(1).contains("there is no function 1"), "{}", message(1));
}

#[test]
fn names_cannot_leave_their_place() {
    let explanation = explained(
        r#"(module (memory $"&lt;" 1)
            (global $"'><img src=x onerror=alert(1)>" (mut i32) (i32.const 0))
            (func $"callee\u{1b}[31m\u{202e}" (param i32))
            (func $"</script><script>alert(1)</script>" (param $"\" onmouseover=\"alert(1)" i32) (local $"]]>\n<b>" i32)
                (call $"callee\u{1b}[31m\u{202e}" (local.get 0))
                (local.set 1 (i32.add (local.get 0) (global.get 0)))
                (global.set 0 (i32.mul (local.get 1) (local.get 1)))))"#,
    );
    let page = explanation.html(&View::ALL);
    assert_eq!(page.matches("<script>").count(), 1);
    assert_eq!(page.matches("</script>").count(), 1);
    for harm in ["<img", "<b>", "\" onmouseover", "' onmouse"] {
        assert!(!page.contains(harm), "{harm}");
    }
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"));
    for text in [page, explanation.text(&View::ALL)] {
        let moves = |char: char| char != '\n' && (char.is_control() || ('\u{202a}'..='\u{202e}').contains(&char));
        assert!(!text.contains(moves), "{text:?}");
    }
}

#[test]
fn a_page_is_whole() {
    let page = explained(MEAN).html(&View::ALL);
    for tag in [
        "html", "head", "body", "header", "main", "table", "thead", "tbody", "tr", "td", "th", "ol", "li", "dl", "dt",
        "dd",
    ] {
        let opened = page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    assert!(!page.contains("http:") && !page.contains("https:"), "a page needs no network");
}

#[test]
fn labels_and_declarations_are_told_apart() {
    let explanation = explained(MEAN);
    let wasm = &explanation.column(View::Wasm).lines;
    let declarations = wasm.iter().filter(|line| line.kind == LineKind::Declaration).count();
    assert_eq!(declarations, 2, "the head and the locals");
}
