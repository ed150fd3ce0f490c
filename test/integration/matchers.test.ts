import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed, tsc } from './built-package.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/test-runners', import.meta.url));
let installation: Installation;

beforeAll(async () => {
  installation = await installed();
  await cp(fixtures, installation.folder, { recursive: true });
  await installation.link('jest', 'expect');
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

const complaints = [
  "expected 'retry.scheduled' not to be emitted, but it was once:\n  #3 retry.scheduled { site: 'quotes', attempt: 1, delay: 2000,",
  "expected 'call.attempted'",
  'to be emitted 3 times, but it was 2 times',
  "expected 'retry.scheduled', number 2 of the order, to be emitted after #5 call.succeeded",
  'quotes is not protected as expected:\n  expected timeout.total → retry → method\n  got      retry → method',
];

/** Whatever a runner puts before each line of a message. */
function unindented(printed: string): string {
  return printed.replaceAll(/\n[ \t]+/g, '\n');
}

/** Runs tests under jest, and gives what it printed. */
async function jest(file: string): Promise<string> {
  const config = { testEnvironment: 'node', transform: {}, watchman: false };
  await writeFile(join(installation.folder, 'jest.config.json'), JSON.stringify(config));
  const program = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--verbose', '--ci=false', '--runTestsByPath'];
  const { printed } = await installation.runTests('--experimental-vm-modules', program, ...flags, file);
  return printed;
}

describe('the matchers', { timeout: 120_000 }, () => {
  it.each([
    ['jest.test.js', 3],
    ['jest-extend.test.js', 2],
  ])('work under jest: %s', async (file, passed) => {
    const printed = await jest(file);

    expect(printed.match(/✓ passes: /g)).toHaveLength(passed);
    expect(printed.match(/✕ fails: /g)).toHaveLength(5);
    expect(printed).not.toMatch(/✕ passes|✓ fails/);
    expect(unindented(printed)).toContain('delay: expected Any<String>, got 2000');
    for (const complaint of complaints) expect(unindented(printed)).toContain(unindented(complaint));
  });

  it('work under vitest', async () => {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const args = ['run', 'vitest.test.js', '--reporter', 'verbose', '--dir', installation.folder];
    const { printed } = await installation.runTests(vitest, ...args);

    expect(printed.match(/✓ .*passes: /g)).toHaveLength(2);
    expect(printed.match(/× .*fails: /g)).toHaveLength(5);
    expect(printed).not.toMatch(/× .*passes|✓ .*fails/);
    expect(unindented(printed)).toContain('delay: expected Any<String>, got 2000');
    for (const complaint of complaints) expect(unindented(printed)).toContain(unindented(complaint));
  });

  it('have plain assertions beside them for node:test', async () => {
    const { printed } = await installation.runTests('--test', '--test-reporter', 'tap', 'node.test.js');

    expect(printed).toMatch(/^# pass 1$/m);
    expect(printed).toMatch(/^# fail 5$/m);
    expect(printed.match(/not ok \d+ - fails: /g)).toHaveLength(5);
    expect(unindented(printed)).toContain('delay: expected 5, got 2000');
    for (const complaint of complaints) expect(unindented(printed)).toContain(unindented(complaint));
  });

  it.each<[string, readonly string[]]>([
    ['in vitest', ['typed-vitest']],
    ['in jest', ['typed-jest']],
    ['in a project with both', ['typed-vitest', 'typed-jest']],
  ])('are known to TypeScript %s', async (_, programs) => {
    const folder = join(installation.folder, programs.join(' '));
    const files = programs.map((program) => `${program}.ts`);
    const { compilerOptions } = JSON.parse(await readFile(join(fixtures, '../consumers/tsconfig.json'), 'utf8'));
    await mkdir(folder);
    for (const file of files) await cp(join(fixtures, file), join(folder, file));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    await installation.node([tsc[7], '-p', folder]);

    expect(await readdir(join(folder, 'out'))).toEqual(programs.map((program) => `${program}.js`).toSorted());
  });
});

describe('a description of pipelines', { timeout: 120_000 }, () => {
  it('is a readable snapshot of jest', async () => {
    expect(await jest('jest-snapshot.test.js')).toContain('✓ is a snapshot');
    const snapshots = join(installation.folder, '__snapshots__/jest-snapshot.test.js.snap');

    expect(await readFile(snapshots, 'utf8')).toContain(
      [
        '{',
        '  "quotes": [',
        '    {',
        '      "options": {',
        '        "delay": 2000,',
        '        "jitter": "none",',
        '      },',
        '      "place": "retry",',
        '    },',
        '  ],',
        '}',
      ].join('\n'),
    );
  });
});
