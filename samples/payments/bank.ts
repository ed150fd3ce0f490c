import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Charge {
  readonly order: string;
  readonly cents: number;
}

/** A bank whose line breaks just after it has done what it was asked for: the worst moment. */
export class Bank implements AsyncDisposable {
  /** What was really charged. */
  readonly charges: Charge[] = [];
  tokens = 0;
  requests = 0;
  open = true;
  readonly #receipts = new Map<string, object>();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  static async start(): Promise<Bank> {
    const bank = new Bank();
    await once(bank.#server.listen(0, '127.0.0.1'), 'listening');
    return bank;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/token') return this.#token(response);
    this.requests++;
    if (!this.open) return answer(response, 503, {});
    if (request.headers.authorization !== `Bearer token-${this.tokens}`) return answer(response, 401, {});
    if (request.method === 'GET') return answer(response, 200, { cents: 100_000 });
    const charge = (await json(request)) as Charge;
    if (charge.cents > 50_000) return answer(response, 402, { code: 'card_declined', reason: 'over the limit' });
    this.#charge(charge, String(request.headers['idempotency-key']), response);
  }

  #token(response: ServerResponse): void {
    this.tokens++;
    answer(response, 200, { access_token: `token-${this.tokens}`, token_type: 'bearer', expires_in: 3600 });
  }

  /** Whoever comes again with a key that is known gets the receipt that he missed. */
  #charge(charge: Charge, key: string, response: ServerResponse): void {
    const known = this.#receipts.get(key);
    if (known) {
      answer(response, 200, known);
    } else {
      this.charges.push(charge);
      this.#receipts.set(key, { id: `charge-${this.charges.length}`, ...charge });
      response.socket?.resetAndDestroy();
    }
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
