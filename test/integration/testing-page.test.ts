import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installed, tsc } from './built-package.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tools = join(root, 'node_modules');

let installation: Installation;
let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  const page = await readFile(join(root, 'docs/testing.md'), 'utf8');
  files = filesIn(page);
  installation = await installed();
  await installation.link('jest', 'tsx', 'typescript');
  for (const [name, text] of files) {
    await mkdir(dirname(join(installation.folder, name)), { recursive: true });
    await writeFile(join(installation.folder, name), text);
  }
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

/** The files that a page shows: each block is introduced by its name. */
function filesIn(page: string): ReadonlyMap<string, string> {
  const shown = page.matchAll(/`([\w./-]+\.(?:ts|js|json))`(?:, run by\n`[^`]+`)?:\n\n```\w+\n([\s\S]*?)^```$/gm);
  return new Map([...shown].map(([, name, text]) => [name as string, text as string]));
}

describe('docs/testing.md', { timeout: 120_000 }, () => {
  it('shows each of its files by name', async () => {
    const page = await readFile(join(root, 'docs/testing.md'), 'utf8');

    expect([...page.matchAll(/^```(?:ts|js|json)$/gm)]).toHaveLength(files.size);
    expect([...files.keys()]).toContain('test/outage.test.ts');
  });

  it('shows code that compiles as it says', async () => {
    expect(await installation.node([tsc[7], '-p', installation.folder])).toBe('');
  });

  it('shows tests that pass under vitest', async () => {
    const printed = await installation.node([join(tools, 'vitest/vitest.mjs'), 'run', '--reporter', 'verbose']);

    expect(printed).toContain('charges once although the answer was lost');
    expect(printed).toMatch(/Tests .*7 passed/);
  });

  it('shows tests that pass under node:test', async () => {
    const args = ['--import', 'tsx', '--test', '--test-reporter', 'tap', 'test/payments.node.ts'];

    expect(await installation.node(args)).toMatch(/^# pass 2$/m);
  });

  it('shows a test that passes under jest', async () => {
    const jest = join(tools, 'jest/bin/jest.js');
    const args = ['--experimental-vm-modules', jest, '--testMatch', '**/*.jest.js', '--json', '--watchman=false'];

    expect(JSON.parse(await installation.node(args))).toMatchObject({ numPassedTests: 1, success: true });
  });
});
