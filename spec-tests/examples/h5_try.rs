//! try
use falkirk::diff::*;
use falkirk::{Config, Engine, EngineKind};
fn main() {
    let make = |kind| {
        let mut c = Config::new();
        c.engine(kind);
        Engine::new(&c).unwrap()
    };
    let mut other = Config::new();
    other.engine(EngineKind::Jit).memory_reservation(0);
    let engines = [
        ("interp", make(EngineKind::Interp)),
        ("jit", make(EngineKind::Jit)),
        ("mixed", make(EngineKind::Mixed)),
        ("jit-other", Engine::new(&other).unwrap()),
    ];
    let mut oracle = Oracle::new(engines);
    let args: Vec<String> = std::env::args().collect();
    match args[1].as_str() {
        "ops" => {
            use falkirk_spec_tests::operators::*;
            let first: u64 = args[2].parse().unwrap();
            let count: u64 = args[3].parse().unwrap();
            let entries: Vec<_> = tested().collect();
            for seed in first..first + count {
                let mut rng = Rng::new(seed);
                let entry = entries[rng.below(entries.len())];
                let typed = typed(entry, &mut rng);
                let case = Case::random(typed, &mut rng);
                let wasm = module(&[case.clone()]);
                let script = script(&[case.clone()]);
                std::fs::write("/tmp/h5_current.wasm", &wasm).unwrap();
                std::fs::write("/tmp/h5_current.txt", format!("{seed} {} {:?} {:?}", entry.name, case, script))
                    .unwrap();
                let report = oracle.check(&wasm, |_| script.clone());
                if report.difference.is_some() || report.rejection().is_some() {
                    println!("{seed} {} {:?} {}\n{report}", entry.name, case.typed.operator, case.usage as u8);
                }
            }
        }
        "random" => {
            oracle.nans(Nans::Exact);
            let first: u64 = args[2].parse().unwrap();
            let count: u64 = args[3].parse().unwrap();
            for seed in first..first + count {
                std::fs::write("/tmp/h5_current.txt", format!("{seed}")).unwrap();
                if let Err(e) = falkirk_spec_tests::random::check(&oracle, seed) {
                    println!("{seed}\n{e}");
                }
            }
        }
        _ => {
            let text = std::fs::read(&args[1]).unwrap();
            let calls = falkirk_spec_tests::found::calls_in(&String::from_utf8_lossy(&text));
            let report = oracle
                .check(&text, |m| if calls.is_empty() { Script::random(m, 0) } else { Script::new(calls.clone()) });
            println!("{report}");
        }
    }
}
