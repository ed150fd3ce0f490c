import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installation, installed, type TestRun } from './built-package.js';

const jest = fileURLToPath(new URL('../../node_modules/jest/bin/jest.js', import.meta.url));

/** Each suite, with something sound and something broken, and the test that the broken one fails. */
const suites = {
  cacheStoreSuite: {
    use: `
import { memoryStore, tiered } from 'holdfast/stores';
import { cacheStoreSuite } from 'holdfast/testing';
const claims = { survives: false, shared: false, copies: false };
const idle = { get: () => undefined, set() {}, delete: () => false, deleteByTag() {}, clear() {}, close() {} };
const make = () => ({ store: sound ? tiered(memoryStore(), memoryStore({ max: 5000 })) : idle });
cacheStoreSuite({ describe, it }, make, claims);`,
    fails: 'gives an entry whole',
  },
  sharedStateSuite: {
    use: `
import { ManualClock, memoryState, sharedStateSuite } from 'holdfast/testing';
const alone = (clock) => () => memoryState({ clock }).handle();
const make = () => {
  const clock = new ManualClock();
  const state = memoryState({ clock });
  return { open: sound ? (prefix) => state.handle(prefix) : alone(clock), pass: (ms) => clock.advance(ms), size: () => state.size, restart: () => state.restart() };
};
sharedStateSuite({ describe, it }, make, { severable: false });`,
    fails: 'lets one of a hundred move a circuit that all want to move at once',
  },
  policySuite: {
    use: `
import { definePolicy, option } from 'holdfast';
import { policySuite } from 'holdfast/testing';
const Own = definePolicy({
  kind: 'own',
  before: 'retry',
  options: option.options()('@Own', {}),
  create: (_settings, _site, { clock }) => ({
    summary: 'passes calls on',
    wrap: (next) => (call) => {
      if (!sound) clock.later(1000, () => {});
      return next(call);
    },
  }),
});
policySuite({ describe, it }, () => Own());`,
    fails: 'leaves no alarm behind when calls are over',
  },
  loggerSuite: {
    use: `
import { winstonLogs } from 'holdfast/winston';
import { loggerSuite } from 'holdfast/testing';
const make = () => {
  const lines = [];
  const log = ({ level, message, ...facts }) => lines.push(sound ? { level, message, ...facts } : { level, message });
  return { listener: winstonLogs({ level: 'debug', isLevelEnabled: () => true, log }), lines: () => lines };
};
loggerSuite({ describe, it }, make, { levels: false, breaks: false });`,
    fails: 'keeps facts beside the message, as what they are',
  },
};

let installation: Installation;

beforeAll(async () => {
  installation = await installed();
}, 120_000);

afterAll(() => installation[Symbol.asyncDispose]());

/** Writes a file of tests for each suite; gives their paths. */
async function testFiles(kind: string, prelude: string, sound: boolean): Promise<readonly string[]> {
  const files = Object.entries(suites).map(async ([name, { use }]) => {
    const file = join(installation.folder, `${kind}-${name}-${sound}.test.mjs`);
    await writeFile(file, `${prelude}\nconst sound = ${sound};\n${use}\n`);
    return file;
  });
  return Promise.all(files);
}

async function nodeTest(sound: boolean): Promise<TestRun> {
  const files = await testFiles('node', "import { describe, it } from 'node:test';", sound);
  return installation.runTests('--test', '--test-reporter', 'tap', ...files);
}

async function realJest(sound: boolean): Promise<TestRun> {
  const testMatch = await testFiles('jest', '', sound);
  const config = { rootDir: installation.folder, testMatch, transform: {}, testEnvironment: 'node' };
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  return installation.runTests(
    ...flags,
    jest,
    '--config',
    JSON.stringify(config),
    '--verbose',
    '--runInBand',
    '--watchman=false',
  );
}

const runners = {
  'node:test': {
    run: nodeTest,
    passed: (title: string) => `^ *ok \\d+ - ${title}`,
    failed: (title: string) => `not ok \\d+ - ${title}`,
  },
  jest: { run: realJest, passed: (title: string) => `✓ ${title}`, failed: (title: string) => `✕ ${title}` },
};

describe.each(Object.entries(runners))('the suites under %s', (_, { run, passed, failed }) => {
  it('pass where all is sound, test by test', async () => {
    const { printed, ...sound } = await run(true);

    for (const { fails } of Object.values(suites)) expect(printed).toMatch(new RegExp(passed(fails), 'm'));
    expect(sound.passed, printed).toBe(true);
  }, 120_000);

  it('fail where something is broken, and name the promise', async () => {
    const { printed, ...broken } = await run(false);

    for (const { fails } of Object.values(suites)) expect(printed).toMatch(new RegExp(failed(fails), 'm'));
    expect(broken.passed).toBe(false);
  }, 120_000);
});
