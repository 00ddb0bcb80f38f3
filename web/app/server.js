// The server that this page comes from, and who is signed in here.

import { createClient } from "../client/index.js";
import { keep, namesOf } from "./storage.js";
import { useEffect, useState } from "./vendor/preact.js";
import { language, onLanguage } from "./words.js";

/** @typedef {import("../client/types.js").Room} Room */
/** @typedef {import("../client/types.js").RoomState} RoomState */
/** @typedef {import("../client/types.js").Session} Session */
/** @typedef {import("../client/types.js").Question} Question */
/** @typedef {import("../client/types.js").Reply} Reply */
/** @typedef {import("../client/types.js").Person} Person */

/** As who is signed in. */
export const askit = createClient({ language });
onLanguage(() => (askit.language = language));
/** As a stranger: for what everybody sees. */
export const stranger = createClient({ mode: "none" });

/** The screen is a stranger's. */
const isScreen = /^\/s\/[^/]+\/screen$/.test(location.pathname);
/** It is known who is signed in. Without an answer the page is shown all the same, and says so where it matters. */
export const resumed = isScreen ? Promise.resolve(null) : askit.resume().catch(() => null);
/**
 * The room that is asked for: it is read while the views are still on their way, because its questions are what one
 * waits for.
 */
resumed.then(() => {
  const sessionId = /^\/s\/([^/]+)$/.exec(location.pathname)?.[1];
  if (sessionId) begun = { sessionId, room: askit.room(sessionId) };
});
/** @type {{ sessionId: string, room: Room } | null} */
let begun = null;
/** @param {string} sessionId */
export function openRoom(sessionId) {
  const room = begun?.sessionId === sessionId ? begun.room : askit.room(sessionId);
  begun = null;
  return room;
}

/** Who is signed in: null, a guest, or somebody with a nickname. */
export function useUser() {
  const [user, setUser] = useState(askit.user);
  useEffect(() => {
    setUser(askit.user);
    return askit.onChange(setUser);
  }, []);
  return user;
}

/** The state of a room, again whenever it changes. @param {Room} room */
export function useRoom(room) {
  const [state, setState] = useState(room.getSnapshot());
  useEffect(() => {
    const show = () => setState(room.getSnapshot());
    show();
    return room.subscribe(show);
  }, [room]);
  return state;
}

/** How often, in milliseconds, a session that is over is asked whether it goes on. */
const REOPENED = 60_000;
/**
 * Reads a session that was over anew once a host has reopened it.
 * @param {import("../client/types.js").Client} client
 * @param {string} sessionId
 * @param {Room} room
 * @param {RoomState["status"]} status
 */
export function useReopening(client, sessionId, room, status) {
  useEffect(() => {
    if (status !== "over") return;
    const look = async () => {
      if (document.visibilityState !== "visible") return;
      const path = { sessionId };
      const now = await client.get("/api/sessions/{sessionId}", { path }).catch(() => null);
      if (now && !isOver(now)) void room.reload();
    };
    document.addEventListener("visibilitychange", look);
    // Not all phones of a hall at once.
    const timer = setInterval(look, REOPENED * (0.5 + Math.random()));
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [status]);
}

/** Signs out, and forgets what was typed here. */
export async function signOut() {
  await askit.signOut();
  for (const name of [...namesOf("askit.draft."), ...namesOf("askit.unsent."), ...namesOf("askit.closed.")]) keep(name, null);
}

/** @param {Session | null} session */
export const isHost = (session) => session?.role === "super_host" || session?.role === "sub_host";
/** Whether it can be read only. @param {Session} session */
export const isOver = (session) => session.endedAt !== null || session.expired;
