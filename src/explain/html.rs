//! An explanation as one page for a browser: no network, no framework, and readable without its script.

use std::fmt::{self, Write};

use super::{Column, Explanation, Line, LineKind, View};
use crate::page::{self, Text};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

impl Explanation {
    /// The explanation as one page for a browser: the views side by side, group by group, and a script that lights the
    /// partners of the line under the pointer.
    pub fn html(&self, views: &[View]) -> String {
        let mut page = String::new();
        let shown = self.only(views);
        shown.write(&shown.columns.iter().collect::<Vec<_>>(), &mut page).expect("BUG: a string takes everything");
        page
    }

    fn write(&self, columns: &[&Column], page: &mut String) -> fmt::Result {
        let name = Text(&self.name);
        page::open(page, format_args!("{}, explained", self.name), STYLE);
        write!(
            page,
            "<header>\n<h1><code>{name}</code></h1>\n\
             <p class=\"dim\">Function {}, offsets {:#x} to {:#x} of its module: what became of it, view by view.</p>\n<dl>\n",
            self.index, self.body.start, self.body.end
        )?;
        for column in columns {
            let about = column.absent.as_ref().map(|why| format!("Not shown: {why}."));
            let about = about.as_deref().unwrap_or(&column.about);
            writeln!(page, "<dt>{}</dt><dd>{}</dd>", Text(&column.title), Text(about))?;
        }
        page.push_str(
            "</dl>\n<p class=\"keys\" hidden>The line under the pointer lights its partners. With the keyboard: \
             <kbd>Tab</kbd> into the table, then <kbd>&uarr;</kbd> <kbd>&darr;</kbd> from operator to operator.</p>\n\
             </header>\n<main>\n",
        );
        let shown: Vec<&Column> = columns.iter().copied().filter(|column| column.absent.is_none()).collect();
        self.write_table(&shown, page)?;
        page.push_str("</main>\n");
        page::close(page, SCRIPT);
        Ok(())
    }

    fn write_table(&self, columns: &[&Column], page: &mut String) -> fmt::Result {
        page.push_str("<table>\n<colgroup>");
        for column in columns {
            write!(page, "<col class=\"{}\">", column.view.name())?;
        }
        page.push_str("</colgroup>\n<thead><tr>");
        for column in columns {
            write!(page, "<th scope=\"col\">{}</th>", Text(&column.title))?;
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        let groups: Vec<Vec<Vec<&Line>>> = columns.iter().map(|column| self.by_group(column)).collect();
        for group in 0..self.groups {
            if groups.iter().all(|lines| lines[group].is_empty()) {
                continue;
            }
            page.push_str("<tr>");
            for (column, lines) in columns.iter().zip(&groups) {
                self.write_cell(column, &lines[group], page)?;
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table>\n");
        Ok(())
    }

    /// A view's lines, group by group.
    fn by_group<'a>(&self, column: &'a Column) -> Vec<Vec<&'a Line>> {
        let mut groups = vec![Vec::new(); self.groups];
        for line in &column.lines {
            groups[line.group].push(line);
        }
        groups
    }

    fn write_cell(&self, column: &Column, lines: &[&Line], page: &mut String) -> fmt::Result {
        write!(page, "<td class=\"{}\" data-view=\"{}\">", column.view.name(), Text(&column.title))?;
        if !lines.is_empty() {
            page.push_str("\n<ol>\n");
            for line in lines {
                self.write_line(column.view, line, page)?;
            }
            page.push_str("</ol>");
        }
        page.push_str("</td>");
        Ok(())
    }

    fn write_line(&self, view: View, line: &Line, page: &mut String) -> fmt::Result {
        let kind = match line.kind {
            LineKind::Code => "code",
            LineKind::Label => "label",
            LineKind::Declaration => "declaration",
            LineKind::Data => "data",
        };
        write!(page, "<li class=\"{kind}\"")?;
        if !line.operators.is_empty() {
            let operators: Vec<String> = line.operators.iter().map(usize::to_string).collect();
            write!(page, " tabindex=\"-1\" data-ops=\"{}\"", operators.join(" "))?;
        }
        if let (View::Wasm, [operator]) = (view, &line.operators[..]) {
            write!(page, " id=\"{:#x}\"", self.operators[*operator])?;
        }
        page.push('>');
        if !line.at.is_empty() {
            write!(page, "<span class=\"at\">{}</span> ", Text(&line.at))?;
        }
        if !line.bytes.is_empty() {
            write!(page, "<span class=\"bytes\">{}</span> ", Text(&line.bytes))?;
        }
        write!(page, "<span class=\"what\">{}", Text(&line.text))?;
        if let Some(note) = &line.note {
            write!(page, " <span class=\"note\">;; {}</span>", Text(note))?;
        }
        page.push_str("</span></li>\n");
        Ok(())
    }
}
