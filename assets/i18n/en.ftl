app-title = Ballot scanner
training = TRAINING
starting = Opening the vault…
footer-key = Device key
build-title = Program on this device
build-hint = Compare these twelve words with those that the election authority published: all of them, in this order. The code carries the whole digest.
build-code = Code of the build
build-differs = A file of the program is not that of its list: { $file }. Don't open the polls on this device. Call the technician.
build-unknown = The program could not check its own files. Reports will say so.
footer-log = Log: { $n ->
    [one] { $n } event
   *[other] { $n } events
 }
file-none = no file chosen
file-unreadable = The file can't be read. Choose it again, or take another copy.
network-warning = This device has a network connection while polls are open. Unplug it. The log records this.

fault-title = The scanner can't work
fault-kept = Nothing that was recorded is lost. If this stays, call the technician and write down the words above.
fault-reload = Start again
vault-gone = The program stopped. Start it again: what was counted is kept, and the screen will say what became of the last sheet.
fault-storage = The storage of this device fails. Stop scanning and call the technician.
fault-storage-unavailable = The storage can't be opened. Use the kiosk's own browser window, not a private one, and start again.
fault-storage-missing = Records that must be here are missing. Don't scan. Call the technician: this device needs the authority's decision.
fault-storage-in-use = The scanner is already open in another window. Close that window, or go on working in it.
fault-storage-full = The storage of this device is full. Close the polls on this device and go on with another one.
fault-storage-damaged = What is stored on this device is damaged. Don't scan. Call the technician.
fault-storage-failed = Writing to the storage failed. The last sheet is not counted unless the screen said so. Start again.
fault-seal = The file does not hold. Ask the authority for a new copy.
fault-seal-not-sealed = This is not a sealed file of the election authority, or it is damaged. Choose another one.
fault-seal-wrong-kind = This is a sealed file of another kind. Check which file was asked for.
fault-seal-wrong-key = The file is signed with another key than the authority's. Don't use it; report it.
fault-seal-bad-signature = The file was changed after it was signed. Don't use it; ask for a new copy.
fault-seal-bad-content = The file is signed but can't be used by this program. Check its version.
fault-seal-mismatch = The file is for another election, another device or another precinct.
error-wrong-state = This is not possible now: { $state }.
error-locked = The device is locked. Chair and secretary must enter their PINs.
error-pin-form = Each PIN has 6 to 12 digits, and the two PINs must differ.
error-wrong-pin = A PIN is wrong. Try again in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }.
error-too-soon = Wait { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 } before the next try.
error-zero-not-printed = Print the zero report first and confirm it.
error-not-zero = A counter is not zero. The polls can't open on this device. Call the technician.
error-drop-not-confirmed = First confirm that the last sheet is in the invalid section.
error-too-many-scanners = The scanner says too often that it is another one. Use the one that was last accepted, or call the technician.
error-figures = The figures do not add up. No report is made. Call the technician.
error-bad-request = The program was asked for something impossible. Start it again.
sample-failed = The sample ballot could not be made.

state-unprovisioned = Not set up
state-provisioned = Being set up
state-tested = Ready to open
state-open = Polls open
state-paused = Paused
state-closed = Polls closed
state-reported = Final report printed
state-transmitted = Result sent

pin-chair = Chair's PIN
pin-secretary = Secretary's PIN
pin-new-hint = Each person chooses 6 to 12 digits and tells nobody. Nobody can recover them.
pin-keypad = Digits
pin-erase = Erase the last digit
working-pins = Checking the PINs…
working-key = Making the device's key…
working-package = Checking the election package…
working-enrol = Enrolling…
working-report = Making the report…
working-send = Sending…
working-scan = Scanning…
working-samples = Drawing sample ballots…

provision-step-package = Election package
provision-step-key = Key and PINs
provision-step-enrol = Enrolment
provision-title = Which election?
provision-words = The device takes the election package that the election authority signed, together with the authority's public key. From then on it trusts no other.
provision-offered = From this server
provision-offered-words = Takes the key and the package that the kiosk's server offers.
provision-take-offered = Take the offered election
provision-files = From files
provision-root-file = The authority's public key (.pem)
provision-package-file = Election package (.urna)
provision-take-files = Take these files
provision-key-title = The device's key
provision-key-words = Compare the fingerprint with the authority's announcement. Then chair and secretary each choose a PIN: both are needed to open and to close the polls.
provision-key-make = Make the key
provision-root = Authority's key
enrol-title = Enrol the device
enrol-words = The authority takes this device into service for one precinct.
enrol-demo = Demonstration authority
enrol-demo-now = Enrol here
enrol-precinct = Precinct
enrol-device = Name of the device
enrol-files = By files
enrol-save-request = Save the enrolment request
enrol-file = Enrolment from the authority (.urna)
net-not-offered = The server offers no election here. Take it from files.
net-unreachable = The server can't be reached. Check cable and modem, then try again. Nothing is lost.
net-too-slow = The server did not answer in time. Try again. Nothing is lost.
net-nonsense = The server answered something that can't be understood. Try again later, or bring the result as a file.
net-enrol-refused = The authority did not enrol the device. Check precinct and name.

unlock-title = Unlock the device
unlock-words = The device was started again. Chair and secretary enter their PINs.
unlock-now = Unlock

test-title = Test scan
test-words = Feed test sheets and compare what was read with the paper. Nothing is counted.
test-count = { $n ->
    [one] { $n } test sheet read
   *[other] { $n } test sheets read
 }
test-stray = { $n ->
    [one] { $n } mark outside every square: not counted
   *[other] { $n } marks outside every square: not counted
 }
test-confirm = The test is right: go on
mark-marked = marked
mark-marginal = doubtful

explain-title = What was read
explain-alt = The sheet as it was read: its edge, each square with its score, and what is signed below
explain-large = Full size
explain-marked = Marked; the number is the score in thousandths
explain-marginal = A doubtful score: the rules of the election decide
explain-unmarked = Not marked
explain-spilled = Ink that ran over from a neighbour (after “>”): not in the score
explain-doubtful = Nobody can say whose a stroke is (“?”)
explain-refused = The sheet is given back because of this square (“!”)
explain-stray = A mark outside every square: not counted; the number is its area in mm²
explain-line = A line across the whole page: a fold, or dirt on the glass
explain-found = A place of the print that was found; the arrow shows, ten times enlarged, how far it is displaced
explain-missed = A place that was not found; in a frame: there is next to nothing printed
explain-outline = The edge of the page as it was found; interrupted: only paper was found

dirt-title = Dirt on the scanner's glass
dirt-side = side { $n }
dirt-map = The sheet as the scanner saw it, with streaks and specks
dirt-clean = The glass is clean.
dirt-not-blank = This sheet says nothing of the glass. Feed a clean white sheet with nothing printed on it.
dirt-wipe-streak = The glass is dirty. Open the scanner and wipe the glass strip with a soft dry cloth where the streak is.
dirt-wipe-specks = There are dark specks. Open the scanner and wipe glass and rollers with a soft dry cloth; see that the sheet itself is clean.
dirt-again = Close the scanner and feed the blank sheet again.
dirt-streak = Streak { $mm } mm from the left edge, { $level } levels darker than the paper
dirt-line = Line across, { $mm } mm from the upper edge, { $level } levels darker than the paper: see that the sheet has no fold
dirt-speck = Speck { $x } mm from the left and { $y } mm from the upper edge, { $area } mm²
dirt-limit = Dirty is a streak that is { $streak } of 255 levels darker than the paper, a speck of { $speck } mm², or more than { $specks } specks.

opening-title = Before opening: the zero report
opening-words = Print the zero report, check that every line is zero, sign it and give an original to every observer.
opening-zero-printed = The zero report is printed.
opening-open = Open the polls
opening-offline = Unplug the network. From now until the final report the device makes no connection.
opening-open-now = Open the polls

voting-sheets = { $n ->
    [one] sheet counted
   *[other] sheets counted
 }
voting-ready = Ready. Feed a ballot.
voting-next-turnout = Next turnout reading: { $time }
voting-slip = Turnout slip
voting-pause = Pause
voting-close = Close the polls
voting-drop = Put the sheet into the section for invalid ballots.
voting-drop-done = Done, it is in the invalid section
recovery-counted = The program was interrupted. The last sheet in the scanner IS counted: don't feed it again.
recovery-not-counted = The program was started again. Every sheet that the screen accepted is counted. A sheet that was not accepted on the screen is not counted: feed it again.
sheets-counted = { $n ->
    [one] { $n } sheet counted
   *[other] { $n } sheets counted
 }
sheet-milliseconds = { $n } ms

place-ballot-box = Into the ballot box
place-invalid-section = Into the invalid section
place-give-back = Give it back: not counted
reason-blank = Nothing is marked.
reason-overvoted = More is marked than allowed.
reason-number-without-party = A number is marked and no party.
reason-party-without-number = A party is marked and no number.
reason-several-numbers = More than one number is marked.
reason-against-all-with-number = “Against all” is marked together with a number.
reason-against-all-with-option = “Against all” is marked together with an option.
reason-marginal-mark = A mark is doubtful.
reason-sheet-invalid = Another part of the sheet makes it invalid.
refusal-not-an-image = The scanner sent no readable picture. Feed the sheet again.
refusal-too-large = The picture is larger than any ballot. Feed the sheet again.
refusal-too-small = The picture is too coarse. Set the scanner to 200 dpi or more.
refusal-blank = The sheet is blank. Feed the ballot, printed side included.
refusal-not-a-ballot = This is not a ballot of this election.
refusal-coverage-too-small = Parts of the ballot are missing or covered. Straighten the sheet and feed it again.
refusal-registration-residual = The sheet is too wavy or went in crookedly. Smooth it and feed it again.
refusal-target-uncertain = A square can't be read with certainty. Clean the sheet and feed it again.
refusal-streak-across-target = A streak runs through a square: there is dirt on the scanner's glass. Clean it and feed the sheet again.
refusal-cancelled = The lower right corner is cut off: this ballot was cancelled.
refusal-two-sheets = Two sheets went in together. Feed them one at a time.
refusal-part-missing = A part of the ballot is missing, covered or folded over. Straighten the sheet and feed it again.
refusal-too-blurred = The picture is blurred. Clean the scanner's glass and feed the sheet again.
refusal-not-bare = The page is dark where it should be empty: dirt, or the other side shows through. Feed the sheet again; if it is refused once more, let the commission count it by hand.
refusal-low-contrast = The picture is too pale. Feed the sheet again; clean the glass if it stays.
refusal-two-ballots = Two ballots lie together. Feed them one at a time.
refusal-wrong-election = This is a ballot of another election.
refusal-unknown-style = This device does not know this kind of ballot. It can't be counted here.
refusal-other-page = This is not the page to be counted. Feed the sheet with its other side up; if it stays, tell the commission.
refusal-ambiguous = Two kinds of ballot look like this one, and the code in its corner can't be read. Clean the code and feed the sheet again.
refusal-wrong-precinct = The ballot belongs to another precinct.
refusal-policy = The ballot is not filled in correctly. The voter may ask for a new one.
refusal-other = The sheet can't be read with certainty. Feed it again.

tray-title = Simulated scanner
tray-words = This tray stands for the scanner on the USB cable.
tray-samples = Add sample ballots
tray-files = Add image files
tray-design = Choose a ballot to mark
tray-empty = The tray is empty.
tray-count = { $n ->
    [one] { $n } sheet in the tray
   *[other] { $n } sheets in the tray
 }
tray-feed = Feed one sheet
tray-feed-all = Feed all
tray-stop = Stop
tray-clear = Empty the tray
tray-locked = First confirm the sheet in the invalid section.
tray-fault = Fault at the next sheet
tray-fault-none = none
sample-ballot = Ballot
sample-pen = Pen
sample-tick = tick
sample-cross = cross
sample-fill = filled in
sample-dot = doubtful dot
sample-upside-down = upside down
sample-add = Put into the tray
scanner-jam = Paper jam. Open the cover and take the sheet out.
scanner-double-feed = Two sheets were pulled in at once. Take both out.
scanner-cover-open = The scanner's cover is open. Close it.
scanner-gone = The scanner is gone. Check its cable and power.
scanner-protocol = The scanner sent something that can't be understood. Switch it off and on.
scanner-no-answer = The scanner does not answer. Switch it off and on.
scanner-many-sheets = Several sheets went through one after another. Take all of them out.
scanner-misfeed = The sheet was not gripped. Take it out, smooth it and push it in until it stops.
scanner-paper-form = The scanner does not take paper of this length or shape. Smooth the sheet and put it in straight.
scanner-hardware = The scanner reports that a part of it is broken. Switch it off and on; if that does not help, use another scanner.
scanner-busy = The scanner is busy with something else. Wait until it is free, or switch it off and on.
scanner-in-use = Another program or the system holds the scanner. Close the other program, or call the technician: the computer must be set up for this scanner.
scanner-unsupported = This scanner can't do what is needed. Use one from the list of supported scanners.
scanner-fate-one = The sheet is not counted: feed it again.
scanner-fate-several = Neither is counted: feed them one at a time.
device-title = Scanner
device-choose = Choose the scanner
device-choose-words = Connect the scanner by its USB cable, switch it on and choose it. Until then the tray stands in its place.
device-none-chosen = No scanner was chosen. If the list was empty, check the scanner's cable and power.
device-forbidden = This browser does not let the page use the scanner. Call the technician.
device-unfit = This device is no scanner that can be used here. Choose another one from the list of supported scanners.
device-leave = Use the tray instead
device-firmware = Firmware
device-serial = Serial number
device-start = Start scanning
device-stop = Stop scanning
device-go-on = The cause is removed: go on
device-give-back = Give the sheet back to the voter first.
device-given-back = It was given back: go on
device-state-away = The scanner is not connected.
device-state-connecting = Connecting…
device-state-empty = Lay a ballot into the feeder.
device-state-ready = A ballot lies ready.
device-state-scanning = A ballot is being scanned…
device-state-faulted = The scanner waits for help.
device-state-stopped = Stopped: nothing is pulled in.
usb-refusal-access = The system does not let this user open the scanner. The technician must install the rule for its device node.
usb-refusal-held = A driver of the system, or another program, holds the scanner. The technician must install the rule that takes it away from them.
usb-refusal-protected = The browser lets no page use a device of this kind.

guide-show = How to connect the scanner and feed ballots
guide-title = Connect the scanner
guide-plug-title = Power and cable
guide-plug = Plug the scanner into the socket, and its USB cable straight into the computer, without a hub. Switch it on and wait until its lamp stays lit.
guide-choose-title = Choose it in the list
guide-choose = Press “{ device-choose }”. The browser shows a list: choose the scanner in it and press the button that connects. The next time it is taken by itself.
guide-ready-title = Wait until it is ready
guide-ready = The screen names the scanner and says that it is ready: press “{ device-start }”. If its lamp is red or blinks, paper is stuck or the cover is open: the screen says what to do.
guide-lay-title = Put the ballot in
guide-lay = One sheet, printed side down so that nobody reads it, upper edge first. Move both guides up to the paper. A sheet that lies the other way is read too.
guide-trouble = If it does not work
guide-in-use-title = “Another program holds the scanner”
guide-in-use = Close every other program that scans or prints. If it stays so, the computer is not set up for this scanner: call the technician, who installs the file 60-urna-scanner.rules and removes ipp-usb. Then pull out the cable and plug it in again.
guide-nothing-title = The list is empty
guide-nothing = See that the scanner is switched on. Take another cable and another socket of the computer. If it is still not there, this scanner is not supported: call the technician.
guide-paper-title = The scanner does not hold ballots back
guide-paper = Every sheet comes out in the same place. Where it goes from there is done by hand, in this order:
guide-one-title = One sheet at a time
guide-one = Put in the next ballot only when the one before was taken out and put away.
guide-wait-title = Wait for the screen
guide-wait = Leave the sheet where it came out until the screen says where it goes. Until then it is not counted.
guide-ways-title = Do what the screen says
guide-ways = Into the ballot box; into the section for invalid ballots, and confirm it; or back to the voter: that ballot is not counted and may be put in again. If it is given back again, the commission decides.

service-open = Service
service-close = Close service
capture-title = Record a device for a bug report
capture-words = If a scanner does not work, record what it and the program say to each other and send the file to the developers. Pages and serial numbers are left out.
capture-choose-any = Choose any USB device
capture-way = Speak to it
capture-way-fitting = as to a supported scanner
capture-way-escl = as if it knew eSCL
capture-way-fi = as if it were of the fi series
capture-way-descriptors = not at all: only what it says of itself
capture-images = Keep the pages too: only for sheets that are nobody's vote
capture-serials = Keep serial numbers too
capture-start = Start recording
capture-scan = Scan a test sheet
capture-save = Stop and save
capture-discard = Stop and discard
capture-size = Recorded: { $n } kB
capture-full = The recording is full: what comes now is not in it. Save it.
capture-read = It is a text: read it before you send it.
capture-scanned = The sheet was scanned and let go.
capture-no-sheet = No sheet came.
capture-state-silent = What the device says of itself is recorded.
capture-state-empty = Put a test sheet in.
capture-state-ready = A test sheet lies ready.

closing-title = Close the polls
closing-words = After closing nothing can be counted on this device any more. There is no way back.
closing-now = Close the polls for good
paused-title = Counting is paused
paused-resume = Go on counting
closed-title = The polls are closed
closed-words = Print the final report, sign it and give an original to every observer. Only then can the result be sent.

transmit-title = Send the result
transmit-words = The final report is printed. Connect the network and send the sealed result.
transmit-to = Collector:
transmit-now = Send the result
transmit-done = The result was sent and received
transmit-portal = Public page of this precinct:
transmit-save = Save the sealed result as a file
transmit-reprint = Print the final report again
collector-refused = The collector did not take the result. Write down the words below and call the commission. The result stays here and on paper.
collector-conflict = The collector already has a different result of this device. Nothing was overwritten. Call the commission.
collector-training = The collector does not take results of a training.
collector-revoked = The election authority has revoked this device. The collector keeps the result, shows it and does not count it. Call the commission.
collector-unknown-election = The collector does not collect this election.
collector-wrong-key = The collector does not know the authority that enrolled this device.
collector-bad-signature = The result arrived changed. Send it again.
collector-busy = The collector is busy. Send again in a minute.
collector-internal = The collector has a fault. Send again later; nothing is lost.
collector-timeout = The line is too slow. Send again, or bring the result as a file.

print-issue = Make: { $report }
print-paper = Paper
print-copies = Originals
print-now = Print
print-confirm = { $n ->
    [one] { $n } original came out right
   *[other] { $n } originals came out right
 }
print-hint = Check every original before you confirm. If one is missing, print again.

printer-title = Receipt printer
printer-words = A receipt printer on a USB cable says by itself whether the paper came out. Connect it, switch it on and choose it.
printer-choose = Choose the receipt printer
printer-other = Choose another printer
printer-none-chosen = No printer was chosen. If the list was empty, check the printer's cable and power.
printer-unfit = This device is no receipt printer that can be used here. Choose another one from the list of supported printers.
printer-roll = Width of the roll
printer-state-away = The printer is not connected. Check its cable and power.
printer-state-connecting = Connecting to the printer…
printer-state-ready = The printer is ready.
printer-state-near-end = The printer is ready. Its roll is near the end: have a new one at hand.
printer-state-printing = Printing: { $percent } %
printer-print = { $n ->
    [one] Print { $n } original on this printer
   *[other] Print { $n } originals on this printer
 }
printer-stop = Stop printing
printer-connect = It is put right: try again
printer-printed = Printed and cut off: { $n } of { $of }
printer-void = Original { $n } is not printed. If a piece of it came out, tear it off and cross it out: it is void. When the printer is ready, print again.
printer-paper-out = The paper ran out. Put in a new roll.
printer-cover-open = The printer's cover is open. Close it.
printer-offline = The printer is switched offline, or its button is pressed. Press the button once and wait.
printer-cutter = The printer's knife is stuck. Open the cover, take out the paper that sticks, close it.
printer-hot = The printer is too hot. Wait until it has cooled down.
printer-hardware = The printer reports a fault. Switch it off and on; if that does not help, use another one or the browser's print.
printer-gone = The printer is gone. Check its cable and power.
printer-no-answer = The printer does not answer. Switch it off and on.
printer-protocol = The printer sent something that can't be understood. Switch it off and on.
printer-in-use = The system or another program holds the printer. Call the technician: the computer must be set up for this printer.
printer-unsupported = This printer does not say whether it has printed. Use one from the list of supported printers, or the browser's print.
printer-too-long = The report is too long for a receipt printer. Print it with the browser on A4.
printer-stopped = Printing was stopped.

report-zero = Zero report
report-slip = Turnout slip
report-final = Final report
report-number = Report № { $n }
report-original = Original { $n } of { $of }
report-precinct = Precinct
report-region = Region
report-registered = Registered voters
report-device = Device
report-scanner = Scanner (in its own words)
report-scanner-none = none connected
report-scanner-changes = Changes of scanner since the zero report
scanner-words = { $name } · firmware { $firmware } · serial no. { $serial }
report-issued = Made
report-opened = Polls opened
report-closed = Polls closed
report-turnout = Sheets counted
report-sheets = Sheets counted
report-valid-sheets = Ballot box
report-invalid-sheets = Invalid section
report-style = Ballot style
report-ballots = Ballots with this contest
report-valid = Valid
report-blank = Blank
report-overvoted = Too many marks
report-void = Void: { $rule }
report-void-any = Void
report-undervotes = Votes not given
report-without-number = Without a number
report-identity-sheets = box + invalid = sheets
report-identity-ballots = valid + blank + too many + void = ballots
report-identity-votes = votes + not given + too many + void = possible votes
report-incidents = Besides counting
report-not-accepted = Sheets given back
report-marginal = Contests void by a doubtful mark
report-scanner-faults = Faults of the scanner
report-starts = Starts of the program
report-wrong-pins = Wrong PINs
report-network = Network seen while open
report-thresholds = A square counts as marked where ink covers at least { $definite } thousandths (‰) of it, or of 16 mm² where it is larger. From { $marginal } ‰ on the mark is doubtful and counts for nobody; below that the square is empty.
report-band = At other thresholds
report-band-counted = Counted
report-band-same = At { $thresholds } ‰ the figures would be the same.
report-band-rest = Every other figure of this question would be the same.
report-band-hint = “At … ‰”: what the same ballots would give if a square counted as marked from that much ink on, and as empty below. It changes nothing of what was counted. Numbers on party lists are left out.
report-seal = Electronic seal
report-seal-hint = These codes carry the whole report, signed by the device. Anyone can check them with the verification page, without a network.
report-digest = Digest
report-package = Election package
report-log = Log
report-software = Program
report-build = Build
report-build-unknown = not certain: the program could not check its own files
report-sign-chair = Chair
report-sign-secretary = Secretary
report-sign-member = Member
report-sign-observer = Observer

log-open = Log
log-close = Close the log
log-title = Event log
log-words = Each event carries the hash of the one before. No event says how anyone voted.
log-newer = Newer
log-older = Older
log-time = Time (device's clock)
log-event = Event
log-previous = Previous
event-started = Program started
event-provisioned = Election package taken
event-key-made = Device key made
event-enrolled = Device enrolled
event-test-passed = Test scan confirmed, sheets:
event-report-issued = Report made:
event-report-printed = Report printed:
event-report-sent = Report sent to paper:
event-way-browser = browser
event-way-receipt = receipt printer
event-opened = Polls opened
event-paused = Paused
event-resumed = Resumed
event-closed = Polls closed
event-sheet-counted = Sheet counted
event-sheet-recovered = Sheet found after an interruption, counted in all:
event-sheet-not-accepted = Sheet given back:
event-scanner-fault = Scanner:
event-scanner-connected = Scanner connected:
event-scanner-disconnected = Scanner disconnected
event-scanner-changed = Another scanner connected:
event-wrong-pin = Wrong PIN
event-unlocked = Unlocked
event-network-seen = Network seen while polls were open
event-build-known = Build of the program:
event-build-differs = A file of the program is not that of its list:
event-build-unknown = The program could not check its own files
event-tail-cut = Torn end of the log cut
event-transmitted = Result sent and received
event-transmission-failed = Sending failed:
event-storage-fault = Storage fault:
