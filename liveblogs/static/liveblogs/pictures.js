// <picture-field>: a chooser for one picture, which the library fills, too, and a look at what is chosen.
//
// <picture-rows>: the pictures of a post's form. What is uploaded, or chosen from the library, takes a row: its words
// fill the fields, and the form stays to be sent. Rows that hold nothing are not shown. Without this script a row has a
// field for a file and one for the number of a picture.

class PictureField extends HTMLElement {
  #isReady = false;

  connectedCallback() {
    if (this.#isReady) return;
    this.#isReady = true;
    const select = this.querySelector("select");
    const shown = this.querySelector(".field-picture");
    let number = select.value; // of the picture that is shown
    this.addEventListener("picture-chosen", ({ detail }) => {
      const option = [...select.options].find((one) => one.value === String(detail.id)) ?? new Option(detail.name, detail.id);
      select.add(option);
      select.value = number = String(detail.id);
      shown.src = detail.preview;
      window.django?.jQuery(select).trigger("change"); // the admin's chooser speaks jQuery only
    });
    window.django?.jQuery(select).on("change", () => (shown.hidden = !number || select.value !== number));
  }
}

customElements.define("picture-field", PictureField);

class PictureRows extends HTMLElement {
  #isReady = false;

  connectedCallback() {
    if (this.#isReady) return;
    this.#isReady = true;
    this.classList.add("is-equipped");
    this.addEventListener("picture-uploaded", (event) => this.#take(event.detail));
    this.addEventListener("picture-chosen", (event) => this.#take(event.detail)?.querySelector("textarea").focus());
    this.addEventListener("formset:added", () => this.#tidy());
    this.addEventListener("change", () => this.#tidy());
    this.#tidy();
    this.#showAll();
  }

  get #rows() {
    return [...this.querySelectorAll(".inline-related[id]")].filter((row) => !row.classList.contains("empty-form"));
  }

  #tidy() {
    for (const row of this.#rows) row.classList.toggle("is-empty", isEmpty(row));
  }

  #take(picture) {
    const there = this.#rows.find((row) => fieldOf(row, "image").value === String(picture.id) && !isDeleted(row));
    if (there) {
      this.querySelector("picture-uploads")?.say(interpolate(gettext("“%s” is already in this post."), [picture.name]));
      there.scrollIntoView({ block: "nearest" });
      return there;
    }
    const row = this.#rows.find(isEmpty) ?? this.#add();
    const image = fieldOf(row, "image");
    image.value = picture.id;
    fieldOf(row, "alt").value = picture.alt;
    fieldOf(row, "credit").value = picture.credit;
    show(row, picture);
    this.#tidy();
    image.dispatchEvent(new Event("input", { bubbles: true })); // for those who keep what is typed
    return row;
  }

  #add() {
    this.querySelector(".add-row a").click();
    return this.#rows.at(-1);
  }

  // A form that came back, refused or restored, knows the numbers of its new pictures alone.
  async #showAll() {
    for (const row of this.#rows) {
      const number = fieldOf(row, "image").value;
      if (!number || !row.querySelector(".row-picture").hidden) continue;
      const answer = await fetch(this.dataset.picture.replace("/0/", `/${encodeURIComponent(number)}/`));
      if (answer.ok) show(row, await answer.json());
    }
  }
}

customElements.define("picture-rows", PictureRows);

function fieldOf(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

function isDeleted(row) {
  return Boolean(fieldOf(row, "DELETE")?.checked);
}

function isEmpty(row) {
  const typed = ["image", "file", "alt", "caption", "credit"].some((name) => fieldOf(row, name)?.value.trim());
  return !typed && !row.querySelector(".errorlist, .row-picture:not([hidden])");
}

function show(row, picture) {
  const shown = row.querySelector(".row-picture");
  shown.src = picture.preview;
  shown.hidden = false;
  fieldOf(row, "caption").placeholder = picture.caption;
  // What the server compares with: a field that still says the same was not touched.
  fieldOf(row, "seen_words").value = JSON.stringify([picture.alt, picture.credit]);
}
