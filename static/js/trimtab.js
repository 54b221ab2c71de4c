// The behaviour of the shell: theme, menus, dialogs, copying, shortcuts and what htmx needs from the page.
(function () {
  "use strict";
  const root = document.documentElement;
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const memory = {
    get(key) { try { return localStorage.getItem(key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch { /* private mode: forget */ } },
  };

  function toast(text, kind = "") {
    const place = one("#toasts");
    if (!place || !text) return;
    const note = document.createElement("div");
    note.className = `toast ${kind}`;
    note.textContent = text;
    place.append(note);
    setTimeout(() => note.remove(), 6000);
  }

  // Theme

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function setTheme(choice) {
    if (choice === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice;
    memory.set("theme", choice);
    markTheme();
    document.dispatchEvent(new CustomEvent("trimtab:theme"));
  }

  function markTheme() {
    const choice = root.dataset.theme || "auto";
    all("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    });
  }

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    if (!root.dataset.theme) document.dispatchEvent(new CustomEvent("trimtab:theme"));
  });

  // Confirmation

  function ask(question) {
    const dialog = one("#confirm");
    one("#confirm-text").textContent = question;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter);
      delete form.dataset.confirmed;
    });
  }, true);

  // Clicks, by delegation: they also work in what htmx brings in later.

  const onClick = {
    "[data-theme-choice]": (button) => setTheme(button.dataset.themeChoice),
    "[data-menu]": (button) => {
      const open = one(`#${button.dataset.menu}`).classList.toggle("open");
      button.setAttribute("aria-expanded", String(open));
    },
    "[data-open]": (button) => one(`#${button.dataset.open}`).showModal(),
    "[data-close]": (button) => button.closest("dialog").close(),
    "[data-dismiss]": (button) => button.closest("[data-message]").remove(),
    "[data-copy]": (button) => copy(button),
    "[data-fill]": (button) => fill(button.form, JSON.parse(button.dataset.fill)),
  };

  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(onClick)) {
      const found = event.target.closest(selector);
      if (found) act(found);
    }
    all("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  async function copy(button) {
    const source = one(button.dataset.copy);
    const text = source ? source.value ?? source.textContent : button.dataset.copyText;
    try {
      await navigator.clipboard.writeText(text.trim());
      toast(one("#toasts").dataset.copied);
    } catch {
      if (source) getSelection().selectAllChildren(source);
      toast(one("#toasts").dataset.failed, "bad");
    }
  }

  // A slider says its value while it moves: <input type="range" data-output="id">. Where the output has data-as
  // (options of Intl.NumberFormat), it says what the value stands for: value * data-times + data-plus.
  document.addEventListener("input", (event) => {
    const target = event.target.dataset?.output;
    const output = target && one(`#${target}`);
    if (!output) return;
    output.textContent = said(event.target.value, output.dataset);
    if (output.dataset.as) event.target.setAttribute("aria-valuetext", output.textContent);
  });

  function said(value, { as, times = 1, plus = 0, least = -Infinity, most = Infinity }) {
    if (!as) return value;
    const meant = Math.min(Number(most), Math.max(Number(least), value * times + Number(plus)));
    return new Intl.NumberFormat(root.lang, JSON.parse(as)).format(meant);
  }

  // Puts values into the fields of a form, as if somebody had: <button type="button" data-fill='{"price": 49}'>.
  function fill(form, values) {
    for (const [name, value] of Object.entries(values)) {
      for (const field of all(`[name="${name}"]`, form)) {
        if (field.type === "radio") field.checked = field.value === String(value);
        else field.value = value;
        if (field.type !== "radio" || field.checked) field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  }

  // Keyboard

  let afterG = false;
  const shortcutsOn = () => memory.get("shortcuts") !== "off";
  const onKey = {
    "?": () => one("#shortcuts").showModal(),
    "/": () => one("[data-search], input[type=search]")?.focus(),
    t: () => setTheme(isDark() ? "light" : "dark"),
    g: () => { afterG = true; setTimeout(() => { afterG = false; }, 1500); },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => { menu.open = false; one("summary", menu).focus(); });
    if (event.ctrlKey || event.metaKey || event.altKey || !shortcutsOn()) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable], dialog")) return;
    if (afterG && /^[1-9]$/.test(event.key)) {
      all(".side-nav a")[Number(event.key) - 1]?.click();
    } else if (onKey[event.key]) {
      event.preventDefault();
      onKey[event.key]();
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.id === "shortcuts-on") memory.set("shortcuts", event.target.checked ? "on" : "off");
    if (event.target.matches?.("[data-autosubmit]")) event.target.form.requestSubmit();
  });

  // htmx

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = one("meta[name=csrf-token]").content;
  });

  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => { if (yes) event.detail.issueRequest(true); });
  });

  document.addEventListener("htmx:responseError", (event) => {
    const words = one("#toasts").dataset;
    const status = event.detail.xhr.status;
    toast(status === 401 ? words.expired : status === 403 ? words.refused : words.failed, "bad");
  });

  document.addEventListener("htmx:sendError", () => toast(one("#toasts").dataset.offline, "bad"));

  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = one("progress[data-upload]", event.detail.elt ?? event.target);
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });

  // After a swap, the focus goes to what asks for it: the first error, else [data-focus].
  document.addEventListener("htmx:afterSettle", (event) => {
    const wish = one("[aria-invalid=true], [data-focus]", event.target);
    if (wish) wish.focus({ preventScroll: false });
  });

  // The server may say something without a page: HX-Trigger: {"toast": "…"}.
  document.addEventListener("toast", (event) => toast(event.detail?.value ?? event.detail));

  // Where tabs do not all fit, the chosen one is in sight.
  all(".tabs [aria-current]").forEach((tab) => { tab.parentElement.scrollLeft = tab.offsetLeft - 24; });

  markTheme();
  const box = one("#shortcuts-on");
  if (box) box.checked = shortcutsOn();
})();
