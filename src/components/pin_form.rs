//! PINs of one, two or more people: by keyboard or by the keys on the screen.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::context::use_kiosk;

/// Longest PIN.
const MAX_DIGITS: usize = 12;

/// A PIN that is asked for: the key of its label, and the name by which tests find its field.
pub type PinField = (&'static str, &'static str);

/// The two who open and close.
pub const BOTH: [PinField; 2] = [("pin-chair", "pin-chair"), ("pin-secretary", "pin-secretary")];

#[derive(Properties, PartialEq)]
pub struct PinFormProps {
    /// Whose PINs.
    pub fields: Vec<PinField>,
    /// What the button says.
    pub label: String,
    /// Whether something runs already.
    pub busy: bool,
    /// Whether the PINs are being chosen and not entered.
    #[prop_or_default]
    pub is_new: bool,
    /// Takes the PINs, in the order of the fields.
    pub on_submit: Callback<Vec<String>>,
}

/// The form; it forgets the PINs as soon as they are handed over.
#[function_component]
pub fn PinForm(props: &PinFormProps) -> Html {
    let kiosk = use_kiosk();
    let empty = vec![String::new(); props.fields.len()];
    let pins = use_state(|| empty.clone());
    let active = use_state(|| 0_usize);

    let submit = {
        let (pins, on_submit, active) = (pins.clone(), props.on_submit.clone(), active.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let entered = (*pins).clone();
            pins.set(empty.clone());
            active.set(0);
            on_submit.emit(entered);
        })
    };
    let press = {
        let (pins, active) = (pins.clone(), active.clone());
        move |digit: Option<char>| {
            let (pins, at) = (pins.clone(), *active);
            Callback::from(move |_: MouseEvent| {
                let mut new = (*pins).clone();
                match digit {
                    Some(digit) if new[at].len() < MAX_DIGITS => new[at].push(digit),
                    Some(_) => {}
                    None => drop(new[at].pop()),
                }
                pins.set(new);
            })
        }
    };
    let field = |(at, &(label, testid)): (usize, &PinField)| {
        let on_input = {
            let pins = pins.clone();
            Callback::from(move |event: InputEvent| {
                let input: HtmlInputElement = event.target_unchecked_into();
                let typed = input.value();
                let mut new = (*pins).clone();
                new[at] = typed.chars().filter(char::is_ascii_digit).take(MAX_DIGITS).collect();
                input.set_value(&new[at]);
                pins.set(new);
            })
        };
        let on_focus = {
            let active = active.clone();
            Callback::from(move |_: FocusEvent| active.set(at))
        };
        html! {
            <label class={classes!("pin", (*active == at).then_some("active"))}>
                <span>{kiosk.t(label)}</span>
                <input type="password" inputmode="numeric" autocomplete="off" value={pins[at].clone()}
                    oninput={on_input} onfocus={on_focus} data-testid={testid} />
            </label>
        }
    };
    let key = |digit: char| {
        html! { <button type="button" onclick={press(Some(digit))}>{digit}</button> }
    };
    html! {
        <form class="pins" onsubmit={submit}>
            <div class="pin-fields">
                {for props.fields.iter().enumerate().map(field)}
                if props.is_new {
                    <p class="hint">{kiosk.t("pin-new-hint")}</p>
                }
                <button class="primary" disabled={props.busy} data-testid="pin-submit">{&props.label}</button>
            </div>
            <div class="keypad" role="group" aria-label={kiosk.t("pin-keypad")}>
                {for ('1'..='9').map(key)}
                <span></span>
                {key('0')}
                <button type="button" onclick={press(None)} aria-label={kiosk.t("pin-erase")}>{"⌫"}</button>
            </div>
        </form>
    }
}
