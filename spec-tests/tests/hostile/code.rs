//! Function bodies that are deep, wide, or make a translator do the same work again and again.

use falkirk::Engine;
use falkirk_spec_tests::build::{Body, OneFunction, leb, raw_module};
use wasm_encoder::{BlockType, Instruction as I, ValType};

use super::Case;
use super::support::{gives, gives_or_is_too_much, is_rejected, run};

pub const CASES: &[Case] = &[
    Case { name: "a_hundred_thousand_blocks_deep", mib: 128, run: deep_blocks },
    Case { name: "a_hundred_thousand_loops_deep", mib: 128, run: deep_loops },
    Case { name: "a_hundred_thousand_ifs_deep", mib: 128, run: deep_ifs },
    Case { name: "branches_out_of_deep_blocks", mib: 128, run: deep_branches },
    Case { name: "fifty_thousand_locals", mib: 64, run: fifty_thousand_locals },
    Case { name: "too_many_locals", mib: 64, run: too_many_locals },
    Case { name: "ten_thousand_functions_of_many_locals", mib: 256, run: many_functions_of_many_locals },
    Case { name: "a_stack_of_sixty_thousand_values", mib: 64, run: high_stack },
    Case { name: "a_stack_of_two_hundred_thousand_values", mib: 64, run: too_high_stack },
    Case { name: "a_br_table_of_a_million", mib: 256, run: large_br_table },
    Case { name: "a_br_table_of_a_hundred_thousand_that_carries_values", mib: 64, run: br_table_with_values },
    Case { name: "sixty_thousand_branches_with_a_thousand_values", mib: 64, run: branches_with_values },
    Case { name: "sixty_thousand_returns_of_a_thousand_values", mib: 64, run: returns_of_values },
    Case { name: "sets_of_a_local_below_a_high_stack", mib: 128, run: sets_below_a_high_stack },
    Case { name: "blocks_above_a_high_stack", mib: 128, run: blocks_above_a_high_stack },
    Case { name: "a_megabyte_of_dead_code", mib: 128, run: dead_code },
    Case { name: "a_body_of_eight_megabytes", mib: 512, run: long_body },
    Case { name: "a_constant_expression_of_a_megabyte", mib: 128, run: long_constant },
];

const NESTING: usize = 100_000;

fn nested(open: &[I<'_>]) -> Vec<u8> {
    let body = Body::new().repeat(NESTING, open).repeat(NESTING, &[I::End]).op(I::I32Const(7));
    OneFunction::giving_i32(body).finish()
}

fn deep_blocks(engine: &Engine) {
    gives_or_is_too_much(run(engine, nested(&[I::Block(BlockType::Empty)])), 7);
}

fn deep_loops(engine: &Engine) {
    gives_or_is_too_much(run(engine, nested(&[I::Loop(BlockType::Empty)])), 7);
}

fn deep_ifs(engine: &Engine) {
    gives_or_is_too_much(run(engine, nested(&[I::I32Const(1), I::If(BlockType::Empty)])), 7);
}

/// From the innermost block a branch to each of the others, none taken but the last.
fn deep_branches(engine: &Engine) {
    let mut body = Body::new().repeat(NESTING, &[I::Block(BlockType::Empty)]);
    for depth in (0..NESTING).step_by(7) {
        body = body.repeat(1, &[I::I32Const(0), I::BrIf(depth as u32)]);
    }
    body = body.op(I::Br(NESTING as u32 - 1)).repeat(NESTING, &[I::End]).op(I::I32Const(7));
    gives_or_is_too_much(run(engine, OneFunction::giving_i32(body).finish()), 7);
}

fn with_locals(runs: &[(u32, ValType)], read: u32) -> Vec<u8> {
    let mut function = OneFunction::giving_i32(Body::new().op(I::LocalGet(read)));
    function.locals = runs.to_vec();
    function.finish()
}

fn fifty_thousand_locals(engine: &Engine) {
    gives(run(engine, with_locals(&[(50_000, ValType::I32)], 49_999)), 0);
    gives(run(engine, with_locals(&[(1, ValType::I32); 50_000], 49_999)), 0);
}

/// More locals than the validator takes, and more slots than a frame has: both are refused with a message.
fn too_many_locals(engine: &Engine) {
    is_rejected(engine, with_locals(&[(50_001, ValType::I32)], 0));
    is_rejected(engine, with_locals(&[(u32::MAX, ValType::I32)], 0));
    let wide = with_locals(&[(1, ValType::I32), (49_999, ValType::V128)], 0);
    gives_or_is_too_much(run(engine, wide), 0);
}

/// 90 KB of bodies that declare half a billion locals.
fn many_functions_of_many_locals(engine: &Engine) {
    let count = 10_000;
    let body = [vec![8, 1], leb(50_000), vec![0x7f, 0x41, 7, 0x0b]].concat();
    let body = [vec![(body.len() - 1) as u8], body[1..].to_vec()].concat();
    let module = raw_module(&[
        (1, vec![1, 0x60, 0, 1, 0x7f]),
        (3, [leb(count), vec![0; count as usize]].concat()),
        (7, [vec![1, 1, b'f', 0], leb(count - 1)].concat()),
        (10, [leb(count), body.repeat(count as usize)].concat()),
    ]);
    gives(run(engine, module), 7);
}

fn sum_of_ones(count: usize) -> Vec<u8> {
    let body = Body::new().repeat(count, &[I::I32Const(1)]).repeat(count - 1, &[I::I32Add]);
    OneFunction::giving_i32(body).finish()
}

fn high_stack(engine: &Engine) {
    gives_or_is_too_much(run(engine, sum_of_ones(60_000)), 60_000);
}

fn too_high_stack(engine: &Engine) {
    gives_or_is_too_much(run(engine, sum_of_ones(200_000)), 200_000);
}

/// A million labels, two blocks in turn; the index chooses the last but one.
fn large_br_table(engine: &Engine) {
    let labels: Vec<u32> = (0..1_000_000).map(|number| number % 2).collect();
    let body = Body::new()
        .repeat(2, &[I::Block(BlockType::Empty)])
        .op(I::I32Const(999_998))
        .op(I::BrTable(labels.into(), 1))
        .op(I::End)
        .repeat(1, &[I::I32Const(7), I::Return, I::End])
        .op(I::I32Const(8));
    gives_or_is_too_much(run(engine, OneFunction::giving_i32(body).finish()), 7);
}

/// What branches carry: block type 1 gives a thousand values.
fn giving_thousand(body: Body) -> Vec<u8> {
    let mut function = OneFunction::giving_i32(body);
    function.block_types = vec![(vec![], vec![ValType::I32; 1000])];
    function.finish()
}

/// Every label is a block that lies one value deeper than the branch, so that each branch moves a thousand values.
fn br_table_with_values(engine: &Engine) {
    let labels = vec![0; 100_000];
    let body = Body::new()
        .op(I::Block(BlockType::FunctionType(1)))
        .op(I::I32Const(3))
        .repeat(1000, &[I::I32Const(1)])
        .op(I::I32Const(5))
        .op(I::BrTable(labels.into(), 0))
        .op(I::End)
        .repeat(999, &[I::I32Add]);
    gives_or_is_too_much(run(engine, giving_thousand(body)), 1000);
}

fn branches_with_values(engine: &Engine) {
    let body = Body::new()
        .op(I::Block(BlockType::FunctionType(1)))
        .op(I::I32Const(3))
        .repeat(1000, &[I::I32Const(1)])
        .repeat(60_000, &[I::I32Const(0), I::BrIf(0)])
        .op(I::Br(0))
        .op(I::End)
        .repeat(999, &[I::I32Add]);
    gives_or_is_too_much(run(engine, giving_thousand(body)), 1000);
}

/// As above, with the function itself as the label: `br_if` and `return` move all results.
fn returns_of_values(engine: &Engine) {
    let body = Body::new()
        .repeat(1001, &[I::I32Const(1)])
        .repeat(30_000, &[I::I32Const(0), I::BrIf(0)])
        .repeat(30_000, &[I::I32Const(0), I::If(BlockType::Empty), I::Unreachable, I::Return, I::End])
        .op(I::Return);
    let mut function = OneFunction::giving_i32(body);
    function.results = vec![ValType::I32; 1000];
    match run(engine, function.finish()) {
        Ok(results) => assert_eq!(results.len(), 1000),
        Err(error) => assert!(error.limit().is_some(), "{error}"),
    }
}

/// Each `local.set` concerns every `local.get` of that local still on the stack: looking through the whole stack each time
/// would be 60,000 times 200,000 steps.
fn sets_below_a_high_stack(engine: &Engine) {
    let height = 50_000;
    let body = Body::new()
        .repeat(height, &[I::LocalGet(1)])
        .repeat(200_000, &[I::LocalGet(0), I::LocalSet(0), I::I32Const(1), I::LocalSet(2)])
        .repeat(height - 1, &[I::I32Add]);
    let mut function = OneFunction::giving_i32(body);
    function.locals = vec![(3, ValType::I32)];
    gives_or_is_too_much(run(engine, function.finish()), 0);
}

/// The same of blocks: each makes what is on the stack take its place.
fn blocks_above_a_high_stack(engine: &Engine) {
    let height = 50_000;
    let block = [I::Block(BlockType::Empty), I::I32Const(0), I::BrIf(0), I::End];
    let body = Body::new()
        .repeat(height, &[I::LocalGet(0)])
        .repeat(200_000, &block)
        .repeat(1000, &[I::Loop(BlockType::Empty), I::End, I::I32Const(0), I::If(BlockType::Empty), I::End])
        .repeat(height - 1, &[I::I32Add]);
    let mut function = OneFunction::giving_i32(body);
    function.locals = vec![(1, ValType::I32)];
    gives_or_is_too_much(run(engine, function.finish()), 0);
}

fn dead_code(engine: &Engine) {
    let body = Body::new()
        .repeat(1, &[I::I32Const(7), I::Return])
        .repeat(
            100_000,
            &[I::Block(BlockType::Empty), I::Unreachable, I::I32Add, I::Drop, I::BrTable(vec![0; 4].into(), 0), I::End],
        )
        .op(I::Unreachable);
    gives(run(engine, OneFunction::giving_i32(body).finish()), 7);
}

/// One body just below the validator's limit for bodies (7,654,321 bytes).
fn long_body(engine: &Engine) {
    let body =
        Body::new().op(I::I32Const(7)).repeat(1_250_000, &[I::I32Const(1), I::I32Add, I::I32Const(1), I::I32Sub]);
    gives_or_is_too_much(run(engine, OneFunction::giving_i32(body).finish()), 7);
    let longer = Body::new().op(I::I32Const(7)).repeat(8_000_000, &[I::Nop]);
    let _ = run(engine, OneFunction::giving_i32(longer).finish());
}

/// `1 + (1 + (1 + ...))` in a global's initializer: evaluated, not recursed into.
fn long_constant(engine: &Engine) {
    let count = 300_000;
    let expression = [[0x41, 1].repeat(count), [0x6a].repeat(count - 1), vec![0x0b]].concat();
    let module = raw_module(&[
        (1, vec![1, 0x60, 0, 1, 0x7f]),
        (3, vec![1, 0]),
        (6, [vec![1, 0x7f, 0], expression].concat()),
        (7, vec![1, 1, b'f', 0, 0]),
        (10, vec![1, 4, 0, 0x23, 0, 0x0b]),
    ]);
    gives_or_is_too_much(run(engine, module), count as i32);
}
