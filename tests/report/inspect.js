// What tests ask of a page; evaluated in it before a test asks.

window.inspect = {
  /** Do something and wait until a view is shown; the milliseconds until it is drawn and laid out. */
  act(deed) {
    return new Promise((done) => {
      const start = performance.now();
      const shown = () => done((document.body.offsetHeight, performance.now() - start));
      document.addEventListener("shown", shown, { once: true });
      deed();
    });
  },

  go(hash) {
    return location.hash === hash ? 0 : this.act(() => (location.hash = hash));
  },

  check(facet, value) {
    return this.act(() => this.box(facet, value).click());
  },

  box(facet, value) {
    return document.querySelector(`input[data-facet="${facet}"][data-value="${value}"]`);
  },

  countBeside(facet, value) {
    return Number(this.box(facet, value).closest("label").querySelector(".n").innerText);
  },

  type(words) {
    const input = document.getElementById("words");
    return this.act(() => {
      input.value = words;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  },

  /** The visible text of every element a selector finds. */
  texts(selector) {
    return [...document.querySelectorAll(selector)].map((one) => one.innerText.trim());
  },

  /** Every word a reader or a screen reader meets. */
  words() {
    const labels = [...document.querySelectorAll("[aria-label], [placeholder], [title]")].flatMap((one) =>
      ["aria-label", "placeholder", "title"].map((name) => one.getAttribute(name)));
    return [document.title, document.body.innerText, ...labels].join("\n");
  },

  /** What can be used in the present view but has no name. */
  nameless() {
    const used = ":is(a, button, input, select)";
    const nameOf = (one) => one.innerText || one.getAttribute("aria-label") || one.labels?.[0]?.innerText;
    return [...document.querySelectorAll(`[data-view]:not([hidden]) ${used}, header ${used}`)]
      .filter((one) => !nameOf(one)?.trim())
      .map((one) => one.outerHTML);
  },

  /** Texts that stand out from their ground by less than 4.5 to 1; what cannot be used at present is exempt. */
  faint() {
    return [...document.querySelectorAll("body *")]
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .filter((one) => one.getBoundingClientRect().width && !one.closest(".off, script, noscript, .skip"))
      .map((one) => [one.className, one.textContent.slice(0, 30), contrastOf(one)])
      .filter(([, , contrast]) => contrast < 4.5);
  },
};

function contrastOf(element) {
  let ground = null;
  let opacity = 1;
  for (let at = element; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    opacity *= Number(style.opacity);
    const [r, g, b, alpha = 1] = style.backgroundColor.match(/[\d.]+/g).map(Number);
    if (!ground && alpha > 0) ground = [r, g, b];
  }
  ground ??= [255, 255, 255];
  const colour = getComputedStyle(element).color.match(/[\d.]+/g).map(Number);
  const ink = ground.map((behind, n) => colour[n] * opacity + behind * (1 - opacity));
  const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
