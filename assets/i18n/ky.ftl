app-title = Бюллетень сканери
training = ОКУУ
starting = Сактагыч ачылууда…
footer-key = Түзмөктүн ачкычы
footer-log = Журнал: { $n ->
    [one] { $n } окуя
   *[other] { $n } окуя
 }
file-none = файл тандалган жок
file-unreadable = Файл окулбайт. Аны кайра тандаңыз же башка көчүрмөсүн алыңыз.
network-warning = Добуш берүү жүрүп жатканда түзмөк тармакка туташкан. Тармакты ажыратыңыз. Бул журналга жазылды.

fault-title = Сканер иштей албайт
fault-kept = Жазылгандардын эч нерсеси жоголгон жок. Кайталанса, техникти чакырып, жогорудагы сөздөрдү жазып алыңыз.
fault-reload = Кайра баштоо
vault-gone = Программа токтоп калды. Аны кайра баштаңыз: эсептелгендер сакталган, акыркы барак эмне болгонун экран айтат.
fault-storage = Түзмөктүн эс тутуму бузук. Сканерлөөнү токтотуп, техникти чакырыңыз.
fault-storage-unavailable = Эс тутум ачылбайт. Жашыруун терезеде эмес, киосктун терезесинде иштеп, кайра баштаңыз.
fault-storage-missing = Бул жерде болушу керек жазуулар жок. Сканерлебеңиз. Техникти чакырыңыз: шайлоо органынын чечими керек.
fault-storage-in-use = Сканер башка терезеде ачык. Ал терезени жабыңыз же ошол жерде иштей бериңиз.
fault-storage-full = Түзмөктүн эс тутуму толду. Анда добуш берүүнү жаап, башка түзмөктө улантыңыз.
fault-storage-damaged = Түзмөктөгү жазуулар бузулган. Сканерлебеңиз. Техникти чакырыңыз.
fault-storage-failed = Жазуу ишке ашкан жок. Экран айтпаса, акыркы барак эсептелген эмес. Кайра баштаңыз.
fault-seal = Файл жарабайт. Шайлоо органынан жаңы көчүрмөсүн сураңыз.
fault-seal-not-sealed = Бул шайлоо органынын кол коюлган файлы эмес же бузулган. Башкасын тандаңыз.
fault-seal-wrong-kind = Бул башка түрдөгү кол коюлган файл. Кайсы файл керектигин текшериңиз.
fault-seal-wrong-key = Файлга шайлоо органынын ачкычы менен кол коюлган эмес. Колдонбоңуз жана кабарлаңыз.
fault-seal-bad-signature = Файл кол коюлгандан кийин өзгөртүлгөн. Колдонбоңуз, жаңы көчүрмөсүн сураңыз.
fault-seal-bad-content = Файлга кол коюлган, бирок бул программага жарабайт. Версиясын текшериңиз.
fault-seal-mismatch = Файл башка шайлоо, башка түзмөк же башка участок үчүн.
error-wrong-state = Азыр бул мүмкүн эмес: { $state }.
error-locked = Түзмөк кулпуланган. Төрага менен катчы ПИН-коддорун киргизиши керек.
error-pin-form = Ар бир ПИН-коддо 6дан 12ге чейин сан болот, экөө айырмаланышы керек.
error-wrong-pin = ПИН-код туура эмес. { $seconds ->
    [one] { $seconds } секунддан
   *[other] { $seconds } секунддан
 } кийин кайталаңыз.
error-too-soon = Кийинки аракетке чейин { $seconds ->
    [one] { $seconds } секунд
   *[other] { $seconds } секунд
 } күтүңүз.
error-zero-not-printed = Адегенде нөлдүк отчётту басып чыгарып, ырастаңыз.
error-not-zero = Эсептегичтердин бири нөл эмес. Бул түзмөктө добуш берүүнү ачууга болбойт. Техникти чакырыңыз.
error-drop-not-confirmed = Адегенде акыркы барак жараксыздар бөлүгүндө экенин ырастаңыз.
error-figures = Сандар дал келбейт. Отчёт түзүлгөн жок. Техникти чакырыңыз.
error-bad-request = Программадан мүмкүн эмес нерсе суралды. Аны кайра баштаңыз.
sample-failed = Бюллетендин үлгүсү түзүлгөн жок.

state-unprovisioned = Даярдалган эмес
state-provisioned = Даярдалууда
state-tested = Ачууга даяр
state-open = Добуш берүү жүрүүдө
state-paused = Тыныгуу
state-closed = Добуш берүү жабылды
state-reported = Жыйынтык отчёт басылды
state-transmitted = Жыйынтык жөнөтүлдү

pin-chair = Төраганын ПИН-коду
pin-secretary = Катчынын ПИН-коду
pin-new-hint = Ар ким 6дан 12ге чейин сан тандап, эч кимге айтпайт. Аларды калыбына келтирүүгө болбойт.
pin-keypad = Сандар
pin-erase = Акыркы санды өчүрүү
working-pins = ПИН-коддор текшерилүүдө…
working-key = Түзмөктүн ачкычы түзүлүүдө…
working-package = Шайлоо пакети текшерилүүдө…
working-enrol = Түзмөк катталууда…
working-report = Отчёт түзүлүүдө…
working-send = Жөнөтүлүүдө…
working-scan = Сканерленүүдө…
working-samples = Бюллетень үлгүлөрү даярдалууда…

provision-step-package = Шайлоо пакети
provision-step-key = Ачкыч жана ПИН-коддор
provision-step-enrol = Каттоо
provision-title = Кайсы шайлоо?
provision-words = Түзмөк шайлоо органы кол койгон пакетти анын ачык ачкычы менен кошо алат. Андан кийин башка эч кимге ишенбейт.
provision-offered = Ушул серверден
provision-offered-words = Киосктун сервери сунуштаган ачкыч менен пакетти алат.
provision-take-offered = Сунушталган шайлоону алуу
provision-files = Файлдардан
provision-root-file = Шайлоо органынын ачык ачкычы (.pem)
provision-package-file = Шайлоо пакети (.urna)
provision-take-files = Бул файлдарды алуу
provision-key-title = Түзмөктүн ачкычы
provision-key-words = Изди шайлоо органынын кулактандыруусу менен салыштырыңыз. Андан кийин төрага менен катчы бирден ПИН-код тандайт: ачуу жана жабуу үчүн экөө тең керек.
provision-key-make = Ачкыч түзүү
provision-root = Шайлоо органынын ачкычы
enrol-title = Түзмөктү каттоо
enrol-words = Шайлоо органы түзмөктү бир участок үчүн ишке киргизет.
enrol-demo = Көрсөтмө шайлоо органы
enrol-demo-now = Ушул жерде каттоо
enrol-precinct = Участок
enrol-device = Түзмөктүн аты
enrol-files = Файлдар аркылуу
enrol-save-request = Каттоо суранычын сактоо
enrol-file = Шайлоо органынан каттоо (.urna)
net-not-offered = Сервер бул жерде шайлоо сунуштабайт. Аны файлдардан алыңыз.
net-unreachable = Сервер жеткиликсиз. Кабель менен модемди текшерип, кайталаңыз. Эч нерсе жоголгон жок.
net-too-slow = Сервер убагында жооп берген жок. Кайталаңыз. Эч нерсе жоголгон жок.
net-nonsense = Сервердин жообу түшүнүксүз. Кийинчерээк кайталаңыз же жыйынтыкты файл менен жеткириңиз.
net-enrol-refused = Шайлоо органы түзмөктү каттаган жок. Участок менен атын текшериңиз.

unlock-title = Түзмөктүн кулпусун ачуу
unlock-words = Түзмөк кайра башталды. Төрага менен катчы ПИН-коддорун киргизет.
unlock-now = Кулпуну ачуу

test-title = Сыноо сканерлөө
test-words = Сыноо барактарды салып, окулганды кагаз менен салыштырыңыз. Эч нерсе эсептелбейт.
test-count = { $n ->
    [one] { $n } сыноо барак окулду
   *[other] { $n } сыноо барак окулду
 }
test-confirm = Сыноо туура: улантуу
mark-marked = белгиленген
mark-marginal = күмөндүү

opening-title = Ачуудан мурун: нөлдүк отчёт
opening-words = Нөлдүк отчётту басып чыгарып, ар бир сапта нөл экенин текшерип, кол коюп, ар бир байкоочуга бир нускасын бериңиз.
opening-zero-printed = Нөлдүк отчёт басылды.
opening-open = Добуш берүүнү ачуу
opening-offline = Тармакты ажыратыңыз. Жыйынтык отчётко чейин түзмөк эч нерсеге туташпайт.
opening-open-now = Добуш берүүнү ачуу

voting-sheets = { $n ->
    [one] барак эсептелди
   *[other] барак эсептелди
 }
voting-ready = Даяр. Бюллетенди салыңыз.
voting-next-turnout = Катышууну кийинки алуу: { $time }
voting-slip = Катышуу талону
voting-pause = Тыныгуу
voting-close = Добуш берүүнү жабуу
voting-drop = Баракты жараксыз бюллетендер бөлүгүнө салыңыз.
voting-drop-done = Салынды, барак жараксыздар бөлүгүндө
recovery-counted = Иш үзгүлтүккө учурады. Сканердеги акыркы барак ЭСЕПТЕЛГЕН: аны кайра салбаңыз.
recovery-not-counted = Программа кайра башталды. Экран кабыл алган ар бир барак эсептелген. Экран кабыл албаган барак эсептелген эмес: аны кайра салыңыз.
sheets-counted = { $n ->
    [one] { $n } барак эсептелди
   *[other] { $n } барак эсептелди
 }
sheet-milliseconds = { $n } мс

place-ballot-box = Урнага
place-invalid-section = Жараксыздар бөлүгүнө
place-give-back = Кайтарып бериңиз: эсептелген жок
reason-blank = Эч нерсе белгиленген эмес.
reason-overvoted = Уруксат берилгенден көп белгиленген.
reason-number-without-party = Номер белгиленген, партия белгиленген эмес.
reason-party-without-number = Партия белгиленген, номер белгиленген эмес.
reason-several-numbers = Бирден көп номер белгиленген.
reason-against-all-with-number = «Баарына каршы» номер менен кошо белгиленген.
reason-against-all-with-option = «Баарына каршы» башка вариант менен кошо белгиленген.
reason-marginal-mark = Белги күмөндүү.
reason-sheet-invalid = Барак башка бөлүгүнүн айынан жараксыз.
refusal-not-an-image = Сканер окула турган сүрөт берген жок. Баракты кайра салыңыз.
refusal-too-large = Сүрөт бюллетенден чоң. Баракты кайра салыңыз.
refusal-too-small = Сүрөт өтө орой. Сканерде 200 dpi же андан көптү коюңуз.
refusal-blank = Барак бош. Бюллетенди басылган жагы менен салыңыз.
refusal-not-a-ballot = Бул ушул шайлоонун бюллетени эмес.
refusal-coverage-too-small = Бюллетендин бөлүктөрү көрүнбөйт. Баракты түздөп, кайра салыңыз.
refusal-registration-residual = Барак кыйшык кирди. Аны кайра салыңыз.
refusal-target-uncertain = Чарчылардын бири так окулбайт. Баракты тазалап, кайра салыңыз.
refusal-low-contrast = Сүрөт өтө күңүрт. Баракты кайра салыңыз; кайталанса, айнекти аарчыңыз.
refusal-two-ballots = Эки бюллетень чогуу. Бирден салыңыз.
refusal-unknown-style = Башка шайлоонун бюллетени.
refusal-wrong-precinct = Башка участоктун бюллетени.
refusal-policy = Бюллетень туура эмес толтурулган. Шайлоочу жаңысын сурай алат.
refusal-other = Барак так окулбайт. Аны кайра салыңыз.

tray-title = Сканердин окшоштурмасы
tray-words = Бул лоток USB кабелиндеги сканердин ордуна турат.
tray-samples = Бюллетень үлгүлөрүн кошуу
tray-files = Сүрөт файлдарын кошуу
tray-design = Бюллетень тандап, белгилөө
tray-empty = Лоток бош.
tray-count = { $n ->
    [one] Лотокто { $n } барак
   *[other] Лотокто { $n } барак
 }
tray-feed = Бир барак салуу
tray-feed-all = Баарын салуу
tray-stop = Токтотуу
tray-clear = Лотокту бошотуу
tray-locked = Адегенде жараксыздар бөлүгүндөгү баракты ырастаңыз.
tray-fault = Кийинки баракта бузулуу
tray-fault-none = жок
sample-ballot = Бюллетень
sample-pen = Калем
sample-tick = белги
sample-cross = крест
sample-fill = боёлгон
sample-dot = күмөндүү чекит
sample-upside-down = тескери
sample-add = Лотокко салуу
scanner-jam = Кагаз тыгылып калды. Капкагын ачып, баракты алыңыз. Ал эсептелген жок: кайра салыңыз.
scanner-double-feed = Эки барак бирге кирди. Экөө тең эсептелген жок: бирден салыңыз.
scanner-cover-open = Сканердин капкагы ачык. Аны жабыңыз. Барак эсептелген жок: кайра салыңыз.
scanner-gone = Сканер жооп бербейт. Кабель менен токту текшериңиз. Барак эсептелген жок: кайра салыңыз.
scanner-protocol = Сканердин жообу түшүнүксүз. Аны өчүрүп, күйгүзүңүз. Барак эсептелген жок: кайра салыңыз.

closing-title = Добуш берүүнү жабуу
closing-words = Жабылгандан кийин бул түзмөктө эч нерсе эсептелбейт. Артка жол жок.
closing-now = Добуш берүүнү биротоло жабуу
paused-title = Эсептөө токтотулду
paused-resume = Эсептөөнү улантуу
closed-title = Добуш берүү жабылды
closed-words = Жыйынтык отчётту басып чыгарып, кол коюп, ар бир байкоочуга бир нускасын бериңиз. Андан кийин гана жыйынтыкты жөнөтүүгө болот.

transmit-title = Жыйынтыкты жөнөтүү
transmit-words = Жыйынтык отчёт басылды. Тармакты туташтырып, кол коюлган жыйынтыкты жөнөтүңүз.
transmit-to = Чогултуу борбору:
transmit-now = Жыйынтыкты жөнөтүү
transmit-done = Жыйынтык жөнөтүлүп, кабыл алынды
transmit-portal = Участоктун ачык барагы:
transmit-save = Кол коюлган жыйынтыкты файлга сактоо
transmit-reprint = Жыйынтык отчётту дагы басып чыгаруу
collector-refused = Чогултуу борбору жыйынтыкты алган жок. Төмөнкү сөздөрдү жазып, комиссияга чалыңыз. Жыйынтык бул жерде жана кагазда калат.
collector-conflict = Чогултуу борборунда бул түзмөктүн башка жыйынтыгы бар. Эч нерсе алмаштырылган жок. Комиссияга чалыңыз.
collector-training = Чогултуу борбору окуу жыйынтыктарын албайт.
collector-unknown-election = Чогултуу борбору бул шайлоону чогултпайт.
collector-wrong-key = Чогултуу борбору түзмөктү каттаган шайлоо органын билбейт.
collector-bad-signature = Жыйынтык өзгөрүп жетти. Аны кайра жөнөтүңүз.
collector-busy = Чогултуу борбору бош эмес. Бир мүнөттөн кийин жөнөтүңүз.
collector-internal = Чогултуу борборунда бузулуу. Кийинчерээк жөнөтүңүз, эч нерсе жоголгон жок.
collector-timeout = Байланыш өтө жай. Кайра жөнөтүңүз же жыйынтыкты файл менен жеткириңиз.

print-issue = Түзүү: { $report }
print-paper = Кагаз
print-copies = Нуска
print-now = Басып чыгаруу
print-confirm = { $n ->
    [one] { $n } нуска туура чыкты
   *[other] { $n } нуска туура чыкты
 }
print-hint = Ырастоодон мурун ар бир нусканы текшериңиз. Бири жок болсо, кайра басып чыгарыңыз.

report-zero = Нөлдүк отчёт
report-slip = Катышуу талону
report-final = Жыйынтык отчёт
report-number = Отчёт № { $n }
report-original = { $of } нусканын { $n }-нускасы
report-precinct = Участок
report-region = Облус
report-registered = Тизмедеги шайлоочулар
report-device = Түзмөк
report-issued = Түзүлдү
report-opened = Добуш берүү ачылды
report-closed = Добуш берүү жабылды
report-turnout = Эсептелген барактар
report-sheets = Эсептелген барактар
report-valid-sheets = Урна
report-invalid-sheets = Жараксыздар бөлүгү
report-style = Бюллетендин түрү
report-ballots = Бул суроосу бар бюллетендер
report-valid = Жарактуу
report-blank = Белгисиз
report-overvoted = Ашыкча белги
report-void = Жараксыз: { $rule }
report-undervotes = Берилбеген добуштар
report-without-number = Номерсиз
report-identity-sheets = урна + жараксыз = барактар
report-identity-ballots = жарактуу + бош + ашыкча + жараксыз = бюллетендер
report-identity-votes = добуштар + берилбеген + ашыкча + жараксыз = мүмкүн болгон добуштар
report-incidents = Эсептөөдөн тышкары
report-not-accepted = Кайтарылган барактар
report-marginal = Күмөндүү белгиси бар суроолор
report-scanner-faults = Сканердин бузулуулары
report-starts = Программанын башталыштары
report-wrong-pins = Туура эмес ПИН-коддор
report-network = Ачык кезде көрүнгөн тармак
report-thresholds = Чарчы { $definite } ‰ сыядан баштап белгиленген, { $marginal } ‰дан баштап күмөндүү деп эсептелет.
report-seal = Электрондук мөөр
report-seal-hint = Бул коддордо түзмөк кол койгон толук отчёт бар. Аларды ар ким текшерүү барагында тармаксыз текшере алат.
report-digest = Из
report-package = Шайлоо пакети
report-log = Журнал
report-software = Программа
report-sign-chair = Төрага
report-sign-secretary = Катчы
report-sign-member = Комиссия мүчөсү
report-sign-observer = Байкоочу

log-open = Журнал
log-close = Журналды жабуу
log-title = Окуялар журналы
log-words = Ар бир окуяда мурункусунун хеши бар. Эч бири ким кандай добуш бергенин айтпайт.
log-newer = Жаңыраак
log-older = Эскирээк
log-time = Убакыт (түзмөктүн сааты)
log-event = Окуя
log-previous = Мурунку
event-started = Программа башталды
event-provisioned = Шайлоо пакети алынды
event-key-made = Түзмөктүн ачкычы түзүлдү
event-enrolled = Түзмөк катталды
event-test-passed = Сыноо ырасталды, барак:
event-report-issued = Отчёт түзүлдү:
event-report-printed = Отчёт басылды:
event-opened = Добуш берүү ачылды
event-paused = Тыныгуу
event-resumed = Уланды
event-closed = Добуш берүү жабылды
event-sheet-counted = Барак эсептелди
event-sheet-recovered = Үзгүлтүктөн кийин барак табылды, баары эсептелди:
event-sheet-not-accepted = Барак кайтарылды:
event-scanner-fault = Сканер:
event-wrong-pin = Туура эмес ПИН-код
event-unlocked = Кулпусу ачылды
event-network-seen = Ачык кезде тармак көрүндү
event-tail-cut = Журналдын үзүлгөн учу кесилди
event-transmitted = Жыйынтык жөнөтүлүп, кабыл алынды
event-transmission-failed = Жөнөтүү ишке ашкан жок:
event-storage-fault = Эс тутумдун бузулуусу:
