// <picture-uploads>: adds pictures by file, drop or paste, several at once, each with its progress. The words stand in
// templates/admin/liveblogs/image/uploads.html. Each picture that has arrived is told by an event "picture-uploaded" on
// the element, with what the server says of it as its detail; it bubbles. It may come to the page at any time.

const AT_ONCE = 2;

class PictureUploads extends HTMLElement {
  #queue = [];
  #underWay = 0;
  #wereRefused = false;

  connectedCallback() {
    this.input?.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
  }

  get input() {
    return this.querySelector("input[type=file]");
  }

  get isBusy() {
    return this.#underWay > 0;
  }

  add(files) {
    for (const file of files) {
      const item = this.#line(file);
      if (file.size > Number(this.dataset.limit)) this.#fail(item, fill(this.dataset.tooLarge, { name: file.name }), false);
      else this.#queue.push(item);
    }
    this.#next();
  }

  say(sentence, isRefusal = false) {
    const told = this.querySelector(".uploads-told");
    told.classList.toggle("is-refused", isRefusal);
    told.textContent = sentence;
  }

  // Answers, once nothing is under way, whether all of it arrived.
  settled() {
    this.#wereRefused = false;
    return new Promise((resolve) => this.addEventListener("settled", () => resolve(!this.#wereRefused), { once: true }));
  }

  #line(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    name.className = "uploads-name";
    name.textContent = file.name;
    state.className = "uploads-state";
    state.textContent = this.dataset.waiting;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar, state);
    this.querySelector(".uploads-list").append(line);
    return { file, line, name, bar, state };
  }

  #next() {
    while (this.#underWay < AT_ONCE && this.#queue.length) {
      this.#underWay += 1;
      this.#send(this.#queue.shift());
    }
    if (!this.#underWay) this.dispatchEvent(new Event("settled"));
  }

  #send(item) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", item.file);
    request.open("POST", this.dataset.url);
    request.setRequestHeader("X-CSRFToken", this.#token);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      item.bar.value = event.loaded / event.total;
      item.state.textContent = fill(this.dataset.sending, { percent: Math.floor((100 * event.loaded) / event.total) });
    });
    request.upload.addEventListener("load", () => {
      item.bar.removeAttribute("value"); // from here on nobody knows how long it takes
      item.state.textContent = this.dataset.preparing;
    });
    request.addEventListener("loadend", () => {
      this.#underWay -= 1;
      this.#answered(item, request);
      this.#next();
    });
    request.send(body);
  }

  // The form's own, where there is one: a page that was logged out meanwhile gets a new one there.
  get #token() {
    return this.closest("form")?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? this.dataset.token;
  }

  #answered(item, request) {
    const answer = request.response;
    if (request.status < 300 && answer?.id) {
      item.line.remove();
      this.say(fill(answer.known ? this.dataset.known : this.dataset.done, { name: item.file.name }));
      this.dispatchEvent(new CustomEvent("picture-uploaded", { bubbles: true, detail: answer }));
      return;
    }
    // A refusal of the picture stays one, however often it is sent.
    this.#fail(item, answer?.error ?? fill(this.dataset.lost, { name: item.file.name }), request.status !== 400);
  }

  #fail(item, sentence, isWorthAnother) {
    this.#wereRefused = true;
    item.bar.remove();
    item.name.remove(); // the sentence has it
    item.line.classList.add("is-refused");
    item.state.textContent = sentence;
    if (isWorthAnother) {
      this.#button(item, this.dataset.again, () => {
        item.line.remove();
        this.add([item.file]);
      });
    }
    this.#button(item, this.dataset.dismiss, () => item.line.remove());
    this.say(sentence, true);
  }

  #button(item, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => {
      act();
      this.input.focus(); // the button is gone
    });
    item.line.append(made);
  }
}

customElements.define("picture-uploads", PictureUploads);

// Drop, paste and send, wherever in a form or on the page: the editor for rich text must not get them first.

function zoneFor(target) {
  const near = target.closest?.("picture-uploads") ?? target.closest?.("form")?.querySelector("picture-uploads");
  const zone = near ?? document.querySelector("picture-uploads");
  return zone?.input ? zone : null;
}

function isOfFiles(event) {
  return Boolean(event.dataTransfer?.types.includes("Files")) && !event.target.closest?.("input[type=file]");
}

function mark(zone) {
  for (const one of document.querySelectorAll("picture-uploads")) one.classList.toggle("is-over", one === zone);
}

document.addEventListener("dragover", (event) => {
  if (!isOfFiles(event)) return;
  event.preventDefault(); // beside a zone, too: the picture must not take the place of the page
  mark(zoneFor(event.target));
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) mark(null);
});

document.addEventListener(
  "drop",
  (event) => {
    mark(null);
    if (!isOfFiles(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    zoneFor(event.target)?.add(event.dataTransfer.files);
  },
  true,
);

// A text that is pasted with a picture of itself, as office programs do, stays a text.
document.addEventListener(
  "paste",
  (event) => {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    const zone = files.length && !event.clipboardData.types.includes("text/plain") && zoneFor(event.target);
    if (!zone) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    zone.add(files);
  },
  true,
);

// A form that is sent while pictures are on their way waits for them, and stays when one was refused.
document.addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter } = event;
    const zone = form.querySelector("picture-uploads");
    if (!zone?.isBusy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    zone.say(zone.dataset.hold);
    if (zone.isHeld) return;
    zone.isHeld = true;
    const haveArrived = await zone.settled();
    zone.isHeld = false;
    if (haveArrived) form.requestSubmit(submitter);
  },
  true,
);

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
