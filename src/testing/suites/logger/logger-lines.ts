import assert from 'node:assert/strict';
import { upTo } from '../up-to.js';
import { type Demand, type LoggedLine, textOf } from './logger-trial.js';

const secrets = ['hunter2', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln', 'tok_1234567890', 's3cr3t-cookie'];
const revealing = [
  'POST https://admin:hunter2@api.example/login failed',
  'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
  'no such user; password=hunter2',
  '{"access_token":"tok_1234567890"}',
  'Cookie: session=s3cr3t-cookie',
];

/** That what policies tell is written: whole, in order, and no more than that. */
export const lineDemands: readonly Demand[] = [
  {
    title: 'writes a line for each thing that is told, at its level',
    check: async (trial) => {
      trial.warn('first');
      trial.inform('second');
      trial.debug('third');
      const lines = await trial.written();
      assert.deepEqual(
        lines.map(({ level }) => level),
        ['warn', 'info', 'debug'],
      );
      for (const [index, name] of ['first', 'second', 'third'].entries()) {
        assert.ok(textOf(lines[index] as LoggedLine).includes(name), `the line does not name ${name}`);
        assert.ok((lines[index]?.message ?? '').length > 0, 'the line has no message');
      }
    },
  },
  {
    title: 'keeps facts beside the message, as what they are',
    of: 'facts',
    check: async (trial) => {
      trial.debug('Stock.level', new Error('failed'), 2);
      const [line = { level: '', message: '' }] = await trial.written();
      const { site, attempt, delay, reason } = line;
      assert.deepEqual(
        { site, attempt, delay, reason },
        { site: 'Stock.level', attempt: 2, delay: 125.5, reason: 'computed' },
      );
    },
  },
  {
    title: 'says of an error what it is: its name, code and message',
    check: async (trial) => {
      trial.debug('site', Object.assign(new TypeError('no answer'), { code: 'E_SILENT' }));
      const [line] = await trial.written();
      for (const part of ['TypeError', 'no answer', 'E_SILENT'])
        assert.ok(line && textOf(line).includes(part), `the line does not say ${part}`);
    },
  },
  {
    title: 'keeps the order in which things are told',
    check: async (trial) => {
      for (const index of upTo(200)) trial.debug(`site-${index}.`);
      const lines = await trial.written();
      assert.equal(lines.length, 200, 'how many lines were written');
      for (const [index, line] of lines.entries())
        assert.ok(textOf(line).includes(`site-${index}.`), `line ${index} is another one`);
    },
  },
  {
    title: 'writes one line for one thing, whatever characters are in it',
    check: async (trial) => {
      const texts = [
        'a\nlevel: error',
        'b\r\n{"level":"error"}',
        '%s %d %j %o %%',
        '{{b}} {0} $1',
        'é 鼠 🐁',
        '"\'\\',
        '\0',
      ];
      for (const text of texts) trial.debug('site', new Error(text));
      const lines = await trial.written();
      assert.equal(lines.length, texts.length, 'how many lines were written');
      for (const [index, line] of lines.entries()) {
        assert.equal(line.level, 'debug', 'the level of a line');
        assert.ok(contains(line, texts[index] ?? ''), `the line does not say ${JSON.stringify(texts[index])}`);
      }
    },
  },
  {
    title: 'has a line for whatever is thrown',
    check: async (trial) => {
      const circular = Object.assign(new Error('circular'), { big: 1n, symbol: Symbol('own') });
      Object.assign(circular, { cause: circular, self: [circular] });
      const all = [circular, Object.create(null), 'text', 1n, Symbol('thrown'), () => 1, null, undefined, Number.NaN];
      for (const [index, error] of all.entries()) trial.debug(`site-${index}.`, error);
      const lines = await trial.written();
      assert.equal(lines.length, all.length, 'how many lines were written');
      for (const [index, line] of lines.entries())
        assert.ok(textOf(line).includes(`site-${index}.`), `line ${index} is another one`);
    },
  },
  {
    title: 'writes no more of a huge error than can be read',
    check: async (trial) => {
      trial.debug('site', new Error('x'.repeat(1_000_000)));
      const [line] = await trial.written();
      assert.ok(line && textOf(line).length < 65_536, `the line has ${line && textOf(line).length} characters`);
    },
  },
  {
    title: 'keeps secrets to itself',
    check: async (trial) => {
      for (const text of revealing) {
        trial.debug('site', new Error(text));
        trial.inform('site', text);
      }
      const lines = await trial.written();
      assert.equal(lines.length, 2 * revealing.length, 'how many lines were written');
      for (const line of lines)
        for (const secret of secrets) assert.ok(!textOf(line).includes(secret), `${secret} is in the log`);
    },
  },
];

/** Tells whether a text is somewhere among the texts of a line. */
function contains(part: unknown, text: string): boolean {
  if (typeof part === 'string') return part.includes(text);
  return typeof part === 'object' && part !== null && Object.values(part).some((inner) => contains(inner, text));
}
