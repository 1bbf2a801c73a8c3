//! The groupings of airings in reports.

/// The grouping of a table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
#[allow(missing_docs)] // docs/report.md describes them
pub enum GroupBy {
    Station,
    Topic,
    Language,
    District,
    Commune,
    Segment,
    Day,
    Period,
    CommuneTopic,
    CommuneTopicLanguage,
}

impl GroupBy {
    /// Returns true if the rows are dates or periods of the report: they cannot be compared with an earlier range.
    #[must_use]
    pub fn is_by_time(self) -> bool {
        match self {
            Self::Day | Self::Period => true,
            Self::Station | Self::Topic | Self::Language | Self::District | Self::Commune | Self::Segment => false,
            Self::CommuneTopic | Self::CommuneTopicLanguage => false,
        }
    }

    /// Returns true if the rows are communes combined with topics. People read such a table with the topics as columns.
    #[must_use]
    pub fn is_cross(self) -> bool {
        matches!(self, Self::CommuneTopic | Self::CommuneTopicLanguage)
    }

    /// Returns true if the rows are unions of groups by station, place, topic and language.
    #[must_use]
    pub fn is_by_cell(self) -> bool {
        !matches!(self, Self::Segment | Self::Day | Self::Period)
    }

    /// Returns true if each row has station-days of its own, with or without a log. A topic has none, because nobody
    /// knows what was aired on a day without a log.
    #[must_use]
    pub fn has_station_days(self) -> bool {
        match self {
            Self::Station | Self::District | Self::Commune | Self::Day | Self::Period => true,
            Self::CommuneTopic | Self::CommuneTopicLanguage => true,
            Self::Topic | Self::Language | Self::Segment => false,
        }
    }

    /// Returns the names of the key columns in CSV.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Station => &["station", "name"],
            Self::Topic => &["campaign", "topic", "title"],
            Self::Language => &["language"],
            Self::District => &["district_code", "district"],
            Self::Commune => &["commune_code", "commune"],
            Self::Segment => &["segment", "title"],
            Self::Day => &["date"],
            Self::Period => &["from", "until", "cut"],
            Self::CommuneTopic => &["commune_code", "commune", "campaign", "topic", "title"],
            Self::CommuneTopicLanguage => &["commune_code", "commune", "campaign", "topic", "title", "language"],
        }
    }
}
