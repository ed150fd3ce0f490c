import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';
import { usesDecorators } from './test/setup/decorator-use.js';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Where each entry point of the package lives in source, so that tests and samples import what users import. */
const doors = {
  holdfast: 'decorators/index.ts',
  'holdfast/inversify': 'src/container/index.ts',
  'holdfast/http': 'src/http/index.ts',
  'holdfast/undici': 'src/http/undici/index.ts',
  'holdfast/graphql': 'src/graphql/index.ts',
  'holdfast/stores': 'src/stores/index.ts',
  'holdfast/lmdb': 'src/stores/lmdb/index.ts',
  'holdfast/msgpack': 'src/stores/msgpack/index.ts',
  'holdfast/telemetry': 'src/telemetry/index.ts',
  'holdfast/prometheus': 'src/telemetry/prometheus/index.ts',
  'holdfast/winston': 'src/telemetry/winston/index.ts',
  'holdfast/fault-server': 'src/fault-server/index.ts',
  'holdfast/testing': 'src/testing/index.ts',
  'holdfast/testing/vitest': 'src/testing/vitest/index.ts',
  'holdfast/testing/jest': 'src/testing/jest/index.ts',
};

const alias = [
  ...Object.entries(doors).map(([name, file]) => ({ find: new RegExp(`^${name}$`), replacement: root + file })),
  // the copy that Node itself loads, as for packages that import it: Vite would take another of its files, and two copies do not mix
  { find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) },
];

/** Compiles TypeScript with standard decorators, which the built-in compiler (oxc) cannot lower. */
const standardDecorators: Plugin = {
  name: 'standard-decorators',
  enforce: 'pre',
  async transform(source, id) {
    const file = id.split('?')[0] ?? id;
    if (!/\.[cm]?ts$/.test(file)) return undefined;
    const compilerOptions = {
      experimentalDecorators: false,
      useDefineForClassFields: true,
      verbatimModuleSyntax: true,
    };
    const { code, map } = await transform(source, {
      loader: 'ts',
      target: 'es2022',
      sourcemap: true,
      sourcefile: file,
      tsconfigRaw: { compilerOptions },
    });
    return { code, map };
  },
};

type Mode = 'legacy' | 'standard';

const modes: Record<Mode, Pick<TestProjectInlineConfiguration, 'oxc' | 'plugins'>> = {
  legacy: { oxc: { target: 'es2022', decorator: { legacy: true, emitDecoratorMetadata: true } } },
  standard: { oxc: false, plugins: [standardDecorators] },
};

const foreignTo = { legacy: 'standard', standard: 'legacy' } as const;

/** Parts of the tests that run one after the other, so that what is timed is not disturbed. */
const parts = ['unit', 'integration', 'performance'] as const;

type Part = (typeof parts)[number];

const files: Record<Part, { include: string[]; exclude: string[] }> = {
  unit: { include: ['test/**/*.test.ts'], exclude: ['test/integration/**', 'test/performance/**'] },
  integration: { include: ['test/integration/**/*.test.ts'], exclude: [] },
  performance: { include: ['test/performance/**/*.test.ts'], exclude: [] },
};

/** What both compilers read alike is run once, under `legacy`. */
const excludedFrom = {
  legacy: ['test/**/*.standard.test.ts'],
  standard: [
    'test/**/*.legacy.test.ts',
    ...readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
      .map((file) => `test/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.standard.test.ts'))
      .filter((file) => !usesDecorators(root + file)),
  ],
};

function runtimeProject(mode: Mode, part: Part): TestProjectInlineConfiguration {
  const { include, exclude } = files[part];
  return {
    ...modes[mode],
    resolve: { alias },
    test: {
      name: part === 'unit' ? mode : `${mode} ${part}`,
      include,
      exclude: [...exclude, ...excludedFrom[mode], 'test/fixtures/**'],
      fileParallelism: part !== 'performance',
      sequence: { groupOrder: parts.indexOf(part) },
    },
  };
}

/** Type tests are read by the compiler; nothing in them runs. */
function typesProject(mode: Mode): TestProjectInlineConfiguration {
  return {
    test: {
      name: `${mode} types`,
      include: [],
      typecheck: {
        enabled: true,
        only: true,
        checker: './node_modules/typescript7/bin/tsc',
        tsconfig: `test/types/tsconfig.${mode}.json`,
        include: ['test/types/**/*.test-d.ts'],
        exclude: [`**/*.${foreignTo[mode]}.test-d.ts`],
      },
    },
  };
}

const reports = process.env.TEST_REPORTS;

export default defineConfig({
  test: {
    reporters: reports ? ['default', ['json', { outputFile: `${reports}/${process.pid}.json` }]] : ['default'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts', 'decorators/**/*.ts'],
      reporter: ['text-summary', 'html', 'lcov'],
      reportsDirectory: 'coverage',
    },
    projects: (['legacy', 'standard'] as const).flatMap((mode) => [
      ...parts.map((part) => runtimeProject(mode, part)),
      typesProject(mode),
    ]),
  },
});
