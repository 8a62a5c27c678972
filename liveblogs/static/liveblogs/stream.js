// Follows the blog's stream, where the page offers one: a number is a hint to ask, and live.js does the rest. See
// docs/following.md. While the stream is well, live.js asks twelve times more seldom; otherwise at its usual pace.

const SPREAD = 600; // ms over which a crowd's questions are spread
const SILENCE = 50_000; // ms; the server says something every 20 s
const HIDDEN = 60_000; // ms that a hidden tab keeps its stream
const AGAIN = 5_000; // ms until a stream that was lost is opened again; doubled up to a minute

const main = document.querySelector("main[data-stream]");
const { dataset } = document.querySelector(".follow-bar");

let source;
let failures = 0;
let silence;
let hiding;
let retry;
let question;

const ask = () => document.dispatchEvent(new CustomEvent("newsroom:delta"));
const isWanted = () => main.dataset.stream && ["following", "reconnecting"].includes(dataset.state);

function open() {
  if (source || retry || document.hidden || !isWanted()) return;
  source = new EventSource(main.dataset.stream);
  source.addEventListener("revision", hear);
  source.addEventListener("error", lose);
  listen();
}

function listen() {
  clearTimeout(silence);
  silence = setTimeout(lose, SILENCE);
}

function close() {
  clearTimeout(silence);
  clearTimeout(question);
  source?.close();
  source = question = undefined;
  delete dataset.pace;
}

function hear({ data }) {
  if (!/^\d{1,18}$/.test(data)) return;
  listen();
  failures = 0;
  dataset.pace = 12;
  if (+data <= main.dataset.revision) return;
  dataset.heard = `&heard=${data}`;
  question ??= setTimeout(() => {
    question = undefined;
    ask();
  }, SPREAD * Math.random());
}

function lose() {
  close();
  setTimeout(ask, 1000 * main.dataset.interval * Math.random());
  const wait = Math.min(60_000, AGAIN * 2 ** failures) * (0.5 + Math.random());
  failures += 1;
  retry = setTimeout(() => {
    retry = undefined;
    open();
  }, wait);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) hiding = setTimeout(close, HIDDEN);
  else open();
});
addEventListener("pagehide", close); // or the browser would not keep the page in its memory
addEventListener("pageshow", open);

new MutationObserver(() => (isWanted() ? open() : close())).observe(document.querySelector(".follow-bar"), {
  attributeFilter: ["data-state"],
});
open();
