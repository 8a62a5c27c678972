// Times in the reader's own zone, for who chooses that: remembered in this browser, without a reload, and applied to what
// arrives later. The page itself stays in the story's zone; what stood there is put back when the reader chooses that.

const control = document.getElementById("zone");
const select = control.querySelector("select");
const main = document.querySelector("main");
const forms = control.dataset;
const { lang } = document.documentElement;
const isEnglish = /^en\b/.test(lang); // which newsrooms write in their own way
const locale = isEnglish ? "en-US" : lang;
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const city = ownZone.replace(/.*\//, "").replaceAll("_", " ");
const days = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const hours = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const KEY = "newsroom.zone";

const written = new WeakMap(); // of each node that shows a time: what stood there, and what was put in its place

// How a moment reads

const offset = (at) => -at.getTimezoneOffset(); // in minutes

function time(at) {
  if (!isEnglish) return hours.format(at);
  const [hour, minute] = [at.getHours(), String(at.getMinutes()).padStart(2, "0")];
  return `${hour % 12 || 12}:${minute} ${hour < 12 ? "a.m." : "p.m."}`;
}

const clock = (at) => forms.clock.replace("{time}", time(at)).replace("{zone}", names[offset(at)] ?? city);
const moment = (at) => forms.moment.replace("{clock}", clock(at)).replace("{day}", days.format(at));
const first = (at) => forms.first.replace("{}", moment(at));

// What shows it: the parts of a <time>, or the whole. In a list of events the day is said where it changes.

function* shown() {
  let list, day;
  for (const node of main.querySelectorAll("time")) {
    const at = new Date(node.dateTime);
    const [hour, date] = node.querySelectorAll("b, i");
    if (date) {
      yield [hour, clock(at)];
      yield [date, days.format(at)];
    } else if (node.closest(".events")) {
      const isSame = list === node.closest(".events") && day === days.format(at);
      [list, day] = [node.closest(".events"), days.format(at)];
      yield [node, isSame || !node.closest(".key-events") ? clock(at) : moment(at)];
    } else {
      yield [node, moment(at)];
    }
    if (node.dataset.first) yield [node, first(new Date(node.dataset.first)), "title"];
  }
}

function write() {
  for (const [node, text, property = "textContent"] of shown()) {
    const known = written.get(node);
    const was = known?.now === node[property] ? known.was : node[property];
    const now = choice ? text : was;
    written.set(node, { was, now });
    if (node[property] !== now) node[property] = now;
  }
  const isOther = (node) => offset(new Date(node.dateTime)) !== minutes(node.dateTime);
  control.hidden = ![...main.querySelectorAll("time")].some(isOther);
  observer.takeRecords(); // of what was written here
}

// Minutes east of Greenwich, from the end of an ISO time.
function minutes(iso) {
  const [, sign, hour, minute] = iso.match(/([+-])(\d\d):(\d\d)$/) ?? [0, "+", 0, 0];
  return Number(sign + 1) * (60 * hour + +minute);
}

// What was chosen, with the names of the zone, so that the next page needs no question

function recall() {
  const kept = remembered();
  choice = kept ? "own" : "";
  names = (kept?.zone === ownZone && kept.lang === lang && kept.names) || {};
  apply();
}

async function apply() {
  select.value = choice;
  write();
  if (!choice || Object.keys(names).length) return;
  names = await ask();
  write();
  remember();
}

// An object by offsets; until it is there, and where it never comes, the city has to do.
async function ask() {
  try {
    const answer = await fetch(forms.names.replace("zone.json", `${ownZone}.json`));
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

function remember() {
  try {
    if (choice) localStorage.setItem(KEY, JSON.stringify({ zone: ownZone, lang, names }));
    else localStorage.removeItem(KEY);
  } catch {
    // This browser stores nothing: the choice holds for this page.
  }
}

let choice = "";
let names = {};
const observer = new MutationObserver(write);
observer.observe(main, { subtree: true, childList: true, characterData: true, attributeFilter: ["datetime", "title"] });
select.addEventListener("change", () => {
  choice = select.value;
  remember();
  apply();
});
addEventListener("storage", ({ key }) => key === KEY && recall());
select.options[1].textContent = select.options[1].textContent.replace("{}", city);
recall();
