// What must hold of everything that is seen, whoever sees it. Each function tells what is wrong.

/** Words of the page, without what people wrote, names, codes and addresses. */
function* words() {
  const others = ".said, bdi, [dir=auto], code, .bigcode, .addr, .command, textarea, input, script, style, noscript, option[lang]";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let it = texts.nextNode(); it; it = texts.nextNode()) {
    const parent = it.parentElement;
    if (parent.checkVisibility() && !parent.closest(others) && it.data.trim()) yield [it.data.trim(), parent];
  }
  for (const name of ["aria-label", "placeholder", "alt"]) {
    for (const it of document.querySelectorAll(`[${name}]`)) yield [it.getAttribute(name), it];
  }
}
const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]/;
/** Names that are the same in Korean. */
const NAMES = /ureq\/[\d.]+|\b(Askit|QR|JSON|CSV|XLSX|Excel|Chrome|Linux|Wi-Fi|UTC|Etc|localhost|mina|sora|stranger|jun|GMT)\b|[\w.]+@[\w.]+|\b[A-Z0-9]{3} [A-Z0-9]{3}\b|[\w.]*localhost:\d+/g;
function foreignWords(language) {
  const isForeign = language === "ko" ? (it) => /[A-Za-z]{2,}/.test(it.replace(NAMES, "")) : (it) => HANGUL.test(it);
  const found = [...words()].filter(([it, place]) => isForeign(it) && place.closest("[lang]")?.lang !== (language === "ko" ? "en" : "ko"));
  const wrong = document.documentElement.lang === language ? [] : [`the page says that its language is ${document.documentElement.lang}`];
  return [...wrong, ...found.map(([it]) => `${JSON.stringify(it)} is in another language`)];
}

/** How much wider something is than the window. */
function sideways() {
  const wide = [document.documentElement, ...document.querySelectorAll("dialog[open]")];
  const beyond = wide.filter((it) => it.scrollWidth > it.clientWidth);
  const at = (it) => [...it.querySelectorAll("*")].findLast((inner) => inner.checkVisibility() && inner.getBoundingClientRect().right > innerWidth + 1);
  return beyond.map((it) => `${it.tagName} scrolls sideways by ${it.scrollWidth - it.clientWidth} pixels: ${at(it)?.outerHTML.slice(0, 150)}`);
}

/** What is too small for a finger; links within a text are as small as it is. */
function smallTargets() {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, [role=tab]")];
  const found = [];
  for (const it of all) {
    const isUnseen = !it.checkVisibility({ visibilityProperty: true }) || it.closest(".vh, .skip") || it.matches("[readonly][hidden]");
    const isInline = it.tagName === "A" && getComputedStyle(it).display === "inline" && it.closest("p, li");
    if (isUnseen || isInline) continue;
    const shown = it.matches("[type=radio], [type=checkbox]") ? it.labels[0] : it;
    const { width, height } = shown.getBoundingClientRect();
    if (width < 43.5 || height < 43.5) found.push(`${Math.round(width)} × ${Math.round(height)} pixels has ${it.outerHTML.slice(0, 150)}`);
  }
  return found;
}
