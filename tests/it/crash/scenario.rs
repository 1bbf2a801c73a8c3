//! The run of the scenario despite faults.
use super::*;

impl Life {
    /// Runs the scenario to its end despite the fault.
    pub(super) fn run_scenario(&mut self, unsynced: Unsynced) {
        self.retry_until_ok(Step::Restart, unsynced);
        for step in SCENARIO {
            let may_fail = matches!(step, Step::Append(_) | Step::Plan | Step::Roll | Step::Tick);
            if !may_fail {
                self.retry_until_ok(step, unsynced);
            } else if self.step(step).is_err() {
                self.after_failure(step, unsynced);
            }
        }
        // The waiting entries are written, and the daemon starts a last time.
        self.retry_until_ok(Step::Append(1), unsynced);
        self.retry_until_ok(Step::Restart, unsynced);
        // The power may have gone at an operation whose error is ignored: the next start notices.
        if self.machine.lock().expect("a machine").dead {
            self.after_failure(Step::Restart, unsynced);
        }
    }

    fn retry_until_ok(&mut self, step: Step, unsynced: Unsynced) {
        for _ in 0..TRIES {
            match self.step(step) {
                Ok(()) => return,
                // The entries of a failed append wait in memory, so they are not appended again.
                Err(_) if matches!(step, Step::Append(_)) && !self.machine.lock().expect("a machine").dead => {
                    self.after_failure(step, unsynced);
                    if self.step(Step::Append(1)).is_ok() {
                        return;
                    }
                }
                Err(_) => self.after_failure(step, unsynced),
            }
        }
        panic!("{step:?} never worked");
    }

    fn after_failure(&mut self, step: Step, unsynced: Unsynced) {
        let dead = self.machine.lock().expect("a machine").dead;
        if dead {
            self.machine.lock().expect("a machine").restart(unsynced);
        }
        if matches!(step, Step::Export | Step::Collect) && self.disk("stick").exists(CHECKPOINT) {
            // Somebody may pull the stick out now.
            self.see("stick", CHECKPOINT);
            self.export_errors.extend(self.verify("stick", LogForm::Export).errors.iter().map(VerifyError::code));
        }
        self.check_department();
        if self.model.key.is_some() {
            // An export at this moment takes the present head, acknowledged or not.
            let verdict = self.verify("airlog", LogForm::Airlog);
            assert!(verdict.errors.iter().all(VerifyError::is_outside_log), "before recovery: {:?}", verdict.errors);
            self.errors_before_recovery.extend(verdict.errors.iter().map(VerifyError::code));
            self.see("airlog", CHECKPOINT);
        }
        if dead {
            self.retry_until_ok(Step::Restart, unsynced);
        }
    }
}
