import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed } from './built-package.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const phases = ['healthy', 'slow', 'failing', 'down', 'recovering'];
const share = String.raw`[█·]{10} +(\d+)%`;
const p95 = String.raw`(?:\d+ ms|–)`;

let outage: Run;

beforeAll(async () => {
  await using installation = await installed();
  outage = await runOutage(installation);
}, 180_000);

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  /** Whether a process that it started was still there after it: all of them write to its streams. */
  readonly leftovers: boolean;
}

/** Runs the program of `npm start` where the package is installed, in a process group of its own. */
async function runOutage({ folder, link }: Installation): Promise<Run> {
  await cp(join(root, 'samples', 'outage'), join(folder, 'outage'), { recursive: true });
  await link('tsx');
  const program = spawn(process.execPath, ['--import', 'tsx', 'outage/index.ts'], {
    cwd: folder,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const printed = Promise.all([text(program.stdout), text(program.stderr)]);
  const [code] = (await once(program, 'exit')) as [number | null];
  const closed = printed.then(() => true); // once everyone who can write there is gone
  const leftovers = !(await Promise.race([closed, wait(10_000, false)]));
  if (leftovers) process.kill(-(program.pid as number), 'SIGKILL');
  const [output, errors] = await printed;
  return { code, output, errors, leftovers };
}

/** The lines that have some form, with what the form captures. */
function lines(form: RegExp): string[][] {
  return [...outage.output.matchAll(form)].map(([, ...captured]) => captured);
}

/** The lines of the summary: phase, percentage of the protected client, percentage of the bare one. */
function summary(): string[][] {
  return lines(new RegExp(`^  ([a-z]+) +${share} +${p95} +${share} +${p95}$`, 'gm'));
}

describe('the outage', () => {
  it('is what npm start runs', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

    expect(scripts.start).toMatch(new RegExp(`tsx ${['samples', 'outage', 'index.ts'].join('/')}$`));
  });

  it('runs to its end, complains of nothing and leaves no process behind', () => {
    expect(outage).toMatchObject({ code: 0, errors: '', leftovers: false });
  });

  it('prints no colour codes when its output is piped', () => {
    expect(outage.output).not.toContain('\u001b');
  });

  it('says how a method is protected, outermost policy first', () => {
    const nesting = /^Shop\.price\n +dedup.+\n +timeout\.total.+\n +retry.+\n +circuitBreaker.+\n +rateLimit/m;

    expect(outage.output).toMatch(nesting);
  });

  it('prints a line for each second, with the phase, both clients, the policies and the circuit', () => {
    const row = `^ +(\\d+)  ([a-z]+) +${share} +${p95} +${share} +${p95}(?: +(?:\\d+|·)){5}  [a-z-]+$`;
    const rows = lines(new RegExp(row, 'gm'));

    expect(rows.map(([second]) => Number(second))).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect([...new Set(rows.map(([, phase]) => phase))]).toEqual(phases);
  });

  it('sums up all phases', () => {
    expect(summary().map(([phase]) => phase)).toEqual([...phases, 'all']);
  });

  it('shows that the protected client answers more while the supplier is down', () => {
    const [, ours, bare] = summary().find(([phase]) => phase === 'down') as string[];

    expect(Number(ours)).toBeGreaterThan(Number(bare));
  });

  it('tells when the circuit opened and closed', () => {
    const openings = lines(/^The circuit: open at [\d.]+ s, (\d+) trials?, closed at [\d.]+ s\.$/gm);

    expect(openings.map(([trials]) => Number(trials)).every((trials) => trials > 0)).toBe(true);
    expect(openings.length).toBeGreaterThan(0);
  });

  it.each(['retries', 'hits', 'stale', 'merged', 'refused', 'fallbacks'])('counts %s', (what) => {
    const [[times] = []] = lines(new RegExp(`^What the policies did: .*?(\\d+) ${what}`, 'gm'));

    expect(Number(times)).toBeGreaterThan(0);
  });

  it('tells how many requests the calls of both clients came to', () => {
    expect(lines(/^ {2}(protected|bare) +\d+ for 1600 calls, [\d.]+ each$/gm)).toEqual([['protected'], ['bare']]);
  });
});
