//! The questions of a boss that are no grouping of airings, or whose table has the topics as columns.
use super::group_by::GroupBy;

/// A question that one table answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// How many minutes were aired in each commune, of each topic; also in each language.
    Cross(GroupBy),
    /// Which topics were aired in which language, and where.
    TopicLanguage,
    /// What grew from the earlier range.
    Growth,
    /// How many different recordings were aired, and how much at low volume.
    Recordings,
    /// Which airings were missed, why, and what station and department say about it.
    Misses,
    /// Which logs were due, and when they came.
    HandIns,
}

impl Question {
    /// The questions that are no grouping, in the order of `--help`.
    pub const NAMED: [Self; 5] = [Self::TopicLanguage, Self::Growth, Self::Recordings, Self::Misses, Self::HandIns];

    /// Returns the value of `--by`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cross(GroupBy::CommuneTopicLanguage) => "commune-topic-language",
            Self::Cross(_) => "commune-topic",
            Self::TopicLanguage => "topic-language",
            Self::Growth => "growth",
            Self::Recordings => "recordings",
            Self::Misses => "miss",
            Self::HandIns => "due",
        }
    }
}
