//! A device that speaks eSCL over IPP-USB, with knobs.

use std::collections::VecDeque;

use urna_scanner::{Alternate, Completion, Descriptors, Frame};

use super::Device;

pub const CAPABILITIES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<s:ScannerCapabilities xmlns:s="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:p="http://www.pwg.org/schemas/2010/12/sm">
<p:Version>2.63</p:Version><p:MakeAndModel>Test ADF 1</p:MakeAndModel><p:SerialNumber>X1</p:SerialNumber>
<s:Adf><s:AdfSimplexInputCaps><s:MaxWidth>2550</s:MaxWidth><s:MaxHeight>4500</s:MaxHeight></s:AdfSimplexInputCaps>
<s:AdfDuplexInputCaps><s:MinWidth>300</s:MinWidth><s:MaxWidth>2550</s:MaxWidth><s:MaxHeight>4500</s:MaxHeight>
<s:SettingProfiles><s:SettingProfile><s:ColorModes><s:ColorMode>RGB24</s:ColorMode><s:ColorMode>Grayscale8</s:ColorMode></s:ColorModes>
<s:DocumentFormats><p:DocumentFormat>image/jpeg</p:DocumentFormat><s:DocumentFormatExt>image/jpeg</s:DocumentFormatExt></s:DocumentFormats>
<s:SupportedResolutions><s:DiscreteResolutions>
<s:DiscreteResolution><s:XResolution>75</s:XResolution><s:YResolution>75</s:YResolution></s:DiscreteResolution>
<s:DiscreteResolution><s:XResolution>200</s:XResolution><s:YResolution>200</s:YResolution></s:DiscreteResolution>
<s:DiscreteResolution><s:XResolution>300</s:XResolution><s:YResolution>300</s:YResolution></s:DiscreteResolution>
</s:DiscreteResolutions></s:SupportedResolutions></s:SettingProfile></s:SettingProfiles></s:AdfDuplexInputCaps>
<s:AdfOptions><s:AdfOption>DetectPaperLoaded</s:AdfOption><s:AdfOption>Duplex</s:AdfOption></s:AdfOptions></s:Adf></s:ScannerCapabilities>"#;

pub struct Escl {
    pub pairs: usize,
    pub capabilities: String,
    /// Sheets in the hopper, and how many images each gives.
    pub sheets: VecDeque<usize>,
    /// Number of the next pass of a sheet: no two images are ever the same.
    pub pass: u32,
    /// What stands in `AdfState` instead of loaded or empty.
    pub adf: Option<&'static str>,
    /// What it becomes, once so many images of the job were given.
    pub adf_after: Option<(usize, &'static str)>,
    pub chunked: bool,
    /// Most bytes of a transfer, and whether an empty one comes before each.
    pub most: usize,
    pub empties: bool,
    /// Answers of that many requests are 503.
    pub busy: u32,
    pub interim: bool,
    /// What stands behind each answer.
    pub trailing: &'static [u8],
    pub location_host: &'static str,
    /// "No more" that comes although an image is there.
    pub early: u32,
    pub posts: u32,
    pub deleted: u32,
    pub asked: Vec<String>,
    /// The next request for an image is never answered.
    pub silent: bool,
    /// It works for somebody else.
    pub foreign: bool,
    /// Only empty transfers come.
    pub only_empties: bool,
    /// So many transfers from now the pair halts before it sends.
    pub halt_in: Option<usize>,
    pub job: Option<Job>,
    pub jobs: u32,
    pub empty_given: bool,
    pub outputs: Vec<VecDeque<u8>>,
}

pub struct Job {
    path: String,
    images: VecDeque<Vec<u8>>,
    given: usize,
}

/// A JPEG's head that says its size, and a number.
pub fn image(number: u32, length: usize) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 8, 0x98, 6, 0xa4, 1, 1, 0x11, 0];
    bytes.extend(number.to_be_bytes());
    bytes.resize(length.max(20), 0x5a);
    bytes
}

pub fn number_of(frame: &Frame) -> u32 {
    let bytes: [u8; 4] = frame.bytes[15..19].try_into().unwrap();
    u32::from_be_bytes(bytes)
}

impl Escl {
    pub fn new(sheets: usize) -> Self {
        Self {
            pairs: 2,
            capabilities: CAPABILITIES.to_owned(),
            sheets: vec![2; sheets].into(),
            pass: 1,
            adf: None,
            adf_after: None,
            chunked: true,
            most: 16_384,
            empties: false,
            busy: 0,
            interim: false,
            trailing: b"",
            location_host: "http://HP0011.local:8080",
            early: 0,
            posts: 0,
            deleted: 0,
            asked: Vec::new(),
            silent: false,
            foreign: false,
            only_empties: false,
            halt_in: None,
            job: None,
            jobs: 0,
            empty_given: false,
            outputs: vec![VecDeque::new(); 2],
        }
    }

    fn answer(&mut self, request: &str) -> Option<Vec<u8>> {
        let line = request.lines().next().unwrap_or_default().to_owned();
        self.asked.push(line.clone());
        assert!(request.contains("\r\nHost: localhost\r\n"), "{request}");
        if self.busy > 0 {
            self.busy -= 1;
            return Some(
                b"HTTP/1.1 503 Busy\r\nretry-after: 2\r\nContent-Length: 0\r\n\r\n".to_vec(),
            );
        }
        let mut words = line.split(' ');
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let empty = |status: &str| {
            Some(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n").into_bytes())
        };
        match (method, path) {
            ("GET", "/eSCL/ScannerCapabilities") => {
                Some(self.body("text/xml", self.capabilities.clone().as_bytes()))
            }
            ("GET", "/eSCL/ScannerStatus") => Some(self.body("text/xml", self.status().as_bytes())),
            ("POST", "/eSCL/ScanJobs") => {
                self.posts += 1;
                let Some(images) = self.pull() else { return empty("409 Conflict") };
                self.jobs += 1;
                let path = format!("/eSCL/ScanJobs/{}", self.jobs);
                let location = format!("{}{path}", self.location_host);
                self.job = Some(Job { path, images, given: 0 });
                Some(
                    format!(
                        "HTTP/1.1 201 Created\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
                    )
                    .into(),
                )
            }
            ("DELETE", path) => {
                let known = self.job.take_if(|job| job.path == path).is_some();
                self.deleted += 1;
                empty(if known { "200 OK" } else { "404 Not Found" })
            }
            (_, path) => {
                if std::mem::take(&mut self.silent) {
                    return None;
                }
                let job =
                    self.job.as_mut().filter(|job| path == format!("{}/NextDocument", job.path));
                let Some(job) = job else { return empty("404 Not Found") };
                if self.early > 0 || self.adf_after.is_some_and(|(after, _)| job.given >= after) {
                    self.early = self.early.saturating_sub(1);
                    if let Some((_, adf)) = self.adf_after.filter(|(after, _)| job.given >= *after)
                    {
                        self.adf = Some(adf);
                    }
                    return empty("404 Not Found");
                }
                let Some(image) = job.images.pop_front() else { return empty("404 Not Found") };
                job.given += 1;
                Some(self.body("image/jpeg", &image))
            }
        }
    }

    /// All sheets that lie there, as feeders do.
    fn pull(&mut self) -> Option<VecDeque<Vec<u8>>> {
        if self.sheets.is_empty() {
            return None;
        }
        let mut images = VecDeque::new();
        for sides in self.sheets.drain(..) {
            for side in 0..sides {
                images.push_back(image(self.pass * 10 + side as u32, 40_000 + side));
            }
            self.pass += 1;
        }
        Some(images)
    }

    fn status(&self) -> String {
        let adf = self.adf.unwrap_or(if self.sheets.is_empty() {
            "ScannerAdfEmpty"
        } else {
            "ScannerAdfLoaded"
        });
        let works = self.job.as_ref().is_some_and(|job| !job.images.is_empty());
        let jobs = self.job.iter().map(|job| {
            let state = if works { "Processing" } else { "Completed" };
            format!(
                "<scan:JobInfo><pwg:JobUri>{}</pwg:JobUri><pwg:ImagesCompleted>{}</pwg:ImagesCompleted><pwg:JobState>{state}</pwg:JobState></scan:JobInfo>",
                job.path, job.given
            )
        });
        format!(
            "<scan:ScannerStatus xmlns:scan=\"http://schemas.hp.com/imaging/escl/2011/05/03\" xmlns:pwg=\"http://www.pwg.org/schemas/2010/12/sm\"><pwg:Version>2.63</pwg:Version><pwg:State>{}</pwg:State><scan:AdfState>{adf}</scan:AdfState><scan:Jobs>{}</scan:Jobs></scan:ScannerStatus>",
            if works || self.foreign { "Processing" } else { "Idle" },
            jobs.collect::<String>()
        )
    }

    fn body(&self, kind: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.interim {
            bytes.extend(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        bytes.extend(format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nX-Extra: 1\r\n").bytes());
        if self.chunked {
            bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.chunks(7_001) {
                bytes.extend(format!("{:x};name=value\r\n", chunk.len()).bytes());
                bytes.extend(chunk);
                bytes.extend(b"\r\n");
            }
            bytes.extend(b"0\r\nX-Trailer: 1\r\n\r\n");
        } else {
            bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
            bytes.extend(body);
        }
        bytes.extend(self.trailing);
        bytes
    }

    /// Bytes that an earlier session left on a pair.
    pub fn leave_over(&mut self, pair: usize, bytes: &[u8]) {
        self.outputs[pair].extend(bytes);
    }

    /// A person has taken care of it and puts a sheet in.
    pub fn help(&mut self) {
        self.adf = None;
        self.adf_after = None;
        self.sheets.clear();
        self.sheets.push_back(2);
    }
}

impl Device for Escl {
    fn descriptors(&self) -> Descriptors {
        let printer =
            Alternate { interface: 0, alternate: 0, class: [7, 1, 2], bulk: vec![0x81, 0x01] };
        let ipp = |pair: u8| Alternate {
            interface: pair,
            alternate: 1,
            class: [7, 1, 4],
            bulk: vec![0x82 + pair, 0x02 + pair],
        };
        let pairs = (0..self.pairs as u8).map(ipp);
        let alternates = [printer].into_iter().chain(pairs).collect();
        Descriptors { vendor: 0x0482, product: 0x069d, configuration: 1, alternates }
    }

    fn output(&mut self, endpoint: u8, bytes: &[u8]) -> Option<Completion> {
        let request = String::from_utf8(bytes.to_vec()).expect("text");
        if let Some(answer) = self.answer(&request) {
            self.outputs[usize::from(endpoint - 0x02)].extend(answer);
        }
        Some(Completion::Done(Vec::new()))
    }

    fn input(&mut self, endpoint: u8, most: usize) -> Option<Completion> {
        let output = &mut self.outputs[usize::from(endpoint - 0x82)];
        if self.only_empties {
            return Some(Completion::Done(Vec::new()));
        }
        if output.is_empty() {
            return None;
        }
        self.halt_in = self.halt_in.and_then(|left| left.checked_sub(1));
        if self.halt_in == Some(0) {
            return Some(Completion::Stalled);
        }
        if self.empties && !std::mem::replace(&mut self.empty_given, true) {
            return Some(Completion::Done(Vec::new()));
        }
        self.empty_given = false;
        let most = most.min(self.most).min(output.len());
        Some(Completion::Done(output.drain(..most).collect()))
    }

    fn reset(&mut self) {
        // The jobs stay: only what lies on the wire goes.
        self.outputs.iter_mut().for_each(VecDeque::clear);
    }
}
