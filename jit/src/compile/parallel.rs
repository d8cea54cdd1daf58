//! Work that is handed out to threads piece by piece.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many threads there may be: as many as asked for, or with 0 one per core.
pub fn threads(wanted: usize) -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    match wanted {
        // Asking the operating system takes longer than compiling a small function.
        0 => *CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from)),
        wanted => wanted,
    }
}

/// Does each piece of work, on so many threads, and gives the results in the order of the pieces. Each thread makes a
/// worker for itself.
///
/// # Errors
///
/// That of the first piece that fails, however many threads there are.
pub fn run<P: Sync, T: Send + Sync, E: Send + Sync, W: FnMut(&P) -> Result<T, E>>(
    pieces: &[P],
    threads: usize,
    worker: impl Fn() -> W + Sync,
) -> Result<Vec<T>, E> {
    let results: Vec<OnceLock<Result<T, E>>> = pieces.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut worker = worker();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(at) else { return };
            let result = worker(piece);
            if result.is_err() {
                // Pieces are handed out in order, so every earlier one is done too. No later one has to be.
                next.fetch_max(pieces.len(), Ordering::Relaxed);
            }
            assert!(results[at].set(result).is_ok(), "BUG: a piece of work was done twice");
        }
    };
    if threads > 1 && pieces.len() > 1 {
        std::thread::scope(|scope| {
            for _ in 1..threads.min(pieces.len()) {
                // Without a thread, the others do its work.
                let _ = std::thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
    } else {
        work();
    }
    // After a failure there may be pieces that nobody began; the failure comes before them.
    results.into_iter().map(|result| result.into_inner().expect("BUG: a piece of work was left out")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_the_order_of_the_pieces() {
        let pieces: Vec<u32> = (0..1000).collect();
        for threads in [1, 2, 7] {
            let squares = run(&pieces, threads, || |piece: &u32| Ok::<u32, ()>(piece * piece)).unwrap();
            assert!(squares.iter().zip(&pieces).all(|(square, piece)| *square == piece * piece));
        }
        assert_eq!(run(&[], 3, || |_: &u32| Ok::<u32, ()>(1)), Ok(vec![]));
    }

    #[test]
    fn the_first_failure_is_reported() {
        let pieces: Vec<u32> = (0..1000).collect();
        for threads in [1, 2, 7] {
            for _ in 0..20 {
                let fail = |piece: &u32| if piece % 300 == 299 { Err(*piece) } else { Ok(()) };
                assert_eq!(run(&pieces, threads, || fail), Err(299));
            }
        }
    }
}
