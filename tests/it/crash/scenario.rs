//! Runs the scenario to its end despite faults.
use super::*;

impl Simulation {
    /// Runs the scenario to its end despite the fault.
    pub(super) fn run_scenario(&mut self, unsynced: Unsynced) {
        self.retry_until_ok(Step::Restart, unsynced);
        for step in SCENARIO {
            let needs_no_retry =
                matches!(step, Step::Append(_) | Step::Plan | Step::RotateEpoch | Step::RotateEpochIfDue);
            if !needs_no_retry {
                self.retry_until_ok(step, unsynced);
            } else if self.step(step).is_err() {
                self.after_failure(step, unsynced);
            }
        }
        // The entries that still wait are written, and the daemon starts a last time.
        self.retry_until_ok(Step::Append(1), unsynced);
        self.retry_until_ok(Step::Restart, unsynced);
        // If the power went at an operation whose error is ignored, the next start notices it.
        if self.machine.lock().expect("lock the machine").is_off {
            self.after_failure(Step::Restart, unsynced);
        }
    }

    fn retry_until_ok(&mut self, step: Step, unsynced: Unsynced) {
        for _ in 0..MAX_TRIES {
            match self.step(step) {
                Ok(()) => return,
                // The entries of a failed append wait in memory, so they are not appended again.
                Err(_) if matches!(step, Step::Append(_)) && !self.machine.lock().expect("lock the machine").is_off => {
                    self.after_failure(step, unsynced);
                    if self.step(Step::Append(1)).is_ok() {
                        return;
                    }
                }
                Err(_) => self.after_failure(step, unsynced),
            }
        }
        panic!("{step:?} never succeeded");
    }

    fn after_failure(&mut self, step: Step, unsynced: Unsynced) {
        let is_off = self.machine.lock().expect("lock the machine").is_off;
        if is_off {
            self.machine.lock().expect("lock the machine").restart(unsynced);
        }
        if matches!(step, Step::Export | Step::Collect) && self.disk("stick").exists(CHECKPOINT) {
            // Somebody could pull the stick out now.
            self.record_seen_head("stick", CHECKPOINT);
            self.export_errors.extend(self.verify("stick", LogForm::Export).errors.iter().map(VerifyError::code));
        }
        self.check_department();
        if self.model.key.is_some() {
            // An export at this moment would contain the current head, even if it is not acknowledged.
            let verdict = self.verify("airlog", LogForm::Airlog);
            assert!(verdict.errors.iter().all(VerifyError::is_outside_log), "before recovery: {:?}", verdict.errors);
            self.errors_before_recovery.extend(verdict.errors.iter().map(VerifyError::code));
            self.record_seen_head("airlog", CHECKPOINT);
        }
        if is_off {
            self.retry_until_ok(Step::Restart, unsynced);
        }
    }
}
