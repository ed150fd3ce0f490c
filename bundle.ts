// Makes the JavaScript of the package, with all its entry points at once: `tsx bundle.ts [folder]`. The types beside it are the compiler's.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type ChunkingContext, type Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: { readonly holdfast: string };
  readonly sideEffects: readonly string[];
}

const root = fileURLToPath(new URL('.', import.meta.url));
const manifest: Manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/**
 * What each call goes through becomes one file, `dist/src/engine.js`: within a file, what one function calls is known to the optimizing compiler, and
 * takes less bytecode than what is imported, of which it inlines only so much. A call costs a fifth less for it.
 */
const engine = /^src\/(?:core|config|pipeline|policies|runtime)\//;

/**
 * Folders that become one file each, `src/http/` the file `dist/src/http.js`: a program loads a few files instead of hundreds. Imports between them
 * point down, as between the layers of docs/architecture.md, so that none waits for one that waits for it. Two folders of `src/graphql` are files of their
 * own: of two classes in one file that are called alike, one would be renamed. The first that fits a module takes it.
 */
const folders = [
  /^src\/(?:telemetry\/(?:prometheus|winston)|http\/undici|graphql\/(?:builder|documents)|stores\/(?:lmdb|msgpack))(?=\/)/,
  /^src\/(?:container|telemetry|http|graphql|stores|testing|fault-server)(?=\/)/,
  /^decorators(?=\/)/,
];

/** What is loaded by its name: the doors of the package, its command, and what the command runs in a process of its own. */
const entries = [
  ...Object.values(manifest.exports).flatMap((door) => (typeof door === 'string' ? [] : [door.default])),
  manifest.bin.holdfast,
  './dist/src/cli/fault-server/standby.js',
].map((file) => file.slice('./dist/'.length, -'.js'.length));

/** The module as it is called in the package, without its ending. */
function nameOf(id: string): string {
  return id.slice(root.length).replaceAll('\\', '/').replace(/\.ts$/, '');
}

/** Whether loading the module does more than to define what it exports; package.json tells that to the bundlers of our users. */
function hasEffects(name: string): boolean {
  return manifest.sideEffects.some((file) => new RegExp(`^${patternOf(file)}$`).test(`./dist/${name}.js`));
}

function patternOf(file: string): string {
  return file.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
}

/** The file that a module becomes a part of. */
function fileOf(id: string, graph: ChunkingContext): string | null {
  const own = ownFileOf(id, graph);
  if (own === null || hasEffects(own)) return own;
  if (engine.test(own)) return 'src/engine';
  return folders.map((folder) => folder.exec(own)?.[0]).find((folder) => folder !== undefined) ?? own;
}

/** The file that a module alone becomes; null where the bundler makes one by that name anyhow: for a door that no other module enters, and for `import()`. */
function ownFileOf(id: string, graph: ChunkingContext): string | null {
  const name = nameOf(id);
  const module = graph.getModuleInfo(id);
  const isDoor = entries.includes(name) && module?.importers.length === 0;
  return isDoor || module?.dynamicImporters.length ? null : name;
}

/**
 * Marks what a module calls to define what it exports. `sideEffects` of package.json tells the bundlers of our users which files they may leave out; by
 * these marks they know it of the parts of a file.
 */
const pure: Plugin = {
  name: 'pure',
  transform: {
    filter: { id: /\.ts$/ },
    handler(code, id, { magicString }) {
      const values = hasEffects(nameOf(id)) ? [] : valuesMadeOnLoad(code);
      for (const { start, end } of values) {
        magicString?.appendLeft(start, '/* @__PURE__ */ (() => (');
        magicString?.appendRight(end, '))()');
      }
      return { code: magicString ?? code, moduleSideEffects: true }; // what package.json says of `dist` is not about these files
    },
  },
};

type Statement = ReturnType<typeof parseAst>['body'][number];
type Variable = Extract<Statement, { readonly type: 'VariableDeclaration' }>['declarations'][number];
type Expression = NonNullable<Variable['init']>;

/**
 * What constants of a module are made by when it is loaded, if that is more than to write them down. In a function that is called at once it is one call,
 * which can be marked as a whole; of its parts only calls could be, and neither spreads nor templates.
 */
function valuesMadeOnLoad(code: string): Expression[] {
  const statements = parseAst(code, { lang: 'ts' }).body;
  const declarations = statements.map((one) => (one.type === 'ExportNamedDeclaration' ? one.declaration : one));
  const variables = declarations.flatMap((one) => (one?.type === 'VariableDeclaration' ? one.declarations : []));
  return variables.flatMap(({ init }) => (init && !plain.has(bare(init).type) ? [init] : []));
}

/** Without what only the compiler sees. */
function bare(value: Expression): Expression {
  return value.type === 'TSAsExpression' || value.type === 'TSSatisfiesExpression' ? bare(value.expression) : value;
}

const plain = new Set(['Literal', 'Identifier', 'UnaryExpression', 'ArrowFunctionExpression', 'FunctionExpression']);

await build({
  input: Object.fromEntries(entries.map((name) => [name, `${root}${name}.ts`])),
  platform: 'node',
  external: /^@?\w(?!:)/, // packages and Node's own modules, but no drive of Windows
  transform: { target: 'es2022' },
  preserveEntrySignatures: 'allow-extension',
  experimental: { nativeMagicString: true },
  plugins: [pure],
  checks: { pluginTimings: false },
  onLog(level, { message }) {
    if (level === 'warn') throw new Error(message);
  },
  output: {
    dir: process.argv[2] ?? `${root}dist`,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: ({ facadeModuleId }) => (facadeModuleId ? `${nameOf(facadeModuleId)}.js` : '[name].js'),
    sourcemap: true,
    minify: false,
    comments: { jsdoc: false }, // Node would read them at each start; they are in the types and in the source maps
    minifyInternalExports: false,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        { name: fileOf, tags: ['$initial'], debugName: 'what a door loads' },
        { name: ownFileOf, debugName: 'what is loaded later' },
      ],
    },
  },
});
