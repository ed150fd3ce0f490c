import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { settle } from '../../../src/testing/index.js';
import { lasting, Scene, textOf } from './origin.js';

const headers = lasting('max-age=60');

/** Lets streams do all that they can. */
async function flow(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await settle();
}

describe('a body that is streamed', () => {
  it('goes to the caller as it comes, and is kept once it has ended', async () => {
    const body = new PassThrough();
    const scene = new Scene({}, { headers, body });
    const sent = (await scene.ask({ streaming: true })).body as Readable;
    body.write('mi');
    const [first] = await new Promise<Buffer[]>((resolve) => sent.once('data', (chunk) => resolve([chunk])));
    expect(String(first)).toBe('mi');
    expect(scene.cache.stats().stored).toBe(0);
    body.end('lk');
    await flow();

    expect(scene.cache.stats().stored).toBe(1);
    expect(await scene.tell()).toBe('cache milk');
    expect(await scene.tell({ streaming: true })).toBe('cache milk');
  });

  it('is replayed in parts, from what was kept of an answer that was not streamed too', async () => {
    const text = 'milk'.repeat(50_000);
    const scene = new Scene({}, { headers, body: text });
    await scene.ask();
    const { body } = await scene.ask({ streaming: true });
    const chunks = await (body as Readable).toArray();

    expect(chunks.map(({ length }: Buffer) => length)).toEqual([65_536, 65_536, 65_536, 3392]);
    expect(Buffer.concat(chunks).toString()).toBe(text);
  });

  it('may be empty', async () => {
    const scene = new Scene({}, { status: 204, headers, body: Readable.from([]) });
    expect(await scene.tell({ streaming: true })).toBe('network ');
    await flow();

    expect(await scene.tell({ streaming: true })).toBe('cache ');
  });

  it('is not kept when the caller leaves it early', async () => {
    const body = new PassThrough();
    const scene = new Scene({}, { headers, body });
    const sent = (await scene.ask({ streaming: true })).body as Readable;
    body.end('milk');
    for await (const _ of sent) break;
    await flow();

    expect(sent.destroyed).toBe(true);
    expect(body.destroyed).toBe(true);
    expect(scene.cache.stats().entries).toBe(0);
  });

  it('takes the place of what was kept, though its reader leaves it early: that is out of date', async () => {
    const scene = new Scene({ staleIfError: '1h' }, { headers });
    await scene.ask();
    await scene.clock.advance(61_000);
    scene.reply = { headers, body: 'cream' };
    const sent = (await scene.ask({ streaming: true })).body as Readable;
    expect(scene.cache.stats().entries).toBe(2);
    sent.destroy();
    await flow();

    expect(scene.cache.stats().entries).toBe(0);
  });

  it('is not kept when it breaks off, of which its reader hears', async () => {
    const body = new PassThrough();
    const scene = new Scene({}, { headers, body });
    const sent = textOf((await scene.ask({ streaming: true })).body);
    const fault = new Error('reset');
    body.write('mi');
    await settle();
    body.destroy(fault);

    await expect(sent).rejects.toBe(fault);
    expect(scene.cache.stats().entries).toBe(0);
  });

  it.each([
    [4, 'cache milk'],
    [3, 'network milk'],
  ])('is kept up to maxEntryBytes, here %d, and handed on whole in any case', async (maxEntryBytes, then) => {
    const scene = new Scene({ maxEntryBytes }, () => ({
      headers,
      body: Readable.from([Buffer.from('mi'), Buffer.from('lk')]),
    }));
    expect(await scene.tell({ streaming: true })).toBe('network milk');
    await flow();

    expect(await scene.tell({ streaming: true })).toBe(then);
  });

  it('does not run ahead of its reader', async () => {
    let made = 0;
    const endless = new Readable({
      read() {
        made++;
        this.push(Buffer.alloc(16_384));
      },
    });
    const scene = new Scene({}, { headers, body: endless });
    const { body } = await scene.ask({ streaming: true });
    await flow();

    expect(made).toBeLessThan(20);
    (body as Readable).destroy();
    await flow();
    expect(endless.destroyed).toBe(true);
  });

  it('too long takes the place of what was kept: that is out of date', async () => {
    const scene = new Scene({ maxEntryBytes: 4 }, { headers });
    await scene.ask();
    scene.reply = { headers, body: 'cream' };
    expect(await scene.tell({ mode: 'reload' })).toBe('network cream');

    expect(scene.cache.stats().entries).toBe(0);
  });

  it('that nobody may keep is handed on as it is', async () => {
    const body = new PassThrough();
    const scene = new Scene({}, { headers: lasting('no-store'), body });

    expect((await scene.ask({ streaming: true })).body).toBe(body);
  });
});

describe('a caller who changes what it was given', () => {
  it('changes nothing of what is kept: bodies', async () => {
    const scene = new Scene({}, { headers });
    for (let round = 0; round < 3; round++) {
      const { body } = await scene.ask();
      expect(String(body)).toBe('milk');
      (body as Buffer).fill('x');
    }
    expect(scene.asked).toHaveLength(1);
  });

  it('changes nothing of what is kept: streams', async () => {
    const scene = new Scene({}, { headers });
    for (let round = 0; round < 3; round++) {
      const { body } = await scene.ask({ streaming: true });
      let text = '';
      for await (const chunk of body as Readable) {
        text += String(chunk);
        (chunk as Buffer).fill('x');
      }
      expect(text).toBe('milk');
      await flow();
    }
    expect(scene.asked).toHaveLength(1);
  });

  it('changes nothing of what is kept: the chunks of the first, long before the end', async () => {
    const body = new PassThrough();
    const scene = new Scene({}, { headers, body });
    const sent = (await scene.ask({ streaming: true })).body as Readable;
    sent.on('data', (chunk: Buffer) => chunk.fill('x'));
    body.write('mi');
    await flow();
    body.end('lk');
    await flow();

    expect(await scene.tell()).toBe('cache milk');
  });

  it('changes nothing of what is kept: header fields', async () => {
    const scene = new Scene({}, { headers: { ...headers, link: ['<a>', '<b>'] } });
    for (let round = 0; round < 3; round++) {
      const { headers: given } = await scene.ask();
      expect(given).toMatchObject({ link: ['<a>', '<b>'] });
      if (round > 0) (given.link as string[]).push('<c>');
      if (round > 0) Object.assign(given, { 'cache-control': 'no-store' });
    }
    expect(scene.asked).toHaveLength(1);
  });
});
