import { setTimeout as wait } from 'node:timers/promises';
import { CircuitBreaker, CircuitOpenError, defaultRuntime, Fallback } from 'holdfast';

let healthy = false;
let calls = 0;

class Shop {
  // After three failures in a row nobody is called for 500 ms; then one call tries.
  @CircuitBreaker({ name: 'reviews', failureThreshold: 3, openFor: '500ms' })
  @Fallback({ method: 'noReviews' })
  async reviews(product: string): Promise<string[]> {
    calls++;
    if (!healthy) throw new Error('down');
    return [`${product} is fine`];
  }

  async noReviews(product: string): Promise<string[]> {
    return [`(no reviews of ${product} at the moment)`];
  }

  @CircuitBreaker('reviews') // the same circuit, by its name
  async rating(): Promise<number> {
    return 5;
  }
}

const shop = new Shop();
for (let i = 0; i < 5; i++) console.log(await shop.reviews('tea'));
console.log(`${calls} of 5 calls reached the service`);

const refusal = await shop.rating().catch((error: unknown) => error);
console.log(refusal instanceof CircuitOpenError ? refusal.message : refusal);

healthy = true;
await wait(600);
console.log(await shop.reviews('tea'));
const circuit = defaultRuntime().circuits.get('reviews');
console.log(circuit.history.map(({ from, to }) => `${from} → ${to}`).join(', '));
