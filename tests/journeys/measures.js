// Measures that tests take in a page; each returns what is wrong as a list of texts.

const seen = (element) => {
  const box = element.getBoundingClientRect();
  const readersOnly = element.closest(".visually-hidden") || box.right < 0;
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true }) && !readersOnly;
};
const named = (element) => `${element.tagName.toLowerCase()} ${element.className} "${(element.textContent || element.name || "").trim().slice(0, 30)}"`;
const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
const FOCUSABLE = "a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary";

// Nothing is wider than the screen, and nothing scrolls sideways (P1).
function tooWide() {
  const page = document.scrollingElement;
  const width = page.clientWidth;
  const wrong = page.scrollWidth > width ? [`the page is ${page.scrollWidth} px wide, the screen ${width}`] : [];
  for (const element of all("body *")) {
    const box = element.getBoundingClientRect();
    const clipped = element.closest("svg") || getComputedStyle(element).position === "absolute";
    if (!clipped && (box.right > width + 1 || box.left < -1)) wrong.push(`${named(element)} reaches ${Math.round(box.left)} to ${Math.round(box.right)} of ${width}`);
  }
  return wrong;
}

const inElderMode = () => document.documentElement.hasAttribute("data-elder");

// A finger hits it: 44 px for buttons, fields and the bar, 60 in elder mode and for more of the links,
// 24 for everything but links inside a sentence (P3).
function tooSmall() {
  const wrong = [];
  const largest = inElderMode() ? 60 : 44;
  const mains = "button, .button, .bar a, .tile, summary, select, textarea, input" + (inElderMode() ? ", .masthead a, .foot a, .back, .chips a" : "");
  for (const element of all(FOCUSABLE)) {
    const target = element.matches("[type=checkbox], [type=radio]") ? element.closest("label") : element;
    const box = target.getBoundingClientRect();
    const inSentence = getComputedStyle(element).display === "inline";
    const least = element.matches(mains) ? largest : inSentence ? 0 : 24;
    if (box.height < least || box.width < Math.min(least, 24)) wrong.push(`${named(element)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
  }
  return wrong;
}

// Text is never cut off inside its box; it has 14 px or more and in elder mode 18, the words of the bar excepted.
function cutOff() {
  const wrong = [];
  const body = parseFloat(getComputedStyle(document.body).fontSize);
  if (body < (inElderMode() ? 20 : 16)) wrong.push(`the page is set in ${body} px`);
  for (const element of all("body *:not(svg, svg *, option, select)")) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const least = inElderMode() && !element.closest(".bar, .sizes") ? 18 : 14;
    if (text && parseFloat(style.fontSize) < least) wrong.push(`${named(element)} is set in ${style.fontSize}`);
    if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select, button") && parseFloat(style.fontSize) < 16) wrong.push(`${named(element)} is set in ${style.fontSize}`);
    const cuts = style.overflow !== "visible" && !element.matches("textarea, input, html, body");
    if (text && cuts && element.scrollWidth > element.clientWidth + 1) wrong.push(`${named(element)} is cut off`);
  }
  return wrong;
}

// Whatever has the focus shows it with a ring, clear of the bottom bar (P4).
function hiddenFocus() {
  const bar = document.querySelector(".bar");
  const wrong = [];
  for (const element of all(FOCUSABLE)) {
    if (element.closest(".bar")) continue;
    element.focus({ focusVisible: true });
    if (!seen(element)) continue;
    const ring = ["", "::after"].some((part) => {
      const style = getComputedStyle(element, part);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    if (!ring) wrong.push(`${named(element)} shows no focus`);
    const box = element.getBoundingClientRect();
    const fixed = bar && getComputedStyle(bar).position === "fixed" && bar.getBoundingClientRect();
    const fits = box.height < innerHeight - 200;
    const space = fixed && fixed.top < innerHeight ? 5 : 0; // for the ring, unless the bar has stepped aside
    if (fixed && fixed.height && fits && box.bottom + space > fixed.top) wrong.push(`${named(element)} ends at ${Math.round(box.bottom)}, the bar begins at ${Math.round(fixed.top)}`);
  }
  scrollTo(0, 0);
  return wrong;
}

// One thing of the bar is where one is: the one that leads to this very page, if there is one (P5).
function lost() {
  const marked = all(".bar [aria-current=page]");
  const here = all(".bar a").filter((link) => link.pathname === location.pathname);
  if (marked.length > 1 || (here.length && marked[0] !== here[0])) return [`the bar marks ${marked.map(named).join()}`];
  return [];
}

// The choice that the reader's cookie makes, without loading the page again.
function show([text, elder]) {
  document.documentElement.dataset.text = text;
  document.documentElement.toggleAttribute("data-elder", elder);
}

// Every committee bears the longest name that there could be.
function lengthen([names, longest]) {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (const name of names) if (node.data.includes(name)) node.data = node.data.replaceAll(name, longest);
  }
}

// On paper: 12 pt or more, and nothing that is for fingers (P26).
function onPaper() {
  const wrong = all(".bar, .foot, .masthead-tools, .button, .filters, .skip, .back, #failure > *").map((element) => `${named(element)} is printed`);
  for (const element of all("body *:not(svg, svg *, option, select)")) {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (text && size < 15.9) wrong.push(`${named(element)} is printed in ${size * 0.75} pt`);
  }
  for (const row of all("tr, .row, .slip")) if (getComputedStyle(row).breakInside !== "avoid") wrong.push(`${named(row)} may be split`);
  return wrong;
}

// Whatever is folded away is part of the page too.
function unfold() {
  for (const part of document.querySelectorAll("details")) part.open = true;
}

// The reader's text at 200 %, by a rule and not by an inline style, which the page's policy forbids.
function largeText() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("html { font-size: 212.5% !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
