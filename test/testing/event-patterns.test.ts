import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { differences } from '../../src/testing/events/event-difference.js';
import { tell } from '../../src/testing/events/event-text.js';

class Down extends Error {
  readonly code = 'DOWN';
}

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

/** Shows nothing of what it holds. */
class Sealed {
  readonly #x: number;
  constructor(x: number) {
    this.#x = x;
  }
  get x(): number {
    return this.#x;
  }
}

/** An error of another realm, as those of Node itself are under jest. */
const foreign: TypeError = runInNewContext("Object.assign(new TypeError('away'), { code: 'E_AWAY' })");

const sealed = new Sealed(3);
const tag = Symbol('tag');
const aborted = (name: string) => new DOMException('left', name);
/** An error whose name cannot be listed. */
function named(name: string): Error {
  return Object.defineProperty(new Error('away'), 'name', { value: name });
}

const isEven = (value: unknown) => (value as number) % 2 === 0;
/** Contains itself. */
function cyclic(site: string): object {
  const around: Record<string, unknown> = { site };
  around.self = around;
  return around;
}

const around = cyclic('a');

describe('a pattern', () => {
  it.each<[string, unknown, unknown]>([
    ['a value', 5, 5],
    ['not a number', { delay: Number.NaN }, { delay: Number.NaN }],
    ['zero of either sign', { delay: -0 }, { delay: 0 }],
    ['some fields', { site: 'a', delay: 5 }, { delay: 5 }],
    ['no field', { site: 'a' }, {}],
    ['some fields of an object within', { figures: { calls: 5, failures: 2 } }, { figures: { failures: 2 } }],
    ['some fields of an instance', { at: new Point(3) }, { at: { x: 3 } }],
    ['a field that is away, by undefined', { site: 'a' }, { retryAfter: undefined }],
    ['a list', { waits: [1, 2] }, { waits: [1, 2] }],
    ['objects in a list, by some fields', { steps: [{ a: 1, b: 2 }] }, { steps: [{ b: 2 }] }],
    ['a text, by a RegExp', { site: 'Shop.order' }, { site: /^Shop\./g }],
    ['a RegExp, by an equal one', { by: /a/g }, { by: /a/g }],
    ['an error, by its class and message', { error: new Down('away') }, { error: new Down('away') }],
    ['an error, by a class above its own', { error: new Down('away') }, { error: new Error('away') }],
    ['an error, by its class alone', { error: new Down('away') }, { error: Down }],
    ['an error, by some fields', { error: new Down('away') }, { error: { code: 'DOWN', message: /way/ } }],
    ['an error, by its cause', { error: new Error('a', { cause: 5 }) }, { error: new Error('a', { cause: 5 }) }],
    ['an error of another realm, by its class', { error: foreign }, { error: TypeError }],
    ['an error of another realm, by a class above', { error: foreign }, { error: Error }],
    ['an error of another realm, by its like', { error: foreign }, { error: new TypeError('away') }],
    [
      'an error, by one of another realm',
      { error: Object.assign(new TypeError('away'), { code: 'E_AWAY' }) },
      { error: foreign },
    ],
    ['an error of another realm, by itself', { error: foreign }, { error: foreign }],
    ['a value, by a function', { delay: 4 }, { delay: isEven }],
    ['a function, by itself', { by: isEven }, { by: isEven }],
    ['a class, by itself', { by: Point }, { by: Point }],
    ['a value, by a matcher', { delay: 4 }, { delay: expect.any(Number) }],
    ['some fields, by a matcher', { a: 1, b: 2 }, expect.objectContaining({ a: 1 })],
    ['a date', { at: new Date(5) }, { at: new Date(5) }],
    ['a map', { by: new Map([[1, 2]]) }, { by: new Map([[1, 2]]) }],
    ['an instance, by an equal one', { at: new Point(3) }, { at: new Point(3) }],
    ['an instance, by itself', { at: sealed }, { at: sealed }],
    ['an empty collection', { by: new Set() }, { by: new Set() }],
    ['bytes', { by: new Uint8Array(0) }, { by: new Uint8Array(0) }],
    ['an address', { at: new URL('http://a/') }, { at: new URL('http://a') }],
    ['a field under a symbol', { [tag]: 5, a: 1 }, { [tag]: 5 }],
    ['an aborted call', { error: aborted('AbortError') }, { error: aborted('AbortError') }],
    ['several errors in one', new AggregateError([new Down('a')], 'm'), new AggregateError([new Error('a')], 'm')],
    ['an error by a class above, whatever its name', { error: named('Away') }, { error: new Error('away') }],
    ['what contains itself, by itself', around, around],
    ['what contains itself, by its like', cyclic('a'), cyclic('a')],
  ])('fits %s', (_, actual, pattern) => {
    expect(differences(actual, pattern)).toEqual([]);
  });

  it.each<[string, unknown, unknown, string[]]>([
    ['another value', { delay: 5 }, { delay: 6 }, ['delay']],
    ['another type', { delay: 5 }, { delay: '5' }, ['delay']],
    ['nothing', { delay: undefined }, { delay: 5 }, ['delay']],
    ['null', { figures: null }, { figures: { calls: 1 } }, ['figures']],
    ['what should be away', { retryAfter: 5 }, { retryAfter: undefined }, ['retryAfter']],
    ['several fields', { a: 1, b: { c: 2, d: 3 } }, { a: 0, b: { c: 0, d: 3 } }, ['a', 'b.c']],
    ['a longer list', { waits: [1, 2] }, { waits: [1] }, ['waits']],
    ['no list', { waits: { 0: 1, length: 1 } }, { waits: [1] }, ['waits']],
    ['an object in a list', { steps: [{ a: 1 }, { a: 2 }] }, { steps: [{ a: 1 }, { a: 1 }] }, ['steps[1].a']],
    ['a text that no RegExp finds', { site: 'Shop.order' }, { site: /^order/ }, ['site']],
    ['a number that a RegExp would find as text', { delay: 5 }, { delay: /5/ }, ['delay']],
    ['an error of a class below', { error: new Error('away') }, { error: new Down('away') }, ['error']],
    ['another message', { error: new Down('away') }, { error: new Down('gone') }, ['error.message']],
    [
      'another cause',
      { error: new Error('a', { cause: 5 }) },
      { error: new Error('a', { cause: 6 }) },
      ['error.cause'],
    ],
    ['a class it does not have', { error: new Error('away') }, { error: Down }, ['error']],
    ['no error', { error: 'away' }, { error: new Error('away') }, ['error']],
    ['an error of another realm and class', { error: foreign }, { error: RangeError }, ['error']],
    ['an error of another realm, for one of a class of ours', { error: foreign }, { error: Down }, ['error']],
    ['an error of another realm and message', { error: foreign }, { error: new TypeError('gone') }, ['error.message']],
    [
      'what is no error but for what is above it',
      { error: Object.create(Object.getPrototypeOf(foreign)) },
      { error: TypeError },
      ['error'],
    ],
    [
      'an error that has lost its class',
      { error: Object.setPrototypeOf(new Error('away'), Object.create(null)) },
      { error: TypeError },
      ['error'],
    ],
    ['what is no error but for its name', { error: { constructor: TypeError } }, { error: TypeError }, ['error']],
    ['what a function refuses', { delay: 5 }, { delay: isEven }, ['delay']],
    ['what a matcher refuses', { delay: 5 }, { delay: expect.any(String) }, ['delay']],
    ['another date', { at: new Date(5) }, { at: new Date(6) }, ['at']],
    ['another instance', { at: new Point(3) }, { at: new Point(4) }, ['at']],
    ['a whole that is refused', { a: 1 }, () => false, ['']],
    ['an instance that shows nothing', { at: new Sealed(3) }, { at: new Sealed(3) }, ['at']],
    ['another address', { at: new URL('http://a') }, { at: new URL('http://b') }, ['at']],
    ['another collection', { by: new Set([1]) }, { by: new Set() }, ['by']],
    ['a field under a symbol', { [tag]: 5 }, { [tag]: 6 }, ['[Symbol(tag)]']],
    ['another kind of abort', { error: aborted('AbortError') }, { error: aborted('TimeoutError') }, ['error.name']],
    ['other errors in one', new AggregateError([1], 'm'), new AggregateError([2], 'm'), ['errors[0]']],
    ['an error of another name', { error: named('Away') }, { error: named('Gone') }, ['error.name']],
    ['what does not contain itself', { site: 'a', self: 5 }, around, ['self']],
    ['what does so further in only', { site: 'b', self: cyclic('a') }, around, ['site']],
    ['what contains something else further in', { site: 'a', self: { site: 'b' } }, around, ['self.site', 'self.self']],
  ])('does not fit %s, and says where', (_, actual, pattern, paths) => {
    expect(differences(actual, pattern).map(({ path }) => path)).toEqual(paths);
  });

  it('looks at a part that stands in two places in both', () => {
    const part = { a: 1 };
    expect(differences({ one: { a: 1 }, two: { a: 2 } }, { one: part, two: part }).map(({ path }) => path)).toEqual([
      'two.a',
    ]);
  });

  it('lets a function that throws be heard', () => {
    const broken = () => {
      throw new RangeError('broken');
    };
    expect(() => differences({ delay: 5 }, { delay: broken })).toThrow('broken');
  });
});

describe('a function in a pattern', () => {
  it.each<[string, unknown, string]>([
    ['is asynchronous', async () => true, 'Promise { true }'],
    ['returns nothing', () => undefined, 'undefined'],
    ['returns a number', () => 1, '1'],
  ])('is refused when it %s: nobody could tell a match from none', (_, test, answer) => {
    expect(() => differences({ delay: 5 }, { delay: test })).toThrow(
      `The pattern of an event has a function at delay that must return true or false, but got ${answer}`,
    );
    expect(() => differences(5, test)).toThrow('has a function that must return true or false');
  });
});

describe('a value in a message', () => {
  it.each<[unknown, string]>([
    [{ to: 'open', after: 5 }, "{ to: 'open', after: 5 }"],
    [{}, '{}'],
    [new Down('away'), '[Down: away]'],
    [{ error: new Down('two\n  lines') }, '{ error: [Down: two lines] }'],
    [[1, { a: [2] }], '[1, { a: [2] }]'],
    [expect.any(Number), 'Any<Number>'],
    [{ delay: isEven }, '{ delay: function isEven }'],
    [/a/, '/a/'],
    ['x'.repeat(500), `'${'x'.repeat(80)}'... 420 more characters`],
  ])('is %j in one line: %s', (value, text) => {
    expect(tell(value)).toBe(text);
  });

  it('is cut at 200 characters', () => {
    const text = tell({ a: 'x'.repeat(70), b: 'x'.repeat(70), c: 'x'.repeat(70) });

    expect(text.length).toBe(200);
    expect(text.endsWith('xxx...')).toBe(true);
  });

  it('ends, however deep it is', () => {
    expect(tell(around)).toContain("{ site: 'a', self: { site: 'a', self: ");
  });
});
