import { Cached, Dedup, Fallback, RateLimit, Resilient } from 'holdfast';
import type { RestClient } from 'holdfast/http';
import { patience } from './script.js';

/** What the shop asks its supplier for. */
export interface Item {
  readonly id: string;
}

/** A client without protection, apart from the patience of its callers. */
export class BareShop {
  readonly rest: RestClient;

  constructor(rest: RestClient) {
    this.rest = rest;
  }

  async item(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/${id}`, { timeout: patience })).data;
  }

  async price(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/price-${id}`, { timeout: patience })).data;
  }

  async similar(id: string): Promise<readonly Item[]> {
    return [(await this.rest.get<Item>(`/items/next-to-${id}`, { timeout: patience })).data];
  }
}

/** The same client, protected: one circuit and one bulkhead for the supplier, whichever method calls it. */
@Resilient({
  circuitBreaker: {
    name: 'supplier',
    failureRate: 0.7,
    window: '2s',
    minimumCalls: 20,
    openFor: '400ms',
    halfOpenCalls: 3,
    rateOver: 'started',
    maxWait: patience,
  },
  bulkhead: { name: 'supplier', maxConcurrent: 64, maxQueue: 200, order: 'adaptive' },
  timeout: { attempt: '1200ms', total: patience },
  retry: { maxAttempts: 4, delay: '50ms', maxDelay: '400ms', budget: { ratio: 0.7 } },
})
export class Shop {
  readonly rest: RestClient;

  constructor(rest: RestClient) {
    this.rest = rest;
  }

  @Cached({ ttl: '1s', staleFor: '30s' })
  async item(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/${id}`)).data;
  }

  @Dedup()
  @RateLimit({ limit: 200, burst: 50, maxWait: '1s' })
  async price(id: string): Promise<Item> {
    return (await this.rest.get<Item>(`/items/price-${id}`)).data;
  }

  /** Nobody waits long for these: a shop without them is still a shop. */
  @Fallback({ value: [] })
  @Resilient({ timeout: { total: '1200ms' }, retry: 2, circuitBreaker: { maxWait: 0 } })
  async similar(id: string): Promise<readonly Item[]> {
    return [(await this.rest.get<Item>(`/items/next-to-${id}`)).data];
  }
}
