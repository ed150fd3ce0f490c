import assert from 'node:assert/strict';
import { InvalidOptionsError } from '../../core/index.js';

/** Checks what a suite is given to run by, and to make what is on trial. */
export function checkSuite(suite: string, runner: unknown, make: unknown): void {
  if (lacks(runner, ['describe', 'it']).length > 0)
    throw new InvalidOptionsError({
      decorator: suite,
      option: 'runner',
      rule: 'must be { describe, it }',
      value: runner,
    });
  if (typeof make !== 'function')
    throw new InvalidOptionsError({ decorator: suite, option: 'make', rule: 'must be a function', value: make });
}

/** Expects that something which `make` gave has what every test needs of it. */
export function mustHave(what: string, given: unknown, methods: readonly string[]): void {
  const missing = lacks(given, methods);
  assert.ok(
    missing.length === 0,
    `${what} must have the methods ${methods.join(', ')}; there is no ${missing.join(', ')}`,
  );
}

function lacks(given: unknown, methods: readonly string[]): readonly string[] {
  return methods.filter((method) => typeof Object(given)[method] !== 'function');
}
