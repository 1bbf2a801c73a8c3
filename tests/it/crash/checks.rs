//! Checks the log's guarantees after a simulation with a fault.
use super::*;

impl Model {
    /// Asserts that the log has each acknowledged entry, and that its entries are in order, without duplicates.
    pub(super) fn check_tokens(&self) {
        let mut numbers = Vec::new();
        for line in &self.lines {
            let line = String::from_utf8_lossy(line);
            if let Some((_, remainder)) = line.split_once("\"token-") {
                let number =
                    remainder.split('.').next().expect("find a number").parse::<usize>().expect("parse the number");
                numbers.push(number);
            }
        }
        assert!(numbers.is_sorted_by(|a, b| a < b), "the entries are in order, without duplicates: {numbers:?}");
        let tokens: BTreeSet<_> = numbers.into_iter().map(|n| format!("token-{n}.")).collect();
        let lost_token = self.acknowledged_tokens.iter().find(|token| !tokens.contains(*token));
        assert_eq!(lost_token, None, "no acknowledged entry is lost");
    }
}

impl Simulation {
    /// Asserts the log's guarantees after the scenario.
    pub(super) fn check(&mut self) {
        let airlog_verdict = self.verify("airlog", LogForm::Airlog);
        assert_eq!(airlog_verdict.errors, [], "the log is intact");
        let lines = self.lines();
        assert!(lines.starts_with(&self.model.lines), "every acknowledged line is unchanged");
        self.export().expect("the disk works");
        self.collect().expect("the disk works");
        let key = self.model.key.clone().expect("the log has begun");
        assert_eq!(self.verify(&format!("store/{}", key.name), LogForm::Export).errors, [], "the store is intact");
        let last_epoch = airlog_verdict.verified.epochs - 1;
        let folder = key_folder(&key.name);
        let mut names = self.machine.lock().expect("lock the machine").names("keys/");
        if self
            .machine
            .lock()
            .expect("lock the machine")
            .first_failed
            .as_ref()
            .is_some_and(|(op, _)| *op < self.model.operations_before_log)
        {
            // The keys of a log that failed before its first entry are ignored.
            names.retain(|name| name.starts_with(&folder));
        }
        let (copies, names): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.contains("/kept/"));
        let expected_names = [format!("epoch-{last_epoch}"), "log".to_owned(), "newest".to_owned()];
        assert_eq!(names, expected_names.map(|name| format!("{folder}/{name}")), "no old key remains");
        let newest_mark = highwater::read(&self.disk("keys"), &key.name).expect("read the file");
        // If an operation failed, the mark may lag behind the log.
        let (size, has_failure) =
            (self.lines().len() as u64, self.machine.lock().expect("lock the machine").first_failed.is_some());
        assert!(
            newest_mark.size <= size && (has_failure || newest_mark.size == size),
            "the high-water mark covers the log"
        );
        // The two copies of each kept plan are equal.
        for name in copies.iter().filter(|name| name.starts_with(&folder)) {
            let name_in_airlog = name.trim_start_matches(&folder).trim_start_matches('/');
            let (copy, original) =
                (self.disk("keys").read_all(name, 1 << 20), self.disk("airlog").read_all(name_in_airlog, 1 << 20));
            assert_eq!(copy.expect("read the copy"), original.expect("read the original"), "{name}");
        }
        let has_plan = self.lines().iter().any(|line| String::from_utf8_lossy(line).contains("\"type\":\"plan\""));
        assert!(!has_plan || copies.iter().any(|name| name.starts_with(&folder)), "the plan has a second copy");
    }
}
