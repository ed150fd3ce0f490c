import { RateLimit } from 'holdfast';
import { testRuntime } from 'holdfast/testing';

const { runtime, clock } = testRuntime();

/** A server that grants five requests per second, and says with every answer what is left. */
class Server {
  refused = 0;
  #left = 5;
  #end = 1000;

  answer(): Response {
    if (clock.now() >= this.#end) [this.#left, this.#end] = [5, (Math.floor(clock.now() / 1000) + 1) * 1000];
    const status = this.#left > 0 ? 200 : 429;
    if (status === 429) this.refused++;
    this.#left = Math.max(0, this.#left - 1);
    const seconds = Math.ceil((this.#end - clock.now()) / 1000);
    const headers = { 'RateLimit-Policy': '"second";q=5;w=1', RateLimit: `"second";r=${this.#left};t=${seconds}` };
    return new Response('', { status, headers });
  }
}

class Maps {
  constructor(readonly server: Server) {}

  // As much as was agreed on, once: the server has other plans by now.
  @RateLimit({ limit: 50, per: '1s', maxWait: '10s' })
  async tile(): Promise<Response> {
    return this.server.answer();
  }

  // The same, and whatever the server tells counts as well. It may be in a result, in an error, or heard by a client in between.
  @RateLimit({ limit: 50, per: '1s', maxWait: '10s', adopt: true })
  async tileAsTold(): Promise<Response> {
    return this.server.answer();
  }
}

async function thirtyTiles(how: 'tile' | 'tileAsTold'): Promise<void> {
  const maps = new Maps(new Server());
  runtime.bind(maps);
  const start = clock.now();
  const tiles: number[] = [];
  for (let i = 0; i < 30; i++) {
    void maps[how]().then(({ status }) => tiles.push(status));
    await clock.advance(20);
  }
  while (tiles.length < 30) await clock.advance(20);
  const good = tiles.filter((status) => status === 200).length;
  console.log(`${how}: ${good} tiles in ${clock.now() - start} ms, ${maps.server.refused} times 429`);
}

await thirtyTiles('tile');
await thirtyTiles('tileAsTold');
