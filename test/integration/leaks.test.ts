import { execFile } from 'node:child_process';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed } from './built-package.js';

const run = promisify(execFile);
const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/leaks', import.meta.url));
let installation: Installation;

beforeAll(async () => {
  installation = await installed();
  await cp(fixtures, installation.folder, { recursive: true });
  await writeFile(join(installation.folder, 'jest.config.json'), '{ "testEnvironment": "node", "transform": {} }');
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

/** Runs a test runner as its users do; gives all that it printed, without colours. */
async function print(args: readonly string[]): Promise<string> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...environment } = process.env;
  const env = { ...environment, NO_COLOR: '1', CI: '' };
  const options = { cwd: installation.folder, env, timeout: 120_000 };
  const { stdout, stderr } = await run(process.execPath, [...args], options).catch((failed) => failed);
  return `${stdout}${stderr}`;
}

describe('checks for leaks', { timeout: 120_000 }, () => {
  it.each([
    ['node:test', ['--test', '--test-reporter', 'tap', 'leaks.test.js'], /^# pass 2$/m],
    ['jest', ['--experimental-vm-modules', join(modules, 'jest/bin/jest.js')], /^Tests: +2 passed, 2 total$/m],
    ['vitest', [join(modules, 'vitest/vitest.mjs'), 'run', '--dir', '.'], /^ +Tests +2 passed \(2\)$/m],
  ])('tell of what leaks, and raise no false alarm, under %s', async (_runner, args, passed) => {
    expect(await print(args)).toMatch(passed);
  });
});
