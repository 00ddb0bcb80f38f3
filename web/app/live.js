// What a screen reader is told: at most one sentence in ten seconds, and never a like.

const PAUSE = 10_000;
/** So long a sentence stays there: whoever reads the page on their own finds no old one. */
const STAY = 5_000;

let last = -PAUSE;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Says something politely. What was to be said meanwhile and is not said yet is replaced. @param {string} text */
export function say(text) {
  clearTimeout(timer);
  const wait = Math.max(0, last + PAUSE - performance.now());
  timer = setTimeout(() => {
    last = performance.now();
    const place = document.getElementById("live");
    if (!place) return;
    place.textContent = text;
    timer = setTimeout(() => (place.textContent = ""), STAY);
  }, wait);
}
