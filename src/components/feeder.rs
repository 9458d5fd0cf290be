//! Where sheets come from: the scanner on the cable once one was chosen, the simulated scanner's tray otherwise.

use yew::prelude::*;

use super::connect_guide::ConnectGuide;
use super::device_panel::{DevicePanel, DeviceProps};
use super::tray::Tray;
use crate::context::{Kiosk, use_kiosk};
use crate::task::use_task;
use crate::usb::NotChosen;
use crate::wired::View;

/// The feeder.
#[function_component]
pub fn Feeder(props: &DeviceProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let note = use_state(|| None::<&'static str>);
    let DeviceProps { station, feed, on_reply, locked } = props;
    let scanner = station.scanner().clone();
    let view = scanner.view();
    if let View::Taken(_) = view {
        return html! {
            <div class="feeder">
                <DevicePanel station={station.clone()} feed={*feed} on_reply={on_reply.clone()} locked={*locked} />
                {guide(&kiosk)}
            </div>
        };
    }
    let choose = {
        let (task, note) = (task.clone(), note.clone());
        Callback::from(move |_: MouseEvent| {
            let (scanner, note) = (scanner.clone(), note.clone());
            note.set(None);
            task.run(async move {
                note.set(scanner.choose().await.err().map(|why| match why {
                    NotChosen::Nothing => "device-none-chosen",
                    NotChosen::Forbidden => "device-forbidden",
                }));
                Ok(())
            });
        })
    };
    let words = match &view {
        View::Unfit(_) => Some("device-unfit"),
        _ => *note,
    };
    html! {
        <div class="feeder">
            <Tray station={station.clone()} feed={*feed} on_reply={on_reply.clone()} locked={*locked} />
            if view != View::NoUsb {
                <section class="panel" data-testid="choose-scanner-panel">
                    <p class="hint">{kiosk.t("device-choose-words")}</p>
                    <button onclick={choose} disabled={task.is_busy()} data-testid="choose-scanner">
                        {kiosk.t("device-choose")}
                    </button>
                    if let Some(words) = words {
                        <p class="band warn after" role="status" data-testid="not-chosen">{kiosk.t(words)}</p>
                    }
                </section>
                {guide(&kiosk)}
            }
        </div>
    }
}

/// How to connect and to feed, for whoever wants to see it.
fn guide(kiosk: &Kiosk) -> Html {
    html! {
        <details class="panel guide-panel">
            <summary data-testid="guide-show">{kiosk.t("guide-show")}</summary>
            <ConnectGuide />
        </details>
    }
}
