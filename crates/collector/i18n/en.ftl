# English, for observers from abroad.
portal-name = Election results
languages = Language
skip-to-content = To the content
trail = You are here
to-home = All elections
preliminary = This is a preliminary count by machine; the hand count is final.

campaigns-title = Elections
campaigns-current = Today
campaigns-coming = Coming
campaigns-past = Past
phase-current = voting day is today
phase-coming = coming
phase-past = past
count-precincts = { $count ->
    [one] { $n } precinct
   *[other] { $n } precincts
}
reported-of-all = { $n } of { $all } precincts have reported
precincts-reported = Precincts reported
of-all = of { $all }
of-precincts = of all
reported = Reported

turnout = Turnout
turnout-by-hour = Turnout over the day
turnout-by-hour-note = From the turnout slips of the devices, at the hour of the device's clock.
sheets-of-registered = { $n } of { $all } voters
hour = Hour
sheets = Sheets
registered = Registered voters

sheets-line = { $sheets } sheets: { $valid } in the ballot box, { $invalid } in the invalid section.
option = Option
votes = Votes
share-of-ballots = Shares of { $n } ballots
ballots-of-contest = Ballots
ballots = All ballots
ballots-valid = Valid
ballots-blank = Blank
ballots-overvoted = Too many marks
ballots-void = Void by a rule
undervotes = Votes not given
preferences = Preferences
number-on-list = Number on the list
without-preference = No number
void-number-without-party = a number without a party
void-party-without-number = a party without a number
void-several-numbers = several numbers
void-against-all-with-number = against all, with a number
void-against-all-with-option = against all, with an option
void-marginal-mark = a mark that is not clear
void-sheet-invalid = the sheet is invalid because of another question
counted = Counted
same-at-thresholds = At { $thresholds } ‰ of ink the figures would be the same.
other-at-thresholds = At other thresholds: { $thresholds } ‰
band-text = What the same ballots would give if a square counted as marked from that much ink on, and as empty below. It changes nothing of what was counted. Preferences are left out.
band-rest = Every other figure of this question would be the same.

regions = Regions
region = Region
all-regions = All regions
precincts = Precincts
precinct = Precinct
precinct-number = Precinct № { $id }
all-precincts = All precincts
find-precinct = Find your precinct by number
find = Find
found-precincts = { $count ->
    [one] { $n } precinct found.
   *[other] { $n } precincts found.
}
pages = Pages
previous-page = Previous
next-page = Next
state = State
state-silent = No report yet
state-opened = Zero report
state-voting = Voting
state-partial = Some devices reported
state-complete = Reported
disputed = Disputed
noticed = Look closer
no-results-yet = There are no results yet.
no-reports-yet = No report has come yet.

does-not-add-up = The sums do not add up. Do not use these figures.
unverifiable = { $count ->
    [one] { $n } stored report no longer verifies and is left out.
   *[other] { $n } stored reports no longer verify and are left out.
}
disputed-precincts = { $count ->
    [one] { $n } precinct has a disputed result.
   *[other] { $n } precincts have disputed results.
}
noticed-precincts = { $count ->
    [one] In { $n } precinct something does not fit.
   *[other] In { $n } precincts something does not fit.
}
not-summed-precincts = { $count ->
    [one] { $n } precinct can't be added up and is in no sum.
   *[other] { $n } precincts can't be added up and are in no sum.
}
show-them = Show them
notice-conflict = Device { $device } has sent different final results. The first one is in the sums, marked as disputed; the others are below.
notice-same-number = Device { $device } has two different reports with the number { $number }.
notice-fewer-sheets = Report { $number } of device { $device } has fewer sheets than an earlier one.
notice-after-final = Report { $number } of device { $device } was made after its final report.
notice-more-than-registered = More sheets than registered voters ({ $vote }).
notice-not-summed = The figures of the devices can't be added up. This precinct is in no sum.
notice-rescan-unknown = Count { $number } of device { $device } replaces a report that is not here. It is in no sum until that report comes.
notice-rescan-taken = Count { $number } of device { $device } replaces a report that another count has replaced already. It is in no sum.
notice-rescan-itself = Count { $number } of device { $device } replaces itself in a circle. It is in no sum.
notice-revoked = The election authority has revoked device { $device }: { $reason }. Its reports are shown below and are in no sum.
notice-unlisted-build = Device { $device } ran a program that is not in the authority's list.
revoked-lost = lost
revoked-stolen = stolen
revoked-compromised = its key or its PINs are known to others
revoked-broken = broken and replaced
revoked-withdrawn = taken out of service

devices = Devices and their reports
device = Device
figures-of-device = Figures of this device
count-number = Count { $number }
count-late-box = another box of this station, added
count-other-station = ballots of this station, scanned on another station's device
count-rescan = counted again, in place of earlier figures
count-replaces = In place of:
count-replaced-by = Replaced by count { $number } of device { $device }: not in the sums.
report-zero = Zero report
report-turnout = Turnout slip
report-final = Final report
conflict-first = Disputed: came first, in the sums
conflict-later = Disputed: came later, not in the sums
report-revoked = Revoked: not in the sums
issued-at = Issued (device's clock)
received-at = Received
fingerprint = Fingerprint
signed-by = Signed by key
software = Program
build = Build of the program
build-unlisted = not in the authority's list
scanner = Scanner (in its own words)
scanner-changes = Changes of scanner since the zero report
privacy = Self-test of secrecy
privacy-passed = no order of votes found
privacy-found = the order of votes may show
sealed-record = Sealed record
qr-text = Text of the QR codes

submit-title = Hand in a report
submit-text = Scan the QR codes of a report or turnout slip with any phone and paste their texts here, one a line. Anyone may do this: a report is genuine by its signature.
submit-codes = Texts of the QR codes
submit-send = Hand in
submit-accepted = Thank you. The report is genuine and has been published.
submit-already = This report is genuine. It was here before.
submit-refused = The report was not taken.
verify-title = Verify a report

refusal-not-sealed = This is not a sealed report, or it is damaged.
refusal-wrong-kind = This is sealed, but it is not a report.
refusal-wrong-key = It was signed by a device or authority that is not known here.
refusal-bad-signature = The content was changed after it was signed.
refusal-bad-content = The signed content can't be read.
refusal-mismatch = Report, device and election do not belong together.
refusal-figures = The figures do not add up.
refusal-unknown-election = This election is not collected here.
refusal-training = This report was made in training mode and does not count.
refusal-conflict = Another final result of this device was here first. Both are kept and shown as disputed.
refusal-revoked = The election authority has revoked this device. The report is kept and shown, and does not count.
refusal-too-many = This device has sent too many different reports.
refusal-qr-foreign = This is not the text of a report's QR codes.
refusal-qr-mixed = These QR codes belong to different reports.
refusal-qr-incomplete = Some of the report's QR codes are missing.
refusal-qr-damaged = The text of the QR codes is damaged. Scan them again.
refusal-too-large = This is longer than a report can be.
refusal-timeout = The report came too slowly. Try again.
refusal-unsupported-type = This kind of content is not taken.
refusal-busy = Too many reports are coming in. Try again in a minute.
refusal-internal = The collector can't store anything now. Try again later.

data-title = Open data
data-text = Anyone may use these files for anything. Identifiers are those of the election definition; all figures are whole numbers.
data-results-csv = Every register of every precinct with final results, one a row.
data-turnout-csv = Sheets counted by vote in every precinct, also in those that have not reported.
data-counts-csv = Each count of each device: whether it is in the sums, and what replaces it.
data-results-json = Sums of all registers for the whole election and each region, and the votes of each precinct.
data-precinct-json = Everything about one precinct: all registers, each device, each report.
column-place = Where
column-disputed = 1 where a device has more than one final result
column-which-count = the device, its count's number, and polls, late_box, other_station or rescan
column-place-of-count = counted, awaited, replaced or held, and the count in its place
column-digest = fingerprint of the final report
column-contest = The vote and the question; empty question: sheets of the vote
column-register = Which register: sheets, valid, invalid, ballots, blank, overvoted, void_…, undervotes, votes
column-option = The option, for votes
column-count = The figure
column-vote = The vote
column-registered = Registered voters
column-sheets = Sheets counted, by final reports and else by the latest slips
column-reports = Devices that were heard of, final reports among them, turnout slips
package-title = What the figures rest on
package-digest = SHA-256 of the election package
root-key = Key of the election authority

not-found-title = Not found
not-found-text = There is nothing at this address.
