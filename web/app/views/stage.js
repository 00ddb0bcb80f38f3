// What the whole hall looks at: the question that is being answered now.

import { Icon } from "../icons.js";
import { useAct } from "../parts.js";
import { html } from "../vendor/preact.js";
import { t } from "../words.js";
import { Author, Like, Refused, Replies, Talk, Whole, useClamp } from "./question.js";

/** @typedef {import("../server.js").Question} Question */
/** @typedef {import("../server.js").Reply} Reply */

/** @param {{ it: Question, replies: Reply[] | undefined, setting: import("./question.js").Setting }} props */
export function Stage({ it, replies, setting }) {
  const [, error, act] = useAct((/** @type {() => Promise<unknown>} */ act) => act());
  const clamp = useClamp();
  return html`
    <section class="stage" aria-labelledby="now-h">
      <h2 class="stage-top" id="now-h" tabindex="-1"><${Icon} name="stage" />${t("answering")}</h2>
      <p class=${clamp.kind} id="now-t" dir="auto" ref=${clamp.text}>${it.body}</p>
      <div class="stage-meta">
        <span><${Author} author=${it.author} /></span>
        <${Talk} it=${it} isOpen=${replies !== undefined} room=${setting.room} act=${act} />
        <${Whole} clamp=${clamp} />
        <span class="grow"></span>
        <${Like} it=${it} id="now-t" kind="tally" setting=${setting} act=${act} />
      </div>
      ${setting.isHost && !setting.isOver && html`<${setting.StageTools} it=${it} setting=${setting} act=${act} />`}
    </section>
    ${(error || replies) && html`
      <div class="below-stage">
        <${Refused} error=${error} />
        ${replies && html`<${Replies} question=${it} replies=${replies} setting=${setting} />`}
      </div>
    `}
  `;
}
