import { describe, expect, it } from 'vitest';
import { spawn } from 'node:child_process';
import { Lifetime, SystemClock, currentCall, Call, type CurrentCall } from '../../src/core/index.js';
import { protect, Runtime, explain } from '../../src/runtime/index.js';
import { Bulkhead, Retry, CircuitBreaker, Fallback, Resilient, setDefaultRuntime } from '../../decorators/index.js';
import { testRuntime, ManualClock } from '../../src/testing/index.js';
import { Boom, failing, subject, watch } from '../support/subject.js';

class Counting extends Lifetime { n = 0; override watch(l: any) { this.n++; const s = super.watch(l); let d = false; return () => { if (!d) { d = true; this.n--; } s(); }; } }
it('sleep halted leaks closing', async () => {
  const clock = new ManualClock(); const closing = new Counting(), lifetime = new Counting();
  const call = new Call({ site: 's', clock, lifetime, closing }, undefined, [], 1, lifetime);
  const p = clock.sleep(100, call).catch(() => 1); call.end('x'); await p; expect([closing.n, lifetime.n]).toEqual([0, 0]);
});
it('coarse stale after idle poll', async () => {
  const clock = new SystemClock();
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => console.log(1), 400)']);
  const gap = await new Promise<number>((resolve) => {
    setTimeout(() => clock.coarse(), 5);
    child.stdout.once('data', () => resolve(clock.now() - clock.coarse()));
  });
  expect(gap).toBeLessThan(50);
});
it('singleton error', async () => {
  const boom = new Boom('same'); const m = failing(Array(9).fill(boom), 0);
  const { call } = subject({ retry: { delay: 0 } }, m);
  await call().catch(() => 0); await call().catch(() => 0); expect(m.calls).toBe(6);
});
it('cancel through the first attempt in the second', async () => {
  let kept: CurrentCall | undefined; let n = 0;
  const { runtime } = testRuntime();
  const call = protect(() => { kept ??= currentCall(); return n++ ? new Promise((r) => setTimeout(r, 50, 'late')) : Promise.reject(new Boom('x')); }, { retry: { delay: 0 } }, { runtime });
  const seen = watch(call()); await new Promise((r) => setTimeout(r, 5)); kept?.cancel('enough'); await new Promise((r) => setTimeout(r, 100));
  expect(seen).toEqual({ state: 'rejected', error: 'enough' });
  expect([...runtime.methods()][0]?.stats).toMatchObject({ cancelled: 1, failures: 0 });
});
it('asyncContext cancel', async () => {
  const runtime = new Runtime({ asyncContext: true });
  const call = protect(async () => { await null; currentCall()?.cancel('enough'); await new Promise((r) => setTimeout(r, 20)); return 'v'; }, {}, { runtime });
  await expect(call()).rejects.toBe('enough');
});
it('foreign signal in nested', async () => {
  const { runtime, clock } = testRuntime(); let nested: any;
  const inner = protect((_s: AbortSignal) => new Promise(() => {}), {}, { id: 'In.m', runtime });
  const outer = protect(() => { nested = watch(inner(new AbortController().signal)); return new Promise(() => {}); }, { timeout: 100 }, { id: 'Out.m', runtime });
  watch(outer()); await clock.advance(200); expect(nested.state).toBe('rejected');
});
it('sync throw of a build error', async () => {
  class S { @Retry({ delay: 1000, maxDuration: 500 }) async run() {} }
  let p: any; expect(() => { p = new S().run(); }).not.toThrow(); await expect(p).rejects.toThrow('maxDuration');
});
it.each(['circuitBreaker', 'bulkhead', 'rateLimit', 'cached', 'dedup'] as const)('throwing key %s', async (kind) => {
  const key = () => { throw new Boom('key'); };
  const { call, runtime } = subject({ [kind]: { key, ...(kind === 'rateLimit' && { limit: 1 }), ...(kind === 'cached' && { ttl: 1000 }) } }, async () => 1);
  let p: any; expect(() => { p = call(); }).not.toThrow(); await expect(p).rejects.toThrow('key');
  expect([...runtime.methods()][0]?.stats).toMatchObject({ calls: 1, failures: 1 });
});
it('class scope of two same-named classes', async () => {
  const { runtime } = testRuntime();
  const make = () => { class Twin { @Bulkhead({ scope: 'class', maxConcurrent: 1 }) async run() { return new Promise(() => {}); } } return Twin; };
  const [A, B] = [make(), make()]; const a = new A(), b = new B(); runtime.bind(a); runtime.bind(b);
  const x = watch(a.run()); const y = watch(b.run()); await new Promise((r) => setImmediate(r)); expect([x.state, y.state]).toEqual(['pending', 'pending']);
});
it('named instance scope over two methods', async () => {
  const { runtime } = testRuntime();
  class S { @Bulkhead({ name: 'n', scope: 'instance', maxConcurrent: 1 }) async a() { return new Promise(() => {}); }
    @Bulkhead({ name: 'n', scope: 'instance' }) async b() { return new Promise(() => {}); } }
  const [A, B] = [new S(), new S()]; runtime.bind(A); runtime.bind(B);
  const s = [watch(A.a()), watch(B.b()), watch(A.b()), watch(B.a())]; await new Promise((r) => setImmediate(r));
  expect(s.map((x) => x.state)).toEqual(['pending', 'pending', 'rejected', 'rejected']);
});
it('Object.create(instance) growth', async () => {
  const { runtime } = testRuntime(); class S { @Retry() async run() { return 1; } }
  const s = new S(); runtime.bind(s); for (let i = 0; i < 5; i++) await Object.create(s).run(); expect([...runtime.methods()].length).toBe(1);
});
it('class-level fallback value and method-level function', async () => {
  const { runtime } = testRuntime();
  @Resilient({ fallback: { value: 1 } }) class S { @Fallback(() => 2) async run(): Promise<number> { throw new Boom('x'); } }
  const s = new S(); runtime.bind(s); expect(await s.run()).toBe(2);
});
it('this-less', async () => {
  const { runtime } = testRuntime(); setDefaultRuntime(runtime); class S { @Retry() async run() { return 1; } @Retry() static async st() { return 2; } }
  const { run } = S.prototype; const { st } = S; await run(); await st();
  expect([...runtime.methods()].map((m) => m.site)).toEqual(['S.run', 'S.st']); setDefaultRuntime(undefined);
});
it('explain of an undecorated override', () => {
  const { runtime } = testRuntime(); class Base { @Retry() async run() {} } class Sub extends Base { override async run() {} }
  runtime.prepare(Sub); expect([...runtime.methods()].map((m) => m.site)).toEqual([]);
});
it('predicate that throws', async () => {
  const { call } = subject({ retry: { delay: 0, on: () => { throw new TypeError('pred'); } } }, async () => { throw new Boom('mine'); });
  await expect(call()).rejects.toThrow('mine');
});
