// Compiled by .ci/contract with the types of the API document: a client's lines, and what must not compile.
import type { components, paths } from "./document";

type Ask = paths["/api/sessions/{sessionId}/questions"]["post"];
type Body = Ask["requestBody"]["content"]["application/json"];
type Question = Ask["responses"][201]["content"]["application/json"];
type Refusal = Ask["responses"][403]["content"]["application/problem+json"];
type Problem = components["schemas"]["Problem"];

type Changed = components["schemas"]["QuestionEvent"];
type Counts = components["schemas"]["CountsEvent"];

export const session: Ask["parameters"]["path"] = { sessionId: "BwcHBwcHBwcHBwcHBwcHBw" };
export const body: Body = { body: "When do we move?", anonymous: true };

// @ts-expect-error: a question has words.
export const empty: Body = {};
// @ts-expect-error: a question is closed or it is not.
export const closed: Question["closed"] = "no";

// Without a default branch: these are all codes of this status.
export function explain(refusal: Refusal): string {
    switch (refusal.code) {
        case "session_ended":
            return "The session has ended.";
        case "not_open":
            return "Questions are switched off.";
        case "names_required":
            return "Write under your name.";
        case "muted":
            return "A host has muted you.";
        case "csrf_rejected":
            return "This page may not ask.";
    }
}

export function report(problem: Problem): string {
    const fields = problem.errors?.map((error) => `${error.field}: ${error.detail}`) ?? [];
    return [`${problem.detail} (${problem.requestId})`, ...fields].join("\n");
}

export async function ask(question: Body): Promise<Question> {
    const answer = await fetch(`/api/sessions/${session.sessionId}/questions`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(question),
    });
    if (answer.status === 403) {
        const refusal: Refusal = await answer.json();
        throw new Error(`${explain(refusal)} ${report(refusal)}`);
    }
    return answer.json();
}

/** Follows the session: each event has a type by its name. */
export function follow(show: (question: Changed) => void, like: (id: string, likes: number) => void) {
    const events = new EventSource(`/api/sessions/${session.sessionId}/events`);
    events.addEventListener("question", ({ data }) => show(JSON.parse(data)));
    events.addEventListener("counts", ({ data }) => {
        const { questions }: Counts = JSON.parse(data);
        for (const [id, counts] of Object.entries(questions ?? {})) like(id, counts.likesCount);
    });
}

// @ts-expect-error: what is personal is in no event.
export const liked = (question: Changed) => question.liked;
