//! Where the sheets are. What a host is told about it is the protocols' business.

use std::collections::VecDeque;

use serde::Serialize;

use crate::Sheet;

/// Sheets that a hopper takes, and `load` brings at most.
pub const HOPPER: usize = 500;

/// Where a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In the hopper.
    Hopper,
    /// Between the hopper and the tray.
    Path,
    /// Where sheets come out.
    Tray,
    /// Taken out by a person, from the hopper or the path.
    Hand,
}

/// How much of a side reached the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// No byte.
    Nothing,
    /// Some of it.
    Part,
    /// Every byte as it should be.
    Whole,
    /// Bytes were lost or changed on the wire.
    Damaged,
}

/// Which side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The first sensor's.
    Front,
    /// The other.
    Back,
}

/// What became of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fate {
    /// Which of the pictures it shows, from 0.
    pub picture: usize,
    /// Where it is.
    pub place: Place,
    /// Whether the feeder took it out of the hopper.
    pub left_hopper: bool,
    /// Whether it came out by itself, whatever the host got of it.
    pub went_through: bool,
    /// What the host got of the front.
    pub front: Delivery,
    /// What the host got of the back.
    pub back: Delivery,
}

/// What really happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// All sheets in the order in which they lay in the hopper.
    pub sheets: Vec<Fate>,
    /// Whether something sticks in the path.
    pub jam: bool,
    /// Whether the device has noticed two sheets at once.
    pub double_feed: bool,
    /// Whether the cover is open.
    pub cover_open: bool,
}

/// Why a truth cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrue {
    /// A sheet in the hopper left it, or one in path or tray did not.
    #[error("sheet {0}: its place and its way do not agree")]
    Place(usize),
    /// A side was delivered of a sheet that no sensor has seen.
    #[error("sheet {0}: sides of a sheet that was not fed")]
    Side(usize),
    /// A sheet overtook another one.
    #[error("sheet {0}: it left the hopper before the one above it")]
    Order(usize),
}

impl Truth {
    /// Checks what must hold whatever happens.
    ///
    /// # Errors
    /// [`Untrue`] names the sheet, from 0.
    pub fn check(&self) -> Result<(), Untrue> {
        let mut waiting = false;
        for (at, fate) in self.sheets.iter().enumerate() {
            let agrees = match fate.place {
                Place::Hopper => !fate.left_hopper && !fate.went_through,
                Place::Path => fate.left_hopper && !fate.went_through,
                Place::Tray => fate.left_hopper && fate.went_through,
                Place::Hand => !fate.went_through,
            };
            if !agrees {
                return Err(Untrue::Place(at));
            }
            let seen = fate.front != Delivery::Nothing || fate.back != Delivery::Nothing;
            if seen && !fate.left_hopper {
                return Err(Untrue::Side(at));
            }
            if waiting && fate.left_hopper {
                return Err(Untrue::Order(at));
            }
            waiting |= fate.place == Place::Hopper;
        }
        Ok(())
    }

    /// Sheets of which both sides reached the host whole.
    pub fn delivered(&self) -> usize {
        let whole = |fate: &&Fate| (fate.front, fate.back) == (Delivery::Whole, Delivery::Whole);
        self.sheets.iter().filter(whole).count()
    }
}

/// Why no sheet moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Cover,
    Jam,
    DoubleFeed,
}

#[derive(Debug)]
pub struct Paper {
    stack: Vec<Sheet>,
    /// Which picture the next sheet shows that is laid in.
    next_picture: usize,
    fates: Vec<Fate>,
    hopper: VecDeque<usize>,
    /// The sheet that was fed, then those that came along unasked.
    path: Vec<usize>,
    /// Drawn in beforehand; only with prepick.
    prepicked: Option<usize>,
    pub jam: bool,
    pub double_feed: bool,
    pub cover_open: bool,
    /// Whether two sheets at once are noticed.
    pub detects_double_feed: bool,
    /// Whether the next sheet is drawn in while the host still looks at this one.
    pub prepick: bool,
}

impl Paper {
    pub fn new(stack: Vec<Sheet>) -> Self {
        let mut paper = Paper {
            stack,
            next_picture: 0,
            fates: Vec::new(),
            hopper: VecDeque::new(),
            path: Vec::new(),
            prepicked: None,
            jam: false,
            double_feed: false,
            cover_open: false,
            detects_double_feed: true,
            prepick: false,
        };
        paper.load(paper.stack.len());
        paper
    }

    /// Lays sheets under those in the hopper; after the last picture comes the first again.
    pub fn load(&mut self, count: usize) {
        for _ in 0..if self.stack.is_empty() { 0 } else { count.min(HOPPER) } {
            self.lay(self.next_picture);
            self.next_picture = (self.next_picture + 1) % self.stack.len();
        }
    }

    /// Lays a sheet under those in the hopper that was there before. For the truth it is a new one: what
    /// became of it the first time stays as it was.
    pub fn load_again(&mut self, number: usize) {
        if let Some(picture) = self.fates.get(number).map(|fate| fate.picture) {
            self.lay(picture);
        }
    }

    fn lay(&mut self, picture: usize) {
        if self.hopper.len() >= HOPPER {
            return;
        }
        self.hopper.push_back(self.fates.len());
        self.fates.push(Fate {
            picture,
            place: Place::Hopper,
            left_hopper: false,
            went_through: false,
            front: Delivery::Nothing,
            back: Delivery::Nothing,
        });
    }

    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Paper { cover_open: true, .. } => Some(Trouble::Cover),
            Paper { jam: true, .. } => Some(Trouble::Jam),
            Paper { double_feed: true, .. } => Some(Trouble::DoubleFeed),
            _ => None,
        }
    }

    /// Sheets in the hopper.
    pub fn waiting(&self) -> usize {
        self.hopper.len()
    }

    pub fn is_loaded(&self) -> bool {
        !self.hopper.is_empty() || self.prepicked.is_some()
    }

    /// The sheet that was fed and has not come out.
    pub fn on_its_way(&self) -> Option<usize> {
        self.path.first().copied()
    }

    /// A sheet by its number in the truth.
    pub fn sheet(&self, number: usize) -> Option<&Sheet> {
        self.stack.get(self.fates.get(number)?.picture)
    }

    /// What became of a sheet so far.
    pub fn fate(&self, number: usize) -> Option<&Fate> {
        self.fates.get(number)
    }

    /// Moves the next sheet from the hopper into the path.
    pub fn take_next(&mut self) -> Option<usize> {
        let number = self.prepicked.take().or_else(|| self.hopper.pop_front())?;
        self.put(number, Place::Path);
        self.path.push(number);
        Some(number)
    }

    /// A further sheet is dragged along with the one in the path.
    pub fn take_two(&mut self) {
        self.take_next();
        self.double_feed |= self.detects_double_feed;
    }

    /// What is in the path comes out; nothing does that sticks.
    pub fn eject(&mut self) {
        if self.trouble().is_some() {
            return;
        }
        let out: Vec<usize> = self.path.drain(..).collect();
        let fed = !out.is_empty();
        for number in out {
            self.put(number, Place::Tray);
        }
        if fed && self.prepick && self.prepicked.is_none() {
            self.prepicked = self.hopper.pop_front();
            if let Some(number) = self.prepicked {
                self.put(number, Place::Path);
            }
        }
    }

    /// The host orders out two sheets that stopped together.
    pub fn discharge(&mut self) {
        if !self.jam && !self.cover_open {
            self.double_feed = false;
        }
        self.eject();
    }

    /// The path is emptied by the device itself, what was drawn in beforehand included.
    pub fn eject_all(&mut self) {
        self.path.extend(self.prepicked.take());
        let prepick = std::mem::take(&mut self.prepick);
        self.eject();
        self.prepick = prepick;
    }

    pub fn clear_by_hand(&mut self) {
        let out: Vec<usize> = self.path.drain(..).chain(self.prepicked.take()).collect();
        for number in out {
            self.put(number, Place::Hand);
        }
        (self.jam, self.double_feed) = (false, false);
    }

    pub fn empty_by_hand(&mut self) {
        while let Some(number) = self.hopper.pop_front() {
            self.put(number, Place::Hand);
        }
    }

    /// What sticks in an open path is a jam once the cover is closed.
    pub fn close_cover(&mut self) {
        if std::mem::take(&mut self.cover_open) {
            self.jam |= !self.path.is_empty() && !self.double_feed;
        }
    }

    pub fn deliver(&mut self, number: usize, side: Side, delivery: Delivery) {
        if let Some(fate) = self.fates.get_mut(number) {
            let place = match side {
                Side::Front => &mut fate.front,
                Side::Back => &mut fate.back,
            };
            // Once bytes were lost, no later ones make a side whole.
            if *place != Delivery::Damaged {
                *place = delivery;
            }
        }
    }

    pub fn truth(&self) -> Truth {
        Truth {
            sheets: self.fates.clone(),
            jam: self.jam,
            double_feed: self.double_feed,
            cover_open: self.cover_open,
        }
    }

    fn put(&mut self, number: usize, place: Place) {
        if let Some(fate) = self.fates.get_mut(number) {
            fate.place = place;
            fate.left_hopper |= place == Place::Path;
            fate.went_through |= place == Place::Tray;
        }
    }
}
