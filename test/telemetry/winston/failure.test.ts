import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../src/telemetry/winston/failure.js';

const loud = (text: string) => text.toUpperCase();

describe('failureOf', () => {
  it.each<[string, unknown, unknown]>([
    ['an error', new TypeError('no'), { name: 'TYPEERROR', message: 'NO' }],
    ['its code', Object.assign(new Error('no'), { code: 'e_no' }), { name: 'ERROR', code: 'E_NO', message: 'NO' }],
    ['a code that is a number', { name: 'x', code: 7 }, { name: 'X', code: 7 }],
    ['a text', 'no', { name: 'string', message: 'NO' }],
    ['nothing else of what was thrown', { name: 'x', token: 'secret' }, { name: 'X' }],
    ['the kind of another value', 42, { name: 'number' }],
    ['null', null, { name: 'object' }],
    ['an object without a name', {}, { name: 'unknown' }],
  ])('tells %s', (_, error, failure) => {
    expect(failureOf(error, loud)).toEqual(failure);
  });

  it('tells nothing where there was no error', () => {
    expect(failureOf(undefined, loud)).toBeUndefined();
  });

  it('cuts what is long, after secrets have been taken out', () => {
    const message = `${'x'.repeat(990)} secret secret`;
    const failure = failureOf(new Error(message), (text) => text.replaceAll('secret', 'hidden'));

    expect(failure?.message).toBe(`${'x'.repeat(990)} hidden hi…`);
  });
});
