import { lmdbStore } from '../../../src/stores/lmdb/index.js';

/** Fills a store until its file may not grow any more, and tells what happened then, and whether it works again when there is room. */

const [path = '', sync = ''] = process.argv.slice(2);
const unheard: string[] = [];
process.on('unhandledRejection', (reason) => unheard.push(String(reason)));

const store = lmdbStore({ path, sync: sync as 'flushed' });
const entry = (value: unknown) => ({
  value,
  createdAt: 0,
  freshUntil: Number.POSITIVE_INFINITY,
  staleUntil: 0,
  errorUntil: 0,
  tags: ['t'],
  version: '',
});
const value = Buffer.alloc(50_000, 'x');

let kept = 0;
let failure: unknown;
while (failure === undefined && kept < 1000) {
  await store.set(`k${kept}`, entry(value)).then(
    () => kept++,
    (error: unknown) => {
      failure = error;
    },
  );
}
const together = await Promise.allSettled([1, 2, 3].map((n) => store.set(`more${n}`, entry(value))));
const readable = Array.from({ length: kept }, (_, n) => store.get(`k${n}`)).every((found) =>
  (found as { value: Buffer } | undefined)?.value.equals(value),
);
await store.clear({ prefix: 'k1' });
await store.set('after', entry('after'));
const works = (store.get('after') as { value: unknown } | undefined)?.value === 'after';
const { name, code, message } = failure as Error & { readonly code: string };
const failedTogether = together.filter(({ status }) => status === 'rejected').length;
await store.close();
process.stdout.write(JSON.stringify({ kept, readable, works, failedTogether, name, code, message, unheard }));
