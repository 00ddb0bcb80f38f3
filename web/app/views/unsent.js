// What is on its way, and what could not be sent: it never vanishes without a word.

import { Icon } from "../icons.js";
import { reason, useAct } from "../parts.js";
import { useUser } from "../server.js";
import { html, useEffect, useState } from "../vendor/preact.js";
import { t } from "../words.js";
import { leftIn, unsentIn } from "../writing.js";

/** @typedef {import("../writing.js").Unsent} Unsent */

/** @param {Unsent} it @param {boolean} isMine */
function stateOf(it, isMine) {
  if (it.state === "sending") return { kind: "", icon: "clock", word: t("sending"), says: "" };
  if (it.state === "refused") return { kind: "alarm", icon: "fault", word: t("refused"), says: reason(it.error) };
  const word = t("not_sent");
  if (!isMine) return { kind: "wait", icon: "fault", word, says: t("other_identity", { name: it.nickname ?? t("anonymous") }) };
  if (it.error?.code === "slow_down") {
    const n = Math.max(1, Math.ceil(((it.until ?? 0) - Date.now()) / 1000));
    return { kind: "wait", icon: "clock", word, says: t("slow_wait", { n }) };
  }
  const says = it.anonymous ? t("not_sent_anonymous") : t("not_sent_as", { name: it.nickname ?? "" });
  return { kind: "wait", icon: "offline", word, says };
}

/** @param {{ it: Unsent, outbox: import("../writing.js").Outbox, onEdit: (it: Unsent) => void }} props */
export function UnsentItem({ it, outbox, onEdit }) {
  const user = useUser();
  const [, tick] = useState(0);
  useEffect(() => {
    if (it.state !== "waiting" || it.error?.code !== "slow_down") return;
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, [it.state, it.error]);
  const isMine = outbox.isMine(it);
  const { kind, icon, word, says } = stateOf(it, isMine);
  const [, , asMe] = useAct(() => outbox.asMe(it));
  const mine = t(it.questionId === null ? "my_question" : "my_reply");
  const edit = () => {
    if (outbox.discard(it)) onEdit(it);
  };
  return html`
    <section class="mine" aria-labelledby=${`${it.key}-h ${it.key}-t`}>
      <div class="mine-top"><b id=${`${it.key}-h`}>${mine}</b><span class=${`chip ${kind}`}><${Icon} name=${icon} />${word}</span></div>
      <p class="said" dir="auto" id=${`${it.key}-t`}>${it.body}</p>
      ${it.state !== "sending" && html`
        <div class="mine-foot">
          <span class="grow">${says}</span>
          <span class="acts">
            ${it.state === "waiting" && isMine && html`
              <button type="button" class="btn quiet" onClick=${() => outbox.retry()}>${t("try_again")}</button>
            `}
            ${it.state === "refused" && isMine && html`
              <button type="button" class="btn quiet" onClick=${asMe}>${t("try_again")}</button>
            `}
            ${it.state === "waiting" && !isMine && html`
              <button type="button" class="btn quiet" onClick=${asMe}>
                ${it.anonymous || !user?.nickname ? t("send_anonymously") : t("send_as", { name: user.nickname })}
              </button>
            `}
            <button type="button" class="btn quiet" onClick=${edit}>${t("edit")}</button>
            <button type="button" class="btn quiet" onClick=${() => outbox.discard(it)}>${t("delete")}</button>
          </span>
        </div>
      `}
    </section>
  `;
}

/**
 * Beside the button that sends: what became of it, also where the list is scrolled away.
 * @param {{ unsent: Unsent[], sent: Unsent | null, onShow: () => void }} props
 */
export function Fate({ unsent, sent, onShow }) {
  const waiting = unsent.find((it) => it.state !== "sending");
  if (!waiting && !sent) return null;
  const see = () => (waiting ? document.getElementById("unsent")?.scrollIntoView({ block: "center" }) : onShow());
  return html`
    <p class="foot fate" role="status">
      <span><${Icon} name=${waiting ? "fault" : "check"} />${t(waiting ? "some_unsent" : "sent")}</span>
      <button type="button" class="link" onClick=${see}>${t("see_it")}</button>
    </p>
  `;
}

/**
 * What was being written where nothing can be written any more: it can be copied.
 * @param {{ sessionId: string, isGone: (place: string) => boolean }} props
 */
export function Left({ sessionId, isGone }) {
  const [, again] = useState(0);
  return leftIn(sessionId, isGone).map(({ body, forget }) => html`
    <section class="mine" aria-label=${t("left")}>
      <div class="mine-top"><b>${t("left")}</b></div>
      <p class="said left" dir="auto">${body}</p>
      <div class="mine-foot">
        <span class="grow"></span>
        <button type="button" class="btn quiet" onClick=${() => (forget(), again((n) => n + 1))}>${t("delete")}</button>
      </div>
    </section>
  `);
}

/** What could not be sent before the session was gone. @param {{ sessionId: string }} props */
export const Unsent = ({ sessionId }) =>
  unsentIn(sessionId).map((body) => html`
    <section class="mine" aria-label=${t("not_sent")}>
      <div class="mine-top"><b>${t("not_sent")}</b></div>
      <p class="said left" dir="auto">${body}</p>
    </section>
  `);
