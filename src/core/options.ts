import * as v from 'valibot';
import { InvalidOptionsError, type OptionFault } from './invalid-options.js';

/** One option: how it is checked and read, and what holds when it is not given. */
export interface Option<Given, Value> {
  readonly schema: v.GenericSchema<Given, Value>;
  /** The value when none is given; undefined when the option may stay away. */
  readonly fallback: Given | undefined;
  readonly required: boolean;
  /** Anything may be given, undefined included: what counts is that it was given. */
  readonly anything?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: each option has types of its own
type Entries = Readonly<Record<string, Option<any, any>>>;

/** The options as they are once every one of them is present and valid. */
export type Settings<E extends Entries> = {
  readonly [K in keyof E]: E[K] extends Option<infer _, infer Value> ? Value : never;
};

/** The options of one decorator: checked when given, completed when a pipeline is built. */
export interface OptionSet<Given extends object, Complete> {
  readonly decorator: string;
  readonly names: readonly string[];
  /** Checks what was given, and returns it; the error points below `below`. */
  check(given: unknown, site?: string, below?: (...args: never) => unknown): Given;
  /** Fills in defaults, reads units, and checks the rules between options. */
  complete(given: Given, site: string): Complete;
}

/** A rule between options: what is wrong, or undefined. */
export type Rule<Complete> = (
  settings: Complete,
) => { readonly option: string; readonly rule: string; readonly value?: unknown } | undefined;

/** Joins the options of one decorator with the rules between them; the compiler checks them against the documented interface. */
export function options<Given extends object>() {
  return <E extends { readonly [K in keyof Required<Given>]: Option<Given[K] | undefined, unknown> }>(
    decorator: string,
    entries: E,
    ...rules: readonly Rule<Settings<E & Entries>>[]
  ): OptionSet<Given, Settings<E & Entries>> => new CheckedOptions(decorator, entries, rules);
}

/** An option with a default. */
export function optional<Given, Value>(
  schema: v.GenericSchema<Given, Value>,
  fallback: Given,
): Option<Given | undefined, Value> {
  return { schema, fallback, required: false } as Option<Given | undefined, Value>;
}

/** An option that may stay away. */
export function maybe<Given, Value>(
  schema: v.GenericSchema<Given, Value>,
): Option<Given | undefined, Value | undefined> {
  return { schema, fallback: undefined, required: false } as Option<Given | undefined, Value | undefined>;
}

/** An option without which nothing works. */
export function required<Given, Value>(schema: v.GenericSchema<Given, Value>): Option<Given | undefined, Value> {
  return { schema, fallback: undefined, required: true } as Option<Given | undefined, Value>;
}

/** An option whose value may be anything at all; ask the given options whether it is there. */
export function anything(): Option<unknown, unknown> {
  return { schema: v.unknown(), fallback: undefined, required: false, anything: true };
}

class CheckedOptions<Given extends object, Complete> implements OptionSet<Given, Complete> {
  readonly decorator: string;
  readonly #entries: Entries;
  readonly #rules: readonly Rule<Complete>[];

  constructor(decorator: string, entries: Entries, rules: readonly Rule<Complete>[]) {
    this.decorator = decorator;
    this.#entries = entries;
    this.#rules = rules;
  }

  get names(): readonly string[] {
    return Object.keys(this.#entries);
  }

  check(given: unknown, site?: string, below?: (...args: never) => unknown): Given {
    const { decorator } = this;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw new InvalidOptionsError({ decorator, rule: 'takes an object of options', value: given, site }, below);
    }
    const kept: Record<string, unknown> = {};
    for (const [option, value] of Object.entries(given)) {
      const fault = this.#fault(option, value);
      if (fault) throw new InvalidOptionsError({ decorator, ...fault, site }, below);
      if (value !== undefined || this.#entries[option]?.anything) kept[option] = value;
    }
    return kept as Given;
  }

  complete(given: Given, site: string): Complete {
    const settings: Record<string, unknown> = {};
    for (const [option, entry] of Object.entries(this.#entries)) {
      const own = (given as Record<string, unknown>)[option];
      const value = own === undefined ? entry.fallback : own;
      if (value === undefined && entry.required) {
        throw new InvalidOptionsError({ decorator: this.decorator, option, rule: 'must be given', site });
      }
      settings[option] = value === undefined ? undefined : v.parse(entry.schema, value);
    }
    for (const rule of this.#rules) {
      const fault = rule(settings as Complete);
      if (fault) throw new InvalidOptionsError({ decorator: this.decorator, ...fault, site });
    }
    return settings as Complete;
  }

  #fault(option: string, value: unknown): Omit<OptionFault, 'decorator'> | undefined {
    const entry = Object.hasOwn(this.#entries, option) ? this.#entries[option] : undefined;
    if (!entry) return { option, rule: `is no option; it takes ${this.names.join(', ')}` };
    if (value === undefined) return undefined;
    const { issues } = v.safeParse(entry.schema, value, { abortEarly: true });
    return issues && { option, value, rule: issues[0].message, ...within(option, issues[0].path) };
  }
}

/** Where in an option that is an object or a list itself: named as the user would reach for it. */
function within(option: string, path: readonly Step[] = []) {
  const last = path.at(-1);
  const steps = path.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  return last && { option: [option, ...steps].join(''), value: last.value };
}

interface Step {
  readonly key: unknown;
  readonly value: unknown;
}
