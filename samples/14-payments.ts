import { Fallback } from 'holdfast';
import { HttpClientError, HttpError, RestClient } from 'holdfast/http';
import { Bank } from './payments/bank.js';

class CardDeclined extends Error {}

interface Receipt {
  readonly id: string;
}

class Payments {
  readonly bank: RestClient;

  constructor(baseURL: string) {
    this.bank = new RestClient({
      name: 'bank',
      baseURL,
      timeout: { total: '5s', attempt: '2s' },
      auth: { oauth2: { tokenUrl: `${baseURL}/token`, clientId: 'shop', clientSecret: 's3cret' } },
      retry: { maxAttempts: 4, delay: '5ms' },
      mapErrors: { card_declined: (error) => new CardDeclined(reasonOf(error)) },
    });
  }

  // The line breaks after the bank has charged the card. The key tells it that the second request is the same charge.
  async charge(order: string, cents: number): Promise<Receipt> {
    const options = { body: { order, cents }, idempotencyKey: order };
    return (await this.bank.post<Receipt>('/charges', options)).data;
  }

  // Without a key nobody can know what became of a charge, and so nobody repeats it.
  async chargeBlindly(order: string, cents: number): Promise<Receipt> {
    return (await this.bank.post<Receipt>('/charges', { body: { order, cents } })).data;
  }

  @Fallback({ value: 'unknown', on: HttpClientError })
  async balance(): Promise<number | 'unknown'> {
    return (await this.bank.get<{ cents: number }>('/balance')).data.cents;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof HttpError ? (error.body as { reason: string }).reason : 'declined';
}

const bank = await Bank.start();
const payments = new Payments(bank.url);
console.log(`${(await payments.charge('order-1', 2000)).id}: ${bank.requests} requests, ${bank.charges.length} charge`);
await payments.chargeBlindly('order-2', 100).catch(({ code, attempt }) => console.log(`${code} in attempt ${attempt}`));
await payments.charge('order-3', 99_999).catch((error) => console.log(error instanceof CardDeclined, error.message));
console.log(await payments.balance());
bank.open = false;
console.log(await payments.balance());
console.log(`${bank.tokens} token for ${bank.requests} requests`);
payments.bank.close();
await bank[Symbol.asyncDispose]();
