import { describe, expect, it, vi } from 'vitest';
import { type ErrorRules, isClass, judgeBy, markPermanent, markTransient, matchAny } from '../../src/core/index.js';

class Down extends Error {}
class Slow extends Down {}
class Wrong extends Error {}
abstract class Shape {}
class Round extends Shape {}
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
const call = { site: 'Service.method' } as never;

describe('an error, by the rules of one use', () => {
  it.each<[string, ErrorRules, unknown, string]>([
    ['without rules', {}, new Down(), 'failure'],
    ['without rules, thrown by something else than an error', {}, 'text', 'failure'],
    ['without rules, thrown as nothing', {}, undefined, 'failure'],
    ['without rules, marked permanent', {}, markPermanent(new Down()), 'success'],
    ['without rules, marked transient', {}, markTransient(new Down()), 'failure'],
    ['named by on', { on: Down }, new Down(), 'failure'],
    ['named by on through its class', { on: Down }, new Slow(), 'failure'],
    ['named by on though marked permanent', { on: Down }, markPermanent(new Down()), 'failure'],
    ['not named by on', { on: Down }, new Wrong(), 'success'],
    ['named by on and except', { on: Down, except: Slow }, new Slow(), 'success'],
    ['named by except alone', { except: Slow }, new Slow(), 'success'],
    ['not named by except', { except: Slow }, new Down(), 'failure'],
    ['named by ignore', { ignore: Slow }, new Slow(), 'neutral'],
    ['named by all three', { on: Down, except: Down, ignore: Down }, new Down(), 'neutral'],
    ['named by its code', { on: 'ECONNRESET' }, reset, 'failure'],
    ['with another code', { on: 'ETIMEDOUT' }, reset, 'success'],
    ['of an abstract class', { ignore: Shape }, new Round(), 'neutral'],
    ['accepted by a predicate', { on: (error) => error === 7 }, 7, 'failure'],
    ['among several', { on: [Wrong, 'ECONNRESET'] }, reset, 'failure'],
  ])('%s', (_what, rules, error, verdict) => {
    expect(judgeBy(rules)(error, call)).toBe(verdict);
  });

  it('is shown to a predicate together with its call', () => {
    const predicate = vi.fn(() => true);
    expect(matchAny(predicate)('error', call)).toBe(true);
    expect(predicate).toHaveBeenCalledWith('error', call);
  });

  it('matches a code only where it has one', () => {
    expect([null, undefined, 'E', 5, {}].map((error) => matchAny('E')(error, call))).toEqual(Array(5).fill(false));
  });
});

describe('a class among matchers', () => {
  function Legacy(this: object) {}
  Legacy.prototype = Object.create(Error.prototype);

  it.each([
    [Error, true],
    [TypeError, true],
    [Slow, true],
    [Shape, true],
    [class {}, true],
    [Legacy, true],
    [() => true, false],
    [function predicate() {}, false],
    [async () => true, false],
    ['class', false],
    [undefined, false],
  ])('%o: %s', (value, expected) => {
    expect(isClass(value)).toBe(expected);
  });
});
