import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Installation } from './built-package.js';
import { installed, tsc } from './built-package.js';
import { blocks, quoted, readme, table } from './readme.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { exports: doors, scripts, engines, peerDependencies } = JSON.parse(read('package.json'));

let installation: Installation;
let shown: Shown;

beforeAll(async () => {
  installation = await installed();
  shown = JSON.parse(await installation.node(['--input-type=module', '--eval', probe]));
  return () => installation[Symbol.asyncDispose]();
}, 120_000);

/** What the installed package has to show for itself. */
interface Shown {
  readonly order: readonly string[];
  readonly decorators: readonly string[];
  readonly exported: Readonly<Record<string, readonly string[]>>;
}

/** Our decorators are the functions with a capital letter that are no classes. */
const probe = `
  import * as holdfast from 'holdfast';
  const isDecorator = ([name, value]) => /^[A-Z]/.test(name) && typeof value === 'function' && !/^class/.test(value);
  const exported = {};
  for (const door of ${JSON.stringify(doorNames().filter((door) => !within(door)))}) exported[door] = Object.keys(await import(door));
  const decorators = Object.entries(holdfast).filter(isDecorator).map(([name]) => name);
  console.log(JSON.stringify({ order: holdfast.order, decorators, exported }));
`;

/** The door whose exports one has that can only be opened within a test runner. */
function within(door: string): string | undefined {
  return /^(holdfast\/testing)\//.exec(door)?.[1];
}

/** The entry points of the package as they are imported. */
function doorNames(): string[] {
  return Object.keys(doors)
    .filter((door) => door !== './package.json')
    .map((door) => door.replace('.', 'holdfast'));
}

/** The program with code put after each of its lines that begin so. */
function completed(program: string, additions: Readonly<Record<string, string>>): string {
  return Object.entries(additions).reduce((text, [line, code]) => {
    const found = text.split('\n').find((candidate) => candidate.startsWith(line));
    if (found === undefined) throw new Error(`the README has no line that begins with ${line}`);
    return text.replace(found, () => `${found}\n${code}`);
  }, program);
}

/** Compiles files with all checks of a user's compiler, and runs the last one; gives what it printed. */
async function compileAndRun(mode: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(installation.folder, `${Object.keys(files)[0]} ${mode}`);
  const { compilerOptions } = JSON.parse(read('test/fixtures/consumers/tsconfig.json'));
  const flags = mode === 'legacy' ? { experimentalDecorators: true, emitDecoratorMetadata: true } : {};
  const names = Object.keys(files).map((name) => `${name}.ts`);
  await mkdir(folder);
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, ...flags }, files: names }),
  );
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.ts`), text);
  await installation.node([tsc[7], '-p', folder]);
  return installation.node([join(folder, 'out', `${Object.keys(files).at(-1)}.js`)]);
}

describe('the README', { timeout: 120_000 }, () => {
  it('has less than 200 lines', () => {
    expect(readme.split('\n').length).toBeLessThan(200);
  });

  it('names the oldest Node.js that the package takes', () => {
    const [, version] = /Node\.js (\d+\.\d+) or later/.exec(readme) ?? [];

    expect(engines.node).toMatch(new RegExp(`^\\^${version} `));
  });

  describe.each(['standard', 'legacy'])('compiled with %s decorators', (mode) => {
    it('shows a class and a container that work', async () => {
      const [declared, contained, ...others] = blocks('ts') as [string, string];
      expect(others).toEqual([]);
      const github = `interface Repo { readonly name: string }\n${declared.replace('class GitHub', 'export class GitHub')}`;
      const main = completed(
        contained.replace("'https://api.github.com'", () => 'url'),
        {
          'const github': 'const explained = explain(github).find(({ site }) => site === "GitHub.repo")?.text;',
          'const explained': 'const first = await github.repo("node", "node");',
          'const first': 'const second = await github.stars("nobody");',
          'container.get(CircuitBreakerRegistry)': 'const open = await outcome(github.repo("a", "b"));',
          'await metrics.registry': 'const text = await metrics.registry.metrics();',
          'await container.get(Runtime).dispose': 'const over = await outcome(github.stars("me"));',
        },
      );
      const printed = await compileAndRun(mode, { github, main: `${before}\n${main}\n${afterwards}` });

      expect(JSON.parse(printed)).toEqual({
        first: { name: '/repos/node/node' },
        second: [], // the fallback's: the server has no stars
        open: 'HOLDFAST_CIRCUIT_OPEN',
        over: 'HOLDFAST_RUNTIME_DISPOSED',
        logged: true,
        counted: true,
        explained: blocks('')
          .find((text) => text.startsWith('GitHub.repo'))
          ?.trimEnd(),
      });
    });

    it('shows short forms that are accepted', async () => {
      const shorts = table('decorator', 'in short', 'what it does').map(([, short]) => quoted(short as string)[0]);
      const methods = shorts.map(
        (short, index) => `  ${short}\n  async m${index}(): Promise<unknown[]> { return []; }`,
      );
      const program = `import { ${shown.decorators.join(', ')}, explain } from 'holdfast';
        class Short {\n${methods.join('\n')}\n}
        console.log(explain(Short).length);`;

      expect(Number(await compileAndRun(mode, { short: program }))).toBe(shown.decorators.length);
    });
  });

  it('has a line for each decorator, and each is what its line is about', () => {
    const rows = table('decorator', 'in short', 'what it does').map(([name, short]) =>
      [name, short].flatMap((cell) => quoted(cell as string)),
    );

    expect(rows.map(([name]) => name?.slice(1)).sort()).toEqual([...shown.decorators].sort());
    for (const [name, short] of rows) expect(short).toContain(`${name}(`);
  });

  it('shows the one order', () => {
    const line =
      blocks('')
        .find((text) => text.includes(' → '))
        ?.trim() ?? '';
    const places = line
      .split(/\s+→\s+|, /)
      .map((word) => word.replace(/\((\w+)\)/, '.$1').replace(/^./, (c) => c.toLowerCase()));

    expect(places).toEqual([...shown.order, 'method']);
  });

  it('quotes the error of a wrong option as it is', async () => {
    const [, use = '', message] = /`@(\w+\([^`]*\))` throws `([^`]+)`/.exec(readme) ?? [];
    const program = `import { ${/^\w+/.exec(use)} } from 'holdfast'; try { ${use} } catch (error) { console.log(error.message) }`;

    expect(await installation.node(['--input-type=module', '--eval', program])).toBe(`${message}\n`);
  });

  it('lists the entry points of the package, and what each is for is there', () => {
    const rows = table('import', 'for');

    expect(rows.flatMap(([names]) => quoted(names as string)).sort()).toEqual(doorNames().sort());
    for (const [names, purpose] of rows) {
      const [door] = quoted(names as string) as [string];
      const values = quoted(purpose as string).filter((word) => !(word in peerDependencies));
      expect(shown.exported[within(door) ?? door]).toEqual(expect.arrayContaining(values));
    }
  });
});

describe.each(['README.md', 'CONTRIBUTING.md', ...pagesIn('docs')])('%s', (page) => {
  const text = read(page);

  it('links to nothing that is missing', () => {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target as string);
    const relative = targets
      .filter((target) => !/^(https?:|#)/.test(target))
      .map((target) => target.replace(/#.*/, ''));

    expect(relative.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const named = [...text.matchAll(/npm (?:run )?(start|test|(?<=run )[a-z:]+)/g)].map(
      ([, script]) => script as string,
    );

    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

function pagesIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.md') && !file.startsWith('api')).map((file) => join(folder, file));
}

/** What the README's container takes for granted: a service to call and a logger. */
const before = `
  import { PassThrough } from 'node:stream';
  import { explain } from 'holdfast';
  import { startFaultServer } from 'holdfast/fault-server';
  import winston from 'winston';
  import { GitHub } from './github.js';

  const server = await startFaultServer({
    answers: { '/*': ({ url }) => ({ status: url.endsWith('starred') ? 503 : 200, body: { name: url } }) },
  });
  const { url } = server;
  const stream = new PassThrough();
  const logger = winston.createLogger({ level: 'debug', transports: [new winston.transports.Stream({ stream })] });
  const outcome = (call: Promise<unknown>) => call.catch((error) => error.code);
`;

/** Prints what came of it. */
const afterwards = `
  const logged = String(stream.read()).includes('GitHub.stars');
  const counted = text.includes('GitHub.repo');
  console.log(JSON.stringify({ first, second, open, over, logged, counted, explained }));
  container.get(RestClient).close();
  await server.close();
`;
