//! What belongs together.
//!
//! Code often does the work of several operators, and some operators have no code of their own: `local.get` only names
//! a value for what takes it. So an operator without code goes with the one that uses its value, or made it; and
//! operators that share code are shown as one group.

use super::flow::{Operator, Role};
use super::{Column, Line, LineKind, View};

/// Adds to each line the operators that it does the work of without being made for them, puts each line in a group, and
/// gives the number of groups.
pub fn arrange(operators: &[Operator], columns: &mut [Column]) -> usize {
    let mut joined = Joined::new(operators);
    for column in columns.iter_mut().filter(|column| column.view != View::Wasm) {
        adopt(operators, &mut column.lines);
        for line in &column.lines {
            joined.by(line);
        }
    }
    let has_code = with_code(operators.len(), columns.iter().filter(|column| column.view != View::Wasm));
    joined.without_code(&has_code);
    let groups = joined.groups();
    let last = groups.last().copied().unwrap_or(0);
    for line in columns.iter_mut().flat_map(|column| &mut column.lines) {
        line.group = match line.operators.last() {
            Some(operator) => groups[*operator],
            // Constants stand behind everything else.
            None if line.kind == LineKind::Data => last,
            None => 0,
        };
    }
    last + 1
}

/// Which operators have code in one of these columns.
fn with_code<'a>(count: usize, columns: impl Iterator<Item = &'a Column>) -> Vec<bool> {
    let mut found = vec![false; count];
    for operator in columns.flat_map(|column| &column.lines).flat_map(|line| &line.operators) {
        found[*operator] = true;
    }
    found
}

/// Gives the operators that no line was made for to the lines of those that they go with.
fn adopt(operators: &[Operator], lines: &mut [Line]) {
    let mut has_code = vec![false; operators.len()];
    for operator in lines.iter().flat_map(|line| &line.operators) {
        has_code[*operator] = true;
    }
    let mut adopted = vec![Vec::new(); operators.len()];
    for position in 0..operators.len() {
        if !has_code[position]
            && let Some(parent) = parent(operators, &has_code, position)
        {
            adopted[parent].push(position);
        }
    }
    for line in lines.iter_mut().filter(|line| line.kind != LineKind::Label) {
        let more: Vec<usize> = line.operators.iter().flat_map(|operator| adopted[*operator].iter().copied()).collect();
        line.operators.extend(more);
        line.operators.sort_unstable();
        line.operators.dedup();
    }
}

/// The operator with code that an operator without goes with: the one that uses its value, or the one that made it.
fn parent(operators: &[Operator], has_code: &[bool], operator: usize) -> Option<usize> {
    let follow = |next: fn(&Operator) -> Option<usize>| {
        let mut at = next(&operators[operator])?;
        // Values go one way, so this ends; blocks alone may pass a value on to themselves.
        for _ in 0..operators.len() {
            if has_code[at] {
                return Some(at);
            }
            at = next(&operators[at])?;
        }
        None
    };
    let (made, used) = (|| follow(|operator| operator.producer), || follow(|operator| operator.consumer));
    match operators[operator].role {
        Role::Opens | Role::Closes => None,
        Role::Keeps => made().or_else(used),
        Role::Computes => used().or_else(made),
    }
}

/// Which operators are in one group with the next.
struct Joined<'a> {
    operators: &'a [Operator],
    with_next: Vec<bool>,
}

impl<'a> Joined<'a> {
    fn new(operators: &'a [Operator]) -> Joined<'a> {
        Joined { operators, with_next: vec![false; operators.len()] }
    }

    /// Joins the operators of a line, and those between them: but a whole block in between stays apart.
    fn by(&mut self, line: &Line) {
        let (Some(&first), Some(&last)) = (line.operators.first(), line.operators.last()) else { return };
        let inner = (first + 1).min(last)..last;
        if !self.operators[inner].iter().any(|operator| operator.role.is_structure()) {
            self.with_next[first..last].fill(true);
        }
    }

    /// Joins operators without code: the end of a block with what comes before it, all others with what comes next.
    fn without_code(&mut self, has_code: &[bool]) {
        for (position, _) in has_code.iter().enumerate().filter(|(_, has_code)| !**has_code) {
            let operator = &self.operators[position];
            if operator.role == Role::Closes || !operator.reached {
                if position > 0 {
                    self.with_next[position - 1] = true;
                }
            } else {
                self.with_next[position] = true;
            }
        }
    }

    /// The group of each operator. They start at 1.
    fn groups(&self) -> Vec<usize> {
        let mut group = 1;
        let mut groups = Vec::with_capacity(self.with_next.len());
        for with_next in &self.with_next {
            groups.push(group);
            group += usize::from(!with_next);
        }
        groups
    }
}
