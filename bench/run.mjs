// Compiles the bench and runs one of its programs: `node run.mjs <program> [--decorators=legacy] [its options]`.
import { spawn } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('.', import.meta.url));
const folders = ['.', 'cases', 'harness', 'http', 'http/clients', 'limits', 'memory', 'peers', 'start'];
const [program, ...options] = process.argv.slice(2);
if (!['bench', 'check', 'http', 'memory', 'smoke'].includes(program)) {
  console.error(`bench: there is no program called ${program}; there are bench, check, http, memory and smoke.`);
  process.exit(1);
}
const mode = options.includes('--decorators=legacy') ? 'legacy' : 'standard';

await requireLibrary();
await compile();
const child = spawn(process.execPath, ['--expose-gc', `${root}build/${mode}/${program}.js`, ...options], {
  stdio: 'inherit',
});
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});

async function requireLibrary() {
  try {
    await access(fileURLToPath(import.meta.resolve('holdfast')));
  } catch {
    console.error('bench: holdfast is not built; run `npm run build` in the root of the project first.');
    process.exit(1);
  }
}

/** Nothing is bundled, and nothing younger than ES2022 but decorators is lowered: `async` stays native. */
async function compile() {
  await rm(`${root}build/${mode}`, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: folders.map((folder) => `${folder}/*.ts`),
    outdir: `build/${mode}`,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    sourcemap: 'inline',
    logLevel: 'warning',
    tsconfigRaw: {
      compilerOptions: {
        experimentalDecorators: mode === 'legacy',
        useDefineForClassFields: true,
        verbatimModuleSyntax: true,
      },
    },
  });
}
