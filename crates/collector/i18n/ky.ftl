# Кыргызча, мамлекеттик тил.
portal-name = Шайлоонун жыйынтыктары
languages = Тил
skip-to-content = Мазмунга өтүү
trail = Сиз бул жердесиз
to-home = Бардык шайлоолор
preliminary = Бул машинанын алдын ала эсеби; кол менен саноо акыркы болуп эсептелет.

campaigns-title = Шайлоолор
campaigns-current = Бүгүн
campaigns-coming = Алдыда
campaigns-past = Өткөн
phase-current = добуш берүү күнү бүгүн
phase-coming = алдыда
phase-past = өткөн
count-precincts = { $count ->
    [one] { $n } участка
   *[other] { $n } участка
}
reported-of-all = { $all } участканын ичинен { $n } отчет берди
precincts-reported = Отчет берген участкалар
of-all = бардыгы { $all }
of-precincts = бардыгы
reported = Отчет берди

turnout = Келгендер
turnout-by-hour = Күн бою келгендер
turnout-by-hour-note = Түзмөктөрдүн келгендер барагы боюнча, түзмөктүн саатына ылайык.
sheets-of-registered = { $all } шайлоочунун ичинен { $n }
hour = Саат
sheets = Бюллетендер
registered = Катталган шайлоочулар

sheets-line = Бюллетендер: { $sheets }; урнада { $valid }, жараксыздар бөлүгүндө { $invalid }.
option = Тандоо
votes = Добуштар
share-of-ballots = { $n } бюллетенге карата үлүшү
ballots-of-contest = Бюллетендер
ballots = Бардык бюллетендер
ballots-valid = Жарактуу
ballots-blank = Белгиленбеген
ballots-overvoted = Ашыкча белгиленген
ballots-void = Эреже боюнча жараксыз
undervotes = Берилбеген добуштар
preferences = Артыкчылык берүү
number-on-list = Тизмедеги номери
without-preference = Номерсиз
void-number-without-party = партиясыз номер
void-party-without-number = номерсиз партия
void-several-numbers = бир нече номер
void-against-all-with-number = баарына каршы жана номер
void-against-all-with-option = баарына каршы жана тандоо
void-marginal-mark = так эмес белги
void-sheet-invalid = башка суроодон улам барак жараксыз
counted = Эсептелген
same-at-thresholds = { $thresholds } ‰ сыя чегинде сандар ошол эле бойдон болмок.
other-at-thresholds = Башка чектерде: { $thresholds } ‰
band-text = Чарчы ушунча сыядан баштап белгиленген, андан азы бош деп эсептелсе, ошол эле бюллетендер эмне бермек. Эсептелген сандарды бул өзгөртпөйт. Артыкчылык берүүлөр көрсөтүлгөн жок.
band-rest = Бул суроонун калган сандары ошол эле бойдон болмок.

regions = Аймактар
region = Аймак
all-regions = Бардык аймактар
precincts = Участкалар
precinct = Участка
precinct-number = № { $id } участка
all-precincts = Бардык участкалар
find-precinct = Участкаңызды номери боюнча табыңыз
find = Табуу
found-precincts = { $count ->
    [one] { $n } участка табылды.
   *[other] { $n } участка табылды.
}
pages = Барактар
previous-page = Артка
next-page = Алдыга
state = Абалы
state-silent = Азырынча отчет жок
state-opened = Нөлдүк отчет
state-voting = Добуш берүү жүрүүдө
state-partial = Айрым түзмөктөр отчет берди
state-complete = Отчет берди
disputed = Талашта
noticed = Көңүл буруңуз
no-results-yet = Азырынча жыйынтык жок.
no-reports-yet = Азырынча отчет келген жок.

does-not-add-up = Суммалар дал келбейт. Бул сандарды колдонбоңуз.
unverifiable = { $count ->
    [one] Сакталган { $n } отчет текшерүүдөн өтпөй калды, ал эсепке алынган жок.
   *[other] Сакталган { $n } отчет текшерүүдөн өтпөй калды, алар эсепке алынган жок.
}
disputed-precincts = { $count ->
    [one] { $n } участканын жыйынтыгы талашта.
   *[other] { $n } участканын жыйынтыгы талашта.
}
noticed-precincts = { $count ->
    [one] { $n } участкада дал келбестик бар.
   *[other] { $n } участкада дал келбестик бар.
}
not-summed-precincts = { $count ->
    [one] { $n } участканы кошууга болбойт, ал эч бир суммага кирген жок.
   *[other] { $n } участканы кошууга болбойт, алар эч бир суммага кирген жок.
}
show-them = Көрсөтүү
notice-conflict = { $device } түзмөгү ар башка акыркы жыйынтык жөнөттү. Суммага биринчиси «талашта» деген белги менен кирди; калгандары төмөндө.
notice-same-number = { $device } түзмөгүнүн { $number } номери менен эки башка отчету бар.
notice-fewer-sheets = { $device } түзмөгүнүн { $number } отчетунда мурункусуна караганда бюллетень аз.
notice-after-final = { $device } түзмөгүнүн { $number } отчету акыркы отчеттон кийин жасалган.
notice-more-than-registered = Бюллетендер катталган шайлоочулардан көп ({ $vote }).
notice-not-summed = Түзмөктөрдүн сандарын кошууга болбойт. Бул участка эч бир суммага кирген жок.
notice-rescan-unknown = { $device } түзмөгүнүн { $number }-саноосу бул жерде жок отчеттун ордуна жасалган. Ал отчет келмейинче, саноо суммага кирбейт.
notice-rescan-taken = { $device } түзмөгүнүн { $number }-саноосу башка саноо мурда эле алмаштырган отчеттун ордуна жасалган. Ал суммага кирбейт.
notice-rescan-itself = { $device } түзмөгүнүн { $number }-саноосу айланып өзүн өзү алмаштырат. Ал суммага кирбейт.
notice-revoked = Шайлоо органы { $device } түзмөгүн жараксыз деп жарыялады: { $reason }. Анын отчеттору төмөндө көрсөтүлгөн, эч бир суммага кирген жок.
notice-unlisted-build = { $device } түзмөгүндө шайлоо органынын тизмесинде жок программа иштеген.
revoked-lost = жоголгон
revoked-stolen = уурдалган
revoked-compromised = ачкычы же ПИН-коддору башкаларга белгилүү
revoked-broken = бузулуп, алмаштырылган
revoked-withdrawn = иштен алынган

devices = Түзмөктөр жана алардын отчеттору
device = Түзмөк
figures-of-device = Бул түзмөктүн сандары
count-number = { $number }-саноо
count-late-box = ушул участканын дагы бир үкөгү, кошулду
count-other-station = ушул участканын бюллетендери, башка участканын түзмөгүндө сканерленген
count-rescan = кайра санак, мурунку сандардын ордуна
count-replaces = Мунун ордуна:
count-replaced-by = { $device } түзмөгүнүн { $number }-саноосу менен алмаштырылды: суммага кирбейт.
report-zero = Нөлдүк отчет
report-turnout = Келгендер барагы
report-final = Акыркы отчет
conflict-first = Талашта: биринчи келген, эсепке алынды
conflict-later = Талашта: кийин келген, эсепке алынган жок
report-revoked = Жараксыз: эсепке алынган жок
issued-at = Берилген убактысы (түзмөктүн сааты)
received-at = Кабыл алынган
fingerprint = Манжа изи
signed-by = Кол койгон ачкыч
software = Программа
build = Программанын курамы
build-unlisted = шайлоо органынын тизмесинде жок
scanner = Сканер (өз сөзү боюнча)
scanner-changes = Нөлдүк отчёттон кийин сканер алмашкан
privacy = Купуялуулукту өзү текшерүү
privacy-passed = добуштардын тартиби табылган жок
privacy-found = добуштардын тартиби көрүнүп калышы мүмкүн
sealed-record = Кол коюлган отчет
qr-text = QR-коддордун тексти

submit-title = Отчет тапшыруу
submit-text = Отчеттун же келгендер барагынын QR-коддорун каалаган телефон менен окутуп, тексттерин бул жерге ар бирин өз сабына коюңуз. Муну ар ким жасай алат: отчеттун чыныгысын анын кол тамгасы далилдейт.
submit-codes = QR-коддордун тексттери
submit-send = Тапшыруу
submit-accepted = Рахмат. Отчет чыныгы, ал жарыяланды.
submit-already = Отчет чыныгы. Ал мурун тапшырылган.
submit-refused = Отчет кабыл алынган жок.
verify-title = Отчетту текшерүү

refusal-not-sealed = Бул кол коюлган отчет эмес же ал бузулган.
refusal-wrong-kind = Бул кол коюлган, бирок отчет эмес.
refusal-wrong-key = Буга бул жерде белгисиз түзмөк же орган кол койгон.
refusal-bad-signature = Мазмуну кол коюлгандан кийин өзгөртүлгөн.
refusal-bad-content = Кол коюлган мазмунду окууга болбойт.
refusal-mismatch = Отчет, түзмөк жана шайлоо бири-бирине тиешелүү эмес.
refusal-figures = Сандар дал келбейт.
refusal-unknown-election = Бул шайлоонун жыйынтыктары бул жерде чогултулбайт.
refusal-training = Отчет үйрөнүү режиминде жасалган, ал эсептелбейт.
refusal-conflict = Бул түзмөктүн башка акыркы жыйынтыгы мурун келген. Экөө тең сакталды жана талаш катары көрсөтүлдү.
refusal-revoked = Шайлоо органы бул түзмөктү жараксыз деп жарыялаган. Отчет сакталат жана көрсөтүлөт, бирок эсептелбейт.
refusal-too-many = Бул түзмөк өтө көп ар башка отчет жөнөттү.
refusal-qr-foreign = Бул отчеттун QR-коддорунун тексти эмес.
refusal-qr-mixed = Бул QR-коддор ар башка отчеттордон.
refusal-qr-incomplete = Отчеттун айрым QR-коддору жетишпейт.
refusal-qr-damaged = QR-коддордун тексти бузулган. Аларды кайра окутуңуз.
refusal-too-large = Бул отчеттон узун.
refusal-timeout = Отчет өтө жай келди. Кайра аракет кылыңыз.
refusal-unsupported-type = Мындай мазмун кабыл алынбайт.
refusal-busy = Өтө көп отчет келүүдө. Бир мүнөттөн кийин аракет кылыңыз.
refusal-internal = Азыр эч нерсе сактоого болбойт. Кийинчерээк аракет кылыңыз.

data-title = Ачык маалыматтар
data-text = Бул файлдарды ар ким каалаган максатта колдоно алат. Белгилер шайлоонун сыпаттамасынан алынган; бардык сандар бүтүн.
data-results-csv = Акыркы жыйынтыгы бар ар бир участканын бардык эсептегичтери, ар бири өз сабында.
data-turnout-csv = Ар бир участкадагы ар бир добуш берүү боюнча бюллетендердин саны, отчет бербегендери да кирет.
data-counts-csv = Ар бир түзмөктүн ар бир саноосу: суммага киреби жана эмне менен алмаштырылган.
data-results-json = Бардык эсептегичтердин шайлоо жана ар бир аймак боюнча суммалары, ар бир участканын добуштары.
data-precinct-json = Бир участка жөнүндө баары: бардык эсептегичтер, ар бир түзмөк, ар бир отчет.
column-place = Кайда
column-disputed = 1, эгер түзмөктүн бирден көп акыркы жыйынтыгы болсо
column-which-count = түзмөк, анын саноосунун номери жана polls, late_box, other_station же rescan
column-place-of-count = counted, awaited, replaced же held, жана анын ордундагы саноо
column-digest = акыркы отчеттун изи
column-contest = Добуш берүү жана суроо; суроо бош болсо, бул бүт добуш берүүнүн бюллетендери
column-register = Кайсы эсептегич: sheets, valid, invalid, ballots, blank, overvoted, void_…, undervotes, votes
column-option = Тандоо, votes үчүн
column-count = Саны
column-vote = Добуш берүү
column-registered = Катталган шайлоочулар
column-sheets = Бюллетендердин саны: акыркы отчеттор, болбосо келгендердин акыркы барактары боюнча
column-reports = Белгилүү түзмөктөр, алардын акыркы отчеттору, келгендер барактары
package-title = Сандар эмнеге негизделген
package-digest = Шайлоо пакетинин SHA-256 изи
root-key = Шайлоо органынын ачкычы

not-found-title = Табылган жок
not-found-text = Бул даректе эч нерсе жок.
