import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runHere } from './run-here.js';

describe('holdfast', () => {
  it('prints its version', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

    expect(await runHere(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });

  it('prints help on request, and names its commands', async () => {
    const { code, out, err } = await runHere(['--help']);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: holdfast/);
    expect(out).toContain('fault-server');
  });

  it('prints the help of a command that is asked about', async () => {
    const { code, out } = await runHere(['help', 'fault-server']);

    expect(code).toBe(0);
    expect(out).toContain('config-info [options]');
  });

  it.each<[string[], string]>([
    [[], 'Usage: holdfast'],
    [['fault-server'], 'Usage: holdfast fault-server'],
    [['fault-srver'], "error: unknown command 'fault-srver'\n(Did you mean fault-server?)\n"],
    [['--wat'], "error: unknown option '--wat'\n"],
    [['fault-server', 'sevre'], "error: unknown command 'sevre'\n(Did you mean serve?)\n"],
    [['fault-server', 'serve', '--wrokers', '8'], "error: unknown option '--wrokers'\n(Did you mean --workers?)\n"],
    [['fault-server', 'serve', '--port'], "error: option '--port <number>' argument missing\n"],
    [['fault-server', 'serve', '8'], 'error: too many arguments'],
  ])('says what is wrong with %j, on stderr, and ends with 2', async (args, sentence) => {
    const { code, out, err } = await runHere(args);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.startsWith(sentence) ? sentence : err).toBe(sentence);
  });

  it.each(['serve', 'config-info'])('tells of every flag of %s, its variable and its default', async (name) => {
    const { code, out } = await runHere(['fault-server', name, '--help']);
    const help = out.replace(/\s+/g, ' ');

    expect(code).toBe(0);
    expect(help).toContain('--max-concurrency <number> requests that are let in at once; others wait');
    expect(help).toContain('[SERVER_MAX_CONCURRENCY, default 50]');
    expect(help).toContain('[SERVER_CACHE_TTL_SECONDS, default 300]');
    expect(help).toContain('Bare numbers of times are seconds');
  });
});
