import { describe, expect, it } from 'vitest';
import { configurationFrom } from '../../src/cli/fault-server/configuration.js';
import { serveOptions } from '../../src/cli/fault-server/serve-options.js';
import { settings, variableOf } from '../../src/cli/fault-server/settings.js';
import { faultServerSettings } from '../../src/fault-server/index.js';

/** What cannot be said in one text, or should not: secrets would be seen by whoever lists processes. */
const inCodeOnly = ['clock', 'logger', 'oauth'];

/** What people expect of a command that a test does not. */
const otherwise = { port: 8080, logLevel: 'info' };

describe('the settings of the command', () => {
  it('cover every option of the server and of the command itself', () => {
    const of = (whose: string) => settings.filter((setting) => setting.of === whose).map(({ option }) => option);
    const options = Object.keys(faultServerSettings()).filter((option) => !inCodeOnly.includes(option));

    expect([...of('server')].sort()).toEqual(options.sort());
    expect([...of('command')].sort()).toEqual([...serveOptions.names].sort());
  });

  it('hold by default what the options hold, but for what is said here', () => {
    const { server, command } = configurationFrom({}, {});

    expect(faultServerSettings(server)).toEqual({ ...faultServerSettings(), ...otherwise });
    expect(command).toEqual(serveOptions.complete({}, ''));
  });

  it('have flags and variables that differ', () => {
    expect(new Set(settings.map(variableOf)).size).toBe(settings.length);
    for (const { flag } of settings) expect(flag).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  });
});

describe('a configuration', () => {
  it.each<[Record<string, string>, Record<string, string>, object]>([
    [{ port: '80' }, {}, { port: 80 }],
    [{ seed: '2' }, { SERVER_SEED: '1' }, { seed: 2 }],
    [{}, { SERVER_WORKERS: '8', SERVER_JOURNAL_LIMIT: '10', HOST: 'else' }, { workers: 8, journalLimit: 10 }],
    [{}, { SERVER_WORKERS: 'Infinity' }, { workers: Number.POSITIVE_INFINITY }],
    [{ maxConcurrency: 'unlimited' }, {}, { maxConcurrency: Number.POSITIVE_INFINITY }],
    [{ requestTimeout: '2.5' }, {}, { requestTimeout: 2500 }],
    [{ requestTimeout: '250ms' }, {}, { requestTimeout: '250ms' }],
    [{ cacheTtlSeconds: '1' }, {}, { cacheTtl: 1000 }],
    [{}, { SERVER_CACHE_TTL_SECONDS: '60', SERVER_CACHE_MAX_SIZE: '5' }, { cacheTtl: 60_000, cacheMaxSize: 5 }],
    [{ serviceTime: '0.02' }, {}, { serviceTime: 20 }],
    [{ serviceTime: '{ "min": 1, "max": "2s" }' }, {}, { serviceTime: { min: 1, max: '2s' } }],
    [{ journalHeaders: 'x-tenant, accept-language' }, {}, { journalHeaders: ['x-tenant', 'accept-language'] }],
    [{ journalHeaders: 'allWithSecrets' }, {}, { journalHeaders: 'allWithSecrets' }],
    [{}, { SERVER_LOG_LEVEL: 'Warning' }, { logLevel: 'warn' }],
    [{ logLevel: 'DEBUG' }, {}, { logLevel: 'debug' }],
    [{ logFormat: 'CONSOLE' }, {}, { logFormat: 'console' }],
    [{}, { SERVER_TLS: 'yes', SERVER_CONTROL_PORT: '0' }, { tls: true, controlPort: 0 }],
    [{}, { SERVER_PORT: '' }, { port: 8080 }],
  ])('of %j and %j sets %j', (flags, env, options) => {
    expect(configurationFrom(flags, env).server).toMatchObject(options);
  });

  it.each<[Record<string, string | boolean>, Record<string, string>, object]>([
    [{ shutdownTimeout: '3' }, {}, { shutdownTimeout: 3000 }],
    [{ reload: true }, { SERVER_RELOAD: 'off' }, { reload: true }],
    [{}, { SERVER_RELOAD: '1', SERVER_FAULTS: 'faults.json' }, { reload: true, faults: 'faults.json' }],
  ])('of %j and %j lets the command know %j', (flags, env, options) => {
    expect(configurationFrom(flags, env).command).toMatchObject(options);
  });

  it.each<[Record<string, string>, Record<string, string>, string]>([
    [{ workers: 'many' }, {}, "--workers must be a whole number from 1 to 100000, or Infinity, but got 'many'"],
    [{ workers: '0' }, {}, "--workers must be a whole number from 1 to 100000, or Infinity, but got '0'"],
    [
      {},
      { SERVER_PORT: 'tcp://10.0.0.1:80' },
      "SERVER_PORT must be a whole number from 0 to 65535, but got 'tcp://10.0.0.1:80'",
    ],
    [{ port: '-1' }, {}, "--port must be a whole number from 0 to 65535, but got '-1'"],
    [
      {},
      { SERVER_REQUEST_TIMEOUT: 'soon' },
      "SERVER_REQUEST_TIMEOUT must be a duration of at most 86400000 ms (seconds or a number with a unit, such as '250ms', '2s' or '1m'), but got 'soon'",
    ],
    [{ logLevel: 'loud' }, {}, "--log-level must be one of DEBUG, INFO, WARNING, ERROR, SILENT, but got 'loud'"],
    [{}, { SERVER_RELOAD: 'perhaps' }, "SERVER_RELOAD must be true or false, but got 'perhaps'"],
    [{ tls: 'maybe' }, {}, "--tls must be true or false, but got 'maybe'"],
    [{ faults: '' }, {}, "--faults must be the name of a file, but got ''"],
    [
      { journalHeaders: 'A' },
      {},
      "--journal-headers must be a list of at most 50 names of header fields in lower case, or 'allWithSecrets', but got 'A'",
    ],
  ])('of %j and %j is refused', (flags, env, sentence) => {
    expect(() => configurationFrom(flags, env)).toThrow(expect.objectContaining({ mistakes: [sentence] }));
  });
});
