import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const source = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href);

const prelude = `
import { memoryStore, tiered } from ${source('src/stores/index.ts')};
import { cacheStoreSuite } from ${source('src/testing/index.ts')};
const claims = { survives: false, shared: false, copies: false };
`;
const sound = 'const make = () => ({ store: tiered(memoryStore(), memoryStore({ max: 5000 })) });';
const forgetful = `
const make = () => {
  const store = memoryStore({ max: 5000 });
  return { store: { get: () => undefined, set() {}, delete: () => false, deleteByTag() {}, clear() {}, close() {} } };
};
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-suite-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs a file of tests with Node's own runner; gives what it printed, and whether all passed. */
async function nodeTest(name: string, code: string): Promise<{ readonly passed: boolean; readonly printed: string }> {
  const file = join(folder, `${name}.test.mjs`);
  await writeFile(file, code);
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  const args = ['--import', 'tsx', '--test', '--test-reporter', 'tap', file];
  try {
    const { stdout } = await run(process.execPath, args, { cwd: root, env, timeout: 60_000 });
    return { passed: true, printed: stdout };
  } catch (error) {
    return { passed: false, printed: (error as { stdout: string }).stdout };
  }
}

describe('cacheStoreSuite() under node:test', () => {
  it('passes with a sound store, test by test', async () => {
    const code = `import { describe, it } from 'node:test';${prelude}${sound}cacheStoreSuite({ describe, it }, make, claims);`;
    const { passed, printed } = await nodeTest('sound', code);

    expect(printed).toContain('ok 1 - gives nothing for a key that it never saw');
    expect(printed).toMatch(/^# tests [4-9]\d$/m);
    expect(printed).toMatch(/^# fail 0$/m);
    expect(passed).toBe(true);
  }, 60_000);

  it('fails with a store that forgets, and names the promise', async () => {
    const code = `import { describe, it } from 'node:test';${prelude}${forgetful}cacheStoreSuite({ describe, it }, make, claims);`;
    const { passed, printed } = await nodeTest('forgetful', code);

    expect(printed).toMatch(/not ok \d+ - gives an entry whole/);
    expect(printed).toContain("there is no entry for 'user'");
    expect(passed).toBe(false);
  }, 60_000);

  it('needs nothing but a describe and an it, as global ones of jest are', async () => {
    const globals = `
const tests = [];
globalThis.describe = (name, body) => { if (typeof name !== 'string' || body.length !== 0) throw new Error(name); body(); };
globalThis.it = (name, body) => { if (body.length !== 0) throw new Error('jest would wait for done'); tests.push([name, body]); };
`;
    const runs = 'for (const [name, body] of tests) await body(); console.log(tests.length, "passed");';
    const file = join(folder, 'globals.mjs');
    await writeFile(file, `${prelude}${sound}${globals}cacheStoreSuite(globalThis, make, claims);${runs}`);
    const { stdout } = await run(process.execPath, ['--import', 'tsx', file], { cwd: root, timeout: 60_000 });

    expect(stdout).toMatch(/^[4-9]\d passed$/m);
  }, 60_000);
});
