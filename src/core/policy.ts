import type { Call } from './call.js';
import type { OptionSet } from './options.js';
import type { Services } from './services.js';

/** The rest of a call: returns a native promise, and never throws synchronously. */
export type Next = (call: Call) => Promise<unknown>;

/** What protection can cost at the worst. */
export interface Bounds {
  /** How often the method may run for one call. */
  readonly attempts: number;
  /** Milliseconds until the caller has an answer; Infinity without a limit. */
  readonly duration: number;
}

/** Where the outcomes of a method's calls are counted; each call exactly once. */
export interface Outcomes {
  /** Counts a success; returns the value, so that it can stand in a `then` as it is. */
  readonly succeeded: (value: unknown) => unknown;
  /** Counts a failure, or a call that was ended from outside. */
  failed(error: unknown, call: Call | undefined): void;
  /** Counts whatever a promise comes to, at the price of one more. */
  of(outcome: Promise<unknown>, call: Call): Promise<unknown>;
}

/** Decides how, when and whether a call proceeds. */
export interface Policy {
  /**
   * Puts itself around the rest; runs when the pipeline is built. A policy that `counts` is asked twice where it stands outermost: for calls
   * that nobody watches it is handed `outcomes`, and counts what becomes of each by the way.
   */
  wrap(next: Next, outcomes?: Outcomes): Next;
  /** Makes a promise of its own for each call, in which outcomes can be counted without another one. */
  readonly counts?: boolean;
  /** Plain counters, read when somebody scrapes. */
  readonly stats?: Readonly<Record<string, number>>;
  /** The name of the shared instance it uses, if any. */
  readonly uses?: string | undefined;
  /** In a few words, for `explain`. */
  readonly summary: string;
  /** The worst case, given that of everything further in. */
  bounds?(inner: Bounds): Bounds;
}

/** The protected method as a policy's maker sees it. */
export interface Site {
  /** `Class.method`. */
  readonly name: string;
  /** The class's name, or its `id`. */
  readonly className: string;
  readonly method: string | symbol;
  /** What stands for the concrete class: its prototype, or the class itself for statics. */
  readonly concrete: object;
  /** How many parameters the method declares. */
  readonly parameters: number;
}

/** Tells whether a method is called on instances: a static one is not, nor is a plain function, whatever its `this` happens to be. */
export function hasInstances({ concrete }: Site): boolean {
  return typeof concrete !== 'function';
}

/** One kind of policy: how it is asked for, checked, placed and brought to life. */
// biome-ignore lint/suspicious/noExplicitAny: kinds of all option types stand in one catalogue
export interface PolicyKind<Options extends object = any, Settings = any> {
  readonly kind: string;
  /** As users write it, for messages. */
  readonly decorator: string;
  /** Its places in the order, the outermost first. */
  readonly places: readonly string[];
  /** For a kind from outside: the place that it stands right before or right after. */
  readonly beside?: { readonly before: string } | { readonly after: string };
  readonly options: OptionSet<Options, Settings>;
  /** Reads what may stand in place of the options object. */
  readonly shorthand?: (value: unknown) => Options | undefined;
  /** Options of which one at a time makes sense: one given nearer to the method replaces those given further away. */
  readonly alternatives?: readonly string[];
  /** How options nearer to the method come together with those given further away, where option by option is not enough. */
  readonly merge?: (further: Options, nearer: Options) => Options;
  /** Kinds that never stand on one method with it, as they answer the same need. */
  readonly excludes?: readonly string[];
  /** Makes the policy for one of its places; undefined where the options ask for nothing there. */
  create(settings: Settings, site: Site, services: Services, place: string, given: Options): Policy | undefined;
}

/** A policy that someone asked for, not yet alive. */
export interface Spec {
  readonly kind: PolicyKind;
  readonly options: object;
}

/** Describes a kind, with its types held together. */
export function policyKind<Options extends object, Settings>(
  kind: PolicyKind<Options, Settings>,
): PolicyKind<Options, Settings> {
  return kind;
}
