// Adds pictures by file, drop or paste, several at once, each with its progress. For every [data-uploads] on the page
// (see templates/admin/liveblogs/image/uploads.html, which holds the words). Each picture that has arrived is told by an
// event "picture-uploaded" on that element, with what the server says of it as its detail; it bubbles.

const AT_ONCE = 2;

for (const zone of document.querySelectorAll("[data-uploads]")) start(zone);

function start(zone) {
  const queue = [];
  const list = zone.querySelector(".uploads-list");
  const told = zone.querySelector(".uploads-told");
  const input = zone.querySelector("input[type=file]");
  const words = zone.dataset;
  let underWay = 0;
  let depth = 0;

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });

  zone.addEventListener("dragenter", () => zone.classList.toggle("is-over", ++depth > 0));
  zone.addEventListener("dragleave", () => zone.classList.toggle("is-over", --depth > 0));
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("drop", (event) => {
    depth = 0;
    zone.classList.remove("is-over");
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  zone.takePasted = add;

  function add(files) {
    for (const file of files) {
      const item = row(file);
      if (file.size > Number(words.limit)) fail(item, fill(words.tooLarge, { name: file.name }), false);
      else queue.push(item);
    }
    next();
  }

  function row(file) {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const bar = document.createElement("progress");
    const state = document.createElement("span");
    name.className = "uploads-name";
    name.textContent = file.name;
    state.className = "uploads-state";
    state.textContent = words.waiting;
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    line.append(name, bar, state);
    list.append(line);
    return { file, line, bar, state };
  }

  function next() {
    while (underWay < AT_ONCE && queue.length) {
      underWay += 1;
      send(queue.shift());
    }
  }

  function send(item) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", item.file);
    request.open("POST", words.url);
    request.setRequestHeader("X-CSRFToken", words.token);
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      item.bar.value = event.loaded / event.total;
      item.state.textContent = fill(words.sending, { percent: Math.floor((100 * event.loaded) / event.total) });
    });
    request.upload.addEventListener("load", () => {
      item.bar.removeAttribute("value"); // from here on nobody knows how long it takes
      item.state.textContent = words.preparing;
    });
    request.addEventListener("loadend", () => {
      underWay -= 1;
      answered(item, request);
      next();
    });
    request.send(body);
  }

  function answered(item, request) {
    const answer = request.response;
    if (request.status < 300 && answer?.id) {
      item.line.remove();
      say(fill(answer.known ? words.known : words.done, { name: item.file.name }));
      zone.dispatchEvent(new CustomEvent("picture-uploaded", { bubbles: true, detail: answer }));
      return;
    }
    // A refusal of the picture stays one, however often it is sent.
    fail(item, answer?.error ?? fill(words.lost, { name: item.file.name }), request.status !== 400);
  }

  function fail(item, sentence, isWorthAnother) {
    item.bar.remove();
    item.line.classList.add("is-refused");
    item.state.textContent = sentence;
    item.line.querySelector(".uploads-name").remove();
    if (isWorthAnother) {
      button(item, words.again, () => {
        item.line.remove();
        add([item.file]);
      });
    }
    button(item, words.dismiss, () => item.line.remove());
    say(sentence, true);
  }

  function button(item, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", () => {
      act();
      input.focus(); // the button is gone
    });
    item.line.append(made);
  }

  function say(sentence, isRefusal = false) {
    told.classList.toggle("is-refused", isRefusal);
    told.textContent = sentence;
  }
}

// A picture that is dropped beside the zone must not take the place of the page.
for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    if (document.querySelector("[data-uploads]") && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}

// A pasted picture goes to the zone that has the focus, else to the first one. A text that is pasted with a picture of
// itself, as office programs do, stays a text.
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  if (!files.length || event.clipboardData.types.includes("text/plain")) return;
  const zone = event.target.closest?.("[data-uploads]") ?? document.querySelector("[data-uploads]");
  if (!zone) return;
  event.preventDefault();
  zone.takePasted(files);
});

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
