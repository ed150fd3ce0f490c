import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { CodeVersion } from '../../src/cli/fault-server/code-version.js';
import { jsonOf } from '../fault-server/json-of.js';
import { Holdfast } from './cli/process.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-reload-'));
  return () => rm(folder, { recursive: true });
});

/** A copy of the code, to be changed. */
async function copyOfTheCode(name: string): Promise<string> {
  const copy = join(folder, name);
  await mkdir(copy);
  for (const file of ['package.json', 'tsconfig.json']) await copyFile(join(root, file), join(copy, file));
  await cp(join(root, 'src'), join(copy, 'src'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  return copy;
}

function reloading(copy: string, ...args: readonly string[]): Holdfast {
  const program = ['--import', 'tsx', join(copy, 'src/cli/holdfast.ts')];
  const flags = ['--port', '0', '--reload', '--log-format', 'console', ...args];
  return new Holdfast(['fault-server', 'serve', ...flags], { cwd: copy }, program);
}

describe('serve --reload', { timeout: 120_000 }, () => {
  it('starts anew on its port when the code changes, and lets requests in progress end', async () => {
    const copy = await copyOfTheCode('changing');
    await using server = reloading(copy);
    const { url, pid } = await server.announced();
    expect(pid).toBe(server.child.pid);
    const slow = fetch(`${url}/msg?delay=6000`);
    while ((await jsonOf(fetch(`${url}/stats`))).busyWorkers === 0);
    const file = join(copy, 'src/fault-server/routes/messages.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace('`message $', '`changed $'));
    await server.says('the server runs anew');

    expect(await jsonOf(fetch(`${url}/msg`))).toMatchObject({ message: 'changed 1' });
    expect(await jsonOf(slow)).toMatchObject({ message: 'message 1' });
    server.child.kill('SIGTERM');
    expect(await server.exit).toEqual({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  it('goes on as it is while the code does not load', async () => {
    const copy = await copyOfTheCode('broken');
    await using server = reloading(copy);
    const { url } = await server.announced();
    await fetch(`${url}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"status":418}',
    });
    const file = join(copy, 'src/fault-server/service.ts');
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text}\n}`);
    await server.says('the server goes on as it is');
    expect((await fetch(`${url}/msg`)).status).toBe(418);
    await writeFile(file, `${text}\n`);
    await server.says('the server runs anew');

    expect((await fetch(`${url}/msg`)).status).toBe(200);
  });

  it('goes on without a server that fell over, and starts it again when the code changes', async () => {
    const copy = await copyOfTheCode('falling');
    await using server = reloading(copy);
    const { url } = await server.announced();
    const file = join(copy, 'src/fault-server/routes/messages.ts');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('answer = () =>', 'answer = () => process.exit(3) ||'));
    await server.says('the server runs anew');
    await expect(fetch(`${url}/msg`)).rejects.toThrow('fetch failed');
    await server.says('the server has ended by itself');
    await writeFile(file, text.replace("url: '/msg'", "url: 'no path'"));
    await server.says('the server did not start; it is tried again when the code changes');
    await writeFile(file, text);
    await server.says('runs anew\n', 2);

    expect(await jsonOf(fetch(`${url}/msg`))).toMatchObject({ message: 'message 1' });
  });

  it('keeps its control port, and waits for it while requests are in progress', async () => {
    const copy = await copyOfTheCode('controlled');
    await using server = reloading(copy, '--control-port', '0', '--shutdown-timeout', '60');
    const { url, controlUrl } = await server.announced();
    const slow = fetch(`${url}/msg?delay=8000`);
    while ((await jsonOf(fetch(`${controlUrl}/stats`))).busyWorkers === 0);
    const file = join(copy, 'src/fault-server/routes/messages.ts');
    await writeFile(file, (await readFile(file, 'utf8')).replace('`message $', '`changed $'));
    expect(await jsonOf(slow)).toMatchObject({ message: 'message 1' });
    await server.says('the server runs anew');

    expect(await jsonOf(fetch(`${url}/msg`))).toMatchObject({ message: 'changed 1' });
    expect((await jsonOf(fetch(`${controlUrl}/stats`))).requests).toBe(1);
  });

  it('reads the file of faults again when it changes, without starting anew; a wrong one changes nothing', async () => {
    const copy = await copyOfTheCode('faults');
    const file = join(copy, 'faults.json');
    await writeFile(file, '{"status":418}');
    await using server = reloading(copy, '--faults', file);
    const { url } = await server.announced();
    const status = async () => (await fetch(`${url}/msg`)).status;
    expect(await status()).toBe(418);
    await writeFile(file, '{"status":41');
    await server.says(`--faults ${file}: `);
    expect(await status()).toBe(418);
    await writeFile(`${file}.new`, '[{"status":429}]');
    await rename(`${file}.new`, file);
    await server.says('in force: status faults=status');
    while ((await status()) !== 429);

    expect((await jsonOf(fetch(`${url}/stats`))).requests).toBeGreaterThan(2);
    expect(server.err).not.toContain('anew');
  });

  it('ends at once when the one who started it has gone', async () => {
    const program = ['--import', 'tsx', join(root, 'src/cli/holdfast.ts')];
    const args = ['fault-server', 'serve', '--port', '0', '--reload'];
    await using server = new Holdfast(args, { stdio: ['pipe', 'pipe', 'pipe'] }, program);
    const { url } = await server.announced();
    server.child.stdin?.end();

    expect(await server.exit).toEqual({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

describe('the version of the code', () => {
  it('has changed once the files differ and a build is over', async () => {
    const code = join(folder, 'code');
    const [one, two] = [join(code, 'one.js'), join(code, 'deep/two.js')];
    await mkdir(join(code, 'deep'), { recursive: true });
    await writeFile(one, '1');
    const version = new CodeVersion(code);
    expect(version.changed()).toBe(false);
    await writeFile(join(code, 'notes.txt'), 'no code');
    expect([version.changed(), version.changed()]).toEqual([false, false]);
    await rm(code, { recursive: true });
    expect([version.changed(), version.changed()]).toEqual([false, false]);
    await mkdir(join(code, 'deep'), { recursive: true });
    await writeFile(one, '1 and more');
    expect(version.changed()).toBe(false);
    await writeFile(two, '2');

    expect([version.changed(), version.changed(), version.changed()]).toEqual([false, true, false]);
  });
});
