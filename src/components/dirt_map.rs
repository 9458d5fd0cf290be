//! The map of a blank test sheet: where the scanner's glass is dirty, and what to do.

use urna_core::recognition::{
    Dirt, DirtReason, GlassVerdict, SPECK_LIMIT_MILLI_MM2, SPECKS_LIMIT, STREAK_LIMIT, Speck,
    Streak, StreakCourse,
};
use yew::prelude::*;

use crate::context::{Kiosk, use_kiosk};

/// Places that are named in words; the rest is on the map.
const NAMED: usize = 5;

#[derive(Properties, PartialEq)]
pub struct DirtMapProps {
    /// The result.
    pub dirt: Dirt,
    /// Which side of the sheet, if both were scanned.
    #[prop_or_default]
    pub side: Option<usize>,
}

/// The map and the words.
#[function_component]
pub fn DirtMap(props: &DirtMapProps) -> Html {
    let kiosk = use_kiosk();
    let dirt = &props.dirt;
    let (name, words) = match &dirt.verdict {
        GlassVerdict::Clean => ("clean", vec![kiosk.t("dirt-clean")]),
        GlassVerdict::NotBlank { .. } => ("not-blank", vec![kiosk.t("dirt-not-blank")]),
        GlassVerdict::Dirty { reasons } => {
            let has_streak = reasons.contains(&DirtReason::Streak);
            let what = if has_streak { "dirt-wipe-streak" } else { "dirt-wipe-specks" };
            ("dirty", vec![kiosk.t(what), kiosk.t("dirt-again")])
        }
    };
    let side = props.side.map(|side| kiosk.texts.with("dirt-side", &[("n", side.into())]));
    let values = [
        ("streak", STREAK_LIMIT.into()),
        ("speck", mm(SPECK_LIMIT_MILLI_MM2, 100).into()),
        ("specks", SPECKS_LIMIT.into()),
    ];
    html! {
        <section class="dirt" data-testid="dirt" data-verdict={name}>
            <h3>{kiosk.t("dirt-title")}{side.map(|side| format!(" · {side}"))}</h3>
            {for words.into_iter().map(|line| html! { <p class="dirt-words">{line}</p> })}
            if !matches!(dirt.verdict, GlassVerdict::NotBlank { .. }) {
                <div class="dirt-where">
                    {map(&kiosk, dirt)}
                    <div>
                        <ul>{for places(&kiosk, dirt)}</ul>
                        <p class="hint">{kiosk.texts.with("dirt-limit", &values)}</p>
                    </div>
                </div>
            }
        </section>
    }
}

/// Where the worst places are, in words.
fn places(kiosk: &Kiosk, dirt: &Dirt) -> Vec<Html> {
    let streak = |streak: &Streak| {
        let key = match streak.course {
            StreakCourse::Down => "dirt-streak",
            StreakCourse::Across => "dirt-line",
        };
        let values = [("mm", mm(streak.at_um, 1_000)), ("level", streak.darkness.to_string())];
        kiosk.texts.with(key, &values.map(|(name, value)| (name, value.into())))
    };
    let speck = |speck: &Speck| {
        let values = [
            ("x", mm(speck.x_um, 1_000)),
            ("y", mm(speck.y_um, 1_000)),
            ("area", mm(speck.area_milli_mm2, 100)),
        ];
        kiosk.texts.with("dirt-speck", &values.map(|(name, value)| (name, value.into())))
    };
    let streaks = dirt.streaks.iter().take(NAMED).map(streak);
    let specks = dirt.specks.iter().take(NAMED).map(speck);
    streaks.chain(specks).map(|words| html! { <li>{words}</li> }).collect()
}

/// The sheet as the scanner saw it, in millimetres; the paper runs from top to bottom.
fn map(kiosk: &Kiosk, dirt: &Dirt) -> Html {
    let (width, height) = (f(dirt.width_um), f(dirt.height_um));
    let streaks = dirt.streaks.iter().map(|streak| {
        let (at, from, to) = (f(streak.at_um), f(streak.from_um), f(streak.to_um));
        let (x1, y1, x2, y2) = match streak.course {
            StreakCourse::Down => (at, from, at, to),
            StreakCourse::Across => (from, at, to, at),
        };
        let class = if streak.darkness >= STREAK_LIMIT { "dirt-bad" } else { "dirt-faint" };
        html! { <line x1={s(x1)} y1={s(y1)} x2={s(x2)} y2={s(y2)} {class} /> }
    });
    let specks = dirt.specks.iter().map(|speck| {
        let is_large = speck.area_milli_mm2 >= SPECK_LIMIT_MILLI_MM2;
        let class = if is_large { "dirt-bad" } else { "dirt-faint" };
        // A speck of half a millimetre would not be seen: a ring goes around it.
        let radius = (f(speck.width_um.max(speck.height_um)) / 2.0 + 2.5).to_string();
        let (x, y) = (s(f(speck.x_um)), s(f(speck.y_um)));
        html! { <>
            <circle cx={x.clone()} cy={y.clone()} r={radius} {class} />
            <circle cx={x} cy={y} r="0.8" class="dirt-dot" />
        </> }
    });
    html! {
        <svg class="dirt-map" viewBox={format!("-3 -3 {} {}", width + 6.0, height + 6.0)} role="img"
            aria-label={kiosk.t("dirt-map")} data-testid="dirt-map"
            data-streaks={dirt.streaks.len().to_string()} data-specks={dirt.specks.len().to_string()}>
            <rect x="0" y="0" width={s(width)} height={s(height)} class="dirt-sheet" />
            <path d={format!("M{} 6 v14 m-4 -5 l4 5 l4 -5", width / 2.0)} class="dirt-way" />
            {for streaks}
            {for specks}
        </svg>
    }
}

fn f(um: u32) -> f64 {
    f64::from(um) / 1_000.0
}

fn s(mm: f64) -> String {
    mm.to_string()
}

/// Thousandths, rounded to `unit` of them: whole millimetres, or tenths.
fn mm(thousandths: u32, unit: u32) -> String {
    let rounded = thousandths.saturating_add(unit / 2) / unit * unit;
    if unit == 1_000 {
        (rounded / 1_000).to_string()
    } else {
        format!("{}.{}", rounded / 1_000, rounded % 1_000 / 100)
    }
}
