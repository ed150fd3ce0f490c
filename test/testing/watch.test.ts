import { settle, watch } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';

describe('watch()', () => {
  it('tells what has become of a promise so far', async () => {
    const pending = watch(new Promise(() => undefined));
    const resolved = watch(Promise.resolve(5));
    const rejected = watch(Promise.reject('no'));
    expect(resolved).toEqual({ state: 'pending' });

    await settle();
    expect(pending).toEqual({ state: 'pending' });
    expect(resolved).toEqual({ state: 'resolved', value: 5 });
    expect(rejected).toEqual({ state: 'rejected', error: 'no' });
  });

  it('takes anything with a then', async () => {
    const seen = watch({ then: (resolve: (value: string) => void) => resolve('at once') } as PromiseLike<string>);
    expect(seen).toEqual({ state: 'resolved', value: 'at once' });
  });

  it.each([[undefined], [5], [async () => 5]])('refuses %s', (value) => {
    expect(() => watch(value as never)).toThrow('watch() takes a promise, but got ');
  });
});
