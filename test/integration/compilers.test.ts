import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform as swc } from '@swc/core';
import { transform as esbuild } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed, tsc } from './built-package.js';

type Mode = 'legacy' | 'standard';

const consumers = fileURLToPath(new URL('../fixtures/consumers', import.meta.url));
let installation: Installation;

beforeAll(async () => {
  installation = await installed();
  return () => installation[Symbol.asyncDispose]();
}, 60_000);

/** Compiles a consumer by a function from text to text; gives the file to be run. */
async function transpile(compiler: string, mode: Mode, compile: (source: string) => Promise<{ code: string }>) {
  const folder = join(installation.folder, `${compiler} ${mode}`);
  const file = join(folder, `${mode}.js`);
  const { code } = await compile(await readFile(join(consumers, `${mode}.ts`), 'utf8'));
  await mkdir(folder);
  await writeFile(file, code);
  return file;
}

/** Compiles a consumer by tsc, which checks its types too; gives the file to be run. */
async function compileByTsc(version: keyof typeof tsc, source: string, flags: Record<string, boolean> = {}) {
  const folder = join(installation.folder, `tsc ${version} ${source}`);
  const { compilerOptions } = JSON.parse(await readFile(join(consumers, 'tsconfig.json'), 'utf8'));
  await mkdir(folder);
  await cp(join(consumers, source), join(folder, source));
  const config = { compilerOptions: { ...compilerOptions, ...flags }, files: [source] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await installation.node([tsc[version], '-p', folder]);
  return join(folder, 'out', source.replace(/ts$/, 'js'));
}

describe('a class with protected methods', { timeout: 60_000 }, () => {
  it.each([
    [6, 'legacy', { experimentalDecorators: true, emitDecoratorMetadata: true }],
    [7, 'legacy', { experimentalDecorators: true, emitDecoratorMetadata: true }],
    [6, 'standard', {}],
    [7, 'standard', {}],
  ] as const)('works when TypeScript %i compiled it with %s decorators', async (version, mode, flags) => {
    const program = await compileByTsc(version, `${mode}.ts`, flags);

    expect(await installation.node([program], { EMITS_METADATA: 'yes' })).toBe('consumed\n');
  });

  it.each([
    ['legacy', { legacyDecorator: true, decoratorMetadata: true }],
    ['standard', { decoratorVersion: '2022-03' }],
    ['standard', { decoratorVersion: '2023-11' }],
  ] as const)('works when swc compiled it with %s decorators %j', async (mode, transform) => {
    const parser = { syntax: 'typescript', decorators: true } as const;
    const name = `swc ${Object.values(transform)[0]}`;
    const program = await transpile(name, mode, (source) =>
      swc(source, { swcrc: false, jsc: { parser, target: 'es2022', transform: transform as object } }),
    );

    expect(await installation.node([program], { EMITS_METADATA: 'yes' })).toBe('consumed\n');
  });

  it.each(['legacy', 'standard'] as const)('works when esbuild compiled it with %s decorators', async (mode) => {
    const compilerOptions = { experimentalDecorators: mode === 'legacy' };
    const program = await transpile('esbuild', mode, (source) =>
      esbuild(source, { loader: 'ts', target: 'es2022', tsconfigRaw: { compilerOptions } }),
    );

    expect(await installation.node([program])).toBe('consumed\n');
  });
});

describe('the package', { timeout: 60_000 }, () => {
  it('shows its users the events and the registries of every policy', async () => {
    const program = await compileByTsc(7, 'events.ts');

    expect(await installation.node([program])).toBe('consumed\n');
  });

  it.each([6, 7] as const)('is one instance, required or imported, in CommonJS from TypeScript %i', async (version) => {
    const program = await compileByTsc(version, 'commonjs.cts');

    expect(await installation.node([program])).toBe('consumed\n');
  });

  it.each([
    ['holdfast', []],
    ['holdfast/inversify', ['inversify']],
    ['holdfast/http', ['axios']],
    ['holdfast/undici', ['axios', 'undici']],
    ['holdfast/graphql', ['axios', 'graphql']],
    ['holdfast/telemetry', []],
    ['holdfast/prometheus', ['prom-client']],
    ['holdfast/winston', []], // the logger is the user's
    ['holdfast/stores', []],
    ['holdfast/lmdb', ['lmdb', 'msgpackr']], // lmdb brings it along
    ['holdfast/msgpack', ['msgpackr']],
    ['holdfast/fault-server', []],
    ['holdfast/testing', []],
  ])('loads through %s, of what is heavy, only %j', async (door, expected) => {
    const watch = join(consumers, 'watch-imports.js');
    const printed = await installation.node([
      '--import',
      watch,
      '--input-type=module',
      '--eval',
      `await import('${door}')`,
    ]);
    const loaded = new Set(printed.split('\n'));

    expect(loaded).toContain(door);
    const heavy = [
      ...['axios', 'undici', 'graphql', 'graphql-ws', 'meros', 'eventsource-parser', 'oauth4webapi'],
      ...['inversify', 'winston', 'prom-client', 'lmdb', 'msgpackr', 'fastify'],
    ];
    expect(heavy.filter((name) => loaded.has(name))).toEqual(expected);
  });
});
