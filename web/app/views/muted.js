// Whose words are stopped: one row for each item by which somebody was muted.

import { Waiting, useAct, useRead } from "../parts.js";
import { askit } from "../server.js";
import { html, useLayoutEffect, useRef, useState } from "../vendor/preact.js";
import { ago, language, moment, number, t } from "../words.js";
import { Fault, within } from "./facts.js";
import { tell } from "./toast.js";

/** @typedef {import("../server.js").Room} Room */
/** @typedef {import("../../client/types.js").Mutes["mutes"][number]} Mute */

/** Of words that are gone nothing but the second tells them apart. @param {string} at */
const toTheSecond = (at) => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));

/** When, and which host if it was another one. @param {Mute} it */
function by({ mutedBy, mutedAt, excerpt }) {
  const when = excerpt === null ? toTheSecond(mutedAt) : ago(mutedAt);
  const isOther = mutedBy && mutedBy.userId !== askit.user?.userId;
  return isOther ? t("muted_by", { name: within(mutedBy.nickname), when }) : t("muted_when", { when });
}

/** @param {{ it: Mute, lift: (it: Mute) => Promise<void> }} props */
function Row({ it, lift }) {
  const [isBusy, error, run] = useAct(() => lift(it));
  const id = `mute-${it.muteId}`;
  return html`
    <li data-id=${it.muteId}>
      <div class="what" id=${id}>
        ${it.excerpt === null
          ? html`<p class="said gone">${t("gone_words")}</p>`
          : html`<p class="said clamp" dir="auto">${it.excerpt}</p>`}
        <p title=${moment(it.mutedAt)}>${it.nickname ? html`<bdi>${it.nickname}</bdi>` : t("anonymous")} · ${by(it)}</p>
        <${Fault} error=${error} />
      </div>
      <button type="button" class="btn" aria-describedby=${id} aria-disabled=${isBusy ? "true" : undefined} onClick=${run}>
        ${t("unmute")}
      </button>
    </li>
  `;
}

/** @param {{ room: Room }} props */
export function Muted({ room }) {
  const [lifted, setLifted] = useState(/** @type {string[]} */ ([]));
  const [others, setOthers] = useState(/** @type {import("../../client/types.js").Mutes | null} */ (null));
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  const { found, error, again } = useRead(() => room.mutes(), [room]);
  const rows = [...(found?.mutes ?? []), ...(others?.mutes ?? [])].filter((it) => !lifted.includes(it.muteId));
  const next = (others ?? found)?.nextCursor ?? null;
  const [isReading, readError, more] = useAct(async () => {
    const page = await room.mutes(next ?? undefined);
    setOthers((before) => ({ ...page, mutes: [...(before?.mutes ?? []), ...page.mutes] }));
  });
  /** @param {Mute} it */
  const lift = async (it) => {
    await room.unmute(it.muteId);
    setLifted((before) => [...before, it.muteId]);
    tell(t("is_unmuted"));
  };
  // The row that had the focus is gone.
  useLayoutEffect(() => {
    if (lifted.length === 0 || document.activeElement !== document.body) return;
    const target = heading.current?.closest(".panel")?.querySelector(".rows .btn") ?? heading.current;
    if (target instanceof HTMLElement) target.focus();
  }, [lifted]);
  return html`
    <div class="tools"><h2 tabindex="-1" ref=${heading}>${t("muted_people")} <span class="num">${found && number(rows.length)}</span></h2></div>
    ${error && html`<div class="aside"><${Fault} error=${error} /><button type="button" class="btn" onClick=${again}>${t("try_again")}</button></div>`}
    ${!found && !error && html`<${Waiting} />`}
    ${rows.length > 0 && html`<ul class="rows tight">${rows.map((it) => html`<${Row} key=${it.muteId} it=${it} lift=${lift} />`)}</ul>`}
    ${next !== null && html`
      <p class="aside">
        <button type="button" class="btn" aria-disabled=${isReading ? "true" : undefined} onClick=${more}>${t("more_mutes")}</button>
      </p>
    `}
    <${Fault} error=${readError} />
    ${found && html`<p class="aside">${t(rows.length ? "mutes_hint" : "no_mutes")}</p>`}
  `;
}
