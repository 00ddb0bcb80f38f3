// The types of the client, by those of the API document.

import type { components, operations, paths } from "./api.js";
import type { AskitError } from "./send.js";

type Schemas = components["schemas"];

export type Mode =
  /** The refresh token in a cookie: for a page on the same site as the server. */
  | "cookie"
  /** The refresh token in `storage`: for apps, and for pages of another site. */
  | "json"
  /** As a stranger, whoever is signed in: for a screen that everybody sees. */
  | "none";

/** Like `localStorage`. */
export interface Storage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface ClientOptions {
  /** Scheme, host and port of the server; that of the page where it is not said. */
  baseUrl?: string;
  /** Where the login is kept; `cookie` where it is not said. */
  mode?: Mode;
  /** Where mode `json` keeps its token; `localStorage` where there is one, else the memory. */
  storage?: Storage;
  /** In which language the server explains: `ko` or `en`; the browser's where it is not said. */
  language?: string;
}

/** Who is signed in. */
export interface Person {
  userId: number;
  /** A guest has none. */
  nickname: string | null;
  isGuest: boolean;
}

export interface Credentials {
  email: string;
  password: string;
}

export interface Failure {
  code: string;
  detail: string;
  status: number;
  errors?: Schemas["FieldProblem"][];
  requestId?: string | null;
  retryAfter?: number | null;
}

export interface RequestOptions {
  path?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
}

export type Tokens = Schemas["TokenResponse"];
export type Session = Schemas["SessionResponse"];
export type Question = Schemas["QuestionResponse"];
export type Questions = Schemas["QuestionsResponse"];
export type Reply = Schemas["ReplyResponse"];
export type Settings = Schemas["SettingsResponse"];
export type Label = Schemas["LabelResponse"];
export type Mutes = Schemas["MutesResponse"];
export type Replies = Schemas["RepliesResponse"];
export type Thread = Schemas["ThreadResponse"];
export type Sort = "top" | "new" | "old";

type Method = "get" | "post" | "put" | "patch" | "delete";
/** The paths of the API document that have a method. */
type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];
type OperationOf<P extends keyof paths, M extends Method> = paths[P][M];
type Given<O, In extends string> = O extends { parameters: { [K in In]: infer T } }
  ? T extends object
    ? { [K in In]: T }
    : unknown
  : O extends { parameters: { [K in In]?: infer T } }
    ? T extends object
      ? { [K in In]?: T }
      : unknown
    : unknown;
type BodyOf<O> = O extends { requestBody: { content: { "application/json": infer T } } }
  ? { body: T }
  : O extends { requestBody?: { content: { "application/json": infer T } } }
    ? { body?: T }
    : unknown;
type OptionsOf<O> = Given<O, "path"> &
  Given<O, "query"> &
  BodyOf<O> & {
    /** Breaks the call off. */
    signal?: AbortSignal;
    /** POST that creates: of the same try, also after a reload. The client makes one by itself. */
    idempotencyKey?: string;
  };
type ContentOf<R> = R extends { content: { "application/json": infer T } } ? T : null;
/** What a call resolves to: the JSON of the answer, null where it has none. */
type AnswerOf<O> = O extends { responses: infer R }
  ? { [S in keyof R & (200 | 201 | 204)]: ContentOf<R[S]> }[keyof R & (200 | 201 | 204)]
  : never;
/** Options may be left out where none is needed. */
type Arguments<O> = {} extends OptionsOf<O> ? [options?: OptionsOf<O>] : [options: OptionsOf<O>];
type Call<M extends Method> = <P extends PathsOf<M>>(
  path: P,
  ...options: Arguments<OperationOf<P, M>>
) => Promise<AnswerOf<OperationOf<P, M>>>;

/** What is done with each event; each is also given its id, or null. */
export interface Handlers {
  ready?(data: Schemas["ReadyEvent"]): void;
  question?(data: Schemas["QuestionEvent"]): void;
  question_removed?(data: Schemas["QuestionRemovedEvent"]): void;
  reply?(data: Schemas["ReplyEvent"]): void;
  reply_removed?(data: Schemas["ReplyRemovedEvent"]): void;
  counts?(data: Schemas["CountsEvent"]): void;
  session?(data: Schemas["SessionEvent"]): void;
  /** How much waits for hosts, who alone are told. */
  pending?(data: Schemas["PendingEvent"]): void;
  person?(data: Schemas["PersonEvent"]): void;
  listeners?(data: Schemas["ListenersEvent"]): void;
  /** Something was missed: read everything anew. */
  reset?(data: { change: string | null }): void;
  session_deleted?(data: object): void;
  /** The session has ended, and everything was told. */
  over?(data: object): void;
}

export interface FollowOptions {
  /** The `change` of what was read; from now on where it is not said. */
  after?: string | null;
  on: Handlers;
  /** `waiting`: there is no connection now. */
  onState?(state: "live" | "waiting"): void;
}

/** Words that are on their way, or that could not be sent. */
export interface Sending {
  /** The `Idempotency-Key`. */
  key: string;
  /** null: it is a question. */
  questionId: string | null;
  body: string;
  anonymous: boolean;
  /** Why it was not sent. */
  error: AskitError | null;
}

export interface RoomState {
  /** `over`: it has ended, and everything was told; `reload` once a host has reopened it. */
  status: "loading" | "live" | "over" | "deleted" | "failed";
  /** Whether what others do is seen at once. */
  isLive: boolean;
  /** Whether all questions have been read. */
  isComplete: boolean;
  session: Session | null;
  /** What everybody sees, in the order of `sort`; pinned ones first. */
  questions: Question[];
  /** One's own, in every state: the newest first. */
  mine: Question[];
  /** What waits for hosts, to whom alone it is shown: the oldest first. */
  pending: (Question | Reply)[];
  /** What hosts have hidden, once one of them has asked for it by `showDismissed`: the newest first. */
  dismissed: (Question | Reply)[];
  /** How far the session has come with all that is shown. */
  change: string;
  /** Of the questions that are opened: pinned ones first, then the oldest. */
  replies: Record<string, Reply[]>;
  sending: Sending[];
  /** How many follow the session now, at all servers. */
  listeners: number;
  sort: Sort;
  /** Why it cannot be read, or could not be read just now. */
  error: AskitError | null;
}

export interface RoomOptions {
  /** `top` where it is not said. */
  sort?: Sort;
}

export interface SendOptions {
  /** Without a name. */
  anonymous?: boolean;
  /** Of the same words when they are sent once more, also after a reload. */
  key?: string;
}

export interface Room {
  /** Calls `listener` when there is another snapshot. Returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** The same object until something changes. */
  getSnapshot(): RoomState;
  /** Reads everything anew. */
  reload(): Promise<void>;
  sort(order: Sort): void;
  /** Shows the replies of a question, too. */
  open(questionId: string): Promise<void>;
  /** Shows them no more. */
  fold(questionId: string): void;
  ask(body: string, options?: SendOptions): Promise<void>;
  reply(questionId: string, body: string, options?: SendOptions): Promise<void>;
  /** Sends once more what could not be sent. */
  retry(key: string): Promise<void>;
  /** Forgets what could not be sent. */
  discard(key: string): void;
  like(it: Question | Reply): Promise<void>;
  unlike(it: Question | Reply): Promise<void>;
  pin(it: Question | Reply): Promise<void>;
  unpin(it: Question | Reply): Promise<void>;
  setClosed(question: Question, closed: boolean): Promise<void>;
  edit(it: Question | Reply, body: string): Promise<void>;
  remove(it: Question | Reply): Promise<void>;
  /** Lets everybody see it, with the words of this revision: else it throws `conflict`, and shows the words of now. */
  approve(it: Question | Reply): Promise<void>;
  /** Hides it from everybody but hosts and its author. */
  dismiss(it: Question | Reply): Promise<void>;
  /** All that waits and has not changed after `upTo`, which is the `change` of a snapshot; the one of now without. */
  approveAll(upTo?: string): Promise<{ count: number }>;
  dismissAll(upTo?: string): Promise<{ count: number }>;
  /** Shows what hosts have hidden, too. */
  showDismissed(): Promise<void>;
  /** The one that is being answered now. */
  setCurrent(question: Question): Promise<void>;
  clearCurrent(): Promise<void>;
  /** Those that are left out are taken off the questions. Throws `conflict` if the session has changed after `upTo`. */
  setLabels(labels: Schemas["LabelRequest"][], upTo?: string): Promise<void>;
  label(question: Question, labelIds: string[]): Promise<void>;
  /** Moves likes and replies into another question. */
  merge(question: Question, into: Question): Promise<void>;
  /** Whoever wrote it writes nothing more in the same way; `removeAll`: and what they wrote in the last hour is gone. */
  mute(it: Question | Reply, options?: { removeAll?: boolean }): Promise<void>;
  mutes(cursor?: string): Promise<Mutes>;
  unmute(muteId: string): Promise<void>;
  changeSettings(settings: Schemas["SettingsRequest"]): Promise<void>;
  /** The ids of the questions that hold a text, as the server finds them. They are in the list then. */
  search(text: string): Promise<string[]>;
  /** Puts in what another call has answered. */
  put(it: Partial<Question> | Partial<Reply>): void;
  /** Ends it: nothing is followed any more. */
  close(): void;
}

export interface Client {
  /** Who is signed in, as far as this page knows. */
  readonly user: Person | null;
  /** In which language the server explains. */
  language: string | undefined;
  get: Call<"get">;
  post: Call<"post">;
  put: Call<"put">;
  patch: Call<"patch">;
  delete: Call<"delete">;
  /** GET of a picture or a file. */
  blob<P extends PathsOf<"get">>(path: P, ...options: Arguments<OperationOf<P, "get">>): Promise<Blob>;
  /** The stream of a session's events as it comes; `follow` is what most need. */
  events(sessionId: string, options: { lastEventId: string | null; signal: AbortSignal }): Promise<Response>;
  /** Takes up the login that this browser keeps. Tells who is signed in, or null. */
  resume(): Promise<Person | null>;
  /** `keepGuest`: what the guest did is the account's then. */
  signIn(credentials: Credentials, options?: { keepGuest?: boolean }): Promise<Person>;
  /** Makes an account and signs in. */
  register(account: Credentials & { nickname: string }, options?: { keepGuest?: boolean }): Promise<Person>;
  /** Begins as a guest, where nobody is signed in. */
  guest(): Promise<Person>;
  /** Ends all other logins, too. */
  changePassword(passwords: { currentPassword: string; newPassword: string }): Promise<void>;
  /** Ends the login, in all tabs. If it throws, nobody was signed out. */
  signOut(): Promise<void>;
  /** Calls `listener` when somebody else is signed in, also in another tab. Returns what ends that. */
  onChange(listener: (user: Person | null) => void): () => void;
  /** Tells what changes in a session. */
  follow(sessionId: string, options: FollowOptions): { close(): void };
  /** A session as it is now, for a view. */
  room(sessionId: string, options?: RoomOptions): Room;
  /** Ends what it shares with other tabs. */
  close(): void;
}
