// Measures that tests take in a page; each returns what is wrong as a list of texts.

const seen = (element) => {
  const box = element.getBoundingClientRect();
  const readersOnly = element.closest(".visually-hidden") || box.right < 0;
  return box.width > 0 && box.height > 0 && element.checkVisibility({ visibilityProperty: true }) && !readersOnly;
};
const named = (element) => `${element.tagName.toLowerCase()} ${element.className} "${(element.textContent || element.name || "").trim().slice(0, 30)}"`;
const all = (selector) => [...document.querySelectorAll(selector)].filter(seen);
const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary";

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

// A finger hits it: 44 px for buttons, fields and the bar, 24 for everything but links inside a sentence (P3).
function tooSmall() {
  const wrong = [];
  for (const element of all(FOCUSABLE)) {
    const target = element.matches("[type=checkbox], [type=radio]") ? element.closest("label") : element;
    const box = target.getBoundingClientRect();
    const inSentence = getComputedStyle(element).display === "inline";
    const main = element.matches("button, .button, .bar a, .tile, summary, select, textarea, input");
    const least = main ? 44 : inSentence ? 0 : 24;
    if (box.height < least || box.width < Math.min(least, 24)) wrong.push(`${named(element)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
  }
  return wrong;
}

// Text is never cut off inside its box, and the text of pages is 16 px or more, small print 14.
function cutOff() {
  const wrong = [];
  for (const element of all("body *:not(svg, svg *, option, select)")) {
    const style = getComputedStyle(element);
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (text && parseFloat(style.fontSize) < 14) wrong.push(`${named(element)} is set in ${style.fontSize}`);
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
    if (fixed && fixed.height && fits && box.bottom + 5 > fixed.top) wrong.push(`${named(element)} ends at ${Math.round(box.bottom)}, the bar begins at ${Math.round(fixed.top)}`);
  }
  scrollTo(0, 0);
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
