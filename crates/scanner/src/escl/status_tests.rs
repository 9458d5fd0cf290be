use super::{JobState, Paper, path_of, read};
use crate::ScannerFault;

fn status(state: &str, adf: &str) -> String {
    format!(
        "<s:ScannerStatus xmlns:s=\"http://schemas.hp.com/imaging/escl/2011/05/03\" \
        xmlns:p=\"http://www.pwg.org/schemas/2010/12/sm\"><s:Jobs><s:JobInfo>\
        <p:JobUri>http://[fe80::1/eSCL/ScanJobs/2/</p:JobUri><p:ImagesCompleted>2</p:ImagesCompleted>\
        <p:ImagesToTransfer>1</p:ImagesToTransfer><p:JobState>Processing</p:JobState></s:JobInfo></s:Jobs>\
        <p:State>{state}</p:State>{adf}</s:ScannerStatus>"
    )
}

#[test]
fn a_device_that_stopped_is_broken_unless_it_says_more() {
    let adf = |state: &str| format!("<s:AdfState>{state}</s:AdfState>");
    let table = [
        ("Idle", adf("ScannerAdfLoaded"), Paper::Loaded),
        ("Idle", adf(" ScannerAdfProcessing\n"), Paper::Empty),
        ("Idle", String::new(), Paper::Unknown),
        ("Idle", adf("ScannerAdfSomething"), Paper::Unknown),
        ("Stopped", adf("ScannerAdfEmpty"), Paper::Fault(ScannerFault::Hardware)),
        ("Stopped", adf("ScannerAdfJam"), Paper::Fault(ScannerFault::Jam)),
        ("Down", String::new(), Paper::Fault(ScannerFault::Hardware)),
    ];
    for (state, adf, paper) in table {
        let read = read(status(state, &adf).as_bytes()).unwrap();
        assert_eq!((read.paper, read.idle), (paper, state == "Idle"), "{state} {adf}");
    }
}

#[test]
fn jobs_are_found_by_their_paths() {
    let read = read(status("Processing", "").as_bytes()).unwrap();
    let job = read.job("/eSCL/ScanJobs/2").unwrap();
    assert_eq!(
        (job.state, job.images_completed, job.images_to_transfer),
        (JobState::Working, 2, 1)
    );
    assert_eq!((read.working(), read.job("/eSCL/ScanJobs/1")), (Some("/eSCL/ScanJobs/2"), None));
}

#[test]
fn only_a_plain_path_gets_into_a_request() {
    let table = [
        ("/eSCL/ScanJobs/1", Some("/eSCL/ScanJobs/1")),
        ("https://x:80/a/", Some("/a")),
        ("http://x", None),
        ("a/b", None),
        ("/", None),
        ("/a b", None),
        ("/a\r\nX: y", None),
        ("/a?b", None),
        ("/ä", None),
        ("", None),
    ];
    for (uri, path) in table {
        assert_eq!(path_of(uri).as_deref(), path, "{uri:?}");
    }
    assert_eq!(path_of(&format!("/{}", "a".repeat(600))), None);
}
