import { AskitError, createClient } from "askit-client";
import type { Client, Question, Room, RoomState } from "askit-client";

const askit = createClient({ baseUrl: "http://localhost:3000", mode: "json" });

export async function ask(sessionId: string): Promise<string> {
  const question = await askit.post("/api/sessions/{sessionId}/questions", { path: { sessionId }, body: { body: "Why?" } });
  const likes: number = question.likesCount;
  return `${question.questionId} ${likes}`;
}
export async function list(sessionId: string): Promise<Question[]> {
  const page = await askit.get("/api/sessions/{sessionId}/questions", { path: { sessionId }, query: { sort: "top" } });
  return page.questions;
}
export async function none(questionId: string): Promise<null> {
  return askit.delete("/api/questions/{questionId}", { path: { questionId } });
}
export async function guest(): Promise<string | null> {
  return (await askit.guest()).nickname;
}
export const isAskits = (error: unknown): error is AskitError => error instanceof AskitError;
export const enter = (c: Client, id: string): Room => c.room(id);
export const snap = (r: Room): RoomState => r.getSnapshot();
// @ts-expect-error: there is no such path.
askit.get("/api/nowhere");
// @ts-expect-error: the path has a part to fill in.
askit.get("/api/sessions/{sessionId}");
// @ts-expect-error: a question has words.
askit.post("/api/sessions/{sessionId}/questions", { path: { sessionId: "x" }, body: {} });
// @ts-expect-error: there is no such order.
askit.get("/api/sessions/{sessionId}/questions", { path: { sessionId: "x" }, query: { sort: "best" } });
askit.follow("x", { on: { question: (it) => it.body.length, counts: (it) => it.questions } });
askit.get("/api/sessions");
