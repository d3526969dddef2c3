//! Turns errors into the end of a run over many pods: a Parallel set finishes the batch the error is in.

use super::action::Failure;

/// The most calls a Parallel set has in flight (`MaxBatchSize`, `stateful_set_control.go`).
const MAX_BATCH: i64 = 500;

/// A run over pods by position. Batches double from 1 to 500, and an error ends the run after its batch
/// (`slowStartBatch`, `stateful_set_control.go`); a monotonic run ends at once (`runForAll`).
pub(super) struct Run {
    monotonic: bool,
    last: i64,
    failed: Result<(), Failure>,
}

impl Run {
    pub(super) fn new(monotonic: bool) -> Self {
        Self { monotonic, last: i64::MAX, failed: Ok(()) }
    }

    /// Whether the run comes to this position.
    pub(super) fn reaches(&self, position: i64) -> bool {
        position <= self.last
    }

    /// Whether an error has fixed its end.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_err()
    }

    /// Takes what came of a position.
    pub(super) fn take(&mut self, position: i64, result: Result<(), Failure>) {
        if let (Err(failure), Ok(())) = (result, self.failed) {
            self.last = if self.monotonic { position } else { batch_end(position) };
            self.failed = Err(failure);
        }
    }

    /// The first error, if there was one.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.failed
    }
}

/// The last position of the batch a position is in.
fn batch_end(position: i64) -> i64 {
    let (mut end, mut size) = (0, 1);
    while end < position {
        size = (size * 2).min(MAX_BATCH);
        end += size;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::batch_end;

    #[test]
    fn batches_double_up_to_five_hundred() {
        let ends: Vec<_> = [0, 1, 2, 3, 6, 7, 510, 511, 1010, 1011].map(batch_end).into();
        assert_eq!(ends, [0, 2, 2, 6, 6, 14, 510, 1010, 1010, 1510]);
    }
}
