import { describe, expect, it } from 'vitest';
import {
  Call,
  instancesFor,
  Lifetime,
  type Membership,
  Registry,
  type Sharing,
  type Site,
} from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

interface Box {
  readonly name: string;
  readonly membership: Membership<Box> | undefined;
}

function world() {
  const clock = new ManualClock();
  const boxes = new Registry<Box, object>({
    decorator: '@Box',
    make: (name, _given, membership) => ({ name, membership }),
    change: () => {},
    complete: (given) => given,
    busy: () => false,
  });
  const site = (name: string): Site => ({
    name: `Shop.${name}`,
    className: 'Shop',
    method: name,
    concrete: {},
    parameters: 0,
  });
  const use = (method: string, sharing: Partial<Sharing>) =>
    instancesFor(
      boxes,
      { name: undefined, scope: 'method', key: undefined, maxKeys: 10, idle: 1000, ...sharing },
      {},
      site(method),
      { clock },
    );
  const origin = { site: 'Shop.method', clock, lifetime: new Lifetime(), closing: new Lifetime() };
  const call = (target: unknown, ...args: unknown[]) => new Call(origin, target, args);
  return { boxes, use, call };
}

describe('the instance of a use', () => {
  it('is one for each method, registered under its site', () => {
    const { boxes, use, call } = world();
    const [order, pay] = [use('order', {}), use('pay', {})];
    expect([order.name, order.only === order.of(call({}))]).toEqual(['Shop.order', true]);
    expect(pay.only).not.toBe(order.only);
    expect([...boxes.entries()].map(([name]) => name)).toEqual(['Shop.order', 'Shop.pay']);
  });

  it('is one for a class where it says so, and one for a name', () => {
    const { use } = world();
    expect(use('order', { scope: 'class' }).only).toBe(use('pay', { scope: 'class' }).only);
    expect(use('order', { scope: 'class' }).name).toBe('Shop');
    expect(use('order', { name: 'main' }).only).toBe(use('pay', { name: 'main' }).only);
  });

  it('is split by a key, of the arguments and of the instance', () => {
    const { use, call } = world();
    const key = function (this: { readonly tenant: string }, item: string) {
      return [this.tenant, item];
    };
    const split = use('order', { key });
    expect(split.only).toBeUndefined();
    const one = split.of(call({ tenant: 'a' }, 'tea'));
    expect(split.of(call({ tenant: 'a' }, 'tea', 'more'))).toBe(one);
    expect(split.of(call({ tenant: 'b' }, 'tea'))).not.toBe(one);
    expect(split.of(call({ tenant: 'a' }, 'rum'))).not.toBe(one);
  });

  it('is told, where it is split, of which family it is, and the key as the first call gave it', () => {
    const { boxes, use, call } = world();
    const split = use('order', { key: (...parts: unknown[]) => parts, maxKeys: 1, name: 'main' });
    const family = boxes.keyed('main');
    expect(boxes.get('main').membership).toBeUndefined();
    expect(split.of(call({}, 'a', 1)).membership).toEqual({ family, key: ['a', 1] });
    expect(split.of(call({}, 'b')).membership).toEqual({ family, key: ['b'] });
    expect(use('pay', { scope: 'instance' }).of(call({})).membership?.key).toBeUndefined();
  });

  it('is the unsplit one where a key says nothing', () => {
    const { boxes, use, call } = world();
    const split = use('order', { key: () => undefined });
    expect(split.of(call({}))).toBe(boxes.get('Shop.order'));
  });

  it('refuses a key that is none', () => {
    const { use, call } = world();
    const split = use('order', { key: () => ({}) });
    expect(() => split.of(call({}))).toThrow(
      'Shop.method: a key must be a string, a number, a list of values, or undefined for none, but got an object',
    );
  });

  it('is one for each instance of the class where it says so, and for all calls without one', () => {
    const { use, call } = world();
    const split = use('order', { scope: 'instance' });
    const [one, other] = [{}, {}];
    expect(split.of(call(one))).toBe(split.of(call(one, 'more')));
    expect(split.of(call(one))).not.toBe(split.of(call(other)));
    expect(split.of(call(undefined))).toBe(split.of(call('text')));
    expect(split.of(call(undefined))).not.toBe(split.of(call(one)));
  });

  it('is split by instance and key together', () => {
    const { use, call } = world();
    const split = use('order', { scope: 'instance', key: (item: string) => item });
    const [one, other] = [{}, {}];
    const all = [call(one, 'tea'), call(one, 'rum'), call(other, 'tea'), call(other, 'rum')].map((c) => split.of(c));
    expect(new Set(all).size).toBe(4);
  });

  // Every method numbered the instances for itself: where two shared a name, one instance's state in the first
  // was another's in the second.
  it('is the same for one instance in all methods that share a name, in whatever order they are called', () => {
    const { use, call } = world();
    const [order, pay] = [use('order', { name: 'n', scope: 'instance' }), use('pay', { name: 'n', scope: 'instance' })];
    const [one, other] = [{}, {}];
    const first = order.of(call(one));
    const second = pay.of(call(other));
    expect([pay.of(call(one)) === first, order.of(call(other)) === second, first === second]).toEqual([
      true,
      true,
      false,
    ]);
  });
});
