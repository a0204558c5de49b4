// The field for files in the editor: files go up one by one as they are chosen; the form carries what was taken.
(() => {
  const Widget = window.telepath.constructors["wagtail.widgets.Widget"];
  const sending = new Set();

  // nothing is saved while a file is on its way: it would be missing
  document.addEventListener(
    "submit",
    (event) => {
      if (!sending.size) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      for (const upload of sending) upload.complain(upload.texts.textWait);
    },
    true,
  );

  class BoundUpload {
    constructor(element, name) {
      this.box = element.matches(".ic-upload") ? element : element.querySelector(".ic-upload");
      this.input = this.box.querySelector(`input[name="${name}"]`);
      this.list = this.box.querySelector(".ic-upload__files");
      this.errors = this.box.querySelector(".ic-upload__errors");
      this.chooser = this.box.querySelector(".ic-upload__input");
      this.texts = this.box.dataset;
      this.idForLabel = this.chooser.id = `${this.input.id}-choose`;
      this.chooser.addEventListener("change", () => {
        this.take([...this.chooser.files]);
        this.chooser.value = "";
      });
      this.box.addEventListener("dragover", (event) => event.preventDefault());
      this.box.addEventListener("drop", (event) => {
        event.preventDefault();
        this.take([...event.dataTransfer.files]);
      });
      this.show();
    }

    get files() {
      return JSON.parse(this.input.value || "[]");
    }

    set files(files) {
      this.input.value = JSON.stringify(files);
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
      this.show();
    }

    show() {
      this.list.replaceChildren(...this.files.map((file) => this.entry(file)));
    }

    entry(file) {
      const entry = document.createElement("li");
      entry.className = "ic-upload__file";
      if (file.preview) {
        const picture = document.createElement("img");
        picture.src = file.preview;
        picture.alt = "";
        entry.append(picture);
      }
      const name = document.createElement(file.url ? "a" : "span");
      name.className = "ic-upload__name";
      if (file.url) name.href = file.url;
      name.textContent = file.name;
      const about = document.createElement("span");
      about.className = "ic-upload__about";
      about.textContent = [file.size, file.note].filter(Boolean).join(" · ");
      const away = document.createElement("button");
      away.type = "button";
      away.className = "button button-small button-secondary";
      away.textContent = this.texts.textTakeAway;
      away.setAttribute("aria-label", `${this.texts.textTakeAway}: ${file.name}`);
      away.addEventListener("click", () => {
        this.files = this.files.filter((other) => other.id !== file.id);
        this.chooser.focus();
      });
      entry.append(name, about, away);
      return entry;
    }

    complain(text) {
      const error = document.createElement("li");
      error.textContent = text;
      this.errors.append(error);
    }

    async take(chosen) {
      this.errors.replaceChildren();
      for (const file of this.chooser.multiple ? chosen : chosen.slice(0, 1)) await this.send(file);
    }

    problem(file) {
      const ending = `.${file.name.split(".").pop().toLowerCase()}`;
      if (!this.texts.uploadEndings.split(",").includes(ending)) return this.texts.textKind;
      return file.size > this.texts.uploadMegabytes * 1024 * 1024 ? this.texts.textLarge : "";
    }

    async send(file) {
      const problem = this.problem(file);
      if (problem) {
        this.complain(`“${file.name}”: ${problem}`);
        return;
      }
      const waiting = document.createElement("li");
      waiting.className = "ic-upload__file";
      waiting.textContent = `${file.name} ${this.texts.textSending} …`;
      this.list.append(waiting);
      sending.add(this);
      this.box.setAttribute("aria-busy", "true");
      try {
        const answer = await this.post(file);
        if (answer.file) this.files = this.chooser.multiple ? [...this.files, answer.file] : [answer.file];
        else this.complain(answer.error);
      } catch {
        this.complain(`“${file.name}”: ${this.texts.textFailed}`);
      } finally {
        waiting.remove();
        sending.delete(this);
        this.box.removeAttribute("aria-busy");
      }
    }

    async post(file) {
      const form = this.input.form;
      const data = new FormData();
      data.append("name", file.name);
      data.append("kind", this.texts.uploadKind);
      data.append("organisation", form.elements.item_owner?.value ?? "");
      data.append("file", file);
      const response = await fetch(this.texts.uploadUrl, {
        method: "POST",
        body: data,
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        redirect: "error",
      });
      return response.json();
    }

    getValue() {
      return this.input.value;
    }

    getState() {
      return this.input.value;
    }

    setState(state) {
      this.input.value = state || "[]";
      this.show();
    }

    setInvalid(invalid) {
      this.chooser.toggleAttribute("aria-invalid", invalid);
    }

    getValueForLabel() {
      return this.files.map((file) => file.name).join(", ");
    }

    getTextLabel() {
      return this.getValueForLabel();
    }

    focus() {
      this.chooser.focus();
    }

    setCapabilityOptions() {}
  }

  class Upload extends Widget {
    boundWidgetClass = BoundUpload;
  }

  window.telepath.register("iconet.UploadInput", Upload);
})();
