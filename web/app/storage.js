// What this browser keeps for the page. Where storage is switched off, the memory of this tab has it.

/** @type {Map<string, string>} */
const memory = new Map();

/** @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}
/** @param {string} name @param {string | null} value null: forget it */
export function keep(name, value) {
  memory.delete(name);
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    if (value !== null) memory.set(name, value);
  }
}
/** The names that begin so. @param {string} start */
export function namesOf(start) {
  const names = [...memory.keys()];
  try {
    names.push(...Object.keys(localStorage));
  } catch {} // switched off
  return [...new Set(names)].filter((name) => name.startsWith(start));
}

/**
 * Whether this browser keeps cookies. Chromium says that it does where a person has switched them off for all pages,
 * so one is tried.
 */
function triesCookie() {
  if (!navigator.cookieEnabled) return false;
  document.cookie = "askit-try=1; Path=/; SameSite=Lax";
  const isKept = document.cookie.includes("askit-try=1");
  document.cookie = "askit-try=; Path=/; Max-Age=0";
  return isKept;
}
export const keepsCookies = triesCookie();
