// Times in the reader's own zone, for readers who choose it: remembered, and used for what arrives later. The page is
// in the story's zone; what the server wrote is put back when the reader chooses that.

const KEY = "newsroom.zone";

const main = document.querySelector("main");
const control = document.getElementById("zone");
const select = control.querySelector("select");
const forms = control.dataset;
const { lang } = document.documentElement;
// Canadian English writes "a.m.", as the server does
const locale = /^en\b/.test(lang) ? "en-CA" : lang;
const days = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const hours = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const { timeZone: zone } = hours.resolvedOptions();
const city = zone.replace(/.*\//, "").replaceAll("_", " ");

// By node: what the server wrote, and what is there now
const written = new WeakMap();
// Whether the reader's own zone is chosen, and its names by minutes east of Greenwich
let isOwn, names;

select.options[1].textContent = select.options[1].textContent.replace("{}", city);
select.addEventListener("change", choose);
addEventListener("storage", ({ key }) => key === KEY && recall());
main.addEventListener("newsroom:changed", write);
document.addEventListener("prerenderingchange", apply);
recall();

// Actions

function write() {
  for (const [node, text, property = "textContent"] of shownTimes()) {
    const known = written.get(node);
    const server = node[property] === known?.now ? known.server : node[property];
    const now = isOwn ? text : server;
    written.set(node, { server, now });
    if (node[property] !== now) node[property] = now;
  }
  const isHere = ({ dateTime }) => offset(dateTime) === offsetHere(dateTime);
  control.hidden = [...main.querySelectorAll("time")].every(isHere);
}

// Callbacks

function choose() {
  isOwn = select.value !== "";
  store();
  apply();
}

function recall() {
  const kept = stored();
  isOwn = Boolean(kept);
  names = (kept?.zone === zone && kept.lang === lang && kept.names) || {};
  apply();
}

// Internal

async function apply() {
  select.value = isOwn ? "own" : "";
  write();
  if (!isOwn || document.prerendering || Object.keys(names).length) return;
  names = await fetchNames();
  write();
  store();
}

// Each node that shows a time, with its text in the reader's zone. Among key events the day stands where it changes.
function* shownTimes() {
  let previous;
  for (const time of main.querySelectorAll("time")) {
    const { dateTime, dataset } = time;
    const [clockPart, dayPart] = ["b", "i"].map((name) => time.querySelector(name));
    const isKeyEvent = time.closest(".key-events");
    if (dayPart) {
      yield [clockPart, clock(dateTime)];
      yield [dayPart, day(dateTime)];
    } else {
      const isShort = time.closest(".events") && (!isKeyEvent || day(dateTime) === previous);
      yield [time, isShort ? clock(dateTime) : moment(dateTime)];
    }
    if (isKeyEvent) previous = day(dateTime);
    if (dataset.first) yield [time, forms.first.replace("{}", moment(dataset.first)), "title"];
  }
}

function moment(iso) {
  return forms.moment.replace("{clock}", clock(iso)).replace("{day}", day(iso));
}

function clock(iso) {
  const here = offsetHere(iso);
  const time = hours.format(new Date(iso));
  // In the hour that clocks show twice, another name tells which it is
  const isTwice = [-60, -30, 30, 60].some((by) => hours.format(Date.parse(iso) + by * 60_000) === time);
  const name = (isTwice && names[`${here}!`]) || names[here];
  return forms.clock.replace("{time}", time).replace("{zone}", name ?? city);
}

function day(iso) {
  return days.format(new Date(iso));
}

// Both in minutes east of Greenwich
function offset(iso) {
  return (Date.parse(`${iso.slice(0, 19)}Z`) - Date.parse(iso)) / 60_000;
}

function offsetHere(iso) {
  return -new Date(iso).getTimezoneOffset();
}

// Empty if they cannot be had (the 404 is no JSON): then times carry the city's name
function fetchNames() {
  return fetch(forms.names.replace("zone.json", `${zone}.json`)).then((answer) => answer.json()).catch(() => ({}));
}

function store() {
  stored(isOwn ? { zone, lang, names } : null);
}

function stored(choice) {
  try {
    if (choice !== undefined) localStorage[KEY] = JSON.stringify(choice);
    return JSON.parse(localStorage[KEY]);
  } catch {
    return null;
  }
}
