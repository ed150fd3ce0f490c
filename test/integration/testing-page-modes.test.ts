import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installed, tsc } from './built-package.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const jest = join(root, 'node_modules/jest/bin/jest.js');
const shown = ['src/payments.ts', 'test/payments.node.ts'] as const;

/** The matchers of jest around the service of the page. */
const jestTest = `
import 'holdfast/testing/jest';
import { expect, test } from '@jest/globals';
import { flaky, testRuntime } from 'holdfast/testing';
import { Payments } from '../src/payments.js';

test('a charge is protected, and tried again', async () => {
  const { runtime, clock, events } = testRuntime({ without: ['circuitBreaker'] });
  const payments = new Payments(flaky.failing(2, { id: 1 }));
  runtime.bind(payments);

  expect(await clock.runUntil(payments.charge('order-1'))).toEqual({ id: 1 });
  expect(events).toHaveBeenEmittedTimes('retry.scheduled', 2);
  expect(events).not.toHaveBeenEmitted('circuit.moved');
  expect(Payments).toBeProtectedBy({ charge: ['retry', 'circuitBreaker', 'timeout.attempt'] });
});
`;

let installation: Installation;

beforeAll(async () => {
  installation = await installed();
  await installation.link('expect'); // jest brings it
}, 120_000);

afterAll(() => installation[Symbol.asyncDispose]());

/** Compiles what the page shows, in a folder of its own; gives the folder of the programs. */
async function compiled(mode: string, decorators: object): Promise<string> {
  const page = await readFile(join(root, 'docs/testing.md'), 'utf8');
  const folder = join(installation.folder, mode);
  const files = new Map(shown.map((name) => [name as string, blockOf(page, name)]));
  for (const [name, text] of files.set('test/payments.jest.ts', jestTest)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const options = { target: 'es2022', module: 'nodenext', strict: true, rootDir: '.', outDir: 'out', types: ['node'] };
  const config = { compilerOptions: { ...options, ...decorators }, include: ['src', 'test'] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await installation.node([tsc[7], '-p', folder]);
  return join(folder, 'out');
}

/** The code that a page shows under a name. */
function blockOf(page: string, name: string): string {
  const [, text] = page.slice(page.indexOf(`\`${name}\``)).match(/```ts\n([\s\S]*?)^```$/m) ?? [];
  return text as string;
}

describe.each([
  ['legacy', { experimentalDecorators: true }],
  ['standard', {}],
])('docs/testing.md with %s decorators', { timeout: 120_000 }, (mode, decorators) => {
  let programs: string;

  beforeAll(async () => {
    programs = await compiled(mode, decorators);
  }, 120_000);

  it('shows a service whose tests pass under node:test', async () => {
    const args = ['--test', '--test-reporter', 'tap', join(programs, 'test/payments.node.js')];

    expect(await installation.node(args)).toMatch(/^# pass 2$/m);
  });

  it('shows a service that can be tested under jest', async () => {
    const args = ['--experimental-vm-modules', jest, '--rootDir', programs, '--testMatch', '**/*.jest.js'];

    expect(JSON.parse(await installation.node([...args, '--json', '--watchman=false']))).toMatchObject({
      numPassedTests: 1,
      success: true,
    });
  });
});
