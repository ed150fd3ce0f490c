import { type InvalidOptionsError, show } from '../../core/index.js';
import { wrongOption } from '../wrong-option.js';
import { isOf, type TextForm } from './text-form.js';

/** An object of the option `auth`, read part by part. Errors name the part and the rule, and never what was given: all of it may be secret. */
export class AuthParts<Name extends string> {
  readonly #client: string;
  readonly #path: string;
  readonly #parts: Readonly<Record<string, unknown>>;

  constructor(client: string, path: string, given: unknown, names: readonly Name[]) {
    this.#client = client;
    this.#path = path;
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw this.wrong('', `must be an object with ${names.join(', ')}`);
    }
    this.#parts = given as Readonly<Record<string, unknown>>;
    const foreign = Object.keys(given).find((name) => !(names as readonly string[]).includes(name));
    if (foreign !== undefined) throw this.wrong('', `has no part named ${show(foreign)}; it takes ${names.join(', ')}`);
  }

  /** What was given; undefined for a part that was not. */
  given(name: Name): unknown {
    return this.#parts[name];
  }

  /** A part that must be there, and be a text of a form. */
  text(name: Name, form: TextForm): string {
    const value = this.given(name);
    if (isOf(form, value)) return value;
    throw this.wrong(name, form.rule);
  }

  /** A part that may stay away. */
  maybeText(name: Name, form: TextForm): string | undefined {
    return this.given(name) === undefined ? undefined : this.text(name, form);
  }

  /** A part that is a text of a form, or a list of such; empty when it is not given. */
  texts(name: Name, form: TextForm): readonly string[] {
    const value = this.given(name);
    if (value === undefined) return [];
    const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (texts.length > 0 && texts.every((text) => isOf(form, text))) return texts;
    throw this.wrong(name, form.rule);
  }

  /** The error for a part, or with an empty name for the whole. */
  wrong(name: Name | '', rule: string): InvalidOptionsError {
    return wrongOption(this.#client, name === '' ? this.#path : `${this.#path}.${name}`, rule);
  }
}
