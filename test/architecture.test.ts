import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Module } from './architecture/module.js';
import { readModule } from './architecture/module.js';
import type { Architecture } from './architecture/rules.js';
import { packagesLoadedBy, violations } from './architecture/rules.js';

const architecture: Architecture = {
  layers: {
    decorators: ['src/runtime'],
    'src/runtime': ['src/pipeline', 'src/config'],
    'src/pipeline': ['src/policies'],
    'src/config': ['src/policies'],
    'src/policies': ['src/core'],
    'src/core': [],
    'src/container': ['src/runtime'],
    'src/telemetry': ['src/runtime'],
    'src/telemetry/prometheus': ['src/telemetry'],
    'src/telemetry/winston': ['src/telemetry'],
    'src/http': ['src/runtime', 'src/telemetry'],
    'src/http/undici': ['src/http'],
    'src/graphql': ['src/http'],
    'src/stores': ['src/policies'],
    'src/stores/lmdb': ['src/stores'],
    'src/stores/msgpack': ['src/stores'],
    'src/testing': ['src/runtime', 'src/telemetry'],
    'src/testing/vitest': ['src/testing'],
    'src/testing/jest': ['src/testing'],
    'src/fault-server': ['src/core'],
    'src/cli': ['src/fault-server'],
  },
  packages: {
    valibot: ['src/core'],
    ms: ['src/core'],
    'lru-cache': ['src/core', 'src/policies/cache', 'src/fault-server'],
    'structured-headers': ['src/policies/rate-limit', 'src/fault-server'],
    'reflect-metadata': ['src/runtime', 'decorators'],
    inversify: ['src/container'],
    '@inversifyjs/plugin': ['src/container'],
    'prom-client': ['src/telemetry', 'src/fault-server'],
    winston: ['src/telemetry', 'src/fault-server'],
    commander: ['src/cli'],
    axios: ['src/http'],
    'http-cache-semantics': ['src/http/cache'],
    oauth4webapi: ['src/http/auth'],
    '@standard-schema/spec': ['src/http'],
    undici: ['src/http/undici'],
    graphql: ['src/graphql', 'src/fault-server'],
    'graphql-http': ['src/fault-server'],
    'graphql-ws': ['src/graphql'],
    'eventsource-parser': ['src/graphql'],
    meros: ['src/graphql'],
    fastify: ['src/fault-server'],
    selfsigned: ['src/fault-server/connections/tls'],
    vitest: ['src/testing/vitest'],
    '@jest/globals': ['src/testing/jest'],
    devalue: ['src/stores'],
    lmdb: ['src/stores/lmdb'],
    msgpackr: ['src/stores/msgpack'],
    'node:v8': ['src/policies/cache', 'src/stores', 'src/testing'],
    'node:async_hooks': ['src/core', 'src/runtime', 'src/testing'],
    'node:': [
      'src/core',
      'src/telemetry',
      'src/http',
      'src/graphql',
      'src/fault-server',
      'src/stores',
      'src/testing',
      'src/cli',
    ],
  },
  unworldly: {
    folders: ['decorators', 'src/core', 'src/policies', 'src/pipeline', 'src/config', 'src/runtime', 'src/container'],
    except: [
      {
        file: /^src\/core\/(?:[\w-]+-)?clock(?:-[\w-]+)?\.ts$/,
        may: ['setTimeout', 'setImmediate', 'performance', 'Date.now'],
      },
      { file: /^src\/core\/random\.ts$/, may: ['Math.random'] },
      { file: /^src\/core\/events\.ts$/, may: ['process'] }, // the warning that a listener threw
    ],
  },
  strangers: { folder: 'src/policies', catalogue: 'src/policies/catalogue.ts' },
  maxLines: 180,
};

/** The packages that each entry point may load, types aside: none that its user did not ask for. */
const light = ['reflect-metadata', 'lru-cache', 'ms', 'structured-headers', 'valibot'];
const loads = {
  'decorators/index.ts': light,
  'src/container/index.ts': [...light, 'inversify', '@inversifyjs/plugin'],
  'src/http/index.ts': [...light, 'axios', 'http-cache-semantics'],
  'src/http/undici/index.ts': [...light, 'axios', 'http-cache-semantics', 'undici'],
  'src/graphql/index.ts': [...light, 'axios', 'http-cache-semantics', 'graphql'],
  'src/stores/index.ts': [...light, 'devalue'],
  'src/stores/lmdb/index.ts': [...light, 'devalue', 'lmdb'],
  'src/stores/msgpack/index.ts': [...light, 'devalue', 'msgpackr'],
  'src/telemetry/index.ts': light,
  'src/telemetry/prometheus/index.ts': [...light, 'prom-client'],
  'src/telemetry/winston/index.ts': [...light, 'winston'],
  'src/fault-server/index.ts': [...light, 'fastify'],
  'src/cli/holdfast.ts': ['commander'],
  'src/testing/index.ts': light,
  'src/testing/vitest/index.ts': [...light, 'vitest'],
  'src/testing/jest/index.ts': [...light, '@jest/globals'],
};

const root = fileURLToPath(new URL('..', import.meta.url));
const library = ['decorators', 'src'].flatMap(modulesIn);

function modulesIn(folder: string): Module[] {
  if (!existsSync(root + folder)) return [];
  const files = readdirSync(root + folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`);
  const sources = files.filter((file) => file.endsWith('.ts'));
  return sources.map((file) => readModule(file, readFileSync(root + file, 'utf8')));
}

describe('the library', () => {
  it('keeps to the architecture', () => {
    expect(library.length).toBeGreaterThan(0);
    expect(violations(library, architecture)).toEqual([]);
  });

  it.each(Object.entries(loads))('loads through %s nothing but what it needs', (door, allowed) => {
    const packages = [...packagesLoadedBy(door, library)].filter((name) => !name.startsWith('node:'));

    expect(packages.filter((name) => !allowed.includes(name))).toEqual([]);
  });
});

describe('the samples', () => {
  it('fit on a page: at most 60 lines each', () => {
    const numbered = readdirSync(join(root, 'samples')).filter((file) => /^\d.*\.ts$/.test(file));
    const texts = numbered.map((file) => readFileSync(join(root, 'samples', file), 'utf8').trimEnd());
    const long = numbered.filter((_, index) => texts[index]!.split('\n').length > 60);

    expect(long).toEqual([]);
  });
});

describe('the rules', () => {
  /** A library that keeps all rules, so that each example breaks one. */
  const sound = {
    'src/core/index.ts': "export { call } from './call.js';",
    'src/core/call.ts': 'export const call = 1;',
    'src/core/clock.ts': 'export const now = () => performance.now();',
    'src/policies/retry/index.ts': "export { retry } from './retry-policy.js';",
    'src/policies/retry/retry-policy.ts': "import { call } from '../../core/index.js';\nexport const retry = call;",
    'src/policies/cache/index.ts': "export { cache } from './cache-policy.js';",
    'src/policies/cache/cache-policy.ts': "import { LRUCache } from 'lru-cache';\nexport const cache = new LRUCache();",
    'src/policies/catalogue.ts': "import { retry } from './retry/index.js';\nexport const catalogue = [retry];",
    'src/pipeline/index.ts': "export { build } from './build.js';",
    'src/pipeline/build.ts': "import { catalogue } from '../policies/catalogue.js';\nexport const build = catalogue;",
    'src/runtime/index.ts': "export { Runtime } from './runtime.js';",
    'src/runtime/runtime.ts': "import { build } from '../pipeline/index.js';\nexport class Runtime { build = build; }",
    'src/telemetry/index.ts': "export { listener } from './listener.js';",
    'src/telemetry/listener.ts': "import type { Runtime } from '../runtime/index.js';\nexport let listener: Runtime;",
    'src/telemetry/prometheus/index.ts': "export { prometheus } from './metrics.js';",
    'src/telemetry/prometheus/metrics.ts':
      "import { listener } from '../listener.js';\nexport const prometheus = listener;",
    'src/http/index.ts': "export { get } from './client.js';",
    'src/http/client.ts': "import axios from 'axios';\nexport const get = axios;",
    'decorators/index.ts': "import './metadata.js';\nexport { Retry } from './retry.js';",
    'decorators/metadata.ts': 'export {};',
    'decorators/retry.ts': "import { retry } from '../src/policies/retry/index.js';\nexport const Retry = retry;",
  };

  function judge(changes: Record<string, string>): string[] {
    const files = Object.entries({ ...sound, ...changes });
    return violations(
      files.map(([path, text]) => readModule(path, text)),
      architecture,
    );
  }

  it('find nothing wrong where nothing is', () => {
    expect(judge({})).toEqual([]);
  });

  it.each([
    [
      'an import upwards',
      'src/core/up.ts',
      "import { Runtime } from '../runtime/index.js';",
      'src/core/up.ts (src/core) imports src/runtime/index.ts (src/runtime)',
    ],
    [
      'a type imported upwards',
      'src/core/up.ts',
      "import type { Runtime } from '../runtime/index.js';",
      'src/core/up.ts (src/core) imports',
    ],
    [
      'an import type node upwards',
      'src/core/up.ts',
      "export type A = import('../runtime/index.js').Runtime;",
      'src/core/up.ts (src/core) imports',
    ],
    [
      'a re-export upwards',
      'src/core/up.ts',
      "export * from '../runtime/index.js';",
      'src/core/up.ts (src/core) imports',
    ],
    [
      'an import sideways',
      'src/http/side.ts',
      "import '../container/index.js';",
      'src/http/side.ts (src/http) imports src/container/index.ts (src/container)',
    ],
    [
      'an entry point of its own from its parent',
      'src/telemetry/up.ts',
      "import './prometheus/index.js';",
      '(src/telemetry) imports src/telemetry/prometheus/index.ts',
    ],
    [
      'the library importing a decorator',
      'src/runtime/up.ts',
      "import '../../decorators/index.js';",
      '(src/runtime) imports decorators/index.ts',
    ],
    [
      'the library importing a test',
      'src/core/up.ts',
      "import '../../test/support.js';",
      'imports test/support.ts, which lies in no layer',
    ],
    ['a file in no layer', 'src/helper.ts', "import './core/index.js';", 'src/helper.ts lies in no layer'],
    [
      'a policy importing a policy',
      'src/policies/cache/x.ts',
      "import '../retry/index.js';",
      'policies never import each other',
    ],
    [
      'a policy importing the type of a policy',
      'src/policies/cache/x.ts',
      "import type { retry } from '../retry/index.js';",
      'policies never import each other',
    ],
    [
      'a policy importing the catalogue',
      'src/policies/cache/x.ts',
      "import '../catalogue.js';",
      'imports src/policies/catalogue.ts, which is above it',
    ],
    [
      'a second file naming policies',
      'src/policies/list.ts',
      "import './retry/index.js';",
      'policies never import each other',
    ],
    [
      'a layer entered past its door',
      'src/runtime/x.ts',
      "import '../core/call.js';",
      'enters src/core through src/core/call.ts, not its index.ts',
    ],
    [
      'a policy entered past its door',
      'decorators/x.ts',
      "import '../src/policies/retry/retry-policy.js';",
      'enters src/policies/retry through',
    ],
    [
      'a door used from within',
      'src/core/x.ts',
      "import './index.js';",
      'src/core/x.ts uses the door of its own folder',
    ],
    [
      'a door used from a folder within',
      'src/telemetry/prometheus/x.ts',
      "import '../index.js';",
      'uses the door of its own folder, src/telemetry/index.ts',
    ],
    [
      'a package in the wrong layer',
      'src/core/x.ts',
      "import { Container } from 'inversify';",
      'imports inversify, which belongs to src/container',
    ],
    [
      'the type of a package in the wrong layer',
      'src/runtime/x.ts',
      "import type { AxiosError } from 'axios';",
      'imports axios, which belongs to src/http',
    ],
    [
      'a dynamic import',
      'src/core/x.ts',
      "export const load = () => import('winston');",
      'imports winston, which belongs to src/telemetry',
    ],
    [
      'a computed import',
      'src/core/x.ts',
      'export const load = (name: string) => import(name);',
      'imports (name), a package without a place',
    ],
    [
      'a required package',
      'src/core/x.ts',
      "export const axios = require('axios');",
      'imports axios, which belongs to src/http',
    ],
    [
      'a deep import of a package',
      'src/core/x.ts',
      "import 'axios/lib/axios.js';",
      'imports axios/lib/axios.js, which belongs to src/http',
    ],
    [
      'a package that nobody knows',
      'src/core/x.ts',
      "import 'left-pad';",
      'imports left-pad, a package without a place in the table',
    ],
    [
      'a package not of this policy',
      'src/policies/retry/x.ts',
      "import 'lru-cache';",
      'imports lru-cache, which belongs to',
    ],
    [
      'a built-in module in a policy',
      'src/policies/retry/x.ts',
      "import 'node:timers';",
      'imports node:timers, which belongs to',
    ],
    ['a timer', 'src/policies/retry/x.ts', 'setTimeout(() => {}, 1);', 'uses setTimeout'],
    ['a timer by its global name', 'src/pipeline/x.ts', 'globalThis.setInterval(() => {}, 1);', 'uses setInterval'],
    ['a timer passed on', 'src/runtime/x.ts', 'export const world = { setImmediate };', 'uses setImmediate'],
    ['a signal with a timer', 'src/runtime/x.ts', 'AbortSignal.timeout(1);', 'uses AbortSignal.timeout'],
    ['the wall clock', 'src/policies/retry/x.ts', 'export const at = Date.now();', 'uses Date.now'],
    ['the wall clock as an object', 'src/policies/retry/x.ts', 'export const at = new Date();', 'uses new Date()'],
    ['the monotonic clock', 'src/core/x.ts', 'export const at = performance.now();', 'uses performance'],
    [
      'chance in the clock',
      'src/core/clock.ts',
      'export const luck = Math.random();',
      'src/core/clock.ts uses Math.random',
    ],
    ['chance', 'src/policies/retry/x.ts', 'export const luck = Math.random();', 'uses Math.random'],
    ['a log line', 'src/pipeline/x.ts', "console.log('here');", 'uses console'],
    ['the process', 'src/runtime/x.ts', 'export const { env } = process;', 'uses process'],
    ['a default export', 'src/core/x.ts', 'export default class {}', 'src/core/x.ts has a default export'],
    [
      'a default export of a value',
      'src/core/x.ts',
      'const x = 1;\nexport default x;',
      'src/core/x.ts has a default export',
    ],
    [
      'a default export by name',
      'src/core/x.ts',
      'const x = 1;\nexport { x as default };',
      'src/core/x.ts has a default export',
    ],
    [
      'a door that does something',
      'src/config/index.ts',
      'export const x = 1;',
      'src/config/index.ts does more than re-export',
    ],
    ['a long file', 'src/core/x.ts', '\n'.repeat(181), 'src/core/x.ts has 181 lines, more than 180'],
    [
      'a cycle',
      'src/core/call.ts',
      "import { x } from './clock.js';\nimport './call.js';",
      'cycle: src/core/call.ts → src/core/call.ts',
    ],
  ])('refuse %s', (_, path, text, message) => {
    expect(judge({ [path]: text })).toContainEqual(expect.stringContaining(message));
  });

  it('refuse a cycle through several files', () => {
    const found = judge({ 'src/core/a.ts': "import './b.js';", 'src/core/b.ts': "export { a } from './a.js';" });

    expect(found).toEqual(['cycle: src/core/a.ts → src/core/b.ts → src/core/a.ts']);
  });

  it.each([
    [
      'types that refer to each other in one folder',
      'src/core/call.ts',
      "import type { now } from './clock.js';\nexport type { call } from './call.js';",
    ],
    [
      'an augmentation of a module behind a door',
      'src/http/x.ts',
      "declare module '../core/call.js' { interface Events {} }",
    ],
    [
      'members and types that are named like the world',
      'src/core/x.ts',
      'export const at = (clock: { setTimeout(): Date }) => clock.setTimeout();',
    ],
    ['the type of a timer', 'src/core/x.ts', 'export type Timer = ReturnType<typeof setTimeout>;'],
    ['a date that is given', 'src/core/x.ts', 'export const at = new Date(0);'],
    ['a file of 180 lines', 'src/core/x.ts', '\n'.repeat(180)],
    ['a default case', 'src/core/x.ts', 'switch (1) { default: break; }'],
  ])('accept %s', (_, path, text) => {
    expect(judge({ [path]: text })).toEqual([]);
  });

  it('tell what a door loads, types aside', () => {
    const modules = Object.entries({
      'src/http/index.ts': "export { get } from './client.js';",
      'src/http/client.ts': "import axios from 'axios';\nimport type { Logger } from 'winston';\nimport 'node:http';",
    }).map(([path, text]) => readModule(path, text));

    expect([...packagesLoadedBy('src/http/index.ts', modules)]).toEqual(['axios', 'node:http']);
  });
});
