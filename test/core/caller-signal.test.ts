import { describe, expect, it, vi } from 'vitest';
import { withSignal } from '../../src/core/caller-signal.js';
import { signalOf, watchSignal } from '../../src/core/index.js';

const { signal } = new AbortController();

describe('the signal of a caller', () => {
  it.each([
    ['the last argument itself', signal, signal],
    ['in a plain object', { signal, other: 1 }, signal],
    ['in an object without a prototype', Object.assign(Object.create(null), { signal }), signal],
    [
      'none in an instance of a class',
      new (class Options {
        signal = signal;
      })(),
      undefined,
    ],
    ['none in a list', [signal], undefined],
    ['none where something else bears the name', { signal: 'SIGTERM' }, undefined],
    ['none in a text', 'signal', undefined],
    ['none in nothing', undefined, undefined],
    ['none in null', null, undefined],
    ['none in a function', Object.assign(() => 1, { signal }), undefined],
  ])('is %s', (_what, last, expected) => {
    expect(signalOf(last)).toBe(expected);
  });

  it('is replaced in a copy of the arguments', () => {
    const own = new AbortController().signal;
    const options = { signal, other: 1 };
    expect(withSignal([1, signal], own)).toEqual([1, own]);
    expect(withSignal([1, options], own)).toEqual([1, { signal: own, other: 1 }]);
    expect(options.signal).toBe(signal);
  });
});

describe('watching a signal', () => {
  const spied = () => {
    const controller = new AbortController();
    const add = vi.spyOn(controller.signal, 'addEventListener');
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    return { controller, signal: controller.signal, hung: () => add.mock.calls.length - remove.mock.calls.length };
  };

  it('hangs one listener on it, however many watch, and none once the last has left', () => {
    const { signal, hung } = spied();
    const leave = Array.from({ length: 100 }, () => watchSignal(signal, () => {}));
    expect(hung()).toBe(1);
    for (const go of leave) {
      expect(hung()).toBe(1);
      go();
    }
    expect(hung()).toBe(0);
    for (const go of leave) go();
    const again = watchSignal(signal, () => {});
    expect(hung()).toBe(1);
    again();
  });

  it('tells everyone who still watches, once', () => {
    const { controller, signal, hung } = spied();
    const [one, gone, other] = [vi.fn(), vi.fn(), vi.fn()];
    watchSignal(signal, one);
    watchSignal(signal, gone)();
    watchSignal(signal, other);
    controller.abort();
    controller.abort();
    expect([one, gone, other].map(({ mock }) => mock.calls.length)).toEqual([1, 0, 1]);
    expect(hung()).toBe(0);
  });

  it('does not tell one whom another made leave meanwhile', () => {
    const { controller, signal } = spied();
    const told = vi.fn();
    watchSignal(signal, () => leave());
    const leave = watchSignal(signal, told);
    controller.abort();
    expect(told).not.toHaveBeenCalled();
  });
});
