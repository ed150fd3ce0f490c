import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { optionsFrom } from '../../src/fault-server/command-line.js';
import { jsonOf } from './json-of.js';

const main = fileURLToPath(new URL('../../src/fault-server/main.ts', import.meta.url));
let child: ChildProcess;
afterEach(() => child?.kill('SIGKILL'));

describe('the fault server as a process', { timeout: 60_000 }, () => {
  it('prints its URL once it listens, and ends on SIGTERM', async () => {
    const { url, pid, exit } = await run(['--workers', '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect((await fetch(`${url}/msg`)).status).toBe(200);
    expect(pid).toBe(child.pid);
    child.kill('SIGTERM');

    expect(await exit).toEqual({ code: 0, signal: null });
    await expect(fetch(`${url}/msg`)).rejects.toThrow('fetch failed');
  });

  it('ends with a request in progress', async () => {
    const { url, exit } = await run([], { stdio: ['ignore', 'pipe', 'inherit'] });
    const waiting = fetch(`${url}/msg?delay=60000`);
    waiting.catch(() => {});
    while ((await jsonOf(fetch(`${url}/stats`))).inFlight === 0);
    child.kill('SIGTERM');

    expect(await exit).toEqual({ code: 0, signal: null });
    await expect(waiting).rejects.toThrow('fetch failed');
  });

  it('ends when the one who started it closes its input', async () => {
    const { exit } = await run([], { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin?.end();

    expect(await exit).toEqual({ code: 0, signal: null });
  });

  it('ends when the one who started it closes their channel', async () => {
    const { exit } = await run([], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    child.disconnect();

    expect(await exit).toEqual({ code: 0, signal: null });
  });

  it('says what is wrong with its options, and fails', async () => {
    child = spawn(process.execPath, ['--import', 'tsx', main, '--workers', 'many'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = (await child.stderr?.toArray())?.join('');

    expect(said).toBe(
      "startFaultServer: workers must be a whole number from 1 to 100000, or Infinity, but got 'many'\n",
    );
    expect(await exitOf(child)).toEqual({ code: 1, signal: null });
  });
});

describe('its options', () => {
  it.each([
    [['--port', '80'], {}, { port: 80 }],
    [
      ['--host', '::1', '--queue-limit=5', '--service-time', '20ms'],
      {},
      { host: '::1', queueLimit: 5, serviceTime: '20ms' },
    ],
    [[], { SERVER_WORKERS: '8', SERVER_JOURNAL_LIMIT: '10', HOST: 'ignored' }, { workers: 8, journalLimit: 10 }],
    [['--seed', '2'], { SERVER_SEED: '1' }, { seed: 2 }],
    [['--service-time', '20'], {}, { serviceTime: '20' }],
  ])('are read from %j and %j', (args, env, options) => {
    expect(optionsFrom(args, env)).toEqual(options);
  });

  it.each([
    [['--wrokers', '8'], "Unknown option '--wrokers'"],
    [['8'], "Unexpected argument '8'"],
    [['--port'], "Option '--port <value>' argument missing"],
  ])('refuse %j', (args, sentence) => {
    expect(() => optionsFrom(args, {})).toThrow(sentence);
  });
});

async function run(args: readonly string[], options: SpawnOptions) {
  child = spawn(process.execPath, ['--import', 'tsx', main, ...args], options);
  const exit = exitOf(child);
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const line = await new Promise<string>((resolve) => lines.once('line', resolve));
  return { ...(JSON.parse(line) as { url: string; port: number; pid: number }), exit };
}

function exitOf(process: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((resolve) => process.once('exit', (code, signal) => resolve({ code, signal })));
}
