//! Runs the scenario to its end despite faults.
use super::*;

impl Simulation {
    /// Runs the scenario to its end despite the fault.
    pub(super) fn run_scenario(&mut self, survival: Survival) {
        self.retry_until_ok(Step::Restart, survival);
        for step in SCENARIO {
            let must_succeed =
                !matches!(step, Step::Append(_) | Step::Plan | Step::RotateEpoch | Step::RotateEpochIfDue);
            if must_succeed {
                self.retry_until_ok(step, survival);
            } else if self.run_step(step).is_err() {
                self.recover_from_failure(step, survival);
            }
        }
        // The entries that still wait are written, and the daemon starts one last time.
        self.retry_until_ok(Step::Append(1), survival);
        self.retry_until_ok(Step::Restart, survival);
        // If the power failed at an operation whose error is ignored, no step has reported it.
        if self.machine.lock().expect("lock the machine").is_off {
            self.recover_from_failure(Step::Restart, survival);
        }
    }

    fn retry_until_ok(&mut self, step: Step, survival: Survival) {
        for _ in 0..MAX_ATTEMPTS {
            match self.run_step(step) {
                Ok(()) => return,
                // The entries of a failed append wait in memory, so they are not appended again.
                Err(_) if matches!(step, Step::Append(_)) && !self.machine.lock().expect("lock the machine").is_off => {
                    self.recover_from_failure(step, survival);
                    if self.run_step(Step::Append(1)).is_ok() {
                        return;
                    }
                }
                Err(_) => self.recover_from_failure(step, survival),
            }
        }
        panic!("{step:?} never succeeded");
    }

    fn recover_from_failure(&mut self, step: Step, survival: Survival) {
        let is_off = self.machine.lock().expect("lock the machine").is_off;
        if is_off {
            self.machine.lock().expect("lock the machine").restart(survival);
        }
        if matches!(step, Step::Export | Step::Collect) && self.disk("stick").exists(CHECKPOINT) {
            // An operator could pull the stick out now.
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
            self.retry_until_ok(Step::Restart, survival);
        }
    }
}
