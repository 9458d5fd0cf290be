//! Where everything on a ballot goes. All lengths are micrometres.

use super::code::{MODULE, MODULES, QUIET, modules};
use crate::definition::{BallotOption, BallotStyle, Contest, ElectionDefinition, number_option};
use crate::design::{PageDesign, RectUm, Target, TargetShape};
use crate::{DesignId, PageCode, StyleId, Text};

const WIDTH: u32 = 210_000;
/// Paper lengths: A4, US legal, A3's long side. A sheet-fed scanner takes all of them.
const HEIGHTS: [u32; 3] = [297_000, 355_600, 420_000];
const MARGIN: u32 = 14_000;
const SQUARE: u32 = 7_500;
/// Between two squares: a tick that spills over must not reach the neighbour.
const MIN_GAP: u32 = 3_500;
const ROW_MAX: u32 = 15_000;
const NUMBER_PITCH: u32 = 18_000;
const NUMBER_ROW: u32 = 11_500;
const NUMBERS_A_ROW: u32 = 10;
/// A ballot is one side.
const PAGE: u16 = 1;
/// Where the code ends, across and down: it is in the upper left corner, since unused ballots are
/// cancelled by cutting off the lower right one, and voters mark on the right.
const CODE_END: u32 = MARGIN + MODULES * MODULE;

/// Why a ballot can't be laid out. Blame: the definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutFault {
    /// No such ballot style.
    #[error("there is no ballot style {0}")]
    UnknownStyle(StyleId),
    /// More options than the longest paper holds.
    #[error("the contests of ballot style {0} don't fit on one side of the longest paper")]
    TooLong(StyleId),
    /// The code of the page can't be drawn.
    #[error("the code of ballot style {0} can't be drawn")]
    Code(StyleId),
}

/// A ballot as it will be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Its style.
    pub style: StyleId,
    /// Width of the paper.
    pub width_um: u32,
    /// Height of the paper.
    pub height_um: u32,
    /// Where voters mark.
    pub targets: Vec<Target>,
    pub(super) items: Vec<Item>,
}

/// Something printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A box; lines have no width or no height.
    Box { area: RectUm, line: u32, filled: bool },
    /// One line of text; `y` is its base line.
    Text { x: u32, y: u32, size: u32, bold: bool, centred: bool, text: String },
    /// A QR code with its first module's corner at (`x`, `y`); dark modules are true.
    Code { x: u32, y: u32, module: u32, rows: Vec<Vec<bool>> },
}

/// Lays out the ballot of `style`.
///
/// # Errors
/// [`LayoutFault`].
pub fn lay_out(definition: &ElectionDefinition, style: &StyleId) -> Result<Ballot, LayoutFault> {
    let unknown = || LayoutFault::UnknownStyle(style.clone());
    let style = definition.style(style).ok_or_else(unknown)?;
    let code = PageCode::new(&definition.id, &style.id, PAGE);
    let code = modules(&code).ok_or_else(|| LayoutFault::Code(style.id.clone()))?;
    for height in HEIGHTS {
        // Rows as high as the paper allows: a lot of air is what keeps ticks apart.
        for row in (SQUARE + MIN_GAP..=ROW_MAX).rev().step_by(500) {
            let page = Page::new(definition, style, height, row, &code);
            if page.y + MARGIN <= height {
                return Ok(page.finish(style));
            }
        }
    }
    Err(LayoutFault::TooLong(style.id.clone()))
}

impl Ballot {
    /// The page design, with the picture of the blank page that was rendered from this ballot.
    pub fn design(&self, blank_png: Vec<u8>) -> PageDesign {
        PageDesign {
            id: DesignId(format!("{}-p{PAGE}", self.style)),
            style: self.style.clone(),
            page: PAGE,
            width_um: self.width_um,
            height_um: self.height_um,
            targets: self.targets.clone(),
            blank_png,
            exact: true,
        }
    }
}

/// A page being filled from the top.
struct Page {
    height: u32,
    row: u32,
    y: u32,
    items: Vec<Item>,
    targets: Vec<Target>,
}

impl Page {
    fn new(
        definition: &ElectionDefinition,
        style: &BallotStyle,
        height: u32,
        row: u32,
        code: &[Vec<bool>],
    ) -> Self {
        let mut page = Page { height, row, y: MARGIN, items: Vec::new(), targets: Vec::new() };
        page.items.push(Item::Code { x: MARGIN, y: MARGIN, module: MODULE, rows: code.to_vec() });
        page.head(definition, style);
        for contest in style.contests.iter().filter_map(|id| definition.contest(id)) {
            page.contest(contest);
        }
        page
    }

    fn finish(mut self, style: &BallotStyle) -> Ballot {
        // Corner marks, one of them missing, so that the eye sees at once which way is up.
        let arm = 6_000;
        let (right, bottom) = (WIDTH - 8_000, self.height - 8_000);
        for (x, y) in [(8_000, 8_000), (right - arm, 8_000), (8_000, bottom - 1_200)] {
            self.filled(RectUm { x, y, w: arm, h: 1_200 });
        }
        let text = format!("{} · {PAGE}", style.id);
        self.text(WIDTH / 2, self.height - 7_500, 2_600, false, true, &text);
        Ballot {
            style: style.id.clone(),
            width_um: WIDTH,
            height_um: self.height,
            targets: self.targets,
            items: self.items,
        }
    }

    fn head(&mut self, definition: &ElectionDefinition, style: &BallotStyle) {
        self.lines("БЮЛЛЕТЕНЬ", 6_500, true, true);
        self.both(&definition.title, 3_600, false, true);
        if let Some(vote) = definition.vote(&style.vote) {
            self.both(&vote.title, 4_200, true, true);
        }
        self.y = (self.y + 1_500).max(CODE_END + QUIET);
        self.rule(600);
        self.y += 1_000;
        let how = Text {
            ky: "Тандаган вариантыңыздын оң жагындагы бош чарчыга каалаган белгини коюңуз. Белги \
                 чарчынын сыртына чыкпасын."
                .to_owned(),
            ru: "Поставьте любой знак в пустом квадрате справа от выбранного варианта. Знак не \
                 должен выходить за пределы квадрата."
                .to_owned(),
            en: String::new(),
        };
        self.both(&how, 2_900, false, false);
        self.y += 1_500;
    }

    fn contest(&mut self, contest: &Contest) {
        self.y += 1_000;
        self.both(&contest.title, 3_800, true, false);
        if let Some(question) = &contest.question {
            self.both(question, 3_300, false, false);
        }
        if contest.votes_allowed() > 1 {
            let count = contest.votes_allowed();
            let text = format!("Эң көп дегенде {count} · Не более {count}");
            self.lines(&text, 3_000, false, false);
        }
        self.y += 1_500;
        self.rule(300);
        for option in &contest.options {
            self.option(contest, option);
        }
        if contest.preference_numbers() > 0 {
            self.numbers(contest);
        }
    }

    fn option(&mut self, contest: &Contest, option: &BallotOption) {
        let (top, middle) = (self.y, self.y + self.row / 2);
        let right = WIDTH - MARGIN - 4_000 - SQUARE;
        let lines = option_lines(option);
        let size = if lines.len() > 1 { 3_500 } else { 4_000 };
        let step = 4_200;
        let count = u32::try_from(lines.len()).unwrap_or(1);
        let first = middle + size / 3 - (count - 1) * step / 2;
        for (at, (line, bold)) in (0_u32..).zip(&lines) {
            self.text(MARGIN + 3_000, first + at * step, size, *bold, false, line);
        }
        self.square(contest, option.id.clone(), right, middle - SQUARE / 2);
        self.y = top + self.row;
        self.rule(300);
    }

    fn numbers(&mut self, contest: &Contest) {
        self.y += 1_500;
        let how = Text {
            ky: "Тандаган партияңыздын тизмесинен бир талапкердин номерин белгилеңиз".to_owned(),
            ru: "Отметьте номер одного кандидата из списка выбранной партии".to_owned(),
            en: String::new(),
        };
        self.both(&how, 3_000, true, false);
        self.y += 2_000;
        for number in 1..=contest.preference_numbers() {
            let at = u32::from(number - 1);
            let x = MARGIN + (at % NUMBERS_A_ROW) * NUMBER_PITCH;
            let y = self.y + (at / NUMBERS_A_ROW) * NUMBER_ROW;
            self.text(x + 4_500, y + SQUARE / 2 + 1_400, 4_000, true, true, &number.to_string());
            self.square(contest, number_option(number), x + 9_500, y);
        }
        let rows = u32::from(contest.preference_numbers()).div_ceil(NUMBERS_A_ROW);
        self.y += rows * NUMBER_ROW;
    }

    fn square(&mut self, contest: &Contest, option: crate::OptionId, x: u32, y: u32) {
        let line = 400;
        let area = RectUm { x, y, w: SQUARE, h: SQUARE };
        let middle =
            RectUm { x: x + line / 2, y: y + line / 2, w: SQUARE - line, h: SQUARE - line };
        self.items.push(Item::Box { area: middle, line, filled: false });
        let contest = contest.id.clone();
        self.targets.push(Target { contest, option, area, shape: TargetShape::Square });
    }

    fn both(&mut self, text: &Text, size: u32, bold: bool, centred: bool) {
        self.lines(&text.ky, size, bold, centred);
        if text.ru != text.ky {
            self.lines(&text.ru, size, bold, centred);
        }
    }

    fn lines(&mut self, text: &str, size: u32, bold: bool, centred: bool) {
        // Beside the code, which is on one side of it, a centred line leaves its room on both.
        let beside = if self.y < CODE_END + QUIET { CODE_END + QUIET } else { MARGIN };
        for line in wrapped(text, WIDTH - 2 * beside, size) {
            self.y += size * 5 / 4;
            let x = if centred { WIDTH / 2 } else { MARGIN };
            self.text(x, self.y, size, bold, centred, &line);
        }
    }

    fn rule(&mut self, line: u32) {
        let area = RectUm { x: MARGIN, y: self.y, w: WIDTH - 2 * MARGIN, h: line };
        self.filled(area);
    }

    fn filled(&mut self, area: RectUm) {
        self.items.push(Item::Box { area, line: 0, filled: true });
    }

    fn text(&mut self, x: u32, y: u32, size: u32, bold: bool, centred: bool, text: &str) {
        self.items.push(Item::Text { x, y, size, bold, centred, text: text.to_owned() });
    }
}

/// Name and detail of an option in Kyrgyz and Russian, without saying the same twice.
fn option_lines(option: &BallotOption) -> Vec<(String, bool)> {
    let pair = |text: &Text| {
        if text.ky == text.ru { text.ky.clone() } else { format!("{} / {}", text.ky, text.ru) }
    };
    let mut lines = vec![(pair(&option.name), true)];
    lines.extend(option.detail.as_ref().map(|detail| (pair(detail), false)));
    lines
}

/// Breaks text into lines. Noto Sans' Cyrillic letters are 0.57 em wide on average; 0.6 leaves room
/// for lines with many wide ones.
fn wrapped(text: &str, width: u32, size: u32) -> Vec<String> {
    let most = usize::try_from(u64::from(width) * 10 / (u64::from(size) * 6)).unwrap_or(1).max(1);
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= most {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
