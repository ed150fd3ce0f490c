import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed } from './built-package.js';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/leaks', import.meta.url));
let installation: Installation;

beforeAll(async () => {
  installation = await installed();
  await cp(fixtures, installation.folder, { recursive: true });
  await writeFile(join(installation.folder, 'jest.config.json'), '{ "testEnvironment": "node", "transform": {} }');
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

describe('checks for leaks', { timeout: 120_000 }, () => {
  it.each([
    ['node:test', ['--test', '--test-reporter', 'tap', 'leaks.test.js'], /^# pass 3$/m],
    ['jest', ['--experimental-vm-modules', join(modules, 'jest/bin/jest.js')], /^Tests: +3 passed, 3 total$/m],
    ['vitest', [join(modules, 'vitest/vitest.mjs'), 'run', '--dir', '.'], /^ +Tests +3 passed \(3\)$/m],
  ])('tell of what leaks, and raise no false alarm, under %s', async (_runner, args, passed) => {
    const { printed } = await installation.runTests(...args);

    expect(printed).toMatch(passed);
  });
});
