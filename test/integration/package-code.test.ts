import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundle, type Installation, installed } from './built-package.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const consumers = join(root, 'test/fixtures/consumers');
let installation: Installation;
let dist: string;
let code: ReadonlyMap<string, string>;
let doors: readonly string[];
let graph: Metafile;

beforeAll(async () => {
  installation = await installed();
  dist = join(installation.folder, 'node_modules/holdfast/dist');
  code = await filesOf(dist, '.js');
  const { exports, bin } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  doors = Object.values<string | { default: string }>(exports).flatMap((door) =>
    typeof door === 'string' ? [] : [door.default.replace('./dist/', '')],
  );
  const entryPoints = [...doors, bin.holdfast.replace('./dist/', '')];
  const options = { absWorkingDir: dist, bundle: true, format: 'esm', platform: 'node', packages: 'external' } as const;
  graph = (await build({ ...options, entryPoints, outdir: 'out', splitting: true, write: false, metafile: true }))
    .metafile;
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

/** The files of a folder with an ending, by their path in it. */
async function filesOf(folder: string, ending: string): Promise<Map<string, string>> {
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(ending)).sort();
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const)),
  );
}

/** What files of the package a file loads before it runs, itself included. */
function loadedBy(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const next of loads(file)) loadedBy(next, loaded);
  return loaded;
}

function loads(file: string): string[] {
  const imports = graph.inputs[file]?.imports ?? [];
  return imports.filter(({ kind, external }) => kind === 'import-statement' && !external).map(({ path }) => path);
}

/** Bundles a program with all of Holdfast that it needs, as users do; packages stay outside. */
async function bundled(contents: string) {
  const external = [
    'axios',
    'lru-cache',
    'ms',
    'reflect-metadata',
    'structured-headers',
    'valibot',
    'inversify',
    '@inversifyjs/*',
  ];
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: installation.folder },
    ...{ bundle: true, minify: true, write: false, metafile: true, format: 'esm', platform: 'node', external },
    ...{ absWorkingDir: installation.folder, outfile: 'bundled.js' },
  });
  const { inputs } = metafile.outputs['bundled.js']!;
  const used = Object.keys(inputs).filter((file) => inputs[file]!.bytesInOutput > 0);
  return { text: outputFiles[0]!.text, used: used.map((file) => file.replace(/^.*holdfast\/dist\//, '')) };
}

/** The kind of each export of a door, and the name of each function among them. */
function namesIn(door: object): [string, string, string | undefined][] {
  const exports = Object.entries(door).sort(([one], [other]) => (one < other ? -1 : 1));
  return exports.map(([key, value]) => [key, typeof value, typeof value === 'function' ? value.name : undefined]);
}

describe('the code of the package', { timeout: 60_000 }, () => {
  it.each([
    ['holdfast', () => import('holdfast')],
    ['holdfast/inversify', () => import('holdfast/inversify')],
    ['holdfast/http', () => import('holdfast/http')],
    ['holdfast/undici', () => import('holdfast/undici')],
    ['holdfast/graphql', () => import('holdfast/graphql')],
    ['holdfast/stores', () => import('holdfast/stores')],
    ['holdfast/lmdb', () => import('holdfast/lmdb')],
    ['holdfast/msgpack', () => import('holdfast/msgpack')],
    ['holdfast/telemetry', () => import('holdfast/telemetry')],
    ['holdfast/prometheus', () => import('holdfast/prometheus')],
    ['holdfast/winston', () => import('holdfast/winston')],
    ['holdfast/fault-server', () => import('holdfast/fault-server')],
    ['holdfast/testing', () => import('holdfast/testing')],
  ])('exports through %s what its source exports, under the same names', async (door, source) => {
    const program = `${namesIn}; console.log(JSON.stringify(namesIn(await import('${door}'))));`;
    const printed = await installation.node(['--input-type=module', '--eval', program]);
    const names = namesIn(await source());

    expect(names).not.toEqual([]);
    expect(JSON.parse(printed)).toEqual(JSON.parse(JSON.stringify(names)));
  });

  it('has every module in one file, so that what is shared is there once whatever is imported', async () => {
    const maps = await filesOf(dist, '.js.map');
    const modules = [...maps].flatMap(([map, text]) =>
      (JSON.parse(text).sources as string[]).map((source) => join(dist, map, '..', source)),
    );

    expect(modules.length).toBeGreaterThan(500);
    expect(modules.filter((module, index) => modules.indexOf(module) !== index)).toEqual([]);
  });

  it('is in few files, and none of them waits for one that waits for it', () => {
    const circles = [...code.keys()].filter((file) => loads(file).some((next) => loadedBy(next).has(file)));

    expect(Object.keys(graph.inputs).length).toBeGreaterThan(30);
    expect(circles).toEqual([]);
    expect([...loadedBy('decorators/index.js')].sort()).toEqual([
      'decorators.js',
      'decorators/index.js',
      'decorators/metadata.js',
      'rolldown-runtime.js',
      'src/engine.js',
    ]);
    for (const door of doors) expect(loadedBy(door).size, door).toBeLessThan(12);
  });

  it('is as it was written: neither renamed, nor lowered, nor wrapped', () => {
    const text = [...code.values()].join('\n');

    expect(text).toMatch(/^\tasync #\w+\(/m);
    expect(text.match(/^(?:var|let|const|class) \w+\$\d+(?= = class\b| extends\b| \{)/gm)).toBeNull();
    expect(
      text.match(/__(?:async|awaiter|generator|private|classPrivate|publicField|decorate|name|esm|toESM|commonJS)/),
    ).toBeNull();
  });

  it('is the same, byte for byte, when it is built again', async () => {
    const folder = join(dist, '../again');
    await bundle(folder);
    const [again, maps] = [await filesOf(folder, '.js'), await filesOf(folder, '.js.map')];

    expect([...again.keys()]).toEqual([...code.keys()]);
    expect([...again].filter(([file, text]) => text !== code.get(file)).map(([file]) => file)).toEqual([]);
    for (const [map, text] of maps) expect(text === (await readFile(join(dist, map), 'utf8')), map).toBe(true);
  });

  it('has a command that is loaded with no more than it is asked for', () => {
    expect([...loadedBy('src/cli/holdfast.js')].filter((file) => !file.startsWith('src/cli/'))).toEqual([]);
    expect(loadedBy('src/fault-server/index.js')).not.toContain('src/fault-server/watching/metrics.js');
  });

  it('leads from a stack to the line of the source', async () => {
    const program = `import { protect } from 'holdfast'; await protect(async () => console.log(new Error().stack), {})();`;
    const stack = await installation.node(['--enable-source-maps', '--input-type=module', '--eval', program]);

    expect(stack).toMatch(/at \S+ \(.*[\\/]src[\\/]pipeline[\\/]invoke\.ts:\d+:\d+\)/);
  });
});

describe('bundlers of users', { timeout: 60_000 }, () => {
  it.each([
    ['isResilienceError', 6_000],
    ['option', 10_000],
  ])('leave out the decorators where only %s is used, and most of the engine', async (name, limit) => {
    const { text, used } = await bundled(`import { ${name} } from 'holdfast'; console.log(${name});`);

    expect(used.filter((file) => /^(?:src\/(?!engine\.js)|decorators\.js)/.test(file))).toEqual([]);
    expect(text.length).toBeLessThan(limit);
  });

  it('keep what a door does when it is loaded', async () => {
    expect((await bundled(`import { Retry } from 'holdfast'; console.log(Retry);`)).used).toContain(
      'decorators/metadata.js',
    );
    const { used } = await bundled(
      `import { resilienceModule } from 'holdfast/inversify'; console.log(resilienceModule);`,
    );
    expect(used).toEqual(expect.arrayContaining(['src/container/loading.js', 'src/container/registry-bindings.js']));
  });

  it.each(['legacy', 'standard'] as const)('make a program with %s decorators that works', async (mode) => {
    const outfile = join(installation.folder, `bundled ${mode}.js`);
    await cp(join(consumers, `${mode}.ts`), join(installation.folder, `${mode}.ts`));
    await build({
      ...{
        entryPoints: [join(installation.folder, `${mode}.ts`)],
        outfile,
        bundle: true,
        format: 'esm',
        platform: 'node',
      },
      ...{ target: 'es2022', external: ['inversify', '@inversifyjs/*', 'axios', 'reflect-metadata', 'ms'] },
      tsconfigRaw: { compilerOptions: { experimentalDecorators: mode === 'legacy' } },
    });

    expect(await installation.node([outfile])).toBe('consumed\n');
  });
});
