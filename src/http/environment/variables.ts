import { durationRule, InvalidOptionsError, parseDuration } from '../../core/index.js';

/** Variables by name, such as `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The variables of an environment that begin with a prefix; an empty one counts as none. Errors name the variable. */
export class Variables {
  readonly #prefix: string;
  readonly #environment: Environment;

  constructor(prefix: string, environment: Environment) {
    this.#prefix = prefix;
    this.#environment = environment;
  }

  /** A variable as it is called outside. */
  nameOf(name: string): string {
    return `${this.#prefix}_${name}`;
  }

  /** A text; undefined when there is none. */
  text(name: string): string | undefined {
    const value = this.#environment[this.nameOf(name)]?.trim();
    return value === '' ? undefined : value;
  }

  /** A text that must be there, because another one is. */
  needed(name: string, by: string): string {
    const value = this.text(name);
    if (value === undefined) throw this.wrong(name, `must be set where ${this.nameOf(by)} is`);
    return value;
  }

  /** An absolute URL, which must be there. It may hold a password: the error does not show it. */
  url(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw this.wrong(name, 'must be set');
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === 'http:' || url?.protocol === 'https:') return value;
    throw this.wrong(name, 'must be an absolute URL that begins with http: or https:');
  }

  /** A duration with a unit, or digits alone, which are milliseconds: a variable cannot be a number. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const parsed = /^\d+$/.test(value) ? Number(value) : parseDuration(value);
    if (parsed !== undefined && Number.isFinite(parsed)) return parsed;
    throw this.wrong(name, `must be a duration (${durationRule}), or a number of milliseconds`, value);
  }

  /** A whole number within bounds. */
  count(name: string, max: number, min = 0): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    throw this.wrong(name, `must be a whole number from ${min} to ${max}`, value);
  }

  /** The error for a variable; its value is left out where it may be secret. */
  wrong(name: string, rule: string, ...value: readonly [unknown?]): InvalidOptionsError {
    const fault = { decorator: 'restClientFromEnv()', option: this.nameOf(name), rule };
    return new InvalidOptionsError(value.length > 0 ? { ...fault, value: value[0] } : fault);
  }
}
