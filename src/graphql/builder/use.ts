import { InvalidOptionsError, isPlainObject } from '../../core/index.js';

/** Which function of the builder was called, and where in which document: what an error says of its origin. */
export interface Use {
  readonly decorator: string;
  readonly site?: string;
}

/** Reads a plain object that was given; its values are looked at by others. */
export function entriesOf(given: unknown, option: string, use: Use): readonly (readonly [string, unknown])[] {
  if (isPlainObject(given)) return Object.entries(given);
  throw new InvalidOptionsError({ ...use, option, rule: 'must be a plain object', value: given });
}

/** Refuses a key of an options object that no option has. */
export function checkKeys(given: unknown, allowed: readonly string[], option: string, use: Use): void {
  for (const [key] of entriesOf(given, option, use)) {
    if (allowed.includes(key)) continue;
    throw new InvalidOptionsError({ ...use, option, rule: `may only have ${allowed.join(', ')}`, value: key });
  }
}
