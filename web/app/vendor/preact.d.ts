// What the page uses of Preact and htm. The types of their packages need both as installed packages.

export function html(strings: TemplateStringsArray, ...values: unknown[]): any;
export function render(what: unknown, parent: Element): void;
export function useState<T>(initial: T | (() => T)): [T, (next: T | ((before: T) => T)) => void];
export function useReducer<S, A>(reduce: (before: S, action: A) => S, initial: S): [S, (action: A) => void];
export function useEffect(effect: () => void | (() => void), keys?: unknown[]): void;
export function useLayoutEffect(effect: () => void | (() => void), keys?: unknown[]): void;
export function useMemo<T>(make: () => T, keys: unknown[]): T;
export function useRef<T>(initial: T): { current: T };
export class Component {
  props: Record<string, unknown>;
}
