import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settings, variableOf } from '../../src/cli/fault-server/settings.js';
import { faultKinds } from '../../src/fault-server/faults/catalogue.js';
import { armFaults } from '../../src/fault-server/faults/fault.js';
import { armScript, type FaultScript } from '../../src/fault-server/faults/fault-script.js';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';

const page = readFileSync(new URL('../../docs/fault-server.md', import.meta.url), 'utf8');

/** The rows of the table that has these heads. */
function rows(...heads: readonly string[]): readonly (readonly string[])[] {
  const lines = page.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heads.join(' | ')} |`));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
}

const quoted = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);

describe('docs/fault-server.md', () => {
  it('has a row for each kind of fault', () => {
    const kinds = rows('kind', 'what a client meets', 'its options').map(([kind]) => quoted(kind)[0]);

    expect(kinds.toSorted()).toEqual(Object.keys(faultKinds).toSorted());
  });

  it.each(rows('kind', 'what a client meets', 'its options'))('names all that %s takes', (kind, _, given = '') => {
    const [name] = quoted(kind);
    const [, takes = ''] = /it takes (.*)$/.exec(messageOf(() => armFaults({ kind: name, nonsense: 1 }))) ?? [];
    const own = takes
      .split(', ')
      .filter((option) => !['kind', 'count', 'duration', 'rate', 'route', 'method'].includes(option));

    expect(takes).not.toBe('');
    expect(own.filter((option) => option !== 'latency' && !quoted(given).includes(option))).toEqual([]);
  });

  it('names the fields that every kind takes', () => {
    const fields = rows('field', 'what it says').flatMap(([field]) => quoted(field));

    expect(fields).toEqual(['count', 'duration', 'rate', 'route', 'method', 'latency']);
    for (const field of fields) expect(messageOf(() => armFaults({ nonsense: 1 }))).toContain(field);
  });

  it('shows answers of one’s own that are given, fail on command, are changed, and come back', async () => {
    const [, shown = ''] =
      /```ts\n(const server = await startFaultServer\(\{\n {2}answers:[\s\S]*?)```/.exec(page) ?? [];
    const [start = '', fail = '', answer = '', reset = ''] = shown.split(/(?=^server\.)/m);
    const run = (code: string, server?: FaultServer): Promise<FaultServer> =>
      new AsyncFunction('startFaultServer', 'server', `${code}; return server;`)(startFaultServer, server);
    await using server = await run(start.replace('const server', 'server'));
    const ask = async () => {
      const quote = await fetch(`${server.url}/quotes/1?in=CHF`);
      return [quote.status, await quote.json()];
    };

    expect(await ask()).toEqual([200, { id: '1', price: 42, currency: 'CHF' }]);
    expect((await fetch(`${server.url}/orders`, { method: 'POST' })).headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    await run(fail, server);
    expect(await ask()).toMatchObject([503, { title: 'Service Unavailable' }]);
    await run(answer, server);
    expect(await ask()).toEqual([404, { message: 'no such quote' }]);
    await run(reset, server);
    expect(await ask()).toMatchObject([200, {}]);
  });

  it('shows a script that can be played', () => {
    const [, text] = /server\.play\((\{[\s\S]*?\n\})\);/.exec(page) ?? [];
    const json = (text as string)
      .replace(/(\w+):/g, '"$1":')
      .replaceAll("'", '"')
      .replace(/,(\s*[}\]])/g, '$1');

    expect(armScript(JSON.parse(json) as FaultScript).phases).toHaveLength(4);
  });

  it('shows variables that there are, with their defaults', () => {
    const known = new Map(settings.map((setting) => [variableOf(setting), setting.otherwise]));
    for (const [variables, defaults] of rows('variable', 'default', '')) {
      const shown = quoted(defaults);
      for (const [index, variable] of quoted(variables).entries()) {
        expect([...known.keys()]).toContain(variable);
        if (shown[index] !== undefined && !defaults?.startsWith('none')) expect(known.get(variable)).toBe(shown[index]);
      }
    }
  });

  it('names paths that are there', async () => {
    await using server = await startFaultServer();
    const cells = [...page.matchAll(/^\| (`[^|]*) \| /gm)].flatMap(([, cell]) => quoted(cell));
    const paths = cells.map((cell) => cell.split(' ').at(-1) as string).filter((path) => path.startsWith('/'));
    const statuses = await Promise.all(
      paths.map(async (path) => (await fetch(server.url + path.replace(/\?.*/, '').replace('{id}', '1'))).status),
    );

    expect(paths.length).toBeGreaterThan(12);
    expect(statuses).not.toContain(404);
  });
});

/** What runs code that waits. */
const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...given: readonly unknown[]) => Promise<FaultServer>;

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was wrong');
}
