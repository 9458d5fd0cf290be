//! Rules: from marks to votes, and from votes to what becomes of the sheet.

mod contest;
mod sheet;

pub use contest::{Outcome, VoidRule, interpret_contest};
pub use sheet::{
    ContestMarks, ContestOutcome, GiveBackReason, InvalidReason, SheetVotes, Verdict, judge_sheet,
    judge_sheet_at,
};
