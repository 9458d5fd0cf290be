# Русский, официальный язык.
portal-name = Результаты выборов
languages = Язык
skip-to-content = К содержанию
trail = Вы здесь
to-home = Все выборы
preliminary = Это предварительный машинный подсчёт; окончательным является ручной подсчёт.

campaigns-title = Выборы
campaigns-current = Сегодня
campaigns-coming = Предстоящие
campaigns-past = Прошедшие
phase-current = день голосования сегодня
phase-coming = предстоят
phase-past = прошли
count-precincts = { $count ->
    [one] { $n } участок
    [few] { $n } участка
   *[other] { $n } участков
}
reported-of-all = Отчитались { $n } из { $all } участков
precincts-reported = Отчитались участки
of-all = из { $all }
of-precincts = из всех
reported = Отчитались

turnout = Явка
turnout-by-hour = Явка в течение дня
turnout-by-hour-note = По листкам явки с устройств, на час по часам устройства.
sheets-of-registered = { $n } из { $all } избирателей
hour = Час
sheets = Бюллетени
registered = Зарегистрировано избирателей

sheets-line = Бюллетеней: { $sheets }; в урне { $valid }, в отсеке недействительных { $invalid }.
option = Вариант
votes = Голоса
share-of-ballots = Доли от { $n } бюллетеней
ballots-of-contest = Бюллетени
ballots = Всего бюллетеней
ballots-valid = Действительные
ballots-blank = Без отметок
ballots-overvoted = Лишние отметки
ballots-void = Недействительны по правилу
undervotes = Неотданные голоса
preferences = Предпочтения
number-on-list = Номер в списке
without-preference = Без номера
void-number-without-party = номер без партии
void-party-without-number = партия без номера
void-several-numbers = несколько номеров
void-against-all-with-number = против всех и номер
void-against-all-with-option = против всех и вариант
void-marginal-mark = неясная отметка
void-sheet-invalid = лист недействителен из-за другого вопроса
counted = Засчитано
same-at-thresholds = При { $thresholds } ‰ чернил цифры были бы те же.
other-at-thresholds = При других порогах: { $thresholds } ‰
band-text = Что дали бы те же бюллетени, если бы квадрат считался отмеченным начиная с такой доли чернил, а ниже неё пустым. Засчитанного это не меняет. Предпочтения не показаны.
band-rest = Остальные цифры этого вопроса были бы те же.

regions = Регионы
region = Регион
all-regions = Все регионы
precincts = Участки
precinct = Участок
precinct-number = Участок № { $id }
all-precincts = Все участки
find-precinct = Найдите свой участок по номеру
find = Найти
found-precincts = { $count ->
    [one] Найден { $n } участок.
    [few] Найдено { $n } участка.
   *[other] Найдено { $n } участков.
}
pages = Страницы
previous-page = Назад
next-page = Дальше
state = Состояние
state-silent = Отчётов пока нет
state-opened = Нулевой отчёт
state-voting = Идёт голосование
state-partial = Отчиталась часть устройств
state-complete = Отчитался
disputed = Оспаривается
noticed = Требует внимания
no-results-yet = Результатов пока нет.
no-reports-yet = Отчётов пока не поступало.

does-not-add-up = Суммы не сходятся. Не пользуйтесь этими цифрами.
unverifiable = { $count ->
    [one] { $n } сохранённый отчёт больше не проходит проверку и исключён.
    [few] { $n } сохранённых отчёта больше не проходят проверку и исключены.
   *[other] { $n } сохранённых отчётов больше не проходят проверку и исключены.
}
disputed-precincts = { $count ->
    [one] На { $n } участке результат оспаривается.
    [few] На { $n } участках результат оспаривается.
   *[other] На { $n } участках результат оспаривается.
}
noticed-precincts = { $count ->
    [one] На { $n } участке есть несоответствия.
    [few] На { $n } участках есть несоответствия.
   *[other] На { $n } участках есть несоответствия.
}
not-summed-precincts = { $count ->
    [one] { $n } участок не поддаётся сложению и не входит в суммы.
    [few] { $n } участка не поддаются сложению и не входят в суммы.
   *[other] { $n } участков не поддаются сложению и не входят в суммы.
}
show-them = Показать
notice-conflict = Устройство { $device } прислало разные итоговые результаты. В суммах учтён первый, с пометкой «оспаривается»; остальные показаны ниже.
notice-same-number = У устройства { $device } два разных отчёта с номером { $number }.
notice-fewer-sheets = В отчёте { $number } устройства { $device } бюллетеней меньше, чем в более раннем.
notice-after-final = Отчёт { $number } устройства { $device } сделан после итогового.
notice-more-than-registered = Бюллетеней больше, чем зарегистрированных избирателей ({ $vote }).
notice-not-summed = Цифры устройств не поддаются сложению. Участок не входит в суммы.
notice-rescan-unknown = Подсчёт { $number } устройства { $device } заменяет отчёт, которого здесь нет. Пока тот не поступит, подсчёт не входит в суммы.
notice-rescan-taken = Подсчёт { $number } устройства { $device } заменяет отчёт, который уже заменён другим подсчётом. Он не входит в суммы.
notice-rescan-itself = Подсчёт { $number } устройства { $device } по кругу заменяет сам себя. Он не входит в суммы.
notice-revoked = Избирательный орган отозвал устройство { $device }: { $reason }. Его отчёты показаны ниже и не входят в суммы.
notice-unlisted-build = На устройстве { $device } работала программа, которой нет в списке избирательного органа.
revoked-lost = утеряно
revoked-stolen = похищено
revoked-compromised = его ключ или ПИН-коды известны посторонним
revoked-broken = сломано и заменено
revoked-withdrawn = снято с работы

devices = Устройства и их отчёты
device = Устройство
figures-of-device = Цифры этого устройства
count-number = Подсчёт { $number }
count-late-box = ещё одна урна этого участка, прибавлено
count-other-station = бюллетени этого участка, отсканированы на устройстве другого участка
count-rescan = повторный подсчёт, вместо прежних цифр
count-replaces = Вместо:
count-replaced-by = Заменён подсчётом { $number } устройства { $device }: не входит в суммы.
report-zero = Нулевой отчёт
report-turnout = Листок явки
report-final = Итоговый отчёт
conflict-first = Оспаривается: поступил первым, учтён
conflict-later = Оспаривается: поступил позже, не учтён
report-revoked = Отозвано: не учтено
issued-at = Выдан (часы устройства)
received-at = Получен
fingerprint = Отпечаток
signed-by = Подписан ключом
software = Программа
build = Сборка программы
build-unlisted = нет в списке избирательного органа
scanner = Сканер (по его словам)
scanner-changes = Смен сканера после нулевого отчёта
privacy = Самопроверка тайны голосования
privacy-passed = порядок голосов не найден
privacy-found = порядок голосов может быть виден
sealed-record = Подписанный отчёт
qr-text = Текст QR-кодов

submit-title = Передать отчёт
submit-text = Считайте QR-коды отчёта или листка явки любым телефоном и вставьте тексты сюда, по одному в строке. Это может сделать каждый: подлинность отчёта подтверждает его подпись.
submit-codes = Тексты QR-кодов
submit-send = Передать
submit-accepted = Спасибо. Отчёт подлинный и опубликован.
submit-already = Отчёт подлинный. Он уже был передан.
submit-refused = Отчёт не принят.
verify-title = Проверить отчёт

refusal-not-sealed = Это не подписанный отчёт, или он повреждён.
refusal-wrong-kind = Это подписано, но это не отчёт.
refusal-wrong-key = Подписано устройством или органом, которые здесь неизвестны.
refusal-bad-signature = Содержание изменено после подписания.
refusal-bad-content = Подписанное содержание не читается.
refusal-mismatch = Отчёт, устройство и выборы не относятся друг к другу.
refusal-figures = Цифры не сходятся.
refusal-unknown-election = Результаты этих выборов здесь не собираются.
refusal-training = Отчёт сделан в учебном режиме и не считается.
refusal-conflict = Другой итоговый результат этого устройства поступил раньше. Оба сохранены и показаны как спорные.
refusal-revoked = Избирательный орган отозвал это устройство. Отчёт хранится и показан, но не считается.
refusal-too-many = Это устройство прислало слишком много разных отчётов.
refusal-qr-foreign = Это не текст QR-кодов отчёта.
refusal-qr-mixed = Эти QR-коды от разных отчётов.
refusal-qr-incomplete = Не хватает части QR-кодов отчёта.
refusal-qr-damaged = Текст QR-кодов повреждён. Считайте их ещё раз.
refusal-too-large = Это длиннее любого отчёта.
refusal-timeout = Отчёт поступал слишком медленно. Попробуйте ещё раз.
refusal-unsupported-type = Содержание такого вида не принимается.
refusal-busy = Поступает слишком много отчётов. Попробуйте через минуту.
refusal-internal = Сейчас сохранить ничего нельзя. Попробуйте позже.

data-title = Открытые данные
data-text = Этими файлами может пользоваться каждый для любых целей. Обозначения взяты из описания выборов; все цифры целые.
data-results-csv = Все счётчики каждого участка с итоговыми результатами, по одному в строке.
data-turnout-csv = Число бюллетеней по каждому голосованию на каждом участке, в том числе на неотчитавшихся.
data-counts-csv = Каждый подсчёт каждого устройства: входит ли он в суммы и чем заменён.
data-results-json = Суммы всех счётчиков по всем выборам и по каждому региону и голоса каждого участка.
data-precinct-json = Всё об одном участке: все счётчики, каждое устройство, каждый отчёт.
column-place = Где
column-disputed = 1, если у устройства больше одного итогового результата
column-which-count = устройство, номер его подсчёта и polls, late_box, other_station или rescan
column-place-of-count = counted, awaited, replaced или held, и подсчёт, стоящий на его месте
column-digest = отпечаток итогового отчёта
column-contest = Голосование и вопрос; если вопрос пуст, это бюллетени всего голосования
column-register = Какой счётчик: sheets, valid, invalid, ballots, blank, overvoted, void_…, undervotes, votes
column-option = Вариант, для votes
column-count = Число
column-vote = Голосование
column-registered = Зарегистрировано избирателей
column-sheets = Число бюллетеней по итоговым отчётам, иначе по последним листкам явки
column-reports = Известные устройства, из них итоговых отчётов, листков явки
package-title = На чём основаны цифры
package-digest = SHA-256 пакета выборов
root-key = Ключ избирательного органа

not-found-title = Не найдено
not-found-text = По этому адресу ничего нет.
