import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../src/core/index.js';

const run = promisify(execFile);
const core = new URL('../../src/core/index.ts', import.meta.url).href;

/** Runs a few lines in a process of their own, with `clock` and `print`; gives what they printed. */
async function alone(script: string): Promise<string> {
  const lines = `import { SystemClock } from ${JSON.stringify(core)};
    const clock = new SystemClock();
    const print = (text) => process.stdout.write(String(text) + ' ');
    ${script}`;
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', lines]);
  return stdout.trim();
}

afterEach(() => vi.useRealTimers());

describe('the system clock', () => {
  it('rings in order and never early, by real timers', async () => {
    const clock = new SystemClock();
    const startedAt = performance.now();
    const rung: [number, boolean][] = [];
    const wait = async (duration: number) => {
      await clock.sleep(duration);
      rung.push([duration, performance.now() - startedAt >= duration]);
    };
    await Promise.all([wait(40), wait(5), wait(20)]);
    expect(rung).toEqual([
      [5, true],
      [20, true],
      [40, true],
    ]);
    expect(clock.pending).toBe(0);
    expect(Math.abs(clock.wallNow() - Date.now())).toBeLessThan(1000);
  });

  it('waits in stretches for what is longer than any timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const clock = new SystemClock();
    const due = vi.fn();
    clock.later(2 ** 31 + 5000, due);
    vi.advanceTimersByTime(2 ** 31 + 4999);
    expect(due).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(due).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps one timer for all waits', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const clock = new SystemClock();
    for (let wait = 1; wait <= 100; wait++) clock.later(wait * 10, () => {});
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(2000);
    expect([clock.pending, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('keeps the process alive for an awaited wait, and for nothing else', async () => {
    const waits = "clock.later(30_000, () => print('idle'));";
    expect(await alone(`${waits} await clock.sleep(30); print('awaited');`)).toBe('awaited');
    expect(await alone(`${waits} process.on('exit', () => print('ended'));`)).toBe('ended');
  });

  it('lets the process end when a wait is cut short', async () => {
    const script = `const halted = [];
      clock.sleep(30_000, { halt: undefined, onHalt: (listener) => (halted.push(listener), () => {}) }).catch(print);
      setTimeout(() => halted[0]({ reason: 'left', timedOut: false }), 10);`;
    expect(await alone(script)).toBe('left');
  });

  // The coarse time was renewed by an immediate that did not keep the event loop from sleeping:
  // what came in after an idle hour was told the time of an hour ago.
  it('tells no coarse time of before the event loop slept', async () => {
    const script = `import { spawn } from 'node:child_process';
      const child = spawn(process.execPath, ['-e', 'setTimeout(() => console.log(), 300)']);
      setTimeout(() => clock.coarse(), 1);
      child.stdout.once('data', () => print(clock.now() - clock.coarse() < 50));`;
    expect(await alone(script)).toBe('true');
  });

  it('tells the coarse time within one turn at a price: late by no more than that turn', async () => {
    const clock = new SystemClock();
    const first = clock.coarse();
    expect(clock.coarse()).toBe(first);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(clock.coarse()).toBeGreaterThan(first);
  });
});
