// How a person finds their way on a page: by what things are called and what stands around them.
const CONTROLS = "a[href], button, select, [role=tab], [type=radio], [type=checkbox]";
const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select";
/** Marks that keep names apart in sentences. */
const plain = (text) => text.replace(/[\u2066-\u2069]/g, "").trim();
const isSeen = (it) => it.checkVisibility({ visibilityProperty: true });
/** Where a dialog is open, nothing else is in reach. */
const inReach = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
const saysOf = (it) => plain(it.innerText);
const nameOf = (it) => plain(it.computedName).replace(/ :/g, ":");
/** A tab is called by its word, whatever number it shows. */
const isCalled = (it, name) => [nameOf(it), nameOf(it).replace(/ [\d,.]+$/, "")].includes(name);
const called = (within, kinds, name) => [...within.querySelectorAll(kinds)].filter((it) => isSeen(it) && isCalled(it, name));

/** The smallest part of the page that says `text` and has what is looked for. */
function partWith(text, kinds, name) {
  if (!text) return inReach();
  const parts = [...inReach().querySelectorAll("article, li, section, form, fieldset, aside, div.panel")];
  const fit = parts.filter((it) => isSeen(it) && saysOf(it).includes(text) && called(it, kinds, name).length);
  return fit.sort((a, b) => saysOf(a).length - saysOf(b).length)[0];
}
/** What one presses: of a small radio button the words beside it. */
function target(kinds, name, text) {
  const part = partWith(text, kinds, name);
  const found = part && called(part, kinds, name)[0];
  if (!found) return null;
  const isSmall = found.matches("[type=radio], [type=checkbox]") && found.labels.length;
  const shown = isSmall ? found.labels[0] : found;
  shown.scrollIntoView({ block: "center" });
  return shown;
}
/** The questions as they stand there. */
const questions = () =>
  [...document.querySelectorAll("[role=feed] > article")].map((it) => plain(it.querySelector(".said")?.innerText ?? ""));
const question = (text) => [...document.querySelectorAll("[role=feed] > article")].find((it) => saysOf(it).includes(text));
