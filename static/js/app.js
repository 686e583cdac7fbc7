// What the pages need beyond htmx. Every page works without this file.
//
// Texts live in the layout, translated: <body data-error-prefix data-title-end>, the button's own
// data-busy, and <template id="failure-template"> with one data- attribute for each way to fail.

(() => {
  "use strict";

  const body = document.body;
  const byId = (id) => document.getElementById(id);
  const on = (name, act, early) => document.addEventListener(name, act, early);

  // ---- Things that make sense only with scripts are hidden until here.

  const SCRIPTED = "[data-print], [data-dismiss], [data-show-password], [data-needs-js]";

  const reveal = (root) => root.querySelectorAll(SCRIPTED).forEach((element) => (element.hidden = false));

  // ---- A form is sent once (P8). `disabled` would throw the focus to the body and drop the button's
  // own name and value; aria-disabled says the same, and the guard below keeps it.

  const sending = new Map(); // form → its button, the words it had, a timer
  const PATIENCE = 30000; // a plain form whose answer never replaces the page: stopped, a download

  const begin = (form, button) => {
    button = button || form.querySelector("button[type=submit], button:not([type])");
    const state = { button, words: [], timer: setTimeout(() => end(form), PATIENCE) };
    if (button) {
      button.setAttribute("aria-disabled", "true");
      if (button.dataset.busy) {
        state.words = [...button.childNodes];
        button.replaceChildren(button.dataset.busy);
      }
    }
    sending.set(form, state);
  };

  const end = (form) => {
    const { button, words, timer } = sending.get(form) || {};
    clearTimeout(timer);
    sending.delete(form);
    if (!button) return;
    button.removeAttribute("aria-disabled");
    if (words.length) button.replaceChildren(...words);
  };

  const refuse = (event) => {
    if (!sending.has(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  on("submit", refuse, true); // before htmx hears of it

  on("submit", (event) => {
    const form = event.target;
    // A download leaves the page as it is, and nothing tells when it is over.
    if (event.defaultPrevented || form.matches("[hx-post], [data-download]") || form.method !== "post") return;
    begin(form, event.submitter);
  });

  on("htmx:beforeRequest", ({ detail }) => {
    dismissFailure();
    if (detail.target) detail.target.setAttribute("aria-busy", "true");
    const { elt, triggeringEvent: cause } = detail.requestConfig;
    if (elt.method === "post") begin(elt, cause && cause.submitter);
    around = detail.target && detail.target.parentElement && detail.target.parentElement.closest("section, main");
  });

  let around = null; // the section in which something is about to change

  on("htmx:afterRequest", ({ detail }) => {
    if (detail.keepIndicators) return; // another page is on its way
    if (detail.target) detail.target.removeAttribute("aria-busy");
    end(detail.requestConfig.elt);
    setTimeout(stayNear, 100);
  });

  // What was answered may have left the page with the button: the focus stays in its section.
  function stayNear() {
    if (around && around.isConnected && document.activeElement === body) focusOn(around.querySelector("h1, h2, h3"), true);
  }

  // ---- Every failure shows, keeps what was typed, and can be tried again (P16).

  const failure = byId("failure");
  const template = byId("failure-template");
  const dismissFailure = () => failure.replaceChildren();

  let before = null; // where the focus was when it failed

  const fail = (kind, detail, words) => {
    if (document.activeElement !== body && !failure.contains(document.activeElement)) before = document.activeElement;
    const banner = template.content.firstElementChild.cloneNode(true);
    banner.querySelector("[data-say]").textContent = words || banner.dataset[kind] || banner.dataset.server;
    const retry = banner.querySelector("[data-retry]");
    if (detail) retry.addEventListener("click", () => again(detail.requestConfig));
    else retry.remove();
    reveal(banner);
    failure.replaceChildren(banner);
  };

  const again = ({ elt, triggeringEvent: cause }) => {
    dismissFailure();
    if (!elt.isConnected) location.reload();
    else if (elt.tagName === "FORM" && elt.requestSubmit) {
      const button = cause && cause.submitter;
      elt.requestSubmit(button && button.isConnected ? button : undefined);
    } else window.htmx.trigger(elt, elt.tagName === "FORM" ? "submit" : (cause && cause.type) || "click");
    if (elt.tagName !== "FORM") elt.focus();
  };

  // An error page must not land inside a card: its heading and first words go to the banner.
  on("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status >= 400 && detail.shouldSwap && /^\s*(<!doctype|$)/i.test(detail.serverResponse)) {
      detail.shouldSwap = false;
      detail.isError = true;
    }
  });

  on("htmx:responseError", ({ detail }) => {
    const page = new DOMParser().parseFromString(detail.xhr.responseText, "text/html");
    const words = [...page.querySelectorAll("main h1, main .lead, .flash p > span")].map((part) => part.textContent.trim());
    fail(detail.xhr.status === 413 ? "large" : "server", detail, words.join(" "));
  });
  on("htmx:sendError", ({ detail }) => fail(navigator.onLine ? "send" : "offline", detail));
  on("htmx:timeout", ({ detail }) => fail("timeout", detail));
  on("htmx:swapError", ({ detail }) => fail("server", detail));
  window.addEventListener("offline", () => fail("offline"));
  window.addEventListener("online", dismissFailure);

  // ---- After a swap: the focus, the title, what is announced (P17).

  let fresh = [];
  const settled = new WeakSet(); // the requests whose swap has been seen to

  on("htmx:afterSettle", (event) => {
    fresh.push(event.target);
    const { xhr, requestConfig } = event.detail;
    if (!xhr || settled.has(xhr)) return;
    settled.add(xhr);
    queueMicrotask(() => {
      const parts = fresh.filter((part) => part.isConnected);
      fresh = [];
      arrive(parts, requestConfig);
    });
  });

  const FIELD = "input:not([type=hidden]), select, textarea";

  const first = (parts, selector) => {
    for (const part of parts) {
      const found = part.matches(selector) ? part : part.querySelector(selector);
      if (found) return found;
    }
    return null;
  };

  const focusOn = (element, preventScroll = false) => {
    if (!element) return;
    if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
    element.focus({ preventScroll });
  };

  function arrive(parts, requestConfig) {
    reveal(document);
    showFlashes(parts);
    const content = parts.filter((part) => !part.closest("#flashes, #live, #failure"));
    if (!content.length) return;

    retitle(content);
    const count = first(content, "[data-announce]");
    if (count) byId("live").textContent = count.dataset.announce || count.textContent.trim();

    const active = document.activeElement;
    const typing = active.matches(FIELD);
    const summary = first(content, ".error-summary");
    if (summary) focusOn(summary);
    else if (requestConfig.elt.hasAttribute("data-more")) focusOn(first(content, "a[href], [data-focus]") || content[0]);
    else if (typing && requestConfig.verb === "get") return; // whoever is searching goes on typing
    else {
      const marked = first(content, "[data-focus]");
      const lost = active === body || requestConfig.verb !== "get";
      if (marked || lost) focusOn(marked || first(content, "h1, h2, h3") || first(content, FIELD) || content[0]);
    }
  }

  // data-title is the page's new title; an error summary without one puts its prefix before the old.
  const { titleEnd, errorPrefix: prefix } = body.dataset;

  function retitle(parts) {
    const titled = first(parts, "[data-title]");
    const plain = document.title.startsWith(prefix) ? document.title.slice(prefix.length).trim() : document.title;
    if (titled) document.title = titled.dataset.title + titleEnd;
    else document.title = first(parts, ".error-summary") ? `${prefix} ${plain}` : plain;
  }

  // A message above the part of the page that is in view sticks to its top until it is closed.
  function showFlashes(parts) {
    const flashes = byId("flashes");
    if (!parts.some((part) => flashes.contains(part))) return;
    flashes.classList.toggle("is-fresh", flashes.getBoundingClientRect().top < 0);
  }

  // ---- Small helpers, each by one data- attribute.

  on("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("print" in button.dataset) window.print();
    if ("dismiss" in button.dataset) {
      const failed = failure.contains(button);
      button.closest(".flash").remove();
      focusOn(failed && before && before.isConnected ? before : byId("main"));
    }
    if ("showPassword" in button.dataset) {
      const field = byId(button.dataset.showPassword);
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = shown ? button.dataset.show : button.dataset.hide;
    }
  });

  // One of several folds with the same name is open at a time; newer browsers see to it themselves.
  on("toggle", ({ target: fold }) => {
    if (!fold.open || !fold.matches("details[name]")) return;
    document.querySelectorAll(`details[name="${CSS.escape(fold.getAttribute("name"))}"][open]`).forEach((other) => (other.open = other === fold));
  }, true);

  const boxes = (all) => [...(all.closest("form") || document).querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.selectAll)}"]:not(:disabled)`)];

  on("change", (event) => {
    const box = event.target;
    if (box.type !== "checkbox") return;
    if ("selectAll" in box.dataset) boxes(box).forEach((each) => (each.checked = box.checked));
    document.querySelectorAll("[data-select-all]").forEach((all) => {
      const each = boxes(all);
      const ticked = each.filter((one) => one.checked).length;
      all.checked = each.length > 0 && ticked === each.length;
      all.indeterminate = ticked > 0 && ticked < each.length;
    });
  });

  // ---- Search as one types (P19): not while pinyin is being composed, at most once in 400 ms. Enter works anyway.

  const PAUSE = 400;
  let typed = 0;

  on("input", (event) => {
    const form = event.target.form;
    if (!form || !form.matches("[data-search]") || event.isComposing) return;
    clearTimeout(typed);
    typed = setTimeout(() => form.requestSubmit(), PAUSE);
  });
  on("compositionstart", () => clearTimeout(typed));
  on("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));
  on("submit", () => clearTimeout(typed), true);

  // ---- Coming back: forms can be sent again; a page kept by the browser is fetched anew, so that
  // Back after signing out shows nothing of anybody (P18).

  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      body.hidden = true;
      location.reload();
    }
    for (const form of [...sending.keys()]) end(form);
  });

  reveal(document);
  focusOn(document.querySelector(".error-summary"));

  // ---- A page for where there is no network (P23). A browser that cannot, or may not, does without.

  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker", { updateViaCache: "all" }).catch(() => {});
})();
