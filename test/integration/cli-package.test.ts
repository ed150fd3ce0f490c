import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { settings, variableOf } from '../../src/cli/fault-server/settings.js';
import { type Installation, installed } from './built-package.js';
import { Holdfast } from './cli/process.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
let installation: Installation;
let program: string;

beforeAll(async () => {
  installation = await installed();
  const { bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  program = join(installation.folder, 'node_modules/holdfast', bin.holdfast);
  return () => installation[Symbol.asyncDispose]();
}, 60_000);

describe('the command of the built package', { timeout: 60_000 }, () => {
  it('can be run by its name: it says with what', async () => {
    expect((await readFile(program, 'utf8')).split('\n', 1)).toEqual(['#!/usr/bin/env node']);
    expect(await installation.node([program, '--version'])).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('serves, and tells what it goes by', async () => {
    const config = await installation.node([program, 'fault-server', 'config-info', '--json'], { SERVER_WORKERS: '3' });
    expect(JSON.parse(config).workers).toMatchObject({ value: 3, from: 'variable' });
    await using server = new Holdfast(['fault-server', 'serve', '--port', '0'], {}, [program]);
    const { url } = await server.announced();
    expect((await fetch(`${url}/msg`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('fault_server_requests_total');
    server.child.kill('SIGTERM');

    expect(await server.exit).toEqual({ code: 0, signal: null });
  });

  it('reloads by the built code, too', async () => {
    await using server = new Holdfast(['fault-server', 'serve', '--port', '0', '--reload'], {}, [program]);
    const { url } = await server.announced();
    expect((await fetch(`${url}/msg`)).status).toBe(200);
    server.child.kill('SIGTERM');

    expect(await server.exit).toEqual({ code: 0, signal: null });
  });

  it('says how to get fastify where it is missing, and needs it for nothing else', async () => {
    await using bare = await installed();
    await rm(join(bare.folder, 'node_modules/fastify'));
    const command = join(bare.folder, 'node_modules/holdfast/dist/src/cli/holdfast.js');
    expect(await bare.node([command, 'fault-server', 'config-info'])).toContain('SERVER_PORT');
    await using server = new Holdfast(['fault-server', 'serve', '--log-level', 'silent'], {}, [command]);

    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.err).toBe('startFaultServer needs the package fastify: npm install fastify\n');
  });
});

describe('the image of the fault server', () => {
  const read = (file: string) => readFile(join(root, file), 'utf8');
  const variables = settings.map(variableOf);

  it('runs what is built, by what is copied', async () => {
    const dockerfile = await read('docker/Dockerfile');
    const ignored = await read('.dockerignore');
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, files]) => files!.split(' '));
    const { bin } = JSON.parse(await read('package.json'));
    const { include } = JSON.parse(await read('tsconfig.build.json'));

    expect(sources).toEqual(expect.arrayContaining(['package.json', 'package-lock.json', 'tsconfig.json', ...include]));
    for (const source of sources) expect(ignored).toMatch(new RegExp(`^!${source.replace('.', '\\.')}$`, 'm'));
    for (const source of sources)
      await expect(import('node:fs').then(({ existsSync }) => existsSync(join(root, source)))).resolves.toBe(true);
    expect(dockerfile).toContain(
      `ENTRYPOINT ["node", "${bin.holdfast.replace('./', '')}", "fault-server"]\nCMD ["serve"]\n`,
    );
    expect(dockerfile).toMatch(/^USER node$/m);
  });

  it('sets and shows nothing that is not known', async () => {
    const [dockerfile, compose] = await Promise.all([read('docker/Dockerfile'), read('docker/compose.yaml')]);
    const set = [...`${dockerfile}\n${compose}\n${await read('docker/healthy.mjs')}`.matchAll(/\b(SERVER_\w+)/g)].map(
      ([, name]) => name!,
    );
    const given = Object.fromEntries(
      [...compose.matchAll(/^ +(SERVER_\w+): (.+)$/gm)].map(([, name, text]) => [name!, text!]),
    );

    expect(set.length).toBeGreaterThan(9);
    expect(set.filter((name) => !variables.includes(name))).toEqual([]);
    expect(
      JSON.parse(await installation.node([program, 'fault-server', 'config-info', '--json'], given)),
    ).toMatchObject({
      maxConcurrency: { value: 50, from: 'variable' },
      requestTimeout: { value: 30, from: 'variable' },
      logFormat: { value: 'console', from: 'variable' },
    });
  });

  it('listens for others inside, and is published for this machine alone', async () => {
    const [dockerfile, compose] = await Promise.all([read('docker/Dockerfile'), read('docker/compose.yaml')]);
    const environment = Object.fromEntries(
      [...dockerfile.matchAll(/^ENV (\w+)=(\S+)$/gm)].map(([, name, text]) => [name, text]),
    );
    const ports = [...compose.matchAll(/^ +- "(\S+:\d+)"$/gm)].map(([, port]) => port);

    expect(environment).toMatchObject({ SERVER_HOST: '0.0.0.0', SERVER_PORT: '8080' });
    expect(dockerfile).toMatch(/^EXPOSE 8080$/m);
    expect(ports).toEqual(['127.0.0.1:8080:8080']);
  });

  it.each<[string, readonly string[], (port: number, controlPort?: string) => Record<string, string>]>([
    ['by its port', [], (port) => ({ SERVER_PORT: `${port}`, SERVER_TLS: '' })],
    ['by TLS', ['--tls'], (port) => ({ SERVER_PORT: `${port}`, SERVER_TLS: 'Yes' })],
    [
      'by its control port',
      ['--tls', '--control-port', '0'],
      (_, controlPort = '') => ({ SERVER_PORT: '1', SERVER_TLS: 'true', SERVER_CONTROL_PORT: controlPort }),
    ],
  ])('is asked for its health %s in a way that tells life from death', { timeout: 60_000 }, async (_, flags, told) => {
    const dockerfile = await read('docker/Dockerfile');
    const [, form] = /^HEALTHCHECK[^[]+(\[.+\])$/m.exec(dockerfile.replaceAll('\\\n', '')) ?? [];
    const [node, file, ...rest] = JSON.parse(form!) as string[];
    expect([node, rest]).toEqual(['node', []]);
    await using server = new Holdfast(['fault-server', 'serve', '--port', '0', ...flags], {}, [program]);
    const { port, controlUrl } = await server.announced();
    const variables = told(port, controlUrl && new URL(controlUrl).port);
    await expect(installation.node([join(root, file!)], variables)).resolves.toBe('');
    server.child.kill('SIGTERM');
    await server.exit;

    await expect(installation.node([join(root, file!)], variables)).rejects.toThrow('failed');
  });

  it('has every package that a path or a setting of the server needs', async () => {
    const dockerfile = await read('docker/Dockerfile');
    const [, peers = ''] = /for peer in ([^;]+);/.exec(dockerfile) ?? [];
    const folder = fileURLToPath(new URL('../../src/fault-server/', import.meta.url));
    const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const loaded = texts.flatMap((text) =>
      [...text.matchAll(/loadPackage\([^)]*?, '([\w-]+)'/g)].map(([, name]) => name),
    );

    expect(loaded.length).toBeGreaterThan(3);
    expect([...new Set(loaded)].sort()).toEqual(peers.split(' ').sort());
  });
});
