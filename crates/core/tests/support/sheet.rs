//! The dense form, written on with a pen, in pixels of 200 dpi.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a drawn page"
)]

use std::sync::LazyLock;

use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    GrayPage, MarkVerdict, PageReading, PreparedDesign, Refusal, TargetReading, decode, read_page,
};

use super::form;

static DESIGN: LazyLock<PageDesign> = LazyLock::new(form::dense_form);
static BLANK: LazyLock<GrayPage> = LazyLock::new(|| decode(&DESIGN.blank_png).unwrap());
static PREPARED: LazyLock<[PreparedDesign; 1]> =
    LazyLock::new(|| [PreparedDesign::new(&DESIGN).unwrap()]);

/// A sheet that is written on.
pub struct Sheet {
    pub page: GrayPage,
    /// Grey level of the pen.
    pub level: u8,
}

impl Sheet {
    /// The unmarked form, and what to read it with.
    pub fn dense() -> (Sheet, &'static [PreparedDesign]) {
        (Sheet::new(), &PREPARED[..])
    }

    /// The unmarked form.
    pub fn new() -> Sheet {
        Sheet { page: BLANK.clone(), level: 50 }
    }

    /// What every square is read as.
    pub fn read(&self) -> Result<Vec<TargetReading>, Refusal> {
        let reading = read_page(&self.page, &PREPARED[..], &Thresholds::default());
        reading.map(|reading| reading.targets)
    }

    /// The squares that are not read as unmarked.
    pub fn verdicts(&self) -> Vec<(usize, MarkVerdict)> {
        let targets = self.read().unwrap().into_iter().enumerate();
        let verdicts = targets.map(|(at, target)| (at, target.verdict));
        verdicts.filter(|(_, verdict)| *verdict != MarkVerdict::Unmarked).collect()
    }

    /// A place by square and share of its side.
    pub fn at(square: usize, x: f32, y: f32) -> (f32, f32) {
        let area = DESIGN.targets[square].area;
        let px = |um: u32, length: u32, share: f32| {
            (um as f32 + length as f32 * share) * 200.0 / 25_400.0
        };
        (px(area.x, area.w, x), px(area.y, area.h, y))
    }

    /// A line of the pen, `width` pixels wide.
    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        let steps = (to.0 - from.0).hypot(to.1 - from.1).ceil().max(1.0) as usize * 2;
        for step in 0..=steps {
            let share = step as f32 / steps as f32;
            let at = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            self.dot(at, width);
        }
    }

    /// A round dot, `width` pixels across.
    pub fn dot(&mut self, (x, y): (f32, f32), width: f32) {
        let page_width = self.page.width() as usize;
        let reach = (width / 2.0).ceil() as i32;
        for dy in -reach..=reach {
            for dx in -reach..=reach {
                let (px, py) = (x as i32 + dx, y as i32 + dy);
                let is_near = (dx as f32).hypot(dy as f32) <= width / 2.0;
                if is_near && px >= 0 && (px as usize) < page_width && py >= 0 {
                    let index = py as usize * page_width + px as usize;
                    if let Some(pixel) = self.page.pixels_mut().get_mut(index) {
                        *pixel = self.level.min(*pixel);
                    }
                }
            }
        }
    }

    pub fn cross(&mut self, square: usize) {
        self.line(Self::at(square, 0.2, 0.2), Self::at(square, 0.8, 0.8), 4.0);
        self.line(Self::at(square, 0.8, 0.2), Self::at(square, 0.2, 0.8), 4.0);
    }

    /// A circle around a square, by the share of its side.
    pub fn circle_around(&mut self, square: usize, radius: f32, pen: f32) {
        let point = |step: u16| {
            let angle = f32::from(step) * std::f32::consts::TAU / 60.0;
            Self::at(square, 0.5 + radius * angle.cos(), 0.5 + radius * angle.sin())
        };
        (0..60).for_each(|step| self.line(point(step), point(step + 1), pen));
    }

    /// A tick in a square whose tail goes up into the square above, by a share of its inner side.
    pub fn tick_into_above(&mut self, square: usize, share: f32, pen: f32) {
        let elbow = Self::at(square, 0.35, 0.85);
        self.line(Self::at(square, 0.15, 0.5), elbow, pen);
        // The inner area ends 0.55 mm above the lower edge; half the pen's width is beyond the line.
        let bottom = Self::at(square - 1, 0.6, 1.0);
        let inner = 46.0 - 2.0 * 4.3;
        self.line(elbow, (bottom.0, bottom.1 - 4.3 - inner * share + pen / 2.0), pen);
    }
}

/// The squares that were read as marked.
pub fn marked(outcome: &Result<PageReading, Refusal>) -> Vec<usize> {
    let targets = outcome.as_ref().unwrap().targets.iter().enumerate();
    let marked = targets.filter(|(_, target)| target.verdict == MarkVerdict::Marked);
    marked.map(|(at, _)| at).collect()
}
