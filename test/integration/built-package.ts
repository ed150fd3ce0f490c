import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** A folder outside the project in which the package, freshly built, is installed as its users install it. */
export interface Installation extends AsyncDisposable {
  readonly folder: string;
  /** Installs further packages, in the versions that the project has. */
  link(...names: readonly string[]): Promise<void>;
  /** Runs Node there; gives what it printed, and throws with it when Node fails. */
  node(args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** Has Node run a test runner there, as its users do and as no child of this one, whatever comes of its tests. */
  runTests(...args: readonly string[]): Promise<TestRun>;
}

/** All that a test runner printed, without colours, and whether all tests passed. */
export interface TestRun {
  readonly passed: boolean;
  readonly printed: string;
}

/** The compilers that the fixtures are compiled with. */
export const tsc = {
  6: join(root, 'node_modules/typescript/bin/tsc'),
  7: join(root, 'node_modules/typescript7/bin/tsc'),
};

/** Builds the package and installs it, with its dependencies, in a new folder. */
export async function installed(): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-consumer-'));
  const remove = () => rm(folder, { recursive: true });
  try {
    await build(join(folder, 'node_modules/holdfast'));
    await linkDependencies(folder);
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    folder,
    link: (...names) => link(folder, names),
    node: (args, env = {}) => runNode(folder, args, env),
    runTests: (...args) => runTests(folder, args),
    [Symbol.asyncDispose]: remove,
  };
}

async function build(home: string): Promise<void> {
  await mkdir(home, { recursive: true });
  await cp(join(root, 'package.json'), join(home, 'package.json'));
  await runNode(root, [tsc[7], '-p', 'tsconfig.build.json', '--outDir', join(home, 'dist')], {});
  await bundle(join(home, 'dist'));
}

/** Makes the JavaScript of the package in a folder. */
export async function bundle(folder: string): Promise<void> {
  await runNode(root, ['--import', 'tsx', 'bundle.ts', folder], {});
}

async function linkDependencies(folder: string): Promise<void> {
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  await link(folder, Object.keys({ ...dependencies, ...peerDependencies, '@types/node': '' }));
}

async function link(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const place = join(folder, 'node_modules', name);
    await mkdir(join(place, '..'), { recursive: true });
    await symlink(join(root, 'node_modules', name), place, 'junction');
  }
}

async function runNode(cwd: string, args: readonly string[], env: Record<string, string>): Promise<string> {
  const options = { cwd, env: { ...process.env, ...env, NODE_OPTIONS: '' }, timeout: 60_000 };
  try {
    const { stdout } = await run(process.execPath, [...args], options);
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`node ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}

async function runTests(cwd: string, args: readonly string[]): Promise<TestRun> {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, VITEST: ___, ...environment } = process.env;
  const options = { cwd, env: { ...environment, NO_COLOR: '1', CI: '' }, timeout: 120_000 };
  try {
    const { stdout, stderr } = await run(process.execPath, [...args], options);
    return { passed: true, printed: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error; // it was not the runner that ended it
    return { passed: false, printed: stdout + stderr };
  }
}
