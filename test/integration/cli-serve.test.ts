import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { startFaultServer } from '../../src/fault-server/index.js';
import { jsonOf } from '../fault-server/json-of.js';
import { type Holdfast, serve } from './cli/process.js';

const ended = { code: 0, signal: null };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-cli-'));
  return () => rm(folder, { recursive: true });
});

/** A request that is in progress. */
async function inProgress(url: string, delay: number): Promise<{ readonly answer: Promise<Response> }> {
  const answer = fetch(`${url}/msg?delay=${delay}`);
  answer.catch(() => {});
  while ((await jsonOf(fetch(`${url}/stats`))).busyWorkers === 0);
  return { answer };
}

describe('holdfast fault-server serve', { timeout: 60_000 }, () => {
  it('prints a line of JSON once it listens, and ends on SIGTERM', async () => {
    await using server = serve(['--workers', '1'], { env: { ...process.env, SERVER_QUEUE_LIMIT: '0' } });
    const { url, pid } = await server.announced();
    expect((await fetch(`${url}/msg`)).status).toBe(200);
    expect(pid).toBe(server.child.pid);
    const { answer } = await inProgress(url, 100);
    expect((await fetch(`${url}/msg`)).status).toBe(503);
    expect((await answer).status).toBe(200);
    server.child.kill('SIGTERM');

    expect(await server.exit).toEqual(ended);
    await expect(fetch(`${url}/msg`)).rejects.toThrow('fetch failed');
  });

  it('lets requests in progress end after a first SIGTERM, and cuts them at a second', async () => {
    await using server = serve();
    const { url } = await server.announced();
    const first = await inProgress(url, 400);
    const second = fetch(`${url}/msg?delay=60000`);
    second.catch(() => {});
    while ((await jsonOf(fetch(`${url}/stats`))).busyWorkers < 2);
    server.child.kill('SIGTERM');
    expect((await first.answer).status).toBe(200);
    server.child.kill('SIGTERM');

    await expect(second).rejects.toThrow('fetch failed');
    expect(await server.exit).toEqual(ended);
  });

  it('cuts what has not ended in the time for that', async () => {
    await using server = serve(['--shutdown-timeout', '0.1']);
    const { url } = await server.announced();
    const { answer } = await inProgress(url, 60_000);
    server.child.kill('SIGINT');

    await expect(answer).rejects.toThrow('fetch failed');
    expect(await server.exit).toEqual(ended);
  });

  it('ends at once when the one who started it closes its input', async () => {
    await using server = serve([], { stdio: ['pipe', 'pipe', 'pipe'] });
    const { url } = await server.announced();
    await inProgress(url, 60_000);
    server.child.stdin?.end();

    expect(await server.exit).toEqual(ended);
  });

  it('ends at once when the one who started it closes their channel', async () => {
    await using server = serve([], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const { url } = await server.announced();
    await inProgress(url, 60_000);
    server.child.disconnect();

    expect(await server.exit).toEqual(ended);
  });

  it('logs to stderr, a line each: objects for programs', async () => {
    await using server = serve([], { env: { ...process.env, SERVER_PROT: '1' } });
    const { url } = await server.announced();
    await fetch(`${url}/msg`, { headers: { 'x-request-id': 'abc' } });
    server.child.kill('SIGTERM');
    await server.exit;
    const lines = server.err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

    expect(lines.map(({ level, message }) => `${level} ${message.replace(/[\d.]+ ms/, '… ms')}`)).toEqual([
      'warn SERVER_PROT is not known and says nothing: was SERVER_PORT meant?',
      `info listening on ${url}`,
      'info GET /msg answered with 200 after … ms',
      'info stopping: no more connections are let in',
      'info stopped',
    ]);
    expect(lines[2]).toMatchObject({ requestId: 'abc', timestamp: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it('logs texts for people, and nothing when it is to be silent', async () => {
    await using talking = serve(['--log-format', 'console']);
    await using silent = serve(['--log-level', 'silent']);
    const servers = [talking, silent];
    for (const server of servers)
      await fetch(`${(await server.announced()).url}/msg`, { headers: { 'x-request-id': 'a b' } });
    for (const server of servers) server.child.kill('SIGTERM');
    await Promise.all(servers.map(({ exit }) => exit));

    expect(talking.err).toMatch(/^\S+Z INFO {2}GET \/msg answered with 200 after [\d.]+ ms id="a b"$/m);
    expect(silent.err).toBe('');
  });

  it('says which port is in use, and ends with 1', async () => {
    await using other = await startFaultServer();
    await using server = serve(['--port', String(other.port), '--log-level', 'silent']);

    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.err).toBe(
      `port ${other.port} of 127.0.0.1 is in use: choose another by --port or SERVER_PORT, 0 for any free one\n`,
    );
  });
});

describe('serve', { timeout: 60_000 }, () => {
  it.each([[[]], [['--reload']]])('with %j goes on when nobody reads its log any more', async (flags) => {
    await using server = serve(flags);
    const { url } = await server.announced();
    server.child.stderr?.destroy();
    for (const status of [200, 200, 200]) expect((await fetch(`${url}/msg`)).status).toBe(status);
    server.child.kill('SIGTERM');

    expect(await server.exit).toEqual(ended);
  });

  it('goes on when nobody reads where it listens', async () => {
    await using free = await startFaultServer();
    const { port } = free;
    await free.close();
    await using server = serve(['--port', String(port)]);
    server.child.stdout?.destroy();
    await server.says('listening on');

    expect((await fetch(`http://127.0.0.1:${port}/msg`)).status).toBe(200);
    server.child.kill('SIGTERM');
    expect(await server.exit).toEqual(ended);
  });

  it('says by which setting to choose another control port', async () => {
    await using other = await startFaultServer();
    await using server = serve(['--control-port', String(other.port), '--log-level', 'silent']);

    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.err).toContain('choose another by --control-port or SERVER_CONTROL_PORT');
  });
});

describe('a file of faults', { timeout: 60_000 }, () => {
  const quiet = ['--log-level', 'error', '--log-format', 'console'];

  async function faultsIn(server: Holdfast): Promise<object> {
    return jsonOf(fetch(`${(await server.announced()).url}/faults`));
  }

  it('is put in force at the start: faults, or a script', async () => {
    const [one, two] = [join(folder, 'one.json'), join(folder, 'two.json')];
    await writeFile(one, JSON.stringify([{ status: 429, count: 3 }]));
    await writeFile(two, JSON.stringify({ phases: [{ lasts: '1h', faults: { kind: 'reset' } }] }));
    await using faults = serve([...quiet, '--faults', one]);
    await using script = serve([...quiet, '--faults', two]);

    expect(await faultsIn(faults)).toEqual({ faults: [{ kind: 'status', status: 429, count: 3, countLeft: 3 }] });
    expect(await faultsIn(script)).toMatchObject({ faults: [{ kind: 'reset' }], script: { phase: 0 } });
  });

  it.each([
    ['absent.json', undefined, 'ENOENT: no such file or directory'],
    ['text.json', 'no JSON', 'Unexpected token'],
    ['wrong.json', '[{"status":9}]', 'fault: [0].status must be a whole number from 200 to 599, but got 9'],
    ['text.json/below', undefined, 'ENOTDIR: not a directory'],
  ])('that is %s ends the command with 2 and a reason', async (name, text, reason) => {
    const file = join(folder, name);
    if (text !== undefined) await writeFile(file, text);
    await using server = serve([...quiet, '--faults', file]);

    expect(await server.exit).toEqual({ code: 2, signal: null });
    expect(server.err).toContain(`--faults ${file}: ${reason}`);
    expect(server.err.split('\n')).toHaveLength(2);
  });
});
