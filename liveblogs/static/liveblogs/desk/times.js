// Countdowns, and times in the blog's zone.

import { desk } from "./page.js";

export function startTimes() {
  setInterval(tick, 1000);
  tick();
}

export function tick() {
  for (const mark of desk.querySelectorAll("[data-countdown]")) {
    const seconds = Math.ceil((new Date(mark.dataset.countdown) - Date.now()) / 1000);
    const text = seconds > 0 ? interpolate(gettext("in %s"), [duration(seconds)]) : gettext("now");
    if (mark.textContent !== text) mark.textContent = text;
    mark.classList.toggle("is-soon", seconds < 300);
  }
}

export function duration(seconds) {
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days) return interpolate(gettext("%s d %s h"), [days, hours]);
  if (hours) return interpolate(gettext("%s h %s min"), [hours, minutes]);
  if (minutes > 9) return interpolate(gettext("%s min"), [minutes]);
  if (minutes) return interpolate(gettext("%s min %s s"), [minutes, String(seconds % 60).padStart(2, "0")]);
  return interpolate(gettext("%s s"), [seconds]);
}

/** What the clock in the blog's zone shows at a moment: "2026-11-24T20:45". */
export function wallClock(date) {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: desk.dataset.zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(date);
  const part = (type) => parts.find((one) => one.type === type).value;
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The moments at which that clock shows this: two where clocks were set back, the earlier first. */
export function instants(wall) {
  const one = instant(wall).getTime();
  const near = [-60, -30, 0, 30, 60].map((minutes) => new Date(one + minutes * 60000));
  return near.filter((date) => wallClock(date) === wall);
}

/** "1:30 a.m. EDT" */
export function clockAndZone(date) {
  const form = { timeZone: desk.dataset.zone, hour: "numeric", minute: "2-digit", timeZoneName: "short" };
  return new Intl.DateTimeFormat("en-US", form).format(date).replace("AM", "a.m.").replace("PM", "p.m.");
}

function instant(wall) {
  const asUtc = new Date(`${wall}Z`);
  const shown = new Date(`${wallClock(asUtc)}Z`);
  const near = new Date(asUtc.getTime() - (shown - asUtc));
  return new Date(near.getTime() - (new Date(`${wallClock(near)}Z`) - asUtc));
}
