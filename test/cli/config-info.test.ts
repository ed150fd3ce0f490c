import { describe, expect, it } from 'vitest';
import { settings } from '../../src/cli/fault-server/settings.js';
import { runHere } from './run-here.js';

const info = ['fault-server', 'config-info'];

describe('config-info', () => {
  it('shows each setting in its unit and where it comes from', async () => {
    const env = { SERVER_MAX_CONCURRENCY: '7', SERVER_LOG_LEVEL: 'warn', SERVER_SEED: '3' };
    const { code, out, err } = await runHere([...info, '--request-timeout', '1500ms', '--seed=9'], env);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((row) => row.split(/ {2,}/));
    const row = (name: string) => rows.find(([first]) => first === name)?.slice(1);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(rows).toHaveLength(settings.length + 1);
    expect(row('SETTING')).toEqual(['VALUE', 'FROM']);
    expect(row('SERVER_MAX_CONCURRENCY')).toEqual(['7 requests', 'variable']);
    expect(row('SERVER_REQUEST_TIMEOUT')).toEqual(['1.5 seconds', '--request-timeout']);
    expect(row('SERVER_SEED')).toEqual(['9', '--seed']);
    expect(row('SERVER_LOG_LEVEL')).toEqual(['WARNING', 'variable']);
    expect(row('SERVER_CACHE_TTL_SECONDS')).toEqual(['300 seconds', 'default']);
    expect(row('SERVER_WORKERS')).toEqual(['unlimited', 'default']);
    expect(row('SERVER_FAULTS')).toEqual(['-', 'default']);
  });

  it('prints the same as JSON', async () => {
    const { out } = await runHere([...info, '--json', '--service-time', '{"min":1,"max":2}'], { SERVER_PORT: '0' });
    const config = JSON.parse(out);

    expect(Object.keys(config)).toEqual(settings.map(({ option }) => option));
    expect(config.port).toEqual({ value: 0, unit: null, from: 'variable', flag: '--port', variable: 'SERVER_PORT' });
    expect(config.requestTimeout).toMatchObject({ value: 30, unit: 'seconds', from: 'default' });
    expect(config.serviceTime).toMatchObject({ value: { min: 1, max: 2 }, from: 'flag' });
    expect(config.workers.value).toBe('unlimited');
    expect(config.faults.value).toBeNull();
  });

  it('takes a yes and a no for a flag that may stand alone, so that it beats its variable', async () => {
    const on = async (...flags: readonly string[]) => {
      const { out } = await runHere([...info, '--json', ...flags], { SERVER_RELOAD: 'true' });
      return JSON.parse(out).reload;
    };

    expect(await on()).toMatchObject({ value: true, from: 'variable' });
    expect(await on('--reload=false')).toMatchObject({ value: false, from: 'flag' });
    expect(await on('--reload', '--seed', '2')).toMatchObject({ value: true, from: 'flag' });
  });

  it('tells all mistakes at once, as serve does, and ends with 2', async () => {
    const mistakes = ['--port', '99999', '--workers', 'many'];
    const env = { SERVER_REQUEST_TIMEOUT: 'soon' };
    const told = await runHere([...info, ...mistakes], env);

    expect(told).toEqual(await runHere(['fault-server', 'serve', ...mistakes], env));
    expect({ code: told.code, out: told.out }).toEqual({ code: 2, out: '' });
    expect(told.err.match(/^\S+/gm)).toEqual(['--port', 'SERVER_REQUEST_TIMEOUT', '--workers']);
  });

  it.each([
    ['SERVER_MAX_CONCURENCY', 'SERVER_MAX_CONCURRENCY'],
    ['SERVER_PROT', 'SERVER_PORT'],
    ['SERVER_LOGLEVEL', 'SERVER_LOG_LEVEL'],
    ['SERVER_HOSTS', 'SERVER_HOST'],
    ['SERVER_CACHE_TTL', 'SERVER_CACHE_TTL_SECONDS'],
  ])('warns that %s may be meant to be %s', async (name, meant) => {
    const { code, err } = await runHere(info, { [name]: '1' });

    expect({ code, err }).toEqual({
      code: 0,
      err: `warning: ${name} is not known and says nothing: was ${meant} meant?\n`,
    });
  });

  it.each(['SERVER_NAME', 'SERVER_SOFTWARE', 'SERVER_PROTOCOL', 'SERVER_ADMIN', 'MAX_CONCURENCY'])(
    'lets %s be: it is meant for somebody else',
    async (name) => {
      expect((await runHere(info, { [name]: '1' })).err).toBe('');
    },
  );
});
